#include "helpers/workflow/python_source.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "helpers/workflow/python_tokens.hpp"

namespace aifp::helpers::workflow {
namespace {

using Kind = PythonToken::Kind;
using Line = std::span<const PythonToken>;

constexpr std::size_t kMaxNames = 1'000;

void add_once(std::vector<std::string>& names, const std::string& name) {
    if (names.size() < kMaxNames && !name.empty() &&
        std::find(names.begin(), names.end(), name) == names.end()) {
        names.push_back(name);
    }
}

bool is_sign(const PythonToken& token, char sign) {
    return token.kind == Kind::sign && token.text[0] == sign;
}

bool is_name(const PythonToken& token, std::string_view name) {
    return token.kind == Kind::name && token.text == name;
}

class Reader {
public:
    PythonNeeds read(std::string_view text) {
        const auto tokens = python_tokens(text);
        std::size_t start = 0;
        for (std::size_t i = 0; i < tokens.size(); ++i) {
            if (tokens[i].kind == Kind::line_end) {
                take_line(Line(tokens).subspan(start, i - start));
                start = i + 1;
            }
        }
        while (!tries_.empty()) {
            close_try();
        }
        // Needed in one place is needed.
        std::erase_if(needs_.optional, [this](const std::string& name) {
            return std::find(needs_.modules.begin(), needs_.modules.end(), name) !=
                   needs_.modules.end();
        });
        return std::move(needs_);
    }

private:
    /// A try statement: what its body imports is optional if an except takes the ImportError.
    struct Try {
        int indent = 0;
        bool in_handler = false;  // behind its first except
        bool takes_import_error = false;
        std::vector<std::string> modules;
    };

    void take_line(Line line) {
        if (line.empty()) {
            return;
        }
        const int indent = line[0].indent;
        const bool continues =
            is_name(line[0], "except") || is_name(line[0], "else") || is_name(line[0], "finally");
        while (!tries_.empty() &&
               (tries_.back().indent > indent || (tries_.back().indent == indent && !continues))) {
            close_try();
        }
        if (is_name(line[0], "except") && !tries_.empty() && tries_.back().indent == indent) {
            take_except(line);
        }
        if (is_name(line[0], "try")) {
            tries_.push_back(Try{indent, false, false, {}});
        }
        // A statement may stand behind the colon of a header: `try: import x`.
        take_statement(line);
        if (is_header(line[0])) {
            int depth = 0;
            for (std::size_t i = 0; i < line.size(); ++i) {
                depth += is_sign(line[i], '(') || is_sign(line[i], '[') || is_sign(line[i], '{');
                depth -= is_sign(line[i], ')') || is_sign(line[i], ']') || is_sign(line[i], '}');
                if (depth == 0 && is_sign(line[i], ':')) {
                    take_statement(line.subspan(i + 1));
                    break;
                }
            }
        }
        find_uses(line);
    }

    static bool is_header(const PythonToken& token) {
        constexpr std::array<std::string_view, 11> kHeaders{"if",
                                                            "elif",
                                                            "else",
                                                            "try",
                                                            "for",
                                                            "with",
                                                            "while",
                                                            "finally",
                                                            "def",
                                                            "class",
                                                            "except"};
        return token.kind == Kind::name &&
               std::find(kHeaders.begin(), kHeaders.end(), token.text) != kHeaders.end();
    }

    void take_except(Line line) {
        auto& block = tries_.back();
        block.in_handler = true;
        const bool is_bare = line.size() > 1 && is_sign(line[1], ':');
        block.takes_import_error =
            block.takes_import_error || is_bare ||
            std::any_of(line.begin(), line.end(), [](const PythonToken& token) {
                return is_name(token, "ImportError") || is_name(token, "ModuleNotFoundError") ||
                       is_name(token, "Exception") || is_name(token, "BaseException");
            });
    }

    void close_try() {
        auto block = std::move(tries_.back());
        tries_.pop_back();
        for (const auto& name : block.modules) {
            block.takes_import_error ? add_once(needs_.optional, name) : add_import(name);
        }
    }

    void add_import(const std::string& name) {
        if (tries_.empty()) {
            add_once(needs_.modules, name);
            return;
        }
        // In the handler it is the other choice: one of the two will do.
        add_once(tries_.back().modules, name);
    }

    void take_statement(Line line) {
        if (line.size() > 1 && is_name(line[0], "import")) {
            bool wanted = true;  // at the start and after each comma stands a module
            for (const auto& token : line.subspan(1)) {
                if (token.kind == Kind::name && wanted) {
                    add_import(token.text);
                }
                wanted = is_sign(token, ',');
            }
        } else if (line.size() > 2 && is_name(line[0], "from") && line[1].kind == Kind::name) {
            add_import(line[1].text);
        }
    }

    void find_uses(Line line) {
        for (std::size_t i = 0; i + 2 < line.size(); ++i) {
            if (is_name(line[i], "environ") && is_sign(line[i + 1], '[') &&
                line[i + 2].kind == Kind::text) {
                add_once(needs_.variables, line[i + 2].text);
            } else if (is_name(line[i], "getenv")) {
                find_variable(line, i + 1);
            } else if (is_name(line[i], "environ") && is_name(line[i + 2], "get")) {
                find_variable(line, i + 3);
            } else if (is_name(line[i], "subprocess") && is_sign(line[i + 1], '.')) {
                find_program(line, i + 3);
            }
        }
    }

    /// `("NAME")`: with a second argument there is a default.
    void find_variable(Line line, std::size_t at) {
        if (at + 2 < line.size() && is_sign(line[at], '(') && line[at + 1].kind == Kind::text &&
            is_sign(line[at + 2], ')')) {
            add_once(needs_.variables, line[at + 1].text);
        }
    }

    /// `(["curl", ...`: a text instead of a list may be a line of shell and is not read.
    void find_program(Line line, std::size_t at) {
        if (at + 2 < line.size() && is_sign(line[at], '(') && is_sign(line[at + 1], '[') &&
            line[at + 2].kind == Kind::text) {
            add_once(needs_.programs, line[at + 2].text);
        }
    }

    std::vector<Try> tries_;
    PythonNeeds needs_;
};

}  // namespace

PythonNeeds read_python_needs(std::string_view text) {
    return Reader().read(text);
}

}  // namespace aifp::helpers::workflow
