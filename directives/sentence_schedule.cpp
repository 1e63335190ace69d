#include <fmt/format.h>

#include "base/text.hpp"
#include "directives/sentence.hpp"
#include "directives/words.hpp"

// What was said about time becomes native triggers and conditions.

namespace aifp::directives {
namespace {

constexpr int kHalfDay = 12 * 3600;
constexpr int kNoon = 12 * 3600;
constexpr int kDayBegins = 6 * 3600;

bool is_afternoon(std::string_view day_part, int seconds) noexcept {
    return day_part == "afternoon" || day_part == "evening" ||
           (day_part == "night" && seconds >= kDayBegins && seconds < kNoon);
}

std::string default_time(std::string_view day_part) {
    return day_part == "morning"     ? "07:00"
           : day_part == "afternoon" ? "15:00"
           : day_part == "evening"   ? "19:00"
           : day_part == "night"     ? "02:00"
                                     : "";
}

/// Builds the items of one sentence's time.
class TimeBuilder {
public:
    TimeBuilder(Sentence& sentence, const SpokenTime& time) : sentence_(sentence), time_(time) {}

    void build() {
        take_zone();
        if (!time_.sun.empty()) {
            return add_sun();
        }
        if (!time_.period.empty() || time_.bare_period > 0) {
            add_period();
            return restrict();
        }
        const auto times = clocks();
        if (times.empty()) {
            return;
        }
        if (!time_.month_days.empty() || time_.last_day) {
            time_.year > 0 ? add_dates(times) : add_cron(times);
        } else {
            add_at(times);
        }
        add_window();
    }

    void restrict() {
        take_zone();
        add_window();
        if (time_.has_days) {
            restrict_days();
        }
    }

private:
    void take_zone() {
        if (!time_.timezone.empty()) {
            sentence_.parts.timezone = time_.timezone;
        }
    }

    [[nodiscard]] std::string id_of(std::string_view key) const {
        return next_id("triggers", sentence_.parts.triggers) + "." + std::string(key);
    }

    // The time of day that was meant, as "17:00"; nothing while that is asked.
    std::optional<std::string> settle(const SpokenClock& clock, const std::string& id) {
        const bool afternoon = is_afternoon(time_.day_part, clock.seconds);
        if (!clock.is_vague) {
            const bool shifts = afternoon && clock.seconds < kNoon && time_.day_part != "night";
            return clock_text(clock.seconds + (shifts ? kHalfDay : 0));
        }
        const int morning = clock.seconds % kHalfDay;
        if (!time_.day_part.empty()) {
            return clock_text(morning + (afternoon ? kHalfDay : 0));
        }
        SentenceQuestion question;
        question.id = id;
        question.text = fmt::format("Is {} in the morning or in the afternoon?", clock.text);
        question.options = {clock_text(morning), clock_text(morning + kHalfDay)};
        question.rule = "one of the two";
        question.is_choice = true;
        return ask(sentence_, sentence_.words, std::move(question));
    }

    std::vector<std::string> clocks() {
        std::vector<std::string> times;
        for (std::size_t at = 0; at < time_.times.size(); ++at) {
            const std::string key = at == 0 ? "time" : "time" + std::to_string(at + 1);
            if (auto time = settle(time_.times[at], id_of(key))) {
                times.push_back(std::move(*time));
            }
        }
        if (!time_.times.empty()) {
            return times;
        }
        SentenceQuestion question;
        question.id = id_of("time");
        question.text = time_.day_part.empty()
                            ? "At what time of day is it to run?"
                            : fmt::format("At what time in the {}?", time_.day_part);
        question.rule = "a time of day, such as 19:00 or 7:30 pm";
        question.fallback = default_time(time_.day_part);
        if (const auto answer = ask(sentence_, sentence_.words, std::move(question))) {
            times.push_back(*answer);
        }
        return times;
    }

    void add_sun() {
        auto item = make_item("sun", time_.sun, time_.mark);
        if (!time_.sun_offset.empty()) {
            add_text(*item, "offset", time_.sun_offset, time_.mark);
        }
        sentence_.parts.triggers.push_back(item);
    }

    void add_period() {
        std::string period = time_.period;
        if (period.empty()) {
            SentenceQuestion question;
            question.id = id_of("unit");
            question.text = fmt::format("Every {} seconds, minutes or hours?", time_.bare_period);
            question.options = {"seconds", "minutes", "hours"};
            question.rule = "one of the three";
            question.is_choice = true;
            const auto unit = ask(sentence_, sentence_.words, std::move(question));
            if (!unit) {
                return;
            }
            period = std::to_string(time_.bare_period) + unit->front();
        }
        sentence_.parts.triggers.push_back(make_item("every", period, time_.mark));
    }

    void add_at(const std::vector<std::string>& times) {
        std::vector<NodePtr> list;
        for (const std::string& time : times) {
            list.push_back(make_text(time, time_.mark));
        }
        auto item = make_mapping(time_.mark);
        add(*item, "at", time_.mark, make_list(std::move(list), time_.mark));
        if (time_.has_days) {
            add_text(*item, "weekdays", week_text(time_.days), time_.mark);
        }
        sentence_.parts.triggers.push_back(item);
    }

    void add_dates(const std::vector<std::string>& times) {
        for (const std::string& time : times) {
            const auto seconds = clock_seconds(time);
            const std::string date =
                fmt::format("{:04}-{:02}-{:02}", time_.year, time_.month, time_.month_days.front());
            // An answer that is no time of day is told by the reader of the date.
            const std::string clock = seconds ? clock_text(*seconds) : time;
            sentence_.parts.triggers.push_back(make_item("at", date + "T" + clock, time_.mark));
        }
    }

    void add_cron(const std::vector<std::string>& times) {
        std::vector<std::string> days;
        for (const int day : time_.month_days) {
            days.push_back(std::to_string(day));
        }
        if (time_.last_day) {
            days.emplace_back("L");
        }
        for (const std::string& time : times) {
            const auto seconds = clock_seconds(time);
            if (!seconds) {
                sentence_.reading.report.error(time_.mark,
                                               document::quoted(time) + " is not a time of day",
                                               R"(write for example "17:00")");
                continue;
            }
            const std::string month = time_.month > 0 ? std::to_string(time_.month) : "*";
            sentence_.parts.triggers.push_back(make_item(
                "cron",
                fmt::format(
                    "{} {} {} {} *", *seconds / 60 % 60, *seconds / 3600, join(days, ","), month),
                time_.mark));
        }
        if (time_.has_days) {
            restrict_days();
        }
    }

    void restrict_days() {
        auto window = make_mapping(time_.mark);
        add_text(*window, "weekdays", week_text(time_.days), time_.mark);
        add_condition_time(window);
    }

    void add_window() {
        if (!time_.after || !time_.before) {
            return;
        }
        const auto after = settle_edge(*time_.after, "after");
        const auto before = settle_edge(*time_.before, "before");
        if (after && before) {
            auto window = make_mapping(time_.mark);
            add_text(*window, "after", *after, time_.mark);
            add_text(*window, "before", *before, time_.mark);
            add_condition_time(window);
        }
    }

    std::optional<std::string> settle_edge(const SpokenClock& clock, std::string_view key) {
        return settle(clock,
                      next_id("conditions", sentence_.parts.conditions) + "." + std::string(key));
    }

    void add_condition_time(const std::shared_ptr<document::Node>& window) {
        auto item = make_mapping(time_.mark);
        add(*item, "time", time_.mark, window);
        sentence_.parts.conditions.push_back(item);
    }

    Sentence& sentence_;
    const SpokenTime& time_;
};

}  // namespace

void build_time(Sentence& sentence, const SpokenTime& time) {
    TimeBuilder(sentence, time).build();
}

void build_restriction(Sentence& sentence, const SpokenTime& time) {
    TimeBuilder(sentence, time).restrict();
}

}  // namespace aifp::directives
