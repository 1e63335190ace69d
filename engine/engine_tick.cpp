#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/engine_core.hpp"

namespace aifp::engine {
namespace {

// So many rows are decided before the loop sees to other things: about a millisecond's work.
constexpr std::size_t kRowsPerTurn = 2'000;
constexpr Milliseconds kStopPoll{20};
constexpr Milliseconds kCancelTime{6'000};
constexpr Seconds kHeldBackPause{1};

}  // namespace

void EngineCore::sleep_until_due() {
    if (clock_source_ == nullptr || stopping_) {
        return;
    }
    auto due = armory_.timetable().next_due();
    for (const auto& other : {dispatcher_.next_wake(),
                              state_.next_expiry(),
                              sensors_.next_due(),
                              next_host_sample(),
                              notices_.next_due()}) {
        due = due && other ? std::min(*due, *other) : (due ? due : other);
    }
    if (clock_is_wrong_) {  // it may be believed later without being set
        const auto again = parts_.clock.wall() + ClockGuard::kLookAgain;
        due = due && *due > parts_.clock.wall() ? std::min(*due, again) : again;
    }
    if (due) {
        clock_source_->sleep_until(*due);
    }
}

bool EngineCore::may_go_by_clock() {
    const bool may = clock_guard_.is_trusted();
    if (may == !clock_is_wrong_) {
        return may;
    }
    clock_is_wrong_ = !may;
    if (!may) {
        reporter_.problem(
            "clock_untrusted",
            clock_guard_.why_not(parts_.settings.timezone) + ": schedules wait until it is right");
        return false;
    }
    const auto now = parts_.clock.wall();
    reporter_.lifecycle("clock_trusted",
                        {},
                        fmt::format("schedules go by the clock; it is {}",
                                    format_rfc3339(now, parts_.settings.timezone)));
    // Patience has ended behind what was taken for now: all begin anew, nothing is replayed.
    const auto review = armory_.timetable().on_clock_changed(now);
    if (!review.rearmed.empty()) {
        dispatcher_.store_cursors(review.rearmed);
    }
    return true;
}

void EngineCore::follow_clock() {
    if (const auto step = clock_steps_.take(); step != Milliseconds(0)) {
        dispatcher_.clock_stepped(step);
        sensors_.clock_stepped(step);
    }
}

void EngineCore::tick() {
    if (stopping_) {
        return;
    }
    follow_clock();
    const auto now = parts_.clock.wall();
    notices_.on_time(now);
    tell_awake(now);
    dispatcher_.time_passed(now);
    if (dispatcher_.is_holding_back()) {
        // What is due stays in the timetable until the store takes rows again.
        clock_source_->sleep_until(now + kHeldBackPause);
        return;
    }
    if (const auto sample = next_host_sample(); sample && *sample <= now) {
        refresh_host();
    }
    state_.expire(now);
    state_.deliver();
    sensors_.on_time(now);
    if (may_go_by_clock()) {
        auto due = armory_.timetable().collect(now, kRowsPerTurn);
        if (!due.empty()) {
            dispatcher_.offer_due(std::move(due));
        }
    }
    sleep_until_due();
}

void EngineCore::on_clock_changed() {
    follow_clock();
    const auto now = parts_.clock.wall();
    const auto review =
        may_go_by_clock() ? armory_.timetable().on_clock_changed(now) : scheduler::ClockReview{};
    reporter_.lifecycle("clock_changed",
                        {},
                        review.note.empty()
                            ? fmt::format("the clock was set; it is {}",
                                          format_rfc3339(now, parts_.settings.timezone))
                            : review.note);
    sensors_.signal(triggers::signal_of_occasion("clock_changed"),
                    boost::json::object{{"note", review.note}});
    if (!review.rearmed.empty()) {
        dispatcher_.store_cursors(review.rearmed);
    }
    tick();
}

// In phases: nothing new, then time for what is under way, then cancelling, then the store.
void EngineCore::stop(Milliseconds grace, std::function<void()> done) {
    if (stopping_) {
        return;
    }
    stopping_ = true;
    reporter_.lifecycle(
        "engine_stopping", {}, fmt::format("{} runs under way", dispatcher_.under_way()));
    watcher_.reset();
    zone_source_.reset();
    if (clock_source_ != nullptr) {
        clock_source_->stop();
    }
    dispatcher_.refuse_new();
    dispatcher_.let_kept_go(true);
    wait_for_runs(parts_.clock.mono() + grace, [this, done = std::move(done)]() mutable {
        dispatcher_.let_kept_go(false);
        dispatcher_.cancel_all("the engine is stopping");
        hurrying_ = false;
        wait_for_runs(parts_.clock.mono() + kCancelTime,
                      [this, done = std::move(done)]() mutable { finish_stop(std::move(done)); });
    });
}

void EngineCore::wait_for_runs(MonoTime until, std::function<void()> done) {
    if (dispatcher_.unfinished() == 0 || hurrying_ || parts_.clock.mono() >= until) {
        done();
        return;
    }
    stop_timer_.expires_after(kStopPoll);
    stop_timer_.async_wait(
        [this, until, done = std::move(done)](const boost::system::error_code& error) mutable {
            if (!error) {
                wait_for_runs(until, std::move(done));
            }
        });
}

void EngineCore::finish_stop(std::function<void()> done) {
    hooks_.flush_refusals();
    state_.deliver();
    if (state_.has_changes()) {
        storage::WriteGroup group;
        group.states = state_.take_changes();
        parts_.store.submit_lazily(std::move(group));
    }
    parts_.store.flush([this, done = std::move(done)](const Status& stored) {
        if (!stored) {
            reporter_.problem("store_trouble", stored.error().detail());
        }
        health_.stop();
        reporter_.lifecycle("engine_stopped", {}, {});
        feed_.end();
        done();
    });
}

}  // namespace aifp::engine
