#include "document/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/text.hpp"

namespace aifp::document {

void Report::error(Mark mark, std::string message, std::string hint) {
    put(source_->diagnostic(mark, model::Severity::error, std::move(message), std::move(hint)));
}

void Report::warning(Mark mark, std::string message, std::string hint) {
    put(source_->diagnostic(mark, model::Severity::warning, std::move(message), std::move(hint)));
}

void Report::note(Mark mark, std::string message, std::string hint) {
    put(source_->diagnostic(mark, model::Severity::note, std::move(message), std::move(hint)));
}

void Report::add(model::Diagnostics diagnostics) {
    for (model::Diagnostic& diagnostic : diagnostics) {
        put(std::move(diagnostic));
    }
}

void Report::put(model::Diagnostic diagnostic) {
    if (diagnostic.severity == model::Severity::error) {
        ++errors_;
    }
    if (diagnostics_.size() < kMaxDiagnostics) {
        diagnostics_.push_back(std::move(diagnostic));
    } else {
        ++left_out_;
    }
}

model::Diagnostics Report::take() {
    std::stable_sort(diagnostics_.begin(), diagnostics_.end(), [](const auto& a, const auto& b) {
        return std::tie(a.line, a.column) < std::tie(b.line, b.column);
    });
    if (left_out_ > 0) {
        const Mark end{diagnostics_.back().line, diagnostics_.back().column};
        diagnostics_.push_back(source_->diagnostic(
            end, model::Severity::note, fmt::format("{} more findings are not shown", left_out_)));
    }
    left_out_ = 0;
    errors_ = 0;
    return std::exchange(diagnostics_, {});
}

std::string quoted(std::string_view text) {
    constexpr std::size_t kMaxShown = 60;
    const std::string_view shown = truncate_utf8(text, kMaxShown);
    std::string result = "\"";
    for (const char letter : shown) {
        const auto code = static_cast<unsigned char>(letter);
        result += code < 0x20 || code == 0x7F ? ' ' : letter;
    }
    if (shown.size() < text.size()) {
        result += "…";
    }
    result += '"';
    return result;
}

}  // namespace aifp::document
