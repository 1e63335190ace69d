#include <fmt/format.h>

#include <string>

#include "document/diagnostics_json.hpp"
#include "document/node.hpp"

namespace aifp::document {
namespace {

// Blanks up to the caret; a tab stays a tab, so that the caret stands where the terminal puts it.
std::string padding_for(const model::Diagnostic& diagnostic) {
    std::string padding;
    int column = 1;
    for (const char byte : diagnostic.source) {
        if ((static_cast<unsigned char>(byte) & 0xC0U) == 0x80U) {
            continue;
        }
        if (column++ >= diagnostic.column) {
            break;
        }
        padding += byte == '\t' ? '\t' : ' ';
    }
    return padding;
}

}  // namespace

std::string format_diagnostic(const model::Diagnostic& diagnostic) {
    std::string text = fmt::format("{}:{}:{}: {}: {}\n",
                                   diagnostic.file,
                                   diagnostic.line,
                                   diagnostic.column,
                                   name_of(diagnostic.severity),
                                   diagnostic.message);
    if (!diagnostic.source.empty()) {
        text += fmt::format("{:>5} | {}\n", diagnostic.line, diagnostic.source);
        text += fmt::format("      | {}^\n", padding_for(diagnostic));
    }
    if (!diagnostic.hint.empty()) {
        text += fmt::format("    hint: {}\n", diagnostic.hint);
    }
    return text;
}

}  // namespace aifp::document
