#pragma once

#include <span>
#include <string_view>

// The parts of every generated program that are the same for all directives. Python 3.9 and later,
// standard library only.

namespace aifp::helpers::workflow {

/// Imports, Result, the frozen dataclasses and the pure functions: values, triggers, conditions.
[[nodiscard]] std::string_view python_core() noexcept;
/// Performing steps, decided apart from the effects that are handed in.
[[nodiscard]] std::string_view python_runner() noexcept;

/// One function of the outside world.
struct Effect {
    std::string_view name;        ///< Of the Python function.
    std::string_view text;        ///< Its source.
    std::string_view needs = {};  ///< Other effects it calls, blank between them.
};
[[nodiscard]] std::span<const Effect> python_effects() noexcept;

/// Which effect performs an action of this kind. A test holds the kinds equal to
/// actions::action_rows(), so that a new action cannot be forgotten here.
struct EffectOfKind {
    std::string_view kind;
    std::string_view effect;
};
[[nodiscard]] std::span<const EffectOfKind> effects_of_kinds() noexcept;
/// Empty for a kind that no generated program can perform.
[[nodiscard]] std::string_view effect_of(std::string_view kind) noexcept;

}  // namespace aifp::helpers::workflow
