#include "expression/names_read.hpp"

#include <algorithm>
#include <array>

#include "expression/tokens.hpp"

namespace aifp::expression {
namespace {

constexpr std::array<std::string_view, 17> kWords{"and",
                                                  "or",
                                                  "not",
                                                  "AND",
                                                  "OR",
                                                  "NOT",
                                                  "true",
                                                  "false",
                                                  "nil",
                                                  "null",
                                                  "if",
                                                  "then",
                                                  "else",
                                                  "end",
                                                  "local",
                                                  "function",
                                                  "return"};

bool is_word(std::string_view name) {
    return std::find(kWords.begin(), kWords.end(), name) != kWords.end();
}

bool is_name(const std::vector<Token>& tokens, std::size_t at) {
    return at < tokens.size() && tokens[at].kind == TokenKind::name;
}

}  // namespace

std::vector<std::string> names_read(std::string_view expression) {
    const auto tokens = tokens_of(expression);
    std::vector<std::string> paths;
    for (std::size_t at = 0; at < tokens.size(); ++at) {
        if (!is_name(tokens, at) || is_word(tokens[at].source)) {
            continue;
        }
        std::string path(tokens[at].source);
        while (is_symbol(tokens, at + 1, ".") && is_name(tokens, at + 2)) {
            path += "." + std::string(tokens[at + 2].source);
            at += 2;
        }
        const bool is_computed = is_symbol(tokens, at + 1, "(") || is_symbol(tokens, at + 1, ":") ||
                                 is_symbol(tokens, at + 1, "[");
        if (!is_computed && std::find(paths.begin(), paths.end(), path) == paths.end()) {
            paths.push_back(std::move(path));
        }
    }
    return paths;
}

}  // namespace aifp::expression
