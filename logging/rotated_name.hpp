#pragma once

#include <compare>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

namespace aifp::logging {

/// The name of the file that is being written.
inline constexpr std::string_view kCurrentName = "current.jsonl";

/// A rotated file: "2026-11-22.jsonl.gz" is the first of that UTC day, "2026-11-22.1.jsonl.gz" the
/// next. Without ".gz" it waits for compression. Ordered as written.
struct RotatedName {
    std::string day;  ///< "2026-11-22": the UTC day of its lines.
    int number = 0;
    bool is_compressed = false;

    [[nodiscard]] std::string text() const;
    friend auto operator<=>(const RotatedName&, const RotatedName&) = default;
};

/// Nothing for any other name.
[[nodiscard]] std::optional<RotatedName> parse_rotated_name(std::string_view name);

/// The rotated files of a channel's folder, oldest first; empty when it cannot be read. Blocks.
[[nodiscard]] std::vector<RotatedName> blocking_list_rotated(const std::filesystem::path& folder);

/// "2026-11-22": the UTC day of an instant.
[[nodiscard]] std::string utc_day(WallTime time);
/// The UTC day a line of ours begins with; empty when it is not one of ours.
[[nodiscard]] std::string_view day_of_line(std::string_view line) noexcept;
/// Whether a line of `line_day` must not follow lines of `file_day`: on a later day, or when the
/// clock was set back by more than a day. Lines of two threads may cross midnight in either order.
[[nodiscard]] bool needs_new_file(std::string_view file_day, std::string_view line_day);
/// Whether a rotated file of `day` is past its retention at `now`.
[[nodiscard]] bool is_expired(std::string_view day, int retention_days, WallTime now);

}  // namespace aifp::logging
