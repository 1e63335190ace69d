#include "base/quantity.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <optional>

#include "base/text.hpp"

namespace aifp {
namespace {

struct Unit {
    std::string_view name;
    std::int64_t milliseconds;
};

// From the longest to the shortest: the order in which a duration is written.
constexpr std::array kUnits = {Unit{"w", 604'800'000},
                               Unit{"d", 86'400'000},
                               Unit{"h", 3'600'000},
                               Unit{"m", 60'000},
                               Unit{"s", 1'000},
                               Unit{"ms", 1}};
constexpr std::int64_t kLongestMilliseconds = 36'525LL * 86'400'000;  // a hundred years

struct SizeUnit {
    std::string_view name;
    std::uint64_t bytes;
};

constexpr std::array kSizeUnits = {SizeUnit{"", 1},
                                   SizeUnit{"b", 1},
                                   SizeUnit{"kib", 1ULL << 10U},
                                   SizeUnit{"mib", 1ULL << 20U},
                                   SizeUnit{"gib", 1ULL << 30U},
                                   SizeUnit{"tib", 1ULL << 40U},
                                   SizeUnit{"kb", 1'000},
                                   SizeUnit{"mb", 1'000'000},
                                   SizeUnit{"gb", 1'000'000'000},
                                   SizeUnit{"tb", 1'000'000'000'000}};

bool is_digit(char letter) noexcept {
    return letter >= '0' && letter <= '9';
}

// Takes the digits in front of `text`; nothing if there are none or they are too many.
std::optional<std::int64_t> take_number(std::string_view& text) noexcept {
    std::int64_t number = 0;
    if (text.empty() || !is_digit(text.front())) {
        return std::nullopt;
    }
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc()) {
        return std::nullopt;
    }
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

// Takes the letters in front of `text`.
std::string_view take_letters(std::string_view& text) noexcept {
    std::size_t end = 0;
    while (end < text.size() && text[end] >= 'a' && text[end] <= 'z') {
        ++end;
    }
    const std::string_view letters = text.substr(0, end);
    text.remove_prefix(end);
    return letters;
}

// Exactly two digits below `limit`.
std::optional<int> two_digits(std::string_view text, int limit) noexcept {
    if (text.size() != 2 || !is_digit(text[0]) || !is_digit(text[1])) {
        return std::nullopt;
    }
    const int number = (text[0] - '0') * 10 + (text[1] - '0');
    return number < limit ? std::optional(number) : std::nullopt;
}

tl::unexpected<Error> bad_duration(std::string_view text) {
    return fail(ErrorCode::invalid_input,
                fmt::format("\"{}\" is not a duration; write one like \"90s\", \"10m\", "
                            "\"1h30m\", \"2d\" or \"00:05:00\"",
                            truncate_utf8(text, 40)));
}

tl::unexpected<Error> too_long(std::string_view text) {
    return fail(ErrorCode::invalid_input,
                fmt::format("\"{}\" is too long; a duration is at most a hundred years (36525d)",
                            truncate_utf8(text, 40)));
}

// "00:05:00"
Result<Milliseconds> parse_clock_duration(std::string_view text) {
    const auto parts = split(text, ':');
    if (parts.size() != 3 || parts[0].size() < 2) {
        return bad_duration(text);
    }
    std::string_view hours_text = parts[0];
    const auto hours = take_number(hours_text);
    const auto minutes = two_digits(parts[1], 60);
    const auto seconds = two_digits(parts[2], 60);
    if (!hours || !hours_text.empty() || !minutes || !seconds) {
        return bad_duration(text);
    }
    if (*hours > kLongestMilliseconds / 3'600'000) {
        return too_long(text);
    }
    return Milliseconds((*hours * 3'600 + *minutes * 60 + *seconds) * 1'000);
}

// "1h30m": units from the longest to the shortest, each at most once.
Result<Milliseconds> parse_unit_duration(std::string_view text) {
    std::string_view rest = text;
    std::int64_t total = 0;
    std::size_t next_unit = 0;
    while (!rest.empty()) {
        const auto number = take_number(rest);
        const auto name = take_letters(rest);
        while (next_unit < kUnits.size() && kUnits[next_unit].name != name) {
            ++next_unit;
        }
        if (!number || next_unit == kUnits.size()) {
            return bad_duration(text);
        }
        const std::int64_t size = kUnits[next_unit++].milliseconds;
        if (*number > (kLongestMilliseconds - total) / size) {
            return too_long(text);
        }
        total += *number * size;
    }
    return Milliseconds(total);
}

}  // namespace

Result<Milliseconds> parse_duration(std::string_view text) {
    const std::string_view trimmed = trim(text);
    if (trimmed.empty() || trimmed.size() > 64) {
        return bad_duration(text);
    }
    if (trimmed.find(':') != std::string_view::npos) {
        return parse_clock_duration(trimmed);
    }
    std::string_view rest = trimmed;
    const auto seconds = take_number(rest);
    if (!seconds || !rest.empty()) {
        return parse_unit_duration(trimmed);
    }
    if (*seconds > kLongestMilliseconds / 1'000) {
        return too_long(text);
    }
    return Milliseconds(*seconds * 1'000);
}

std::string format_duration(Milliseconds duration) {
    std::int64_t rest = duration.count();
    if (rest == 0) {
        return "0s";
    }
    std::string text;
    for (const Unit& unit : kUnits) {
        // Weeks only when nothing else is left: "8d", not "1w1d".
        if (rest < unit.milliseconds || (unit.name == "w" && rest % unit.milliseconds != 0)) {
            continue;
        }
        text += fmt::format("{}{}", rest / unit.milliseconds, unit.name);
        rest %= unit.milliseconds;
    }
    return text;
}

Result<std::uint64_t> parse_size_bytes(std::string_view text) {
    const auto bad = [text] {
        return fail(ErrorCode::invalid_input,
                    fmt::format("\"{}\" is not a size; write one like \"512\", \"64 KiB\", "
                                "\"10 MiB\" or \"1 GB\"",
                                truncate_utf8(text, 40)));
    };
    std::string_view rest = trim(text);
    const auto number = take_number(rest);
    if (!number) {
        return bad();
    }
    const std::string name = to_lower_ascii(trim(rest));
    for (const SizeUnit& unit : kSizeUnits) {
        if (unit.name == name) {
            const auto count = static_cast<std::uint64_t>(*number);
            return count <= UINT64_MAX / unit.bytes ? Result<std::uint64_t>(count * unit.bytes)
                                                    : bad();
        }
    }
    return bad();
}

Result<int> parse_time_of_day(std::string_view text) {
    const auto parts = split(text, ':');
    if (parts.size() == 2 || parts.size() == 3) {
        const auto hours = two_digits(parts[0], 24);
        const auto minutes = two_digits(parts[1], 60);
        const auto seconds = parts.size() == 3 ? two_digits(parts[2], 60) : 0;
        if (hours && minutes && seconds) {
            return *hours * 3'600 + *minutes * 60 + *seconds;
        }
    }
    return fail(ErrorCode::invalid_input,
                fmt::format("\"{}\" is not a time of day; write it like \"07:00\", \"17:00\" or "
                            "\"17:00:30\"",
                            truncate_utf8(text, 40)));
}

}  // namespace aifp
