#include <fmt/format.h>

#include <algorithm>

#include "base/local_words.hpp"
#include "scheduler/notice_memory.hpp"

namespace aifp::scheduler {
namespace {

using model::NoticeEvent;

/// What the lines of one memory are written with.
struct Writer {
    const NoticeMemory& memory;
    WallTime now;
    const TimeZone& zone;

    [[nodiscard]] std::string at(WallTime time) const { return local_words(time, now, zone); }

    [[nodiscard]] std::string failure(const Untold& untold) const {
        const auto& streak = memory.streak;
        const bool still = streak.failures >= untold.count;
        const auto times = still ? streak.failures : untold.count;
        if (times == 1) {
            return fmt::format("{} failed at {}", memory.name, at(untold.last));
        }
        return fmt::format("{} failed {} times{} since {}, the last time at {}",
                           memory.name,
                           times,
                           still ? " in a row" : "",
                           at(still ? streak.since : untold.first),
                           at(untold.last));
    }

    [[nodiscard]] std::string recovery(const Untold& untold) const {
        auto line = untold.failures == 1
                        ? fmt::format("{} works again since {}, after it failed at {}",
                                      memory.name,
                                      at(untold.last),
                                      at(untold.since))
                        : fmt::format(
                              "{} works again since {}, after {} failures in a row "
                              "since {}",
                              memory.name,
                              at(untold.last),
                              untold.failures,
                              at(untold.since));
        if (untold.count > 1) {
            line += fmt::format("; it recovered {} times since {}", untold.count, at(untold.first));
        }
        return line;
    }

    [[nodiscard]] std::string missed(const Untold& untold) const {
        return untold.count == 1
                   ? fmt::format("{} missed a run at {}", memory.name, at(untold.last))
                   : fmt::format("{} missed {} runs between {} and {}, the last",
                                 memory.name,
                                 untold.count,
                                 at(untold.first),
                                 at(untold.last));
    }

    [[nodiscard]] std::string line(NoticeEvent event, const Untold& untold) const {
        std::string head;
        switch (event) {
            case NoticeEvent::failure:
                head = failure(untold);
                break;
            case NoticeEvent::recovery:
                return recovery(untold);
            case NoticeEvent::missed:
                head = missed(untold);
                break;
            case NoticeEvent::overdue:
            case NoticeEvent::stuck:
            case NoticeEvent::error_rate:  // what is wrong stands in the detail, whole
                return untold.count == 1 ? untold.detail
                                         : fmt::format("{} ({} times since {})",
                                                       untold.detail,
                                                       untold.count,
                                                       at(untold.first));
        }
        return untold.detail.empty() ? head : fmt::format("{}: {}", head, untold.detail);
    }
};

}  // namespace

std::vector<std::string> notice_lines(const NoticeMemory& memory,
                                      WallTime now,
                                      const TimeZone& zone) {
    const Writer writer{memory, now, zone};
    std::vector<std::pair<WallTime, std::string>> found;
    for (std::size_t i = 0; i < memory.events.size(); ++i) {
        if (const auto& sending = memory.events[i].sending) {
            found.emplace_back(sending->last, writer.line(static_cast<NoticeEvent>(i), *sending));
        }
    }
    std::stable_sort(found.begin(), found.end(), [](const auto& one, const auto& other) {
        return one.first < other.first;
    });
    std::vector<std::string> lines;
    for (auto& [at, line] : found) {
        lines.push_back(std::move(line));
    }
    return lines;
}

}  // namespace aifp::scheduler
