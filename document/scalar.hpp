#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "document/node.hpp"

namespace aifp::document {

/// What the YAML 1.2 core schema makes of a scalar written without quotes (YAML 1.2.2, 10.3.2).
/// Narrower on purpose: `08` and `.inf` are strings.
[[nodiscard]] Node::Type core_type(std::string_view plain) noexcept;

/// Words that YAML 1.1 tools turn into something else than the text that stands there.
enum class Yaml11Trap {
    none,
    boolean_word,  ///< on, off, yes, no, y, n
    sexagesimal,   ///< 12:30, 12:30:00
    leading_zero,  ///< 08
    underscore,    ///< 1_000
};
/// Which trap an unquoted scalar is; `none` for quoted ones.
[[nodiscard]] Yaml11Trap yaml11_trap(const Node& node) noexcept;

/// The value of a scalar of type integer (decimal, 0x, 0o); nothing if it is another type or does
/// not fit.
[[nodiscard]] std::optional<std::int64_t> integer_value(const Node& node) noexcept;
/// The value of a scalar of type integer or real; nothing if it is another type or not finite.
[[nodiscard]] std::optional<double> real_value(const Node& node) noexcept;

/// "a text", "a whole number", "true or false", "a list", "a map" ...: for messages.
[[nodiscard]] std::string_view describe_type(Node::Type type) noexcept;

}  // namespace aifp::document
