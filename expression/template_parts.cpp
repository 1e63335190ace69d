#include "expression/template_parts.hpp"

#include "base/text.hpp"

namespace aifp::expression {

Parsed<std::vector<TemplatePart>> split_template(std::string_view text) {
    constexpr std::size_t kBraces = 2;
    std::vector<TemplatePart> parts;
    std::size_t position = 0;
    while (position < text.size()) {
        const std::size_t opening = std::min(text.find("{{", position), text.size());
        if (opening > position) {
            parts.push_back({false, text.substr(position, opening - position), {}});
        }
        if (opening == text.size()) {
            break;
        }
        const std::size_t start = opening + kBraces;
        Parsed<LuaSource> source = to_lua(text, start, Ending::closing_braces);
        if (!source) {
            return tl::unexpected(source.error());
        }
        position = source->end + kBraces;
        const std::string_view inside = trim(text.substr(start, source->end - start));
        parts.push_back({true, inside, std::move(*source)});
    }
    return parts;
}

}  // namespace aifp::expression
