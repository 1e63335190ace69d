#pragma once

#include <span>

#include "directives/grammar.hpp"

// The rows themselves, one source per list; read them through grammar.hpp.

namespace aifp::directives::rows {

/// The row of a kind that is known but not built yet: using it is an error that says so.
constexpr Kind unbuilt_kind(Group group, std::string_view name, std::string_view doc) {
    return {.group = group,
            .name = name,
            .short_name = name,
            .aliases = {},
            .argument = {.name = name, .type = ValueType::any, .doc = doc},
            .keys = {},
            .built = false,
            .doc = doc};
}

[[nodiscard]] std::span<const Kind> triggers() noexcept;
[[nodiscard]] std::span<const Kind> conditions() noexcept;
[[nodiscard]] std::span<const Kind> actions() noexcept;
[[nodiscard]] std::span<const Kind> flow_actions() noexcept;
[[nodiscard]] std::span<const Key> trigger_common() noexcept;
[[nodiscard]] std::span<const Key> condition_common() noexcept;
[[nodiscard]] std::span<const Key> action_common() noexcept;
[[nodiscard]] std::span<const Key> directive() noexcept;
[[nodiscard]] std::span<const Key> auth() noexcept;
[[nodiscard]] std::span<const Key> time_window() noexcept;
[[nodiscard]] std::span<const Key> sun_window() noexcept;
[[nodiscard]] std::span<const Key> dst() noexcept;
[[nodiscard]] std::span<const Key> notices() noexcept;
[[nodiscard]] std::span<const Key> retry() noexcept;
[[nodiscard]] std::span<const Key> option() noexcept;
[[nodiscard]] std::span<const Key> stop_after() noexcept;
[[nodiscard]] std::span<const Key> run_rate() noexcept;
[[nodiscard]] std::span<const Key> jitter() noexcept;
[[nodiscard]] std::span<const Key> calendars() noexcept;
[[nodiscard]] std::span<const Key> misfire() noexcept;
[[nodiscard]] std::span<const Key> watchdog() noexcept;
[[nodiscard]] std::span<const Key> state_window() noexcept;
[[nodiscard]] std::span<const Key> number_window() noexcept;

}  // namespace aifp::directives::rows
