#include "document/text_scan.hpp"

#include <fmt/format.h>

#include <optional>

#include "base/text.hpp"

namespace aifp::document {
namespace {

std::optional<std::size_t> first_control(std::string_view text, Format format) noexcept {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto code = static_cast<unsigned char>(text[i]);
        const bool is_control = code < 0x20 && code != '\t' && code != '\n' && code != '\r';
        // JSON allows these two in texts (RFC 8259, 7), YAML nowhere (YAML 1.2.2, 5.1).
        const bool is_delete = code == 0x7F;
        const bool is_c1 = code == 0xC2 && i + 1 < text.size() &&
                           static_cast<unsigned char>(text[i + 1]) < 0xA0 &&
                           static_cast<unsigned char>(text[i + 1]) != 0x85;
        if (is_control || (format == Format::yaml && (is_delete || is_c1))) {
            return i;
        }
    }
    return std::nullopt;
}

bool check_characters(const SourceText& source, Format format, Report& report) {
    if (const auto bad = first_invalid_utf8(source.text())) {
        report.error(source.mark_at(*bad),
                     fmt::format("byte 0x{:02X} is not UTF-8",
                                 static_cast<unsigned char>(source.text()[*bad])),
                     "save the file as UTF-8");
        return false;
    }
    if (const auto bad = first_control(source.text(), format)) {
        report.error(source.mark_at(*bad),
                     fmt::format("control character 0x{:02X} is not allowed here",
                                 static_cast<unsigned char>(source.text()[*bad])),
                     "remove it; a text file has only letters, line breaks and tabs");
        return false;
    }
    return true;
}

// Whether a line opens a block text: its last word is "|" or ">" with indicators ("|2-").
bool opens_block_text(std::string_view line) {
    const auto comment = line.find(" #");
    line = trim(line.substr(0, comment));
    const auto header = line.find_last_of("|>");
    if (header == std::string_view::npos || line.size() - header > 3 ||
        line.find_first_not_of("+-123456789", header + 1) != std::string_view::npos) {
        return false;
    }
    return header == 0 || line[header - 1] == ' ' || line[header - 1] == '\t';
}

// Walks the lines and remembers whether they are inside a block text, where a tab behind the
// indentation is content.
class IndentationCheck {
public:
    // The column of a tab that indents, or nothing.
    std::optional<int> check(std::string_view line) {
        const auto content = line.find_first_not_of(" \t");
        if (content == std::string_view::npos) {
            return std::nullopt;
        }
        const auto tab = line.substr(0, content).find('\t');
        const std::size_t spaces = tab == std::string_view::npos ? content : tab;
        if (block_parent_ && spaces > *block_parent_) {
            return std::nullopt;
        }
        block_parent_.reset();
        if (opens_block_text(line)) {
            block_parent_ = spaces;
        }
        if (tab == std::string_view::npos || line[content] == '#') {
            return std::nullopt;
        }
        return static_cast<int>(tab) + 1;
    }

private:
    std::optional<std::size_t> block_parent_;  // indentation of the line that opened the block
};

bool check_indentation(const SourceText& source, Report& report) {
    IndentationCheck indentation;
    std::optional<Mark> first;
    int more = 0;
    const int lines = source.mark_at(source.text().size()).line;
    for (int number = 1; number <= lines; ++number) {
        const auto column = indentation.check(source.line(number));
        if (column && first) {
            ++more;
        } else if (column) {
            first = Mark{number, *column};
        }
    }
    if (!first) {
        return true;
    }
    const std::string others = more > 0 ? fmt::format(", and {} more lines", more) : "";
    report.error(*first,
                 fmt::format("a tab indents line {}{}", first->line, others),
                 "indent with spaces; YAML does not allow tabs there");
    return false;
}

}  // namespace

bool scan_text(const SourceText& source, Format format, const Limits& limits, Report& report) {
    if (source.text().size() > limits.max_bytes) {
        report.error(Mark{},
                     fmt::format("the file has {} bytes; at most {} are read",
                                 source.text().size(),
                                 limits.max_bytes),
                     "split it into several files");
        return false;
    }
    return check_characters(source, format, report) &&
           (format == Format::json || check_indentation(source, report));
}

}  // namespace aifp::document
