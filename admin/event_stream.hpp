#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

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

/// One client of GET /api/v1/events: writes what it wants as server-sent events (HTML, 9.2), says
/// every quarter of a minute that all is well, and hangs up on it, saying so in a comment, when it
/// has not taken kMaxBacklog bytes. Loop thread only; kept by its connection.
class EventClient final : public engine::FeedListener,
                          public std::enable_shared_from_this<EventClient> {
public:
    static constexpr std::size_t kMaxBacklog = 1'048'576;  ///< More than the feed's memory.

    /// `may_go_on` is asked before each piece; once it says no, the stream ends.
    explicit EventClient(EventQuery query, std::function<bool()> may_go_on = {})
        : query_(std::move(query)), may_go_on_(std::move(may_go_on)) {}
    ~EventClient() override { leave(); }

    /// Answers the request: a stream, or 503 when too many listen.
    void begin(engine::Observation& observation, http::Responder& responder);

    void on_event(const engine::FeedEvent& event) override;
    void on_quiet(std::uint64_t newest) override;
    void on_feed_ended() override;

private:
    [[nodiscard]] bool wants(const engine::FeedEvent& event) const;
    void write(const std::string& text);
    void finish(std::string_view comment);
    void leave();

    EventQuery query_;
    std::function<bool()> may_go_on_;
    std::optional<http::ResponseStream> stream_;
    std::string early_;  ///< What came before the stream was there.
    std::function<void()> stop_;
    bool over_ = false;
};

}  // namespace aifp::admin
