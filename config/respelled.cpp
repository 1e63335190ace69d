#include "config/respelled.hpp"

#include <algorithm>
#include <utility>

#include "base/encoding.hpp"
#include "config/encoded_forms.hpp"

namespace aifp::config {
namespace {

constexpr std::size_t kEscapeDigits = 4;
constexpr std::size_t kShortLine = 64;  // of base64
constexpr std::size_t kLongLine = 76;

class Speller {
public:
    explicit Speller(std::string_view source) : source_(source) {}

    // What stands before `begin` and was not taken yet stays; then `spelled` for the rest up to
    // `end`.
    void put(std::size_t begin, std::size_t end, std::string_view spelled) {
        if (source_.substr(begin, end - begin) == spelled) {
            return;
        }
        text_ += source_.substr(done_, begin - done_);
        pieces_.push_back({text_.size(), text_.size() + spelled.size(), begin, end});
        text_ += spelled;
        done_ = end;
    }

    [[nodiscard]] std::optional<Respelled> take() {
        if (pieces_.empty()) {
            return std::nullopt;
        }
        text_ += source_.substr(done_);
        return Respelled(std::move(text_), std::move(pieces_));
    }

private:
    std::string_view source_;
    std::string text_;
    std::vector<Respelled::Piece> pieces_;
    std::size_t done_ = 0;
};

/// The number that `count` digits at `at` stand for; -1 when there are not so many.
int number_at(std::string_view text, std::size_t at, std::size_t count) {
    if (at + count > text.size()) {
        return -1;
    }
    int number = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const int digit = hex_digit(text[at + i]);
        if (digit < 0) {
            return -1;
        }
        number = number * 16 + digit;
    }
    return number;
}

void append_utf8(std::string& out, unsigned point) {
    const auto tail = [&out, point](unsigned shift) {
        out += static_cast<char>(0x80U | ((point >> shift) & 0x3FU));
    };
    if (point < 0x80) {
        out += static_cast<char>(point);
    } else if (point < 0x800) {
        out += static_cast<char>(0xC0U | (point >> 6U));
        tail(0);
    } else if (point < 0x10000) {
        out += static_cast<char>(0xE0U | (point >> 12U));
        tail(6);
        tail(0);
    } else {
        out += static_cast<char>(0xF0U | (point >> 18U));
        tail(12);
        tail(6);
        tail(0);
    }
}

/// An escape that was read: where it ends, and the code point.
struct Escape {
    std::size_t end;
    unsigned point;
};

// `at` is where the "u" stands, behind `slashes` backslashes.
std::optional<Escape> read_escape(std::string_view text, std::size_t at, std::size_t slashes) {
    const int first = number_at(text, at + 1, kEscapeDigits);
    const auto end = at + 1 + kEscapeDigits;
    if (first < 0xD800 || first > 0xDFFF) {
        return first < 0 ? std::nullopt : std::optional(Escape{end, static_cast<unsigned>(first)});
    }
    const auto opens = std::string(slashes, '\\') + "u";
    const int second = first < 0xDC00 && text.substr(end, opens.size()) == opens
                           ? number_at(text, end + opens.size(), kEscapeDigits)
                           : -1;
    if (second < 0xDC00 || second > 0xDFFF) {
        return std::nullopt;  // half of a pair is no letter
    }
    const auto high = static_cast<unsigned>(first - 0xD800) << 10U;
    return Escape{end + opens.size() + kEscapeDigits,
                  0x10000U + high + static_cast<unsigned>(second - 0xDC00)};
}

/// As it stands in JSON, or in JSON within JSON.
std::string spelled(unsigned point, bool within_json) {
    std::string letter;
    append_utf8(letter, point);
    const bool is_plain = point >= 0x20 && point != '"' && point != '\\';
    if (is_plain) {
        return letter;
    }
    letter = json_encoded(letter);
    return within_json ? json_encoded(letter) : letter;
}

/// How many of a run of backslashes belong to the escape behind it: an odd one opens it; of two
/// the text within the text has one. Others open none.
std::size_t opening_of(std::size_t run) {
    return run % 2 == 1 ? 1 : run % 4 == 2 ? 2 : 0;
}

/// The line breaks of a text from the left to the right, raw and escaped ones.
class LineBreaks {
public:
    explicit LineBreaks(std::string_view text) : text_(text) {}

    struct Break {
        std::size_t begin;
        std::size_t end;
    };
    [[nodiscard]] std::optional<Break> next() {
        while (const auto at = next_sign()) {
            const auto found = text_[*at] == '\n' ? feed_at(*at) : escape_at(*at);
            if (found) {
                done_ = found->end;
                return found;
            }
        }
        return std::nullopt;
    }

private:
    // The next feed or backslash. Each is sought on its own: so most texts cost two calls of
    // memchr.
    [[nodiscard]] std::optional<std::size_t> next_sign() {
        const auto look = [this](char sign, std::size_t& place) {
            if (place == kUnknown || place < done_) {
                place = std::min(text_.find(sign, done_), text_.size());
            }
        };
        look('\n', feed_);
        look('\\', slash_);
        const auto at = std::min(feed_, slash_);
        return at < text_.size() ? std::optional(at) : std::nullopt;
    }

    [[nodiscard]] std::optional<Break> feed_at(std::size_t at) const {
        const bool has_return = at > 0 && text_[at - 1] == '\r';
        return Break{has_return ? at - 1 : at, at + 1};
    }

    [[nodiscard]] std::optional<Break> escape_at(std::size_t at) {
        const auto behind = std::min(text_.find_first_not_of('\\', at), text_.size());
        const auto slashes = opening_of(behind - at);
        done_ = behind;
        if (slashes == 0 || behind == text_.size()) {
            return std::nullopt;
        }
        const auto begin = behind - slashes;
        const auto feed = std::string(slashes, '\\') + "n";
        if (text_[behind] == 'n') {
            return Break{begin, behind + 1};
        }
        const bool is_return = text_[behind] == 'r' && text_.substr(behind + 1).starts_with(feed);
        return is_return ? std::optional(Break{begin, behind + 1 + feed.size()}) : std::nullopt;
    }

    static constexpr auto kUnknown = std::string_view::npos;
    std::string_view text_;
    std::size_t done_ = 0;
    std::size_t feed_ = kUnknown;
    std::size_t slash_ = kUnknown;
};

/// Whether a whole line of base64 ends at `end`. In front of it stands no such letter, but for the
/// one of an escape, as that of the line break before.
bool ends_line_of_base64(std::string_view text, std::size_t end) {
    std::size_t run = 0;
    while (run < end && run <= kLongLine && is_base64_letter(text[end - 1 - run])) {
        ++run;
    }
    const auto is_line = [&](std::size_t width) {
        const bool is_behind_escape =
            run == width + 1 && end >= width + 2 && text[end - width - 2] == '\\';
        return run == width || is_behind_escape;
    };
    return is_line(kShortLine) || is_line(kLongLine);
}

}  // namespace

const Respelled::Piece* Respelled::piece_at(std::size_t at) const {
    const auto next = std::upper_bound(
        pieces_.begin(), pieces_.end(), at, [](std::size_t place, const Piece& one) {
            return place < one.begin;
        });
    return next == pieces_.begin() ? nullptr : &*std::prev(next);
}

std::size_t Respelled::source_begin(std::size_t at) const {
    const auto* const piece = piece_at(at);
    if (piece == nullptr) {
        return at;
    }
    return at < piece->end ? piece->source_begin : piece->source_end + (at - piece->end);
}

std::size_t Respelled::source_end(std::size_t end) const {
    const auto* const piece = piece_at(end - 1);
    if (piece == nullptr) {
        return end;
    }
    return end <= piece->end ? piece->source_end : piece->source_end + (end - piece->end);
}

std::optional<Respelled> without_percents(std::string_view text) {
    Speller speller(text);
    for (auto at = text.find('%'); at != std::string_view::npos; at = text.find('%', at)) {
        const int byte = number_at(text, at + 1, 2);
        if (byte < 0) {
            ++at;
            continue;
        }
        const char letter = static_cast<char>(byte);
        speller.put(at, at + 3, std::string_view(&letter, 1));
        at += 3;
    }
    return speller.take();
}

std::optional<Respelled> without_escapes(std::string_view text) {
    Speller speller(text);
    for (auto at = text.find('\\'); at != std::string_view::npos; at = text.find('\\', at)) {
        const auto behind = std::min(text.find_first_not_of('\\', at), text.size());
        const auto slashes = opening_of(behind - at);
        at = behind;
        if (slashes == 0 || behind == text.size()) {
            continue;
        }
        if (text[behind] == '/') {
            speller.put(behind - slashes, ++at, "/");
        } else if (text[behind] == 'u') {
            if (const auto escape = read_escape(text, behind, slashes)) {
                speller.put(behind - slashes, escape->end, spelled(escape->point, slashes == 2));
                at = escape->end;
            }
        }
    }
    return speller.take();
}

std::optional<Respelled> without_line_breaks(std::string_view text) {
    Speller speller(text);
    LineBreaks breaks(text);
    while (const auto found = breaks.next()) {
        const bool goes_on = found->end < text.size() && is_base64_letter(text[found->end]);
        if (goes_on && ends_line_of_base64(text, found->begin)) {
            speller.put(found->begin, found->end, "");
        }
    }
    return speller.take();
}

}  // namespace aifp::config
