#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/json/object.hpp>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/listeners.hpp"
#include "base/result.hpp"
#include "engine/dispatch_observer.hpp"
#include "logging/field.hpp"
#include "model/directive.hpp"

namespace aifp::engine {

/// What the feed tells of. Names are those of the API. (docs/events.md)
enum class FeedKind {
    decision,   ///< What became of an event, once it is durable.
    run,        ///< A run began, waits, goes on, ended.
    directive,  ///< A directive has another status.
    lifecycle,  ///< What stands in the lifecycle log.
    gap,        ///< What came after the listener's last event is not all known any more.
};
[[nodiscard]] std::string_view name_of(FeedKind kind) noexcept;
[[nodiscard]] std::optional<FeedKind> feed_kind_from(std::string_view name) noexcept;

struct FeedEvent {
    std::uint64_t id = 0;  ///< Rising, also over restarts: microseconds since 1970, or one more
                           ///< than the last.
    FeedKind kind = FeedKind::lifecycle;
    std::string directive;  ///< Its name; empty: of the engine.
    std::string data;       ///< One JSON object, on one line, without secrets.
};

/// Hears the feed. It may stop listening, itself or others, in any of these.
class FeedListener {
public:
    virtual ~FeedListener() = default;
    virtual void on_event(const FeedEvent& event) = 0;
    /// Nothing is wrong; `newest` is the id of the last event, heard or not.
    virtual void on_quiet(std::uint64_t newest) = 0;
    /// The engine has stopped; nothing follows, and nothing is to be called.
    virtual void on_feed_ended() = 0;
};

struct FeedFigures {
    std::size_t listeners = 0;
    std::uint64_t told = 0;  ///< Events, however many heard them.
};

/// Tells listeners live what happens, and what they missed since their last event if it is not too
/// long ago. While nobody listens, and nobody did in the last kMemory, it costs one comparison per
/// event and keeps nothing. Bounded: the newest kMaxEvents within kMaxBytes, kMaxListeners. Loop
/// thread only; owned by the engine.
class EventFeed final : public DispatchObserver {
public:
    static constexpr std::size_t kMaxEvents = 2'048;
    static constexpr std::size_t kMaxBytes = 512 * 1'024;
    static constexpr std::size_t kMaxListeners = 32;
    static constexpr Seconds kQuiet{15};
    static constexpr Seconds kMemory{300};

    struct Services {
        boost::asio::any_io_executor executor;
        const Clock& clock;
        std::function<std::string(DirectiveId)> name_of;
        std::function<std::string(std::string)> redact;
    };
    explicit EventFeed(Services services);
    EventFeed(const EventFeed&) = delete;
    EventFeed& operator=(const EventFeed&) = delete;
    ~EventFeed() override { *alive_ = false; }

    /// Tells the listener all that came after `last` and is still known, first a gap if something
    /// is not, and that all is well; then what comes, until the returned function is called (again
    /// and late: harmless). Errors: busy when kMaxListeners listen.
    [[nodiscard]] Result<std::function<void()>> watch(FeedListener& listener,
                                                      std::optional<std::uint64_t> last);

    void on_decided(const model::DecisionRecord& decision, std::string_view directive) override;
    void on_run_ended(const RunEnd& end, std::string_view directive) override;
    void on_run_state(LedgerId run, DirectiveId directive, model::RunState state) override;
    struct StatusChange {
        DirectiveId id;
        std::string_view name;
        std::optional<model::DirectiveStatus> before;  ///< Nothing: it is new.
        model::DirectiveStatus status;
        std::string_view reason;
    };
    void on_status(const StatusChange& change);
    void on_lifecycle(logging::Level level,
                      std::string_view event,
                      std::string_view directive,
                      std::string_view text);
    /// No event follows.
    void end();

    [[nodiscard]] FeedFigures figures() const noexcept { return {listeners_.size(), told_}; }

private:
    void wake();
    void look_again();
    void tell(FeedKind kind, std::string_view directive, boost::json::object data);
    void forget_oldest();
    [[nodiscard]] FeedEvent gap_after(std::uint64_t last) const;
    void catch_up(FeedListener& listener, std::uint64_t last);

    Services services_;
    boost::asio::steady_timer timer_;
    Listeners<FeedListener> listeners_{kMaxListeners};
    std::deque<FeedEvent> events_;
    std::size_t bytes_ = 0;
    std::uint64_t newest_ = 0;  ///< The id of the last event.
    std::uint64_t whole_ = 0;   ///< All events with a greater id are in events_.
    std::uint64_t told_ = 0;
    MonoTime last_heard_;  ///< When somebody listened last.
    bool awake_ = false;
    bool ended_ = false;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // false once destroyed
};

}  // namespace aifp::engine
