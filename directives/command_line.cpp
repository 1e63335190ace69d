#include "directives/command_line.hpp"

#include <optional>
#include <utility>

namespace aifp::directives {
namespace {

class Splitter {
public:
    explicit Splitter(std::string_view text) : text_(text) {}

    [[nodiscard]] tl::expected<std::vector<std::string>, CommandLineProblem> split() {
        while (at_ < text_.size()) {
            if (auto problem = take_one()) {
                return tl::unexpected<CommandLineProblem>(std::move(*problem));
            }
        }
        end_word();
        return std::move(words_);
    }

private:
    std::optional<CommandLineProblem> take_one() {
        const char c = text_[at_];
        if (text_.substr(at_).starts_with("{{")) {
            return take_template();
        }
        if (c == '\'' || c == '"') {
            return take_quoted(c);
        }
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
            end_word();
            ++at_;
            return std::nullopt;
        }
        if (c == '\\' && at_ + 1 < text_.size()) {
            put(text_[at_ + 1]);
            at_ += 2;
            return std::nullopt;
        }
        if (is_for_shell(c)) {
            return CommandLineProblem{
                at_,
                std::string("only a shell understands ") + c + " here",
                "write shell: instead of command:, or put the argument in quotes"};
        }
        put(c);
        ++at_;
        return std::nullopt;
    }

    std::optional<CommandLineProblem> take_template() {
        const std::size_t end = text_.find("}}", at_);
        const std::size_t stop = end == std::string_view::npos ? text_.size() : end + 2;
        for (; at_ < stop; ++at_) {
            put(text_[at_]);
        }
        return std::nullopt;
    }

    std::optional<CommandLineProblem> take_quoted(char quote) {
        const std::size_t start = at_++;
        has_word_ = true;
        while (at_ < text_.size() && text_[at_] != quote) {
            if (text_.substr(at_).starts_with("{{")) {
                (void)take_template();
                continue;
            }
            const bool escaped = quote == '"' && text_[at_] == '\\' && at_ + 1 < text_.size() &&
                                 (text_[at_ + 1] == '"' || text_[at_ + 1] == '\\');
            at_ += escaped ? 1 : 0;
            put(text_[at_++]);
        }
        if (at_ >= text_.size()) {
            return CommandLineProblem{
                start, "this quote is never closed", "close it, or write the command as a list"};
        }
        ++at_;
        return std::nullopt;
    }

    [[nodiscard]] bool is_for_shell(char c) const {
        if (c == '$') {
            return !text_.substr(at_).starts_with("${");
        }
        return std::string_view("|&;<>()`*").find(c) != std::string_view::npos;
    }

    void put(char c) {
        word_.push_back(c);
        has_word_ = true;
    }

    void end_word() {
        if (has_word_) {
            words_.push_back(std::exchange(word_, {}));
            has_word_ = false;
        }
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::string word_;
    bool has_word_ = false;
    std::vector<std::string> words_;
};

}  // namespace

tl::expected<std::vector<std::string>, CommandLineProblem> split_command_line(
    std::string_view text) {
    return Splitter(text).split();
}

}  // namespace aifp::directives
