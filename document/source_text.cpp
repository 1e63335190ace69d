#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "base/well_formed.hpp"
#include "document/node.hpp"

namespace aifp::document {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
// A diagnostic carries its line; many diagnostics of one huge line must stay small.
constexpr std::size_t kMaxSourceLine = 400;

bool is_control(char byte) noexcept {
    const auto code = static_cast<unsigned char>(byte);
    return (code < 0x20 && byte != '\t') || code == 0x7F;
}

// Fit for a terminal and for JSON: one replacement character for each bad byte, so that columns
// in front of it stay.
std::string printable(std::string_view line) {
    std::string shown;
    for (const char byte : well_formed_utf8(std::string(line))) {
        if (is_control(byte)) {
            shown += kReplacement;
        } else {
            shown += byte;
        }
    }
    return shown;
}

}  // namespace

const Node* Node::find(std::string_view key) const noexcept {
    for (const Member& member : members) {
        if (member.key == key) {
            return member.value.get();
        }
    }
    return nullptr;
}

SourceText::SourceText(std::string file, std::string text)
    : file_(std::move(file)), text_(std::move(text)) {
    if (text_.starts_with(kByteOrderMark)) {
        text_.erase(0, kByteOrderMark.size());
    }
    line_starts_.push_back(0);
    for (std::size_t i = 0; i < text_.size(); ++i) {
        if (text_[i] == '\n') {
            line_starts_.push_back(i + 1);
        }
    }
}

std::string_view SourceText::line(int number) const noexcept {
    if (number < 1 || static_cast<std::size_t>(number) > line_starts_.size()) {
        return {};
    }
    const auto index = static_cast<std::size_t>(number) - 1;
    const std::size_t end =
        index + 1 < line_starts_.size() ? line_starts_[index + 1] - 1 : text_.size();
    std::string_view found(text_);
    found = found.substr(line_starts_[index], end - line_starts_[index]);
    if (found.ends_with('\r')) {
        found.remove_suffix(1);
    }
    return found;
}

Mark SourceText::mark_at(std::size_t offset) const noexcept {
    offset = std::min(offset, text_.size());
    const auto next = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
    const std::size_t start = *(next - 1);
    const std::string_view before = std::string_view(text_).substr(start, offset - start);
    return Mark{static_cast<int>(next - line_starts_.begin()),
                1 + static_cast<int>(count_code_points(before))};
}

model::Diagnostic SourceText::diagnostic(Mark mark,
                                         model::Severity severity,
                                         std::string message,
                                         std::string hint) const {
    const std::string_view shown = truncate_utf8(line(mark.line), kMaxSourceLine);
    const bool holds_mark = static_cast<std::size_t>(mark.column) <= count_code_points(shown) + 1;
    model::Diagnostic diagnostic;
    diagnostic.file = file_;
    diagnostic.line = mark.line;
    diagnostic.column = mark.column;
    diagnostic.severity = severity;
    diagnostic.message = std::move(message);
    diagnostic.hint = std::move(hint);
    diagnostic.source = holds_mark ? printable(shown) : std::string();
    return diagnostic;
}

}  // namespace aifp::document
