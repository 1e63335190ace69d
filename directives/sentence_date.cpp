#include <array>

#include "base/time_zone.hpp"
#include "directives/sentence_pieces.hpp"
#include "directives/words.hpp"

namespace aifp::directives {
namespace {

constexpr std::array<std::string_view, 12> kMonths = {"january",
                                                      "february",
                                                      "march",
                                                      "april",
                                                      "may",
                                                      "june",
                                                      "july",
                                                      "august",
                                                      "september",
                                                      "october",
                                                      "november",
                                                      "december"};

int month_of(std::string_view word) noexcept {
    for (std::size_t at = 0; at < kMonths.size(); ++at) {
        if (word == kMonths[at] || (word.size() == 3 && kMonths[at].starts_with(word))) {
            return static_cast<int>(at) + 1;
        }
    }
    return 0;
}

int take_month_day(Phrase& phrase) {
    if (phrase.at_end()) {
        return -1;
    }
    const int plain = to_count(phrase.front().lower);
    const int day = plain >= 1 && plain <= 31 ? plain : spoken_ordinal(phrase.front().lower);
    if (day > 0) {
        phrase.skip();
    }
    return day;
}

}  // namespace

bool take_month_days(Phrase& phrase, SpokenTime& time) {
    Phrase ahead = phrase;
    std::vector<int> days;
    bool last = false;
    for (;;) {
        const int day = ahead.at_end() ? -1 : spoken_ordinal(ahead.front().lower);
        if (day > 0) {
            ahead.skip();
            days.push_back(day);
        } else if (ahead.take("last")) {
            last = true;
        } else {
            return false;
        }
        ahead.take("day");
        Phrase more = ahead;
        more.take(",");
        if (!more.take("and the?") && more.position() == ahead.position()) {
            break;
        }
        ahead = more;
    }
    if (!ahead.take("of the|each|every|a month") && !ahead.take("of the|each|every month")) {
        return false;
    }
    phrase = ahead;
    time.month_days = std::move(days);
    time.last_day = last;
    time.recurs = true;
    return true;
}

bool take_date(Phrase& phrase, SpokenTime& time) {
    Phrase ahead = phrase;
    if (ahead.at_end() || ahead.front().quoted) {
        return false;
    }
    if (const auto date = parse_instant(ahead.front().text + "T00:00", TimeZone::utc())) {
        const CivilTime civil = TimeZone::utc().to_local(*date).civil;
        time.year = static_cast<int>(civil.year);
        time.month = civil.month;
        time.month_days = {civil.day};
        phrase.skip();
        return true;
    }
    ahead.take("the");
    int month = month_of(ahead.front().lower);
    int day = 0;
    if (month > 0) {
        ahead.skip();
        ahead.take("the");
        day = take_month_day(ahead);
    } else {
        day = take_month_day(ahead);
        ahead.take("of");
        month = ahead.at_end() ? 0 : month_of(ahead.front().lower);
        if (month > 0) {
            ahead.skip();
        }
    }
    if (day < 1 || month < 1) {
        return false;
    }
    Phrase with_year = ahead;
    with_year.take(",");
    const int year = with_year.at_end() ? -1 : to_count(with_year.front().lower);
    if (year >= 2000 && year < 10'000) {
        with_year.skip();
        ahead = with_year;
        time.year = year;
    }
    time.month = month;
    time.month_days = {day};
    phrase = ahead;
    return true;
}

}  // namespace aifp::directives
