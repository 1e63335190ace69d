#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "prompts/notice.hpp"

namespace aifp::prompts {

/// The events that make what is known of a site old. `text` is "post.updated", "option.changed"
/// ..., `detail` names the option. A closed list (document on prompt directives, "Cache
/// Invalidation Triggers", with time zone, language and plugins added): false for anything else.
[[nodiscard]] bool makes_site_old(std::string_view text, std::string_view detail = {}) noexcept;

/// What is known of a site, and when its provider is asked anew. A plain state machine: it is told
/// what happened and answers what to do; whoever owns it asks the provider. What was invalidated
/// while the provider was being asked is never stored. Not thread-safe: loop thread only.
class SiteCache {
public:
    using Value = std::shared_ptr<const boost::json::object>;
    static constexpr Milliseconds kDebounce{2'000};       ///< Quiet after the last event.
    static constexpr Milliseconds kFailurePause{30'000};  ///< Until a provider is asked again.
    static constexpr Milliseconds kHolesPause{300'000};   ///< Likewise, when it gave a part only.

    /// `max_age`: for providers that do not tell of changes; without it a value never ages.
    explicit SiteCache(std::string provider, std::optional<Milliseconds> max_age = {});

    /// What a request does.
    enum class Step {
        use,    ///< `value` counts (null: there is none and the provider failed just now).
        fetch,  ///< Ask the provider and say finish(); nobody else is asking.
        wait,   ///< Somebody is asking: wait for the finish(), or take `value` after a while.
    };
    struct Answer {
        Step step = Step::use;
        Value value;  ///< The last one known; may be null.
        bool is_stale = false;
    };
    [[nodiscard]] Answer read(MonoTime now);

    /// What has come of asking. All who waited use the answer.
    struct Finished {
        Answer answer;
        bool is_current = false;  ///< To be written to the database.
        Notices notices;
    };
    /// The provider gave a value or failed. Precondition: a fetch is under way.
    [[nodiscard]] Finished finish(Result<boost::json::object> got, MonoTime now);

    /// Something changed. Bounded work: a thousand in a row cost a thousand additions.
    [[nodiscard]] Notices invalidate(std::string_view reason, MonoTime now);
    /// When to refresh without a request, if it is to be done: kDebounce after the last event.
    [[nodiscard]] std::optional<MonoTime> refresh_at() const noexcept { return refresh_at_; }
    /// True when the moment has come and nobody asks: then ask the provider and say finish().
    [[nodiscard]] bool begin_refresh(MonoTime now);

    /// The value that the database kept. It counts as old: nobody knows what happened meanwhile.
    void restore(boost::json::object value);

    [[nodiscard]] std::uint64_t generation() const noexcept { return generation_; }

private:
    void begin_fetch() noexcept;
    [[nodiscard]] bool is_fresh(MonoTime now) const noexcept;

    std::string provider_;
    std::optional<Milliseconds> max_age_;
    Value value_;
    std::uint64_t generation_ = 1;                   // counts invalidations
    std::uint64_t value_generation_ = 0;             // of value_; 0: restored, or none
    std::optional<std::uint64_t> asked_generation_;  // when the fetch under way began
    MonoTime fetched_at_{};
    bool has_holes_ = false;                // value_ is a part
    std::optional<MonoTime> failed_until_;  // no new attempt before
    std::optional<MonoTime> refresh_at_;
};

}  // namespace aifp::prompts
