#include "schedule/cron_field.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.hpp"

namespace aifp::schedule {
namespace {

// Every month has these days; a hash must not choose a day that some months lack.
constexpr int kLastDayOfEveryMonth = 28;

struct Range {
    int low = 0;
    int high = 0;
    int step = 1;
};

/// Reads one field, item by item. Each read_… returns true on success; on failure error_ is set.
class FieldReader {
public:
    FieldReader(const FieldText& field, CronFields& fields)
        : field_(field), rule_(rule_of(field.kind)), fields_(fields) {}

    std::optional<CronError> read() {
        for (std::string_view item : split(field_.text, ',')) {
            if (!read_item(item)) {
                return error_;
            }
        }
        return std::nullopt;
    }

private:
    bool refuse(std::string_view part, std::string message, std::string hint) {
        const auto at = static_cast<std::size_t>(part.data() - field_.text.data());
        // An empty part (two commas) is pointed at by the sign before it.
        const bool behind = part.empty() && at == field_.text.size() && at > 0;
        error_ = CronError{field_.number,
                           field_.offset + at - (behind ? 1 : 0),
                           std::max<std::size_t>(part.size(), 1),
                           std::move(message),
                           std::move(hint)};
        return false;
    }

    bool read_item(std::string_view item) {
        if (item.empty()) {
            return refuse(item,
                          fmt::format("an empty item in the {} field", rule_.name),
                          "take out the extra comma");
        }
        if (field_.kind == FieldKind::day && item.find_first_of("LlWw") != item.npos) {
            return read_day_rule(item);
        }
        if (field_.kind == FieldKind::weekday &&
            (item.find('#') != item.npos || item.back() == 'L' || item.back() == 'l')) {
            return read_weekday_rule(item);
        }
        const std::size_t slash = item.find('/');
        const std::string_view head = item.substr(0, slash);
        if (head.find('~') != head.npos) {
            return read_hashed(head, slash == item.npos ? "" : item.substr(slash + 1), item);
        }
        Range range;
        if (!read_range(head, slash != item.npos, range)) {
            return false;
        }
        if (slash != item.npos && !read_step(item.substr(slash + 1), range)) {
            return false;
        }
        set(range);
        return true;
    }

    bool read_range(std::string_view head, bool has_step, Range& range) {
        if (head == "*") {
            range = {rule_.min, full_max(), 1};
            return true;
        }
        if (head == "?") {
            if (field_.kind != FieldKind::day && field_.kind != FieldKind::weekday) {
                return refuse(
                    head,
                    fmt::format("`?` is only for the day fields, not for the {}", rule_.name),
                    "write `*`");
            }
            range = {rule_.min, full_max(), 1};
            return true;
        }
        const std::size_t dash = head.find('-');
        if (!read_value(head.substr(0, dash), range.low)) {
            return false;
        }
        if (dash == head.npos) {
            range.low = has_step && range.low > full_max() ? 0 : range.low;  // 7/2 is 0/2
            range.high = has_step ? full_max() : range.low;
            return true;
        }
        return read_value(head.substr(dash + 1), range.high) && check_order(head, range);
    }

    // Only a week goes round in everyday speech (FRI-MON); elsewhere a range that runs backwards is
    // more often a slip than meant.
    bool check_order(std::string_view head, Range& range) {
        if (range.low <= range.high) {
            return true;
        }
        if (field_.kind == FieldKind::weekday) {
            range.high += 7;
            return true;
        }
        return refuse(
            head,
            fmt::format("the {} range {} runs backwards", rule_.name, printable(head)),
            fmt::format("write {}-{},{}-{}", range.low, rule_.max, rule_.min, range.high));
    }

    bool read_step(std::string_view text, Range& range) {
        int step = 0;
        if (!read_number(text, step) || step < 1) {
            return refuse(text,
                          fmt::format("`{}` is not a step", printable(text)),
                          "write a whole number from 1 behind the `/`, as in */5");
        }
        const int count = range.high - range.low + 1;
        if (step > count) {
            std::string hint = fmt::format("write a step from 1 to {}", count);
            if (field_.kind == FieldKind::minute) {
                hint += fmt::format(
                    "; for every {} minutes write `every: {}m` in place of cron", step, step);
            }
            return refuse(text,
                          fmt::format("step {} is longer than the {} range {}-{}",
                                      step,
                                      rule_.name,
                                      range.low,
                                      range.high),
                          std::move(hint));
        }
        range.step = step;
        return true;
    }

    // `~`, `a~b`, `a~`, `~b`, each with `/n`.
    bool read_hashed(std::string_view head, std::string_view step, std::string_view item) {
        const std::size_t tilde = head.find('~');
        Range range{
            rule_.min, field_.kind == FieldKind::day ? kLastDayOfEveryMonth : full_max(), 1};
        const std::string_view low = head.substr(0, tilde);
        const std::string_view high = head.substr(tilde + 1);
        if ((!low.empty() && !read_value(low, range.low)) ||
            (!high.empty() && !read_value(high, range.high))) {
            return false;
        }
        if (range.low > range.high) {
            return refuse(
                head,
                fmt::format("the {} range {} runs backwards", rule_.name, printable(head)),
                "write the smaller value first");
        }
        const auto count = static_cast<unsigned>(range.high - range.low + 1);
        if (item.size() == head.size()) {
            const int value = range.low + static_cast<int>(hash() % count);
            set({value, value, 1});
            return true;
        }
        if (!read_step(step, range)) {
            return false;
        }
        range.low += static_cast<int>(hash() % static_cast<std::uint64_t>(range.step));
        set(range);
        return true;
    }

    // L, L-3, LW, 15W
    bool read_day_rule(std::string_view item) {
        const std::string rule = to_lower_ascii(item);
        int number = 0;
        if (rule == "l") {
            fields_.days_before_last |= 1U;
            return true;
        }
        if (rule == "lw") {
            fields_.last_working_day = true;
            return true;
        }
        if (rule.starts_with("l-") && read_number(item.substr(2), number) && number <= 30) {
            fields_.days_before_last |= 1U << number;
            return true;
        }
        if (rule.back() == 'w' && read_number(item.substr(0, item.size() - 1), number)) {
            if (!read_value(item.substr(0, item.size() - 1), number)) {
                return false;
            }
            fields_.working_days |= 1U << number;
            return true;
        }
        return refuse(
            item,
            fmt::format("`{}` is not a day", printable(item)),
            "write L (last day), L-3 (three days before it), LW (last working day) or 15W "
            "(working day nearest to the 15th)");
    }

    // 5L, FRIL, MON#2
    bool read_weekday_rule(std::string_view item) {
        const std::size_t sharp = item.find('#');
        if (item.size() == 1) {
            return refuse(item,
                          fmt::format("`{}` needs a weekday before it", printable(item)),
                          "write 5L for the last Friday, or L in the day field for the last day");
        }
        int weekday = 0;
        if (!read_value(item.substr(0, sharp == item.npos ? item.size() - 1 : sharp), weekday)) {
            return false;
        }
        weekday %= 7;
        if (sharp == item.npos) {
            fields_.last_weekdays =
                static_cast<std::uint8_t>(fields_.last_weekdays | 1U << weekday);
            return true;
        }
        int nth = 0;
        const std::string_view text = item.substr(sharp + 1);
        if (!read_number(text, nth) || nth < 1 || nth > 5) {
            return refuse(
                text,
                fmt::format("`{}` is not the number of a weekday in the month", printable(text)),
                "write a number from 1 to 5 behind the `#`, as in MON#2");
        }
        fields_.nth_weekdays |= std::uint64_t{1} << ((nth - 1) * 7 + weekday);
        return true;
    }

    static bool read_number(std::string_view text, int& value) {
        const auto number = read_whole_number(text);
        value = number.value_or(value);
        return number.has_value();
    }

    bool read_value(std::string_view text, int& value) {
        auto mistake = read_field_value(rule_, text, value);
        return !mistake || refuse(text, std::move(mistake->message), std::move(mistake->hint));
    }

    [[nodiscard]] int full_max() const noexcept { return rule_.full_max(); }

    // FNV-1a's step and a final mix, so that the fields of one directive choose independently.
    // These numbers may never change: users' schedules would move.
    std::uint64_t hash() const {
        std::uint64_t value = field_.seed ^ (static_cast<std::uint64_t>(field_.kind) + 1);
        value *= 0x100000001b3ULL;
        value ^= value >> 33;
        value *= 0xff51afd7ed558ccdULL;
        return value ^ (value >> 33);
    }

    void set(const Range& range) {
        for (int i = range.low; i <= range.high; i += range.step) {
            switch (field_.kind) {
                case FieldKind::second:
                    fields_.seconds |= std::uint64_t{1} << i;
                    break;
                case FieldKind::minute:
                    fields_.minutes |= std::uint64_t{1} << i;
                    break;
                case FieldKind::hour:
                    fields_.hours |= 1U << i;
                    break;
                case FieldKind::day:
                    fields_.days |= 1U << i;
                    break;
                case FieldKind::month:
                    fields_.months = static_cast<std::uint16_t>(fields_.months | 1U << i);
                    break;
                case FieldKind::weekday:
                    fields_.weekdays = static_cast<std::uint8_t>(fields_.weekdays | 1U << (i % 7));
                    break;
            }
        }
    }

    const FieldText& field_;
    FieldRule rule_;
    CronFields& fields_;
    std::optional<CronError> error_;
};

}  // namespace

std::optional<CronError> read_field(const FieldText& field, CronFields& fields) {
    return FieldReader(field, fields).read();
}

}  // namespace aifp::schedule
