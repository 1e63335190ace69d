#include "helpers/workflow/python_tokens.hpp"

#include <algorithm>

namespace aifp::helpers::workflow {
namespace {

using Kind = PythonToken::Kind;

bool is_name_start(char letter) {
    const auto byte = static_cast<unsigned char>(letter);
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_' ||
           byte >= 0x80;
}

bool is_digit(char letter) {
    return letter >= '0' && letter <= '9';
}

class Tokens {
public:
    explicit Tokens(std::string_view text) : text_(text) {}

    std::vector<PythonToken> read() {
        while (at_ < text_.size()) {
            if (is_line_start_) {
                take_indent();
            } else {
                take_token();
            }
        }
        end_line();
        return std::move(tokens_);
    }

private:
    [[nodiscard]] char peek(std::size_t ahead = 0) const {
        return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
    }

    void take_indent() {
        int columns = 0;
        constexpr int kTab = 8;
        while (peek() == ' ' || peek() == '\t') {
            columns = peek() == '\t' ? (columns / kTab + 1) * kTab : columns + 1;
            ++at_;
        }
        indent_ = columns;
        is_line_start_ = false;
    }

    void take_token() {
        const char letter = peek();
        if (letter == '#') {
            at_ = std::min(text_.find('\n', at_), text_.size());
        } else if (letter == '\n') {
            ++at_;
            if (depth_ == 0) {
                end_line();
                is_line_start_ = true;
            }
        } else if (letter == '\\' && (peek(1) == '\n' || peek(1) == '\r')) {
            at_ += peek(1) == '\r' && peek(2) == '\n' ? 3 : 2;
        } else if (letter == '"' || letter == '\'') {
            take_string("");
        } else if (is_name_start(letter)) {
            take_name();
        } else if (is_digit(letter)) {
            while (is_digit(peek()) || is_name_start(peek()) || peek() == '.') {
                ++at_;
            }
        } else {
            take_sign(letter);
        }
    }

    void take_sign(char letter) {
        ++at_;
        if (letter == ' ' || letter == '\t' || letter == '\r' || letter == '\f') {
            return;
        }
        if (letter == ';' && depth_ == 0) {
            end_line();
            return;
        }
        if (letter == '(' || letter == '[' || letter == '{') {
            ++depth_;
        } else if (letter == ')' || letter == ']' || letter == '}') {
            depth_ = std::max(0, depth_ - 1);
        }
        add(Kind::sign, std::string(1, letter));
    }

    void take_name() {
        const auto start = at_;
        while (is_name_start(peek()) || is_digit(peek())) {
            ++at_;
        }
        const auto name = text_.substr(start, at_ - start);
        if ((peek() == '"' || peek() == '\'') && name.size() <= 2 &&
            name.find_first_not_of("rRbBfFuU") == name.npos) {
            take_string(name);
        } else {
            add(Kind::name, std::string(name));
        }
    }

    void take_string(std::string_view prefix) {
        const char quote = peek();
        const bool is_long = peek(1) == quote && peek(2) == quote;
        at_ += is_long ? 3 : 1;
        const auto start = at_;
        bool is_plain = prefix.find_first_of("fF") == prefix.npos;
        while (at_ < text_.size()) {
            if (peek() == '\\') {
                is_plain = false;
                at_ += 2;
            } else if (!is_long && peek() == '\n') {
                break;  // not closed: the line ends all the same
            } else if (peek() == quote && (!is_long || (peek(1) == quote && peek(2) == quote))) {
                break;
            } else {
                ++at_;
            }
        }
        at_ = std::min(at_, text_.size());
        add(Kind::text, is_plain ? std::string(text_.substr(start, at_ - start)) : std::string());
        if (peek() == quote) {
            at_ = std::min(at_ + (is_long ? 3 : 1), text_.size());
        }
    }

    void add(Kind kind, std::string text) {
        tokens_.push_back(PythonToken{kind, std::move(text), indent_});
    }

    void end_line() {
        if (!tokens_.empty() && tokens_.back().kind != Kind::line_end) {
            add(Kind::line_end, {});
        }
    }

    std::string_view text_;
    std::size_t at_ = 0;
    int depth_ = 0;
    int indent_ = 0;
    bool is_line_start_ = true;
    std::vector<PythonToken> tokens_;
};

}  // namespace

std::vector<PythonToken> python_tokens(std::string_view text) {
    return Tokens(text).read();
}

}  // namespace aifp::helpers::workflow
