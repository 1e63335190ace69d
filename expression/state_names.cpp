#include "expression/state_names.hpp"

#include <vector>

#include "expression/tokens.hpp"

namespace aifp::expression {
namespace {

/// The member that follows at `at`: `.name` or `["name"]`; moves `at` behind it. Empty when it is
/// worked out.
std::string member_at(const std::vector<Token>& tokens, std::size_t& at) {
    if (is_symbol(tokens, at, ".") && at + 1 < tokens.size() &&
        tokens[at + 1].kind == TokenKind::name) {
        at += 2;
        return std::string(tokens[at - 1].source);
    }
    const bool is_literal = is_symbol(tokens, at, "[") && at + 1 < tokens.size() &&
                            tokens[at + 1].kind == TokenKind::text &&
                            is_symbol(tokens, at + 2, "]");
    const auto written = is_literal ? tokens[at + 1].source : std::string_view();
    const bool is_plain = written.size() > 2 && written.front() != '[' &&
                          written.find('\\') == std::string_view::npos;
    if (!is_plain) {
        return {};
    }
    at += 3;
    return std::string(written.substr(1, written.size() - 2));
}

}  // namespace

void add_states_read(std::string_view text, StateNames& states) {
    const auto tokens = tokens_of(text);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const bool is_member =
            i > 0 && (is_symbol(tokens, i - 1, ".") || is_symbol(tokens, i - 1, ":"));
        if (tokens[i].kind != TokenKind::name || is_member) {
            continue;
        }
        std::string name(tokens[i].source);
        std::size_t next = i + 1;
        if (name == "state" || name == "attributes") {
            name = member_at(tokens, next);
            states.every = states.every || name.empty();
        }
        if (name == "host") {
            const auto figure = member_at(tokens, next);
            states.every = states.every || figure.empty();
            name = "host." + figure;
        }
        if (!name.empty()) {
            states.names.insert(std::move(name));
        }
    }
}

}  // namespace aifp::expression
