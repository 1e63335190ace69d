#include <array>

#include "base/text.hpp"
#include "directives/reading.hpp"
#include "document/reader.hpp"

namespace aifp::directives {

namespace json = boost::json;
using document::Node;
using document::quoted;

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

namespace {

void tell_day(Reading& reading, const Node& node, std::string_view word) {
    std::vector<std::string_view> words(kLongDays.begin(), kLongDays.end());
    words.insert(words.end(), kDays.begin(), kDays.end());
    words.insert(words.end(), kDayGroups.begin(), kDayGroups.end());
    const auto nearest = nearest_name(word, words);
    reading.report.error(node.mark,
                         quoted(word) + " is not a weekday",
                         nearest ? "did you mean " + quoted(*nearest) + "?"
                                 : "write mon, tue, wed, thu, fri, sat, sun, or a range: mon-fri");
}

}  // namespace

std::string text_of(const Week& week) {
    std::string text;
    for (std::size_t day = 0; day < week.size(); ++day) {
        if (week[day]) {
            text += (text.empty() ? "" : ",") + std::string(kDays[day]);
        }
    }
    return text;
}

Value read_weekdays(Reading& reading, const Node& node) {
    const auto texts = document::read_texts(reading.report, node, "weekdays");
    if (!texts) {
        return std::nullopt;
    }
    Week week{};
    for (const std::string& text : *texts) {
        for (const std::string_view part : split(text, ',')) {
            const std::string word = to_lower_ascii(trim(part));
            if (!add_weekdays(week, word)) {
                tell_day(reading, node, word);
                return std::nullopt;
            }
        }
    }
    json::array list;
    for (std::size_t day = 0; day < week.size(); ++day) {
        if (week[day]) {
            list.emplace_back(json::string(kDays[day]));
        }
    }
    if (list.empty()) {
        reading.report.error(node.mark, "no weekday is given", "write for example [mon, tue]");
        return std::nullopt;
    }
    return json::value(std::move(list));
}

}  // namespace aifp::directives
