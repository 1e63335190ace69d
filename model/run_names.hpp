#pragma once

#include <cstddef>
#include <span>
#include <string_view>

// The names of every enumerator of model/run.hpp, in their order: for whoever counts them.
namespace aifp::model {

/// More than there are of any of them, so that a count of each has a fixed place.
inline constexpr std::size_t kMostRunNames = 64;

[[nodiscard]] std::span<const std::string_view> reason_names() noexcept;
[[nodiscard]] std::span<const std::string_view> decision_names() noexcept;
[[nodiscard]] std::span<const std::string_view> run_state_names() noexcept;

}  // namespace aifp::model
