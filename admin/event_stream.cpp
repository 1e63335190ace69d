#include "admin/event_stream.hpp"

#include <fmt/format.h>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <utility>

#include "base/json_member.hpp"
#include "base/read_number.hpp"
#include "base/text.hpp"
#include "base/time_zone.hpp"

namespace aifp::admin {
namespace {

constexpr Seconds kOverlap{1};

Result<std::uint64_t> id_in(std::string_view text) {
    const auto id = read_number<std::uint64_t>(text);
    if (!id) {
        return fail(ErrorCode::invalid_input,
                    fmt::format("{} is no id of an event", truncate_utf8(std::string(text), 64)));
    }
    return *id;
}

Result<std::set<engine::FeedKind>> kinds_in(std::string_view text) {
    std::set<engine::FeedKind> kinds;
    for (const auto name : split(text, ',')) {
        const auto kind = engine::feed_kind_from(trim(name));
        if (!kind) {
            return fail(ErrorCode::invalid_input,
                        fmt::format("kinds: {} is none; there are decision, run, directive and "
                                    "lifecycle, with commas between",
                                    truncate_utf8(std::string(name), 64)));
        }
        kinds.insert(*kind);
    }
    return kinds;
}

// What the ledger told has no id: who comes again does so with the one before.
std::string text_of(const engine::FeedEvent& event) {
    return fmt::format("{}event: {}\ndata: {}\n\n",
                       event.id != 0 ? fmt::format("id: {}\n", event.id) : "",
                       engine::name_of(event.kind),
                       event.data);
}

}  // namespace

Result<EventQuery> event_query_from(const std::vector<http::Parameter>& parameters,
                                    std::string_view last_event_id) {
    EventQuery query;
    std::string last(last_event_id);
    for (const auto& parameter : parameters) {
        if (parameter.name == "directive") {
            query.directive = parameter.value;
        } else if (parameter.name == "kinds") {
            auto kinds = kinds_in(parameter.value);
            if (!kinds) {
                return fail(std::move(kinds).error());
            }
            query.kinds = std::move(*kinds);
        } else if (parameter.name == "last" && last.empty()) {
            last = parameter.value;
        }
    }
    if (!last.empty()) {
        const auto id = id_in(last);
        if (!id) {
            return fail(id.error());
        }
        query.last = *id;
    }
    return query;
}

EventClient::EventClient(EventQuery query, std::function<bool()> may_go_on)
    : query_(std::move(query)), stream_({std::move(may_go_on), [](const std::string& why) {
                                             return fmt::format(": {}\n\n", why);
                                         }}) {}

// What was missed is told within watch(): before it is known whether there will be a stream.
void EventClient::begin(engine::Observation& observation,
                        const ReadHistory& history,
                        std::shared_ptr<http::Responder> responder) {
    auto stop = observation.watch_events(*this, query_.last);
    if (!stop) {
        (*responder)(http::error_response(503, stop.error().detail()));
        return;
    }
    stream_.joined(std::move(*stop));
    const auto since = start_of_gap();
    if (!since) {
        begin_stream({}, *responder);
        return;
    }
    // What was told last was stored a little before.
    replay_events(history,
                  *since - kOverlap,
                  [self = shared_from_this(),
                   responder = std::move(responder)](const std::vector<engine::FeedEvent>& events) {
                      self->begin_stream(events, *responder);
                  });
}

std::optional<WallTime> EventClient::start_of_gap() const {
    boost::system::error_code error;
    const auto data = gap_ ? boost::json::parse(gap_->data, error) : boost::json::value();
    const auto* since = member_in(data, "since");
    const auto at = since != nullptr && since->is_string()
                        ? parse_instant(since->get_string(), TimeZone::utc())
                        : Result<WallTime>(fail(ErrorCode::not_found, {}));
    return at ? std::optional(*at) : std::nullopt;
}

// The gap comes after what the ledger had of it: its id is the first from which nothing is missing.
void EventClient::begin_stream(const std::vector<engine::FeedEvent>& replayed,
                               http::Responder& responder) {
    std::string body = ": live events\n\n";
    for (const auto& event : replayed) {
        body += wants(event) ? text_of(event) : "";
    }
    body += gap_ ? text_of(*gap_) : "";
    body += std::exchange(early_, {});
    stream_.begin(responder, body, shared_from_this());
    if (stream_.is_over()) {
        stream_.finish(": the stream has ended while the ledger was read; come again\n\n");
    }
}

bool EventClient::wants(const engine::FeedEvent& event) const {
    return event.kind == engine::FeedKind::gap ||
           ((query_.kinds.empty() || query_.kinds.contains(event.kind)) &&
            (query_.directive.empty() || query_.directive == event.directive));
}

void EventClient::on_event(const engine::FeedEvent& event) {
    if (!stream_.is_open() && event.kind == engine::FeedKind::gap) {
        gap_ = event;
    } else if (wants(event)) {
        write(text_of(event));
    }
}

// An id alone is no event, but the client comes again with it.
void EventClient::on_quiet(std::uint64_t newest) {
    write(fmt::format(": all is well\nid: {}\n\n", newest));
}

void EventClient::on_feed_ended() {
    stream_.finish(": the engine has stopped\n\n");
}

void EventClient::write(const std::string& text) {
    if (stream_.is_open() || stream_.is_over()) {
        stream_.write(text);
        return;
    }
    early_ += text;
    if (early_.size() > ClientStream::kMaxBacklog) {
        stream_.leave();
    }
}

}  // namespace aifp::admin
