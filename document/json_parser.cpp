#include "document/json_parser.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "document/json_string.hpp"
#include "document/locator.hpp"

namespace aifp::document {
namespace {

bool is_digit(char letter) noexcept {
    return letter >= '0' && letter <= '9';
}

// Recursive descent over RFC 8259. Every function returns false once an error is told.
class JsonParser {
public:
    JsonParser(const SourceText& source, TreeBuilder& builder, Report& report)
        : text_(source.text()), builder_(&builder), report_(&report), locator_(text_) {}

    bool parse_text() {
        skip_blanks();
        if (at_end()) {
            return refuse(at_, "the file is empty", "write a JSON value, for example {}");
        }
        if (!parse_value()) {
            return false;
        }
        skip_blanks();
        return at_end() || refuse(at_, "text behind the end of the JSON value", "remove it");
    }

private:
    [[nodiscard]] bool at_end() const noexcept { return at_ == text_.size(); }
    [[nodiscard]] char peek() const noexcept { return at_end() ? '\0' : text_[at_]; }
    bool skip(char letter) noexcept {
        const bool found = !at_end() && text_[at_] == letter;
        at_ += found ? 1 : 0;
        return found;
    }
    void skip_blanks() noexcept {
        at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size());
    }
    bool refuse(std::size_t offset, std::string message, std::string hint) {
        report_->error(locator_.at(offset), std::move(message), std::move(hint));
        return false;
    }

    bool parse_value();
    bool parse_object();
    bool parse_member(std::size_t last_comma);
    bool parse_array();
    bool parse_string();
    bool parse_number();
    bool parse_word();
    bool refuse_value();
    bool refuse_separator(char closing);

    std::string_view text_;
    TreeBuilder* builder_;
    Report* report_;
    Locator locator_;
    std::size_t at_ = 0;
};

bool JsonParser::parse_value() {
    switch (peek()) {
        case '{':
            return parse_object();
        case '[':
            return parse_array();
        case '"':
            return parse_string();
        default:
            return peek() == '-' || is_digit(peek()) ? parse_number() : parse_word();
    }
}

bool JsonParser::parse_object() {
    Node node;
    node.type = Node::Type::mapping;
    node.mark = locator_.at(at_++);
    if (!builder_->open(std::move(node))) {
        return false;
    }
    skip_blanks();
    std::size_t last_comma = std::string_view::npos;
    bool goes_on = !skip('}');
    while (goes_on) {
        if (!parse_member(last_comma)) {
            return false;
        }
        last_comma = at_;
        if (!skip(',')) {
            if (!skip('}')) {
                return refuse_separator('}');
            }
            goes_on = false;
        }
    }
    builder_->close();
    return true;
}

// "key": value and the blanks behind it.
bool JsonParser::parse_member(std::size_t last_comma) {
    skip_blanks();
    if (peek() == '}' && last_comma != std::string_view::npos) {
        return refuse(last_comma, "a comma behind the last member", "remove the comma");
    }
    if (peek() != '"') {
        return refuse(
            at_,
            at_end() ? "the file ends within an object" : "a key in double quotes is missing",
            at_end() ? "a \"}\" is missing" : "write \"key\": value");
    }
    if (!parse_string()) {
        return false;
    }
    skip_blanks();
    if (!skip(':')) {
        return refuse(at_, "a \":\" is missing behind the key", "write \"key\": value");
    }
    skip_blanks();
    if (!parse_value()) {
        return false;
    }
    skip_blanks();
    return true;
}

bool JsonParser::parse_array() {
    Node node;
    node.type = Node::Type::sequence;
    node.mark = locator_.at(at_++);
    if (!builder_->open(std::move(node))) {
        return false;
    }
    skip_blanks();
    std::size_t last_comma = std::string_view::npos;
    bool goes_on = !skip(']');
    while (goes_on) {
        skip_blanks();
        if (peek() == ']' && last_comma != std::string_view::npos) {
            return refuse(last_comma, "a comma behind the last item", "remove the comma");
        }
        if (!parse_value()) {
            return false;
        }
        skip_blanks();
        last_comma = at_;
        if (!skip(',')) {
            if (!skip(']')) {
                return refuse_separator(']');
            }
            goes_on = false;
        }
    }
    builder_->close();
    return true;
}

bool JsonParser::refuse_separator(char closing) {
    if (at_end()) {
        return refuse(
            at_,
            closing == '}' ? "the file ends within an object" : "the file ends within a list",
            fmt::format("a \"{}\" is missing", closing));
    }
    return refuse(at_, fmt::format("a \",\" or \"{}\" is missing here", closing), "");
}

bool JsonParser::parse_string() {
    const std::size_t start = at_;
    auto value = read_json_string(text_, at_);
    if (!value) {
        JsonMistake& mistake = value.error();
        return refuse(mistake.offset, std::move(mistake.message), std::move(mistake.hint));
    }
    Node node;
    node.type = Node::Type::string;
    node.mark = locator_.at(start);
    node.text = std::move(*value);
    node.quoted = true;
    return builder_->scalar(std::move(node));
}

bool JsonParser::parse_number() {
    const std::size_t start = at_;
    const auto skip_digits = [this] {
        const std::size_t first = at_;
        while (is_digit(peek())) {
            ++at_;
        }
        return at_ > first;
    };
    skip('-');
    const bool leads_with_zero = peek() == '0';
    const std::size_t first_digit = at_;
    bool good = skip_digits() && (!leads_with_zero || at_ == first_digit + 1);
    Node node;
    node.type = Node::Type::integer;
    if (good && skip('.')) {
        node.type = Node::Type::real;
        good = skip_digits();
    }
    if (good && (peek() == 'e' || peek() == 'E')) {
        node.type = Node::Type::real;
        ++at_;
        if (!skip('+')) {
            skip('-');
        }
        good = skip_digits();
    }
    if (!good) {
        return refuse(start, "this is not a JSON number", "write it like 12, -0.5 or 1e3");
    }
    node.mark = locator_.at(start);
    node.text = std::string(text_.substr(start, at_ - start));
    return builder_->scalar(std::move(node));
}

bool JsonParser::parse_word() {
    const std::size_t start = at_;
    while (peek() >= 'a' && peek() <= 'z') {
        ++at_;
    }
    Node node;
    node.text = std::string(text_.substr(start, at_ - start));
    if (node.text == "true" || node.text == "false") {
        node.type = Node::Type::boolean;
    } else if (node.text != "null") {
        at_ = start;
        return refuse_value();
    }
    node.mark = locator_.at(start);
    return builder_->scalar(std::move(node));
}

bool JsonParser::refuse_value() {
    if (at_end()) {
        return refuse(at_, "the file ends where a value is missing", "");
    }
    const char letter = peek();
    if (letter == '\'') {
        return refuse(at_, "a text in single quotes", "JSON wants double quotes");
    }
    if (letter == '/' || letter == '#') {
        return refuse(at_, "a comment", "JSON has no comments; a .yaml file has");
    }
    return refuse(at_,
                  "a value is missing here",
                  "a text needs double quotes; the words are true, false and null");
}

}  // namespace

bool parse_json(const SourceText& source, TreeBuilder& builder, Report& report) {
    return JsonParser(source, builder, report).parse_text();
}

}  // namespace aifp::document
