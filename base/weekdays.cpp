#include "base/weekdays.hpp"

#include "base/text.hpp"

namespace aifp {
namespace {

constexpr std::array<std::string_view, 7> kDays = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
constexpr std::array<std::string_view, 7> kLongDays = {
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
constexpr std::array<std::string_view, 4> kDayGroups = {"weekdays", "weekend", "daily", "everyday"};

std::optional<std::size_t> day_index(std::string_view word) noexcept {
    for (std::size_t day = 0; day < kDays.size(); ++day) {
        if (word == kDays[day] || word == kLongDays[day]) {
            return day;
        }
    }
    return std::nullopt;
}

}  // namespace

bool add_weekdays(Week& week, std::string_view word) {
    const bool all = word == "daily" || word == "everyday";
    if (all || word == "weekdays" || word == "weekday" || word == "weekend" || word == "weekends") {
        for (std::size_t day = 0; day < week.size(); ++day) {
            week[day] = week[day] || all || (day < 5) == word.starts_with("weekday");
        }
        return true;
    }
    const std::size_t dash = word.find('-');
    const auto first = day_index(trim(word.substr(0, dash)));
    const auto last =
        dash == std::string_view::npos ? first : day_index(trim(word.substr(dash + 1)));
    if (!first || !last) {
        return false;
    }
    for (std::size_t day = *first;; day = (day + 1) % week.size()) {
        week[day] = true;
        if (day == *last) {
            return true;
        }
    }
}

std::string week_text(const Week& week) {
    std::string text;
    for (std::size_t day = 0; day < week.size(); ++day) {
        if (week[day]) {
            text += (text.empty() ? "" : ",") + std::string(kDays[day]);
        }
    }
    return text;
}

std::string_view weekday_name(std::size_t day) noexcept {
    return kDays[day % kDays.size()];
}

std::vector<std::string_view> weekday_words() {
    std::vector<std::string_view> words(kLongDays.begin(), kLongDays.end());
    words.insert(words.end(), kDays.begin(), kDays.end());
    words.insert(words.end(), kDayGroups.begin(), kDayGroups.end());
    return words;
}

}  // namespace aifp
