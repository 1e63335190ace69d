#include "schedule/occurrence.hpp"

#include <fmt/format.h>

namespace aifp::schedule {
namespace {

std::string date_of(LocalSeconds local) {
    const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(local));
    return fmt::format("{:04}-{:02}-{:02}",
                       static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()),
                       static_cast<unsigned>(date.day()));
}

std::string time_of(LocalSeconds local) {
    const auto second = (local - std::chrono::floor<std::chrono::days>(local)).count();
    const std::string text = fmt::format("{:02}:{:02}", second / 3600, second / 60 % 60);
    return second % 60 == 0 ? text : fmt::format("{}:{:02}", text, second % 60);
}

std::string removed_times(const Occurrence& occurrence) {
    const std::string first = time_of(occurrence.first_removed);
    const std::string last = time_of(occurrence.last_removed);
    if (occurrence.removed == 1) {
        return first + " does";
    }
    if (occurrence.removed == 2) {
        return fmt::format("{} and {} do", first, last);
    }
    return fmt::format("{} to {} ({} times) do", first, last, occurrence.removed);
}

}  // namespace

std::string describe(const Occurrence& occurrence) {
    switch (occurrence.note) {
        case DstNote::none:
            return {};
        case DstNote::gap_run:
        case DstNote::gap_skip:
            return fmt::format("{} not exist on {} (clock set forward); {}",
                               removed_times(occurrence),
                               date_of(occurrence.first_removed),
                               occurrence.note == DstNote::gap_run
                                   ? "run once instead"
                                   : "not run, as `gap: skip` says");
        case DstNote::overlap_first:
            return occurrence.suppressed == model::Reason::none
                       ? "the first of two such local times (clock set back)"
                       : "the first of two such local times (clock set back); only the second is "
                         "run";
        case DstNote::overlap_second:
            return occurrence.suppressed == model::Reason::none
                       ? "the second of two such local times (clock set back)"
                       : "the second of two such local times (clock set back); only the first is "
                         "run";
    }
    return {};
}

}  // namespace aifp::schedule
