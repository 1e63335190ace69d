#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace aifp {

/// The names of an enumeration whose enumerators count from 0 without gaps, in their order.
template <std::size_t count>
using EnumNames = std::array<std::string_view, count>;

/// The name of `value`; `names` must have one for every enumerator.
template <class Enum, std::size_t count>
[[nodiscard]] constexpr std::string_view name_in(const EnumNames<count>& names,
                                                 Enum value) noexcept {
    return names[static_cast<std::size_t>(value)];
}

/// The enumerator called `name`, or nothing.
template <class Enum, std::size_t count>
[[nodiscard]] constexpr std::optional<Enum> find_by_name(const EnumNames<count>& names,
                                                         std::string_view name) noexcept {
    for (std::size_t i = 0; i < count; ++i) {
        if (names[i] == name) {
            return static_cast<Enum>(i);
        }
    }
    return std::nullopt;
}

}  // namespace aifp
