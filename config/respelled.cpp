#include "config/respelled.hpp"

#include <algorithm>
#include <utility>

#include "base/encoding.hpp"
#include "config/encoded_forms.hpp"

namespace aifp::config {
namespace {

constexpr std::size_t kEscapeDigits = 4;

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

}  // namespace aifp::config
