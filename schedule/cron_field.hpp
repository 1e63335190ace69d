#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "schedule/cron.hpp"

namespace aifp::schedule {

enum class FieldKind : std::uint8_t { second, minute, hour, day, month, weekday };

/// One field of a cron text, and where it stands.
struct FieldText {
    FieldKind kind = FieldKind::minute;
    int number = 1;  ///< From 1, as written.
    std::size_t offset = 0;
    std::string_view text;
    std::uint64_t seed = 0;  ///< For `~`.
};

/// Reads one field into its masks; what it wrote when it fails is of no use. Returns the first
/// mistake, or nothing. Thread-safe.
[[nodiscard]] std::optional<CronError> read_field(const FieldText& field, CronFields& fields);

/// What is shown of a text from outside: bytes that are not printable ASCII become `?`.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace aifp::schedule
