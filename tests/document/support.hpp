#pragma once

#include <fmt/format.h>

#include <boost/json/serialize.hpp>
#include <string>

#include "document/diagnostics_json.hpp"
#include "document/node.hpp"
#include "document/report.hpp"

namespace aifp::document {

inline Document parse_text(std::string text, Format format, const Limits& limits = {}) {
    return parse(SourceText("a.txt", std::move(text)), format, limits);
}

/// One line for each diagnostic: "2:3 error duplicate key "a" | it stands ...".
inline std::string brief(const model::Diagnostics& diagnostics) {
    std::string text;
    for (const auto& item : diagnostics) {
        text += fmt::format("{}{}:{} {} {}{}{}",
                            text.empty() ? "" : "\n",
                            item.line,
                            item.column,
                            name_of(item.severity),
                            item.message,
                            item.hint.empty() ? "" : " | ",
                            item.hint);
    }
    return text;
}

inline std::string repeated(std::string_view part, std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) {
        text += part;
    }
    return text;
}

}  // namespace aifp::document
