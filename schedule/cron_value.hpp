#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace aifp::schedule {

enum class FieldKind : std::uint8_t { second, minute, hour, day, month, weekday };

/// What a field of a cron text may hold.
struct FieldRule {
    FieldKind kind = FieldKind::second;
    std::string_view name;
    int min = 0;
    int max = 0;
    std::span<const std::string_view> names = {};  ///< Lower case; the first one means `min`.

    /// The last value that is not another name for the first.
    [[nodiscard]] int full_max() const noexcept { return kind == FieldKind::weekday ? 6 : max; }
};
[[nodiscard]] FieldRule rule_of(FieldKind kind) noexcept;

/// What is wrong with a value, and what to write instead.
struct ValueMistake {
    std::string message;
    std::string hint;
};

/// A whole number without a sign, and nothing else.
[[nodiscard]] std::optional<int> read_whole_number(std::string_view text) noexcept;

/// Reads one value of a field, a number in its range or a name. `value` is set when there is no
/// mistake.
[[nodiscard]] std::optional<ValueMistake> read_field_value(const FieldRule& rule,
                                                           std::string_view text,
                                                           int& value);

/// What is shown of a text from outside: bytes that are not printable ASCII become `?`.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace aifp::schedule
