#include "logging/janitor.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <system_error>
#include <utility>

#include "base/quiet_thread.hpp"
#include "base/time_zone.hpp"
#include "logging/compressor.hpp"
#include "logging/rotated_name.hpp"

namespace aifp::logging {

namespace {

constexpr auto kSweepPeriod = std::chrono::hours(1);
constexpr int kNiceness = 10;

}  // namespace

Janitor::Janitor(std::filesystem::path directory, const Clock& clock, OnTrouble on_trouble)
    : directory_(std::move(directory)),
      clock_(clock),
      on_trouble_(std::move(on_trouble)),
      expiry_(&clock) {
    for (const LogType type : kLogTypes) {
        retention_days_.at(static_cast<std::size_t>(type)) = default_config(type).retention_days;
    }
    thread_ = start_quiet_thread([this] { run(); });
}

Janitor::~Janitor() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void Janitor::set_retention_days(LogType type, int days) {
    const std::lock_guard lock(mutex_);
    retention_days_.at(static_cast<std::size_t>(type)) = days;
}

void Janitor::wake() {
    {
        const std::lock_guard lock(mutex_);
        ++asked_;
    }
    changed_.notify_all();
}

void Janitor::blocking_sweep() {
    std::unique_lock lock(mutex_);
    const std::uint64_t mine = ++asked_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return done_ >= mine || stopping_; });
}

bool Janitor::is_stopping() {
    const std::lock_guard lock(mutex_);
    return stopping_;
}

void Janitor::run() {
    setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kNiceness);
    expiry_.begin(newest_day());
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        const std::uint64_t asked = asked_;
        lock.unlock();
        sweep();
        lock.lock();
        done_ = asked;
        changed_.notify_all();
        changed_.wait_for(lock, kSweepPeriod, [&] { return stopping_ || asked_ > done_; });
    }
}

std::optional<WallTime> Janitor::newest_day() const {
    std::string newest;
    for (const LogType type : kLogTypes) {
        for (const RotatedName& name : blocking_list_rotated(directory_ / folder_of(type))) {
            newest = std::max(newest, name.day);
        }
    }
    const auto day = parse_instant(newest + "T00:00:00Z", TimeZone::utc());
    return day ? std::optional(*day) : std::nullopt;
}

void Janitor::sweep() {
    std::unique_lock lock(mutex_);
    const auto retention_days = retention_days_;
    lock.unlock();
    for (const LogType type : kLogTypes) {
        sweep_folder(type, retention_days.at(static_cast<std::size_t>(type)));
    }
}

void Janitor::sweep_folder(LogType type, int retention_days) {
    const auto folder = directory_ / folder_of(type);
    for (const RotatedName& name : blocking_list_rotated(folder)) {
        const auto file = folder / name.text();
        if (is_stopping()) {
            return;
        }
        if (is_expired(name.day, retention_days, expiry_.at(clock_.wall()))) {
            ::unlink(file.c_str());
            ::unlink(temporary_of(file).c_str());
        } else if (!name.is_compressed) {
            // Also when FILE.gz is there: a crash came before FILE was removed, and FILE is whole.
            compress(file);
        }
    }
}

void Janitor::compress(const std::filesystem::path& file) {
    auto compressor = Compressor::open(file);
    Result<bool> done = compressor ? Result<bool>(false) : fail(compressor.error());
    while (done && !*done && !is_stopping()) {
        done = compressor->step();
    }
    if (!done && !is_failing_) {
        on_trouble_("logs: " + done.error().detail() + "; it is tried again every hour");
    }
    is_failing_ = !done;
}

}  // namespace aifp::logging
