#include "scheduler/notices.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.hpp"

namespace aifp::scheduler {
namespace {

using model::NoticeEvent;

constexpr std::string_view kCut = " ...";

std::string bounded(std::string_view text) {
    const auto line = text.substr(0, text.find('\n'));
    if (line.size() <= Notices::kMaxDetail) {
        return std::string(line);
    }
    return std::string(truncate_utf8(line, Notices::kMaxDetail - kCut.size())) + std::string(kCut);
}

bool is_due(const NoticeMemory& memory, WallTime now) {
    return !memory.is_sending() &&
           std::any_of(memory.events.begin(), memory.events.end(), [&](const auto& event) {
               return event.untold && event.untold->due <= now;
           });
}

}  // namespace

void Notices::restore(DirectiveId directive, NoticeMemory memory) {
    for (const auto& event : memory.events) {
        if (event.untold && !memory.is_sending()) {
            next_ = next_ ? std::min(*next_, event.untold->due) : event.untold->due;
        }
    }
    memories_.insert_or_assign(directive, std::move(memory));
}

// Whether it is news at all: a run that ends well is, if the one before failed.
bool Notices::count(NoticeMemory& memory, const Happening& happening) {
    auto& streak = memory.streak;
    if (happening.event == NoticeEvent::recovery) {
        return std::exchange(streak, Streak{}).failures > 0;
    }
    if (happening.event != NoticeEvent::failure) {
        return true;
    }
    if (happening.run.value != 0 && happening.run == streak.last_run) {
        return false;
    }
    streak.since = streak.failures == 0 ? happening.at : streak.since;
    ++streak.failures;
    streak.last = happening.at;
    streak.last_run = happening.run;
    return true;
}

void Notices::happened(const Happening& happening, const model::NoticeRules& rules) {
    if (happening.event == NoticeEvent::recovery && !memories_.contains(happening.directive)) {
        return;  // the usual case: it ran well, and before too
    }
    auto& memory = memories_[happening.directive];
    const auto before = memory.streak;
    if (!count(memory, happening)) {
        return;
    }
    changed_.insert(happening.directive);
    memory.name = happening.name;
    memory.rules = rules;
    if (!rules.channel.empty() && rules.events && has(*rules.events, happening.event)) {
        add(memory, happening, before);
    }
}

void Notices::add(NoticeMemory& memory, const Happening& happening, const Streak& before) {
    auto& event = memory.of(happening.event);
    Untold news;
    news.count = 1;
    news.first = happening.at;
    news.last = happening.at;
    news.detail = bounded(happening.detail);
    if (happening.event == NoticeEvent::recovery) {
        news.failures = before.failures;
        news.since = before.since;
    }
    news.due = happening.at + kGather;
    const auto window = memory.rules.digest.value_or(Milliseconds(0));
    const auto& failure = memory.of(NoticeEvent::failure);
    if (happening.event == NoticeEvent::recovery && failure.untold) {
        news.due = failure.untold->due;  // one message for both
    } else if (event.told_at && *event.told_at <= happening.at) {
        news.due = std::max(news.due, *event.told_at + window);
    }
    merge(event.untold, news);
    next_ = next_ ? std::min(*next_, event.untold->due) : event.untold->due;
}

std::vector<Notice> Notices::take(WallTime now, const TimeZone& zone) {
    if (!next_ || *next_ > now) {
        return {};
    }
    std::set<std::string> channels;
    for (const auto& [id, memory] : memories_) {
        if (is_due(memory, now)) {
            channels.insert(memory.rules.channel);
        }
    }
    std::vector<Notice> notices;
    for (const auto& channel : channels) {
        const auto about = ready(channel, now);
        const auto digest = memories_.at(about.front()).rules.digest.value_or(Milliseconds(0));
        const Rate rate{kMostInWindow, std::max(digest, kLeastWindow)};
        auto& window = windows_.try_emplace(channel, rate).first->second;
        window.set_rate(rate);
        if (const auto free_at = window.blocked_until(now)) {
            postpone(about, *free_at);
            continue;
        }
        window.take(now);
        notices.push_back(compose(about, now, zone));
    }
    drop_over(now);
    find_next();
    return notices;
}

// Those of one channel that are told together: the receiver of the first one is theirs.
std::vector<DirectiveId> Notices::ready(const std::string& channel, WallTime now) const {
    std::vector<DirectiveId> about;
    const std::string* to = nullptr;
    for (const auto& [id, memory] : memories_) {
        if (!is_due(memory, now) || memory.rules.channel != channel) {
            continue;
        }
        to = to == nullptr ? &memory.rules.to : to;
        if (memory.rules.to == *to) {
            about.push_back(id);
        }
    }
    return about;
}

Notice Notices::compose(const std::vector<DirectiveId>& about, WallTime now, const TimeZone& zone) {
    Notice notice;
    notice.about = about;
    std::size_t lines = 0;
    std::size_t left_out = 0;
    for (const auto id : about) {
        auto& memory = memories_.at(id);
        notice.channel = memory.rules.channel;
        notice.to = memory.rules.to;
        for (auto& event : memory.events) {
            if (event.untold) {
                event.sending = std::exchange(event.untold, std::nullopt);
                event.told_at = now;
            }
        }
        changed_.insert(id);
        for (const auto& line : notice_lines(memory, now, zone)) {
            if (++lines > kMostLines) {
                ++left_out;
                continue;
            }
            notice.text += (notice.text.empty() ? "" : "\n") + line;
        }
    }
    if (left_out > 0) {
        notice.text += fmt::format("\nand {} more; see aifp status", left_out);
    }
    return notice;
}

void Notices::postpone(const std::vector<DirectiveId>& about, WallTime until) {
    for (const auto id : about) {
        for (auto& event : memories_.at(id).events) {
            if (event.untold) {
                event.untold->due = std::max(event.untold->due, until);
            }
        }
    }
}

void Notices::sent(const Notice& notice) {
    for (const auto id : notice.about) {
        if (const auto found = memories_.find(id); found != memories_.end()) {
            for (auto& event : found->second.events) {
                event.sending.reset();
            }
            changed_.insert(id);
        }
    }
    find_next();
}

bool Notices::not_sent(const Notice& notice, WallTime now) {
    bool again = false;
    for (const auto id : notice.about) {
        const auto found = memories_.find(id);
        if (found == memories_.end()) {
            continue;
        }
        changed_.insert(id);
        for (auto& event : found->second.events) {
            auto sending = std::exchange(event.sending, std::nullopt);
            if (!sending || ++sending->tries >= kMaxTries) {
                continue;
            }
            again = true;
            const auto pause = kLeastWindow * (1 << (sending->tries - 1));
            sending->due = now + pause;
            const auto later = event.untold ? std::max(event.untold->due, sending->due) : now;
            merge(event.untold, *sending);
            event.untold->due = std::max(later, sending->due);
        }
    }
    find_next();
    return again;
}

const Streak* Notices::streak_of(DirectiveId directive) const {
    const auto* memory = find(directive);
    return memory != nullptr && memory->streak.failures > 0 ? &memory->streak : nullptr;
}

const NoticeMemory* Notices::find(DirectiveId directive) const {
    const auto found = memories_.find(directive);
    return found == memories_.end() ? nullptr : &found->second;
}

void Notices::forget(DirectiveId directive) {
    if (memories_.erase(directive) > 0) {
        changed_.insert(directive);
        find_next();
    }
}

std::set<DirectiveId> Notices::take_changed() {
    return std::exchange(changed_, {});
}

void Notices::drop_over(WallTime now) {
    std::erase_if(memories_, [&](const auto& one) {
        const bool is_over = one.second.is_over(now);
        if (is_over) {
            changed_.insert(one.first);
        }
        return is_over;
    });
}

void Notices::find_next() {
    next_.reset();
    for (const auto& [id, memory] : memories_) {
        if (memory.is_sending()) {
            continue;
        }
        for (const auto& event : memory.events) {
            if (event.untold) {
                next_ = next_ ? std::min(*next_, event.untold->due) : event.untold->due;
            }
        }
    }
}

}  // namespace aifp::scheduler
