#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "admin/client_stream.hpp"
#include "admin/event_replay.hpp"
#include "base/result.hpp"
#include "engine/observation.hpp"
#include "http/encoding.hpp"
#include "http/responder.hpp"

namespace aifp::admin {

/// Which events a client wants.
struct EventQuery {
    std::string directive = {};              ///< Name; empty: all, and what is of the engine.
    std::set<engine::FeedKind> kinds = {};   ///< Empty: all. A gap is always told.
    std::optional<std::uint64_t> last = {};  ///< The last event it has.
};

/// From `?directive=NAME&kinds=run,decision` and the header Last-Event-ID, or `?last=ID` for those
/// who cannot set it. Errors: invalid_input with what is allowed.
[[nodiscard]] Result<EventQuery> event_query_from(const std::vector<http::Parameter>& parameters,
                                                  std::string_view last_event_id);

/// One client of GET /api/v1/events: writes what it wants to its ClientStream, says every quarter
/// of a minute that all is well, and says in a comment why it was cut off. Loop thread only; kept
/// by its connection.
class EventClient final : public engine::FeedListener,
                          public std::enable_shared_from_this<EventClient> {
public:
    /// `may_go_on` as ClientStream's.
    explicit EventClient(EventQuery query, std::function<bool()> may_go_on = {});

    /// Answers the request: a stream, or 503 when too many listen. Of what the feed does not keep
    /// any more `history` is asked, and its events come first, then the gap.
    void begin(engine::Observation& observation,
               const ReadHistory& history,
               std::shared_ptr<http::Responder> responder);

    void on_event(const engine::FeedEvent& event) override;
    void on_quiet(std::uint64_t newest) override;
    void on_feed_ended() override;

private:
    void begin_stream(const std::vector<engine::FeedEvent>& replayed, http::Responder& responder);
    [[nodiscard]] std::optional<WallTime> start_of_gap() const;
    [[nodiscard]] bool wants(const engine::FeedEvent& event) const;
    void write(const std::string& text);

    EventQuery query_;
    ClientStream stream_;
    std::string early_;                     ///< What came before the stream was there.
    std::optional<engine::FeedEvent> gap_;  ///< The first of it.
};

}  // namespace aifp::admin
