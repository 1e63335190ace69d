#include "prompts/prompt_text.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "document/reader.hpp"

namespace aifp::prompts {
namespace {

void check_key(document::Report& report, std::string_view key, std::size_t offset) {
    const auto known = context_keys();
    if (std::find(known.begin(), known.end(), key) == known.end()) {
        document::report_unknown(
            report, report.source().mark_at(offset), "name in context", key, known);
    }
}

}  // namespace

PromptText::PromptText(document::Report& report, std::size_t offset) {
    constexpr std::string_view kOpening = "{{";
    constexpr std::string_view kClosing = "}}";
    constexpr std::string_view kPrefix = "context.";
    const std::string_view text = report.source().text();
    std::string before;
    for (;;) {
        const auto opening = text.find(kOpening, offset);
        const auto closing = opening == text.npos ? opening : text.find(kClosing, opening);
        if (closing == text.npos) {
            pieces_.push_back({before + std::string(text.substr(offset)), ""});
            return;
        }
        before += text.substr(offset, opening - offset);
        const auto inner_at = opening + kOpening.size();
        const std::string_view inner = trim(text.substr(inner_at, closing - inner_at));
        offset = closing + kClosing.size();
        if (!inner.starts_with(kPrefix)) {  // somebody else's braces
            before += text.substr(opening, offset - opening);
            continue;
        }
        const std::string_view key = inner.substr(kPrefix.size());
        check_key(report, key, static_cast<std::size_t>(key.data() - text.data()));
        pieces_.push_back({std::exchange(before, ""), std::string(key)});
    }
}

std::string PromptText::render(const Context& context) const {
    std::string text;
    for (const Piece& piece : pieces_) {
        text += piece.text;
        text += find_value(context, piece.key).value_or("");
    }
    return text;
}

bool PromptText::is_blank() const noexcept {
    return std::all_of(pieces_.begin(), pieces_.end(), [](const Piece& piece) {
        return piece.key.empty() && trim(piece.text).empty();
    });
}

}  // namespace aifp::prompts
