#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "schedule/cron.hpp"
#include "schedule/cron_value.hpp"

namespace aifp::schedule {

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

}  // namespace aifp::schedule
