#include <algorithm>
#include <boost/asio/post.hpp>
#include <set>
#include <utility>

#include "engine/engine_load.hpp"

namespace aifp::engine {

using model::DirectiveStatus;

namespace {

constexpr std::size_t kSettledInATurn = 32;

}  // namespace

scheduler::StormLimits storm_limits(const config::Limits& limits) {
    return {limits.max_own_starts_per_minute, limits.max_starts_per_minute};
}

void EngineCore::apply_reload(Load& load) {
    for (const auto id : load.report.removed) {
        if (auto* entry = catalog_.find(id)) {
            entry->status = DirectiveStatus::archived;
            entry->status_reason = std::string(kFileRemoved);
            leave_version(*entry);
            settle(*entry, {});
            compiled_.forget(id);
            notices_.forget(id);
        }
    }
    const std::set<DirectiveId> rearm(load.report.rearm.begin(), load.report.rearm.end());
    const std::set<DirectiveId> anew(load.report.anew.begin(), load.report.anew.end());
    for (auto& changed : load.report.entries) {
        const auto id = changed.id;
        const auto* before = catalog_.find(id);
        const bool was_armed = before != nullptr && before->armed;
        const bool is_edited = before != nullptr && before->content_hash != changed.content_hash;
        changed.armed = was_armed;
        catalog_.put(std::move(changed));
        compiled_.forget(id);
        if (is_edited) {
            dispatcher_.directive_edited(id);
            forget_harm(id);
        }
        auto& entry = *catalog_.find(id);
        if (anew.contains(id)) {
            leave_version(entry);
        }
        if (rearm.contains(id) || entry.status != DirectiveStatus::active || !was_armed) {
            settle(entry, {});
        }
    }
    report(load.report);
    sleep_until_due();
}

void EngineCore::begin_watching() {
    WatchOptions options;
    options.folder = parts_.paths.directives();
    watcher_ = create_directive_watcher(
        parts_.loop.get_executor(),
        std::move(options),
        [this] { reload_files([](const Status&) {}); },
        [this](const std::string& text) { reporter_.problem("watch_trouble", text); });
}

// One load at a time: changes that come meanwhile are found by the next one.
void EngineCore::reload_files(std::function<void(Status)> done) {
    after_load_.push_back(std::move(done));
    if (loading_) {
        load_again_ = true;
        return;
    }
    loading_ = true;
    auto load = make_load(false);
    run_load(load, [this, load](Status loaded) {
        loading_ = false;
        if (loaded && !stopping_) {  // what is stored already, the next start arms
            apply_reload(*load);
        } else if (!loaded) {
            reporter_.problem("reload_failed", loaded.error().detail());
        }
        if (std::exchange(load_again_, false) && !stopping_) {
            reload_files([](const Status&) {});
            return;
        }
        // What the new schedules are decided until is durable before anybody is told.
        parts_.store.flush(
            [loaded, waiting = std::exchange(after_load_, {})](const Status& stored) {
                for (const auto& after : waiting) {
                    after(loaded ? stored : loaded);
                }
            });
    });
}

// Webhooks hold resolved secrets, schedules the project's zone: all are armed anew, from where they
// are. What runs meanwhile is compiled with the new settings already.
void EngineCore::settings_changed() {
    parts_.keeper->remember(parts_.secrets);
    dispatcher_.set_storm_limits(storm_limits(parts_.settings.limits));
    auto ids = std::make_shared<std::vector<DirectiveId>>();
    catalog_.for_each([&](Entry& entry) {
        compiled_.forget(entry.id);
        ids->push_back(entry.id);
    });
    std::reverse(ids->begin(), ids->end());  // taken from the end
    settle_all(std::move(ids), &EngineCore::settle_anew);
}

// A few in each turn of the loop: others may be waiting for it.
void EngineCore::settle_all(std::shared_ptr<std::vector<DirectiveId>> ids,
                            void (EngineCore::*settle_one)(Entry&)) {
    for (std::size_t done = 0; done < kSettledInATurn && !ids->empty() && !stopping_; ++done) {
        if (auto* entry = catalog_.find(ids->back())) {
            (this->*settle_one)(*entry);
        }
        ids->pop_back();
    }
    sleep_until_due();
    if (!ids->empty() && !stopping_) {
        boost::asio::post(parts_.loop,
                          [this, alive = alive_, ids = std::move(ids), settle_one]() mutable {
                              if (*alive) {
                                  settle_all(std::move(ids), settle_one);
                              }
                          });
    }
}

void EngineCore::settle_anew(Entry& entry) {
    decide_overdue(entry.id, clock_guard_.believable_time());
    Cursors cursors;
    for (const auto& cursor : armory_.timetable().cursors_of(entry.id)) {
        cursors[cursor.trigger_index] = cursor.decided_until;
    }
    if (std::exchange(entry.was_refused, false) && entry.status == DirectiveStatus::error) {
        entry.status = DirectiveStatus::active;  // the new settings may be what it lacked
    }
    settle(entry, cursors);
}

}  // namespace aifp::engine
