#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/text_finder.hpp"

namespace aifp::config {

/// A value that must not show, with the name that stands for it: "secret:NAME" or "env:NAME".
struct KnownValue {
    std::string reference;
    std::string text;
};

/// What is looked for besides the whole of a value: it without the white space around it, and its
/// lines if it has several (a PEM key, the JSON of a service account), also where they end with the
/// two letters "\n". Of lines those of at least kMinLineBytes that are no frame of a PEM text, at
/// most kMaxLines. Views into `value`. Pure.
inline constexpr std::size_t kMinLineBytes = 16;
inline constexpr std::size_t kMaxLines = 1'024;
[[nodiscard]] std::vector<std::string_view> pieces_of(std::string_view value);

/// All that is looked for, and what each of it stands for. Immutable, so thread-safe.
class KnownValues {
public:
    /// Below that a value is known as base64 only with a colon in front of it, or from the start.
    static constexpr std::size_t kMinBareBytes = 6;

    KnownValues() = default;
    /// Of two that look alike the first is meant.
    explicit KnownValues(const std::vector<std::shared_ptr<const KnownValue>>& values);

    /// One that stands in a text.
    struct Found {
        std::size_t begin;
        std::size_t end;
        const KnownValue* value;
        std::optional<std::size_t> piece;  ///< Which of pieces_of(); nothing: all of it.
        std::string_view form;             ///< As it was looked for.
        bool is_base64;
        bool is_whole;  ///< Not cut off at the end of the text.
    };
    /// Where they may stand.
    enum class Inside {
        text,         ///< Anywhere.
        json_string,  ///< Within a string of a JSON text, still escaped: no escape is cut in two.
    };

    /// Whether one of them may stand in the text.
    [[nodiscard]] bool show_in(std::string_view text) const;
    /// Those that stand there, from the left to the right; none overlaps another.
    [[nodiscard]] std::vector<Found> find_in(std::string_view text, Inside inside) const;

private:
    struct Meaning {
        const KnownValue* value;
        std::optional<std::size_t> piece;
        std::string_view form;
    };
    class Collector;

    std::vector<std::shared_ptr<const KnownValue>> values_;
    std::vector<Meaning> meanings_;  // of what the finder looks for
    TextFinder finder_;
};

/// What puts `found`, which is written as `source`, in again: its reference, with "|piece-3" and
/// "|FORM" behind it where they are needed.
[[nodiscard]] std::string reference_to(const KnownValues::Found& found, std::string_view source);

/// The part of a value, in the form, that such a text names behind the reference ("|piece-3|url",
/// or nothing). Nothing when the value has no such piece any more.
[[nodiscard]] std::optional<std::string> part_of(std::string_view value, std::string_view suffix);

}  // namespace aifp::config
