#include "directives/sentence_time.hpp"

#include "base/time_zone.hpp"
#include "directives/sentence_pieces.hpp"
#include "directives/words.hpp"

namespace aifp::directives {
namespace {

constexpr int kNoonSeconds = 12 * 3600;

bool take_days(Phrase& phrase, SpokenTime& time) {
    if (!take_weekdays(phrase, time.days)) {
        return false;
    }
    time.has_days = true;
    return true;
}

bool take_day_part(Phrase& phrase, SpokenTime& time) {
    if (const auto part = phrase.take_one("morning|afternoon|evening|night")) {
        time.day_part = *part;
        return true;
    }
    return false;
}

// Behind "every".
bool take_every(Phrase& phrase, SpokenTime& time) {
    if (const auto named = phrase.take_one("noon|midnight")) {
        time.times.push_back({*named == "noon" ? kNoonSeconds : 0, false, time.mark, *named});
        return true;
    }
    if (phrase.take("day") || phrase.take("single day")) {
        time.recurs = true;
        return true;
    }
    if (take_day_part(phrase, time)) {
        time.recurs = true;
        return true;
    }
    if (take_days(phrase, time)) {
        time.recurs = true;
        take_day_part(phrase, time);
        return true;
    }
    if (phrase.take("half hour|an hour?") || phrase.take("half an? hour")) {
        time.period = "30m";
        return true;
    }
    if (phrase.take("month")) {
        time.recurs = true;
        return true;
    }
    if (auto period = take_duration(phrase)) {
        time.period = std::move(*period);
        return true;
    }
    const std::string_view unit = phrase.at_end() ? "" : unit_of(phrase.front().lower);
    if (!unit.empty()) {
        phrase.skip();
        time.period = "1" + std::string(unit);
        return true;
    }
    const int number = phrase.at_end() ? -1 : spoken_number(phrase.front().lower);
    if (number > 0) {
        phrase.skip();
        time.bare_period = number;
        return true;
    }
    return false;
}

bool take_sun(Phrase& phrase, SpokenTime& time) {
    Phrase ahead = phrase;
    const auto offset = take_duration(ahead);
    const auto side = offset ? ahead.take_one("before|after") : std::nullopt;
    if ((!offset && !ahead.take("at|on")) || (offset && !side)) {
        return false;
    }
    const auto which = ahead.take_one("sunrise|sunset|dawn|dusk");
    if (!which) {
        return false;
    }
    phrase = ahead;
    time.sun = *which;
    time.sun_offset = offset ? (*side == "before" ? "-" : "") + *offset : "";
    return true;
}

// "between 9:00 and 17:00", "from 9am to 5pm".
bool take_window(Phrase& phrase, SpokenTime& time) {
    Phrase ahead = phrase;
    if (!ahead.take("only? between|from")) {
        return false;
    }
    Phrase days = ahead;
    if (take_days(days, time)) {
        phrase = days;
        return true;
    }
    auto after = take_clock(ahead, true);
    if (!after || !ahead.take("and|to|until|till|-")) {
        return false;
    }
    auto before = take_clock(ahead, true);
    if (!before) {
        return false;
    }
    // "between 9 and 17" is said on a clock of 24 hours.
    if (before->seconds > kNoonSeconds && !before->is_vague && to_count(before->text) > 0) {
        after->is_vague = false;
    }
    phrase = ahead;
    time.after = std::move(after);
    time.before = std::move(before);
    return true;
}

bool take_zone(Phrase& phrase, SpokenTime& time) {
    Phrase ahead = phrase;
    ahead.take("in|(");
    if (ahead.at_end() || ahead.front().quoted || !time.timezone.empty()) {
        return false;
    }
    std::string_view word = ahead.front().text;
    while (word.starts_with('(') || word.ends_with(')')) {
        word.starts_with('(') ? word.remove_prefix(1) : word.remove_suffix(1);
    }
    const bool looks_right = word == "UTC" || (word.find('/') != std::string_view::npos &&
                                               word.front() >= 'A' && word.front() <= 'Z');
    if (!looks_right || !TimeZone::load(std::string(word))) {
        return false;
    }
    ahead.skip();
    ahead.take("time");
    time.timezone = word;
    phrase = ahead;
    return true;
}

bool take_except(Phrase& phrase, SpokenTime& time) {
    Phrase ahead = phrase;
    Week without{};
    if (!(ahead.take("but not on?") || ahead.take("except on?") || ahead.take("not on")) ||
        !take_weekdays(ahead, without)) {
        return false;
    }
    for (std::size_t day = 0; day < without.size(); ++day) {
        time.days[day] = (!time.has_days || time.days[day]) && !without[day];
    }
    time.has_days = true;
    phrase = ahead;
    return true;
}

bool take_named(Phrase& phrase, SpokenTime& time) {
    if (phrase.take("hourly")) {
        time.period = "1h";
        return true;
    }
    if (phrase.take("daily") || phrase.take("everyday") || phrase.take("once a day")) {
        time.recurs = true;
        return true;
    }
    if (phrase.take("nightly")) {
        time.recurs = true;
        time.day_part = "night";
        return true;
    }
    if (phrase.take("monthly") || phrase.take("weekly")) {
        time.recurs = true;
        return true;
    }
    if (phrase.take("at night")) {
        time.day_part = "night";
        return true;
    }
    Phrase ahead = phrase;
    if (ahead.take("in the") && take_day_part(ahead, time)) {
        phrase = ahead;
        return true;
    }
    return false;
}

bool take_piece(Phrase& phrase, SpokenTime& time) {
    const std::size_t start = phrase.position();
    if (phrase.take("every|each") || phrase.take("once every|an|a")) {
        if (take_every(phrase, time)) {
            return true;
        }
        phrase.go_to(start);
        return false;
    }
    if (take_named(phrase, time) || take_sun(phrase, time) || take_window(phrase, time) ||
        take_except(phrase, time) || take_zone(phrase, time)) {
        return true;
    }
    if (phrase.take("only? on the?")) {
        if (take_days(phrase, time) || take_month_days(phrase, time) || take_date(phrase, time)) {
            take_day_part(phrase, time);
            return true;
        }
        phrase.go_to(start);
        return false;
    }
    if (phrase.take("at|by")) {
        if (take_clocks(phrase, time, true)) {
            return true;
        }
        phrase.go_to(start);
        return false;
    }
    return take_days(phrase, time) || take_clocks(phrase, time, false) || take_date(phrase, time);
}

}  // namespace

bool SpokenTime::is_trigger() const noexcept {
    return !period.empty() || bare_period > 0 || !times.empty() || recurs || !sun.empty() ||
           !month_days.empty() || last_day;
}

bool take_time(Phrase& phrase, SpokenTime& time) {
    const std::size_t start = phrase.position();
    if (!phrase.at_end() && !time.is_trigger()) {
        time.mark = phrase.front().mark;
    }
    bool any = false;
    for (;;) {
        Phrase ahead = phrase;
        if (any) {
            ahead.take(",");
            ahead.take("and|but");
        }
        if (ahead.at_end() || !take_piece(ahead, time)) {
            break;
        }
        phrase = ahead;
        any = true;
    }
    return any && phrase.position() > start;
}

}  // namespace aifp::directives
