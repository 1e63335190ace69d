#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aifp::config {

/// A text with its escapes spelled in one way, and where each letter of it stood. A letter may be
/// written as %71 (RFC 3986 2.1) or as \u0071 (RFC 8259 7), also as \\u0071 where JSON stands
/// within JSON; here it is the letter itself, or the shortest escape that it needs. Pure.
class Respelled {
public:
    /// A part of the new text that stands for another part of the old one.
    struct Piece {
        std::size_t begin;
        std::size_t end;
        std::size_t source_begin;
        std::size_t source_end;
    };
    Respelled(std::string text, std::vector<Piece> pieces)
        : text_(std::move(text)), pieces_(std::move(pieces)) {}

    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    /// Where in the old text the letter at `at` begins.
    [[nodiscard]] std::size_t source_begin(std::size_t at) const;
    /// Where in the old text the letter before `end` ends. Precondition: end > 0.
    [[nodiscard]] std::size_t source_end(std::size_t end) const;

private:
    // The last piece that begins at `at` or before; null: none.
    [[nodiscard]] const Piece* piece_at(std::size_t at) const;

    std::string text_;
    std::vector<Piece> pieces_;  // in order
};

/// `text` with %XX as the bytes they stand for; nothing if there is none.
[[nodiscard]] std::optional<Respelled> without_percents(std::string_view text);

/// `text` with the escapes of JSON as Boost.JSON writes them, those of ASCII letters and of "/" as
/// these; nothing if there is no \u and no \/.
[[nodiscard]] std::optional<Respelled> without_escapes(std::string_view text);

/// `text` without the line breaks within base64 that is broken into lines of 64 letters (RFC 7468
/// 2) or 76 (RFC 2045 6.8): a feed, also behind a carriage return, as itself or as JSON escapes it;
/// nothing if there is none. What has escapes in its lines is to be given here without them.
[[nodiscard]] std::optional<Respelled> without_line_breaks(std::string_view text);

}  // namespace aifp::config
