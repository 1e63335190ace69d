#include "base/text.hpp"
#include "base/weekdays.hpp"
#include "directives/reading.hpp"
#include "document/reader.hpp"

namespace aifp::directives {

namespace json = boost::json;
using document::Node;
using document::quoted;

namespace {

void tell_day(Reading& reading, const Node& node, std::string_view word) {
    const auto words = weekday_words();
    const auto nearest = nearest_name(word, words);
    reading.report.error(node.mark,
                         quoted(word) + " is not a weekday",
                         nearest ? "did you mean " + quoted(*nearest) + "?"
                                 : "write mon, tue, wed, thu, fri, sat, sun, or a range: mon-fri");
}

}  // namespace

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
            list.emplace_back(json::string(weekday_name(day)));
        }
    }
    if (list.empty()) {
        reading.report.error(node.mark, "no weekday is given", "write for example [mon, tue]");
        return std::nullopt;
    }
    return json::value(std::move(list));
}

}  // namespace aifp::directives
