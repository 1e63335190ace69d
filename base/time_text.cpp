// The texts of instants: written and read by hand, without locale and without allocation beyond the
// result, because every ledger row and log line has one.
#include "base/time_text.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>

#include "base/text.hpp"
#include "base/time_zone.hpp"

namespace aifp {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

// "2026-11-22T17:00:00.123" and room for years beyond four digits.
class TimeWriter {
public:
    void digits(std::int64_t number, int width) {
        std::array<char, 20> reversed;
        int count = 0;
        do {
            reversed[static_cast<std::size_t>(count++)] = static_cast<char>('0' + number % 10);
            number /= 10;
        } while (number > 0);
        for (int i = count; i < width; ++i) {
            letter('0');
        }
        while (count > 0) {
            letter(reversed[static_cast<std::size_t>(--count)]);
        }
    }
    void letter(char value) { text_[size_++] = value; }
    void civil(const CivilTime& time) {
        if (time.year < 0) {
            letter('-');
        }
        digits(time.year < 0 ? -time.year : time.year, 4);
        pair('-', time.month);
        pair('-', time.day);
        pair('T', time.hour);
        pair(':', time.minute);
        pair(':', time.second);
    }
    void pair(char before, int number) {
        letter(before);
        digits(number, 2);
    }
    [[nodiscard]] std::string str() const { return {text_.data(), size_}; }

private:
    std::array<char, 64> text_;
    std::size_t size_ = 0;
};

CivilTime utc_civil(WallTime instant) {
    const auto day = std::chrono::floor<days>(instant);
    const std::chrono::year_month_day date(day);
    const auto second = std::chrono::floor<Seconds>(instant - day).count();
    return CivilTime{.year = static_cast<int>(date.year()),
                     .month = static_cast<int>(static_cast<unsigned>(date.month())),
                     .day = static_cast<int>(static_cast<unsigned>(date.day())),
                     .hour = static_cast<int>(second / 3'600),
                     .minute = static_cast<int>(second / 60 % 60),
                     .second = static_cast<int>(second % 60)};
}

// Reads an instant from left to right; any step that does not fit makes `ok` false for good.
class TimeReader {
public:
    explicit TimeReader(std::string_view text) : rest_(text) {}

    int number(std::size_t width, int least, int most) {
        int value = 0;
        if (rest_.size() < width) {
            ok_ = false;
            return least;
        }
        for (const char digit : rest_.substr(0, width)) {
            ok_ = ok_ && digit >= '0' && digit <= '9';
            value = value * 10 + (digit - '0');
        }
        rest_.remove_prefix(width);
        ok_ = ok_ && value >= least && value <= most;
        return value;
    }
    void expect(std::string_view one_of) { ok_ = take(one_of).has_value() && ok_; }
    std::optional<char> take(std::string_view one_of) {
        if (rest_.empty() || one_of.find(rest_.front()) == std::string_view::npos) {
            return std::nullopt;
        }
        const char taken = rest_.front();
        rest_.remove_prefix(1);
        return taken;
    }
    // The digits after a decimal point, in milliseconds; more than three are dropped.
    int fraction_ms() {
        int value = 0;
        int scale = 100;
        bool any = false;
        while (const auto digit = take("0123456789")) {
            value += (*digit - '0') * scale;
            scale /= 10;
            any = true;
        }
        ok_ = ok_ && any;
        return value;
    }
    [[nodiscard]] bool ok() const { return ok_; }
    [[nodiscard]] bool at_end() const { return rest_.empty(); }

private:
    std::string_view rest_;
    bool ok_ = true;
};

CivilTime read_civil(TimeReader& reader) {
    CivilTime civil;
    civil.year = reader.number(4, 0, 9'999);
    reader.expect("-");
    civil.month = reader.number(2, 1, 12);
    reader.expect("-");
    civil.day = reader.number(2, 1, 31);
    reader.expect("Tt ");
    civil.hour = reader.number(2, 0, 23);
    reader.expect(":");
    civil.minute = reader.number(2, 0, 59);
    if (!reader.take(":")) {
        return civil;  // people leave the seconds out
    }
    civil.second = reader.number(2, 0, 60);  // RFC 3339 5.6: 60 is a leap second
    return civil;
}

// "Z", "+01:00": seconds east of UTC; nothing if there is none.
std::optional<int> read_offset(TimeReader& reader) {
    if (reader.at_end()) {
        return std::nullopt;
    }
    const auto sign = reader.take("Zz+-");
    if (!sign) {
        reader.expect("Z");  // some other letter: remember that it does not fit
        return std::nullopt;
    }
    if (*sign == 'Z' || *sign == 'z') {
        return 0;
    }
    const int hours = reader.number(2, 0, 23);
    reader.expect(":");
    const int seconds = (hours * 60 + reader.number(2, 0, 59)) * 60;
    return *sign == '-' ? -seconds : seconds;
}

std::optional<sys_days> day_of(const CivilTime& civil) {
    const auto date = std::chrono::year(static_cast<int>(civil.year)) /
                      std::chrono::month(static_cast<unsigned>(civil.month)) /
                      std::chrono::day(static_cast<unsigned>(civil.day));
    return date.ok() ? std::optional(sys_days(date)) : std::nullopt;
}

}  // namespace

std::string format_rfc3339(WallTime instant, const TimeZone& zone) {
    const LocalTime local = zone.to_local(instant);
    const int minutes =
        (local.offset_seconds < 0 ? -local.offset_seconds : local.offset_seconds) / 60;
    TimeWriter writer;
    writer.civil(local.civil);
    writer.pair(local.offset_seconds < 0 ? '-' : '+', minutes / 60);
    writer.pair(':', minutes % 60);
    return writer.str();
}

std::string format_utc_ms(WallTime instant) {
    TimeWriter writer;
    writer.civil(utc_civil(instant));
    writer.letter('.');
    writer.digits((instant - std::chrono::floor<Seconds>(instant)).count(), 3);
    writer.letter('Z');
    return writer.str();
}

std::string format_utc_seconds(WallTime instant) {
    TimeWriter writer;
    writer.civil(utc_civil(instant));
    return writer.str();
}

Result<WallTime> parse_instant(std::string_view text, const TimeZone& zone) {
    TimeReader reader(text);
    const CivilTime civil = read_civil(reader);
    const int fraction = reader.ok() && reader.take(".") ? reader.fraction_ms() : 0;
    const auto offset = read_offset(reader);
    if (const auto day = day_of(civil); reader.ok() && reader.at_end() && day) {
        if (!offset) {
            return zone.to_instants(civil).first + Milliseconds(fraction);
        }
        const int second = civil.hour * 3'600 + civil.minute * 60 + civil.second;
        return *day + Seconds(second - *offset) + Milliseconds(fraction);
    }
    return fail(ErrorCode::invalid_input,
                fmt::format("\"{}\" is not a date and time; write it like "
                            "\"2026-11-22T18:00:00\" or \"2026-11-22T18:00:00+01:00\"",
                            truncate_utf8(text, 40)));
}

void append_utc_ms(std::string& out, WallTime time) {
    thread_local WallTime known_second{Milliseconds::min()};
    thread_local std::string known_text;
    const auto second = std::chrono::floor<Seconds>(time);
    if (known_text.empty() || second != known_second) {
        known_second = second;
        known_text = format_utc_ms(second);
    }
    const auto milliseconds = static_cast<int>((time - second).count());
    const std::size_t fraction = out.size() + known_text.size() - 4;  // "nnnZ" is the end
    out += known_text;
    out[fraction] = static_cast<char>('0' + milliseconds / 100);
    out[fraction + 1] = static_cast<char>('0' + milliseconds / 10 % 10);
    out[fraction + 2] = static_cast<char>('0' + milliseconds % 10);
}

}  // namespace aifp
