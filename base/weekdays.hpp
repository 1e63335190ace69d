#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aifp {

/// From Monday to Sunday.
using Week = std::array<bool, 7>;

/// Adds "mon", "monday", "mon-fri", "fri-mon", "weekdays", "weekend", "daily"; false, and nothing
/// added, for any other word. Lower case.
[[nodiscard]] bool add_weekdays(Week& week, std::string_view word);
/// "mon,tue", as add_weekdays reads each part.
[[nodiscard]] std::string week_text(const Week& week);
/// "mon" for 0.
[[nodiscard]] std::string_view weekday_name(std::size_t day) noexcept;
/// What add_weekdays knows, for hints with the nearest one.
[[nodiscard]] std::vector<std::string_view> weekday_words();

}  // namespace aifp
