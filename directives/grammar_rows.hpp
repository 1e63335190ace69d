#pragma once

#include <span>

#include "directives/grammar.hpp"

// The rows themselves, one source per list; read them through grammar.hpp.

namespace aifp::directives::rows {

[[nodiscard]] std::span<const Kind> triggers() noexcept;
[[nodiscard]] std::span<const Kind> conditions() noexcept;
[[nodiscard]] std::span<const Kind> actions() noexcept;
[[nodiscard]] std::span<const Key> trigger_common() noexcept;
[[nodiscard]] std::span<const Key> condition_common() noexcept;
[[nodiscard]] std::span<const Key> action_common() noexcept;
[[nodiscard]] std::span<const Key> directive() noexcept;
[[nodiscard]] std::span<const Key> auth() noexcept;
[[nodiscard]] std::span<const Key> time_window() noexcept;
[[nodiscard]] std::span<const Key> dst() noexcept;

}  // namespace aifp::directives::rows
