#include <fmt/ranges.h>

#include <filesystem>
#include <utility>

#include "daemon/project_host.hpp"
#include "storage/integrity.hpp"
#include "storage/later_check.hpp"

// The part of ProjectHost that starts, reloads and ends what was opened.
namespace aifp::daemon {
namespace {

constexpr Seconds kStopGrace{10};

}  // namespace

void ProjectHost::start(const Endpoints& listeners,
                        std::function<void(Status)> ready,
                        std::function<void(const Error&)> broke) {
    broke_ = std::move(broke);
    hooks_address_ = listeners.hooks;
    import_drafts([this, listeners, ready = std::move(ready)]() mutable {
        if (stopping_) {
            return;
        }
        start_engine(listeners, std::move(ready));
    });
}

void ProjectHost::start_engine(const Endpoints& listeners, std::function<void(Status)> ready) {
    engine_->start([this, listeners, ready = std::move(ready)](Status started) {
        if (started && !stopping_) {
            monitor_->start();
            announce(listeners);
            if (to_check_) {
                check_database();
            }
        }
        ready(std::move(started));
    });
}

// Damage ends this host: what its database takes might be lost. The next one sets it aside.
void ProjectHost::check_database() {
    storage::find_damage_later(*store_, paths_.database(), [this](const std::string& damage) {
        if (damage.empty() || stopping_) {
            return;
        }
        const auto text = fmt::format(
            "{} is damaged ({}). The project starts anew: the file is kept under another name, "
            "and an empty database made",
            paths_.database().string(),
            damage);
        warn("store_damaged", text);
        store_->write(storage::mark_damaged,
                      [this, text](const Status&) { broke_(Error(ErrorCode::io_failure, text)); });
    });
}

void ProjectHost::reload(std::function<void()> done) {
    if (stopping_) {
        done();
        return;
    }
    const auto before = settings_;
    if (!load_settings()) {
        complain("the settings have errors; the old ones stay in force");
        done();
        return;
    }
    if (const auto keys = config::waiting_for_restart(before, settings_); !keys.empty()) {
        complain(fmt::format("takes effect with the next start: {}", fmt::join(keys, ", ")));
    }
    read_neighbours();
    engine_->settings_changed();
    briefing_->settings_changed();
    engine_->control().reload(
        [done = std::move(done)](const Result<boost::json::value>&) { done(); });
}

void ProjectHost::stop(std::function<void()> done) {
    if (stopped_) {
        done();
        return;
    }
    after_stop_.push_back(std::move(done));
    if (std::exchange(stopping_, true)) {
        return;
    }
    tell_timer_.cancel();
    if (agents_) {
        agents_->stop();
    }
    if (monitor_) {
        monitor_->stop();
    }
    if (engine_ == nullptr) {
        finish_stop();
        return;
    }
    // Its socket goes on answering while runs are being waited for.
    engine_->stop(kStopGrace, [this] {
        log_feed_.end();
        if (mcp_) {
            mcp_->shut_down();
        }
        if (socket_server_ == nullptr) {
            finish_stop();
            return;
        }
        socket_server_->stop(kServerGrace, [this] { finish_stop(); });
    });
}

void ProjectHost::blocking_release() {
    if (close_store_) {
        close_store_();
    }
    lock_.reset();
}

void ProjectHost::hurry() {
    if (engine_ != nullptr) {
        engine_->hurry();
    }
}

void ProjectHost::finish_stop() {
    if (briefing_) {
        briefing_->stop();
    }
    if (lock_) {
        std::error_code ignored;
        std::filesystem::remove(paths_.endpoints(), ignored);
    }
    stopped_ = true;
    for (const auto& done : std::exchange(after_stop_, {})) {
        done();
    }
}

}  // namespace aifp::daemon
