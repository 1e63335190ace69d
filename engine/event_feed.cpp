#include "engine/event_feed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/enum_names.hpp"
#include "base/json_text.hpp"
#include "base/time_text.hpp"

namespace aifp::engine {
namespace {

namespace json = boost::json;

constexpr EnumNames<5> kKinds = {"decision", "run", "directive", "lifecycle", "gap"};
static_assert(name_in(kKinds, FeedKind::gap) == "gap");

constexpr std::uint64_t kIdsPerMs = 1'000;

std::uint64_t first_id_at(WallTime time) {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(to_unix_ms(time), 0)) * kIdsPerMs;
}

json::value time_or_null(const std::optional<WallTime>& time) {
    return time ? json::value(format_utc_ms(*time)) : json::value();
}

}  // namespace

std::string_view name_of(FeedKind kind) noexcept {
    return name_in(kKinds, kind);
}

std::optional<FeedKind> feed_kind_from(std::string_view name) noexcept {
    return find_by_name<FeedKind>(kKinds, name);
}

EventFeed::EventFeed(Services services)
    : services_(std::move(services)), timer_(services_.executor) {}

Result<std::function<void()>> EventFeed::watch(FeedListener& listener,
                                               std::optional<std::uint64_t> last) {
    if (ended_ || listeners_.are_full()) {
        return fail(ErrorCode::busy,
                    ended_ ? "the engine has stopped"
                           : fmt::format("{} listen to the events already", kMaxListeners));
    }
    wake();
    listeners_.add(listener);
    if (last) {
        catch_up(listener, *last);
    }
    if (listeners_.have(&listener)) {
        listener.on_quiet(newest_);
    }
    return std::function<void()>([this, heard = &listener, alive = alive_] {
        if (*alive && listeners_.remove(heard)) {
            last_heard_ = services_.clock.mono();
        }
    });
}

void EventFeed::wake() {
    if (std::exchange(awake_, true)) {
        return;
    }
    newest_ = std::max(newest_ + 1, first_id_at(services_.clock.wall()));
    whole_ = newest_;
    look_again();
}

// The one timer: says that all is well, and finds out when nobody wants to know any more.
void EventFeed::look_again() {
    timer_.expires_after(kQuiet);
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (error) {
            return;
        }
        if (listeners_.are_none() && services_.clock.mono() - last_heard_ > kMemory) {
            awake_ = false;
            events_ = {};
            bytes_ = 0;
            return;
        }
        listeners_.tell_all(
            [newest = newest_](FeedListener& listener) { listener.on_quiet(newest); });
        look_again();
    });
}

void EventFeed::catch_up(FeedListener& listener, std::uint64_t last) {
    std::vector<FeedEvent> missed;
    const bool is_known = last >= whole_ && last <= newest_;
    if (!is_known) {
        missed.push_back(gap_after(last));
    }
    for (const auto& event : events_) {
        if (!is_known || event.id > last) {
            missed.push_back(event);
        }
    }
    for (const auto& event : missed) {
        if (listeners_.have(&listener)) {
            listener.on_event(event);
        }
    }
}

// Its id is that of the last event which is not known: from there on nothing is missing.
FeedEvent EventFeed::gap_after(std::uint64_t last) const {
    const auto time_of = [](std::uint64_t id) {
        return format_utc_ms(from_unix_ms(static_cast<std::int64_t>(id / kIdsPerMs)));
    };
    json::object data;
    data["after"] = std::to_string(last);
    data["before"] = std::to_string(whole_ + 1);
    // An id from the future is another clock's: nothing is known of what came after it.
    data["since"] = last <= whole_ ? json::value(time_of(last)) : json::value();
    data["until"] = time_of(whole_);
    data["text"] =
        "events between these are not kept any more; GET /api/v1/decisions tells what was decided";
    return FeedEvent{whole_, FeedKind::gap, {}, json_text(data)};
}

void EventFeed::tell(FeedKind kind, std::string_view directive, json::object data) {
    newest_ = std::max(newest_ + 1, first_id_at(services_.clock.wall()));
    ++told_;
    auto& event = events_.emplace_back(
        FeedEvent{newest_, kind, std::string(directive), services_.redact(json_text(data))});
    bytes_ += event.data.size();
    const auto told = event;  // a listener may bring about the next one
    forget_oldest();
    listeners_.tell_all([&told](FeedListener& listener) { listener.on_event(told); });
}

void EventFeed::forget_oldest() {
    while (events_.size() > kMaxEvents || bytes_ > kMaxBytes) {
        whole_ = events_.front().id;
        bytes_ -= events_.front().data.size();
        events_.pop_front();
    }
}

void EventFeed::on_decided(const model::DecisionRecord& decision, std::string_view directive) {
    if (!awake_) {
        return;
    }
    json::object data;
    data["ledger_id"] = decision.id.value;
    data["directive"] = directive;
    data["decision"] = model::name_of(decision.kind);
    data["reason"] = decision.reason == model::Reason::none
                         ? json::value()
                         : json::value(model::name_of(decision.reason));
    data["detail"] = decision.detail;
    data["trigger"] = decision.event.cause;
    data["scheduled_for"] = time_or_null(decision.event.scheduled_for);
    data["seen_at"] = format_utc_ms(decision.event.seen_at);
    tell(FeedKind::decision, directive, std::move(data));
}

void EventFeed::on_run_ended(const RunEnd& end, std::string_view directive) {
    if (!awake_) {
        return;
    }
    json::object data;
    data["run"] = end.outcome.id.value;
    data["directive"] = directive;
    data["state"] = model::name_of(end.outcome.state);
    data["at"] = format_utc_ms(end.outcome.ended_at);
    data["started_at"] = format_utc_ms(end.outcome.started_at);
    data["duration_ms"] = end.outcome.duration.count();
    data["error"] = end.outcome.error;
    tell(FeedKind::run, directive, std::move(data));
}

void EventFeed::on_run_state(LedgerId run, DirectiveId directive, model::RunState state) {
    if (!awake_) {
        return;
    }
    const auto name = services_.name_of(directive);
    json::object data;
    data["run"] = run.value;
    data["directive"] = name;
    data["state"] = model::name_of(state);
    data["at"] = format_utc_ms(services_.clock.wall());
    tell(FeedKind::run, name, std::move(data));
}

void EventFeed::on_status(const StatusChange& change) {
    if (!awake_) {
        return;
    }
    json::object data;
    data["id"] = change.id.value;
    data["directive"] = change.name;
    data["status"] = model::name_of(change.status);
    data["previous_status"] =
        change.before ? json::value(model::name_of(*change.before)) : json::value();
    data["reason"] = change.reason;
    data["at"] = format_utc_ms(services_.clock.wall());
    tell(FeedKind::directive, change.name, std::move(data));
}

void EventFeed::on_lifecycle(logging::Level level,
                             std::string_view event,
                             std::string_view directive,
                             std::string_view text) {
    if (!awake_) {
        return;
    }
    json::object data;
    data["event"] = event;
    data["level"] = logging::name_of(level);
    data["directive"] = directive;
    data["text"] = text;
    data["at"] = format_utc_ms(services_.clock.wall());
    tell(FeedKind::lifecycle, directive, std::move(data));
}

void EventFeed::end() {
    ended_ = true;
    awake_ = false;
    timer_.cancel();
    listeners_.dismiss_all([](FeedListener& listener) { listener.on_feed_ended(); });
}

}  // namespace aifp::engine
