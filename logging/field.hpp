#pragma once

#include <boost/json/value.hpp>
#include <concepts>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "base/clock.hpp"

namespace aifp::logging {

/// How much a line matters.
enum class Level { debug, info, warning, error };

/// "debug", "info", "warning", "error".
[[nodiscard]] std::string_view name_of(Level level) noexcept;
[[nodiscard]] std::optional<Level> level_from(std::string_view name) noexcept;

/// Takes secrets out of `text`: returns true and leaves the clean text in `redacted`, or returns
/// false when there was none. Must be thread-safe; may not log.
using Redact = std::function<bool(std::string_view text, std::string& redacted)>;

/// One name and value of a line. Refers to the caller's values: build it in the call.
class Field {
public:
    using Value =
        std::variant<std::string_view, std::int64_t, double, bool, const boost::json::value*>;

    Field(std::string_view name, std::string_view text) : name_(name), value_(text) {}
    Field(std::string_view name, const std::string& text) : Field(name, std::string_view(text)) {}
    Field(std::string_view name, const char* text) : Field(name, std::string_view(text)) {}
    template <std::same_as<bool> T>
    Field(std::string_view name, T truth) : name_(name), value_(truth) {}
    template <std::integral T>
    requires(!std::same_as<T, bool>) Field(std::string_view name, T number)
        : name_(name), value_(static_cast<std::int64_t>(number)) {}
    template <std::floating_point T>
    Field(std::string_view name, T number) : name_(name), value_(static_cast<double>(number)) {}
    /// A JSON value; deeper than 8 levels is cut. Exact type only: a converted copy would dangle.
    template <std::same_as<boost::json::value> T>
    Field(std::string_view name, const T& json) : name_(name), value_(&json) {}

    [[nodiscard]] std::string_view name() const noexcept { return name_; }
    [[nodiscard]] const Value& value() const noexcept { return value_; }

private:
    std::string_view name_;
    Value value_;
};

/// What every line begins with.
struct LineHead {
    WallTime time;
    Level level = Level::info;
    std::string_view event;
};

/// Text values longer than this are cut at a code point and end in "…".
inline constexpr std::size_t kMaxTextBytes = 4'096;
/// A field that would make the line longer is left out, with those after it: "truncated":true.
inline constexpr std::size_t kMaxLineBytes = 16'384;

/// Appends one line of JSON with its line feed. Bytes that are not UTF-8 become U+FFFD.
void append_line(std::string& out,
                 const LineHead& head,
                 std::span<const Field> fields,
                 const Redact& redact);

}  // namespace aifp::logging
