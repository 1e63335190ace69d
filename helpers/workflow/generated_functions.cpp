#include "helpers/workflow/generated_functions.hpp"

#include <boost/json/array.hpp>
#include <string>

#include "base/json_text.hpp"
#include "base/text.hpp"

namespace aifp::helpers::workflow {
namespace {

constexpr std::string_view kQuotes = R"(""")";

/// Commas between brackets separate nothing.
boost::json::array split_parameters(std::string_view text) {
    boost::json::array parts;
    int depth = 0;
    std::size_t begin = 0;
    for (std::size_t i = 0; i <= text.size(); ++i) {
        const char c = i < text.size() ? text[i] : ',';
        depth += c == '[' || c == '(' ? 1 : c == ']' || c == ')' ? -1 : 0;
        if (c == ',' && depth <= 0) {
            if (const auto part = trim(text.substr(begin, i - begin)); !part.empty()) {
                parts.emplace_back(part);
            }
            begin = i + 1;
        }
    }
    return parts;
}

std::string purpose_in(std::string_view line) {
    const auto text = trim(line);
    if (!text.starts_with(kQuotes)) {
        return {};
    }
    const auto inside = text.substr(kQuotes.size());
    return std::string(inside.substr(0, inside.find(kQuotes)));
}

}  // namespace

// The generator writes a definition on one line, and its docstring on the next.
std::vector<storage::GeneratedFile::Function> generated_functions(std::string_view program) {
    constexpr std::string_view kDefinition = "def ";
    std::vector<storage::GeneratedFile::Function> found;
    const auto lines = split(program, '\n');
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const auto open = lines[i].find('(');
        const auto close = lines[i].rfind("):");
        const auto arrow = lines[i].rfind(") -> ");
        const auto end = arrow != std::string_view::npos ? arrow : close;
        if (!lines[i].starts_with(kDefinition) || open == std::string_view::npos ||
            end == std::string_view::npos || end < open) {
            continue;
        }
        storage::GeneratedFile::Function function;
        function.name = lines[i].substr(kDefinition.size(), open - kDefinition.size());
        function.purpose = i + 1 < lines.size() ? purpose_in(lines[i + 1]) : std::string();
        function.parameters =
            json_text(split_parameters(lines[i].substr(open + 1, end - open - 1)));
        const auto returned = arrow == std::string_view::npos
                                  ? std::string_view()
                                  : lines[i].substr(arrow + 5, lines[i].size() - arrow - 6);
        function.returns = json_text(boost::json::value(returned));
        found.push_back(std::move(function));
    }
    return found;
}

}  // namespace aifp::helpers::workflow
