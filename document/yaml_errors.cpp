#include "document/yaml_errors.hpp"

#include <fmt/format.h>

#include <array>

#include "document/report.hpp"

namespace aifp::document {
namespace {

struct Explanation {
    std::string_view theirs;  // how yaml-cpp's message begins
    std::string_view ours;
    std::string_view hint;
};

constexpr std::string_view kCheckIndentation =
    "check the indentation of this line and the lines above";
constexpr std::string_view kQuoteIt = "put the whole value in quotes";

constexpr std::array kExplanations = {
    Explanation{"illegal map value",
                "a \":\" is not possible here",
                "check the indentation; a value that holds \": \" needs quotes"},
    Explanation{"illegal map key", "a key is not possible here", kCheckIndentation},
    Explanation{"illegal block entry", "a list item is not possible here", kCheckIndentation},
    Explanation{"illegal flow end", "this bracket closes nothing", "remove it, or quote the value"},
    Explanation{"illegal tab", "a tab indents this line", "indent with spaces"},
    Explanation{
        "end of sequence flow", "this \"[\" is never closed", "write \"]\" behind the last item"},
    Explanation{"end of map flow", "this \"{\" is never closed", "write \"}\" behind the last key"},
    Explanation{"end of map", "this line fits no level above", kCheckIndentation},
    Explanation{"end of sequence", "this line fits no level above", kCheckIndentation},
    Explanation{"illegal EOF in scalar",
                "the file ends within a quoted text",
                "look above for a quote without its partner"},
    Explanation{"illegal document indicator",
                "a quoted text runs into the end of the document",
                "look above for a quote without its partner"},
    Explanation{"unknown escape character",
                "this \\ escape is not known",
                "write \\\\ for a backslash, or use single quotes"},
    Explanation{"bad character found while scanning hex",
                "a \\x, \\u or \\U escape needs hexadecimal digits",
                "write \\\\ for a backslash, or use single quotes"},
    Explanation{"invalid unicode", "this escape names no character", ""},
    Explanation{"cannot assign multiple tags", "a value can have one tag only", kQuoteIt},
    Explanation{"cannot assign multiple anchors", "a value can have one anchor only", kQuoteIt},
    Explanation{"alias not found", "a name is missing behind \"*\"", kQuoteIt},
    Explanation{"anchor not found", "a name is missing behind \"&\"", kQuoteIt},
    Explanation{"illegal character found while scanning alias",
                "this is no name for an alias",
                "a value that begins with \"*\" needs quotes"},
    Explanation{"illegal character found while scanning anchor",
                "this is no name for an anchor",
                "a value that begins with \"&\" needs quotes"},
    Explanation{"tag handle with no suffix", "a name is missing behind \"!\"", kQuoteIt},
    Explanation{
        "illegal character found while scanning tag", "this is no name for a tag", kQuoteIt},
    Explanation{"unexpected character in block scalar",
                "only an indentation number, \"+\" or \"-\" may follow \"|\" or \">\"",
                "begin the text on the next line"},
    Explanation{"cannot set zero indentation",
                "the indentation number behind \"|\" or \">\" is 1 to 9",
                "leave it out"},
    Explanation{"bad file", "nested too deep", "is a bracket not closed?"},
};

}  // namespace

YamlError explain_yaml_error(std::string_view message, std::string_view rest) {
    if (message.starts_with("unknown token")) {
        return {fmt::format("a value cannot begin with {}", quoted(rest.substr(0, 1))),
                std::string(kQuoteIt)};
    }
    for (const Explanation& explanation : kExplanations) {
        if (message.starts_with(explanation.theirs)) {
            return {std::string(explanation.ours), std::string(explanation.hint)};
        }
    }
    return {fmt::format("not valid YAML: {}", message), ""};
}

}  // namespace aifp::document
