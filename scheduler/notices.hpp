#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "scheduler/notice_memory.hpp"
#include "scheduler/rate_limits.hpp"

namespace aifp::scheduler {

/// Something that happened to a directive and that people may want to know.
struct Happening {
    model::NoticeEvent event = model::NoticeEvent::failure;  ///< recovery: a run ended well.
    DirectiveId directive;
    std::string name;  ///< Of the directive.
    WallTime at;
    LedgerId run;        ///< 0: none.
    std::string detail;  ///< For people; bounded here.
};

/// One message: what is to be told over a channel now.
struct Notice {
    std::string channel;
    std::string to;
    std::string text;  ///< A line per directive and event.
    std::vector<DirectiveId> about;
};

/// Decides what people are told, and when: the first of its kind soon, repeats within the digest
/// time once, with counts; and never more than kMostInWindow messages per channel in that time,
/// however many directives fail. Also counts the streaks. Pure: told what happened and what time it
/// is; who sends the messages tells how it went. Bounded by the number of directives.
/// (docs/notices.md; reference/semantics.md 1 no. 7)
class Notices {
public:
    /// What happens within this time goes into one message.
    static constexpr Milliseconds kGather{1'000};
    static constexpr std::uint32_t kMostInWindow = 5;
    static constexpr Milliseconds kLeastWindow{60'000};  ///< However short the digest time is.
    static constexpr std::size_t kMostLines = 20;        ///< Of a message.
    static constexpr std::size_t kMaxDetail = 300;       ///< Bytes.
    /// A message that the channel did not take is tried again after 1, 2, 4 ... minutes, so often.
    static constexpr int kMaxTries = 5;

    /// Before anything happens.
    void restore(DirectiveId directive, NoticeMemory memory);
    /// `rules` are complete: no part is unset, but an empty channel means that nobody is told.
    void happened(const Happening& happening, const model::NoticeRules& rules);
    /// The messages that are due. Each is followed by sent() or not_sent().
    [[nodiscard]] std::vector<Notice> take(WallTime now, const TimeZone& zone);
    void sent(const Notice& notice);
    /// False: it has been tried often enough, and is dropped.
    [[nodiscard]] bool not_sent(const Notice& notice, WallTime now);
    /// When take() may have something.
    [[nodiscard]] std::optional<WallTime> next_due() const noexcept { return next_; }

    /// Null: its last run did not fail.
    [[nodiscard]] const Streak* streak_of(DirectiveId directive) const;
    /// The directive is gone.
    void forget(DirectiveId directive);
    /// The directives whose memory is another one since the last time.
    [[nodiscard]] std::set<DirectiveId> take_changed();
    /// Null: there is nothing to remember of it.
    [[nodiscard]] const NoticeMemory* find(DirectiveId directive) const;

private:
    [[nodiscard]] static bool count(NoticeMemory& memory, const Happening& happening);
    void add(NoticeMemory& memory, const Happening& happening, const Streak& before);
    [[nodiscard]] std::vector<DirectiveId> ready(const std::string& channel, WallTime now) const;
    [[nodiscard]] Notice compose(const std::vector<DirectiveId>& about,
                                 WallTime now,
                                 const TimeZone& zone);
    void postpone(const std::vector<DirectiveId>& about, WallTime until);
    void drop_over(WallTime now);
    void find_next();

    std::map<DirectiveId, NoticeMemory> memories_;
    std::map<std::string, RateWindow> windows_;  ///< By channel: what was told lately.
    std::set<DirectiveId> changed_;
    std::optional<WallTime> next_;
};

}  // namespace aifp::scheduler
