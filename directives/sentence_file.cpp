#include "directives/sentence_file.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "directives/sentence.hpp"

namespace aifp::directives {
namespace {

constexpr std::string_view kNameBytes = "abcdefghijklmnopqrstuvwxyz0123456789_.-";
constexpr std::size_t kMaxNameBytes = 64;

bool is_name(std::string_view text) noexcept {
    return !text.empty() && text.size() <= kMaxNameBytes &&
           text.find_first_not_of(kNameBytes) == std::string_view::npos;
}

bool is_one_of(std::string_view word, std::span<const std::string_view> words) noexcept {
    return std::find(words.begin(), words.end(), word) != words.end();
}

constexpr std::array<std::string_view, 8> kConnectives = {
    "then", "and", "or", "but", "also", "only", "except", "unless"};

/// Reads a text line by line.
class SentenceSplitter {
public:
    SentenceSplitter(const document::SourceText& source, document::Report& report)
        : source_(source), report_(report) {}

    std::vector<WrittenSentence> split() {
        const std::string_view text = source_.text();
        for (std::size_t begin = 0; begin < text.size(); ++line_) {
            const std::size_t end = std::min(text.find('\n', begin), text.size());
            read_line(text.substr(begin, end - begin), begin);
            begin = end + 1;
        }
        close();
        return std::move(sentences_);
    }

private:
    void read_line(std::string_view line, std::size_t offset) {
        const std::string_view content = trim(line);
        if (content.empty()) {
            return close();
        }
        if (content.starts_with('#') || content.starts_with("//")) {
            return;
        }
        if (content.size() > 2 && content.front() == '[' && content.back() == ']' &&
            is_name(content.substr(1, content.size() - 2))) {
            close();
            name_ = content.substr(1, content.size() - 2);
            return;
        }
        auto words = words_of_line(line, offset);
        const bool bullet = take_bullet(words);
        const bool named = take_name(words);
        if (words.empty()) {
            return;
        }
        const bool indented = line.front() == ' ' || line.front() == '\t';
        if (bullet || named || !continues(words.front(), indented)) {
            begin_sentence();
        }
        for (Word& word : words) {
            add(std::move(word));
        }
    }

    // A mark counts the code points before it in its line: words come from left to right.
    std::vector<Word> words_of_line(std::string_view line, std::size_t offset) {
        std::size_t passed = 0;
        int column = 1;
        auto words = split_words(line, [&](std::size_t at) {
            column += static_cast<int>(count_code_points(line.substr(passed, at - passed)));
            passed = at;
            return document::Mark{line_, column};
        });
        for (Word& word : words) {
            const bool is_open = word.quoted && !end_of_word(line, word.begin).closed;
            if (is_open) {
                report_.error(word.mark, "this quote is never closed", "close it in the same line");
            }
            word.begin += offset;
            word.end += offset;
        }
        return words;
    }

    static bool take_bullet(std::vector<Word>& words) {
        const bool dash = words.front().text == "-" || words.front().text == "*" ||
                          words.front().text == "\u2022";
        const bool number = words.size() > 1 && words[1].text == "." &&
                            spoken_number(words.front().lower) > 0 &&
                            words[1].begin == words[0].end;
        words.erase(words.begin(), words.begin() + (number ? 2 : dash ? 1 : 0));
        return dash || number;
    }

    // "porch_light: …" and "name: porch_light"
    bool take_name(std::vector<Word>& words) {
        const bool has_colon = words.size() > 1 && !words[0].quoted && words[1].text == ":" &&
                               words[1].begin == words[0].end;
        if (!has_colon || !is_name(words[0].text) || is_one_of(words[0].text, known_openings()) ||
            is_one_of(words[0].text, known_verbs())) {
            return false;
        }
        close();
        const bool is_key = words[0].text == "name" && words.size() == 3 && is_name(words[2].text);
        name_ = is_key ? words[2].text : words[0].text;
        words.erase(words.begin(), is_key ? words.end() : words.begin() + 2);
        return true;
    }

    [[nodiscard]] bool continues(const Word& first, bool indented) const {
        if (current_.words.empty()) {
            return false;
        }
        const Word& last = current_.words.back();
        return indented || (!last.quoted && (last.text == "," || last.text == ":")) ||
               is_one_of(first.lower, kConnectives);
    }

    void begin_sentence() { close(); }

    void add(Word word) {
        const bool after_stop =
            !current_.words.empty() && !current_.words.back().quoted &&
            (current_.words.back().text == "." || current_.words.back().text == "!");
        // "…, run a.sh. Every day at noon, run b.sh": the next sentence says when anew.
        if (after_stop && is_one_of(word.lower, known_openings()) &&
            !is_one_of(word.lower, kConnectives)) {
            close();
        }
        if (current_.words.empty()) {
            current_.mark = word.mark;
            current_.name = std::exchange(name_, {});
        }
        current_.words.push_back(std::move(word));
    }

    void close() {
        if (!current_.words.empty()) {
            sentences_.push_back(std::exchange(current_, {}));
        }
    }

    const document::SourceText& source_;
    document::Report& report_;
    std::vector<WrittenSentence> sentences_;
    WrittenSentence current_;
    std::string name_;
    int line_ = 1;
};

// From the first word that begins an action; the whole where none does.
Words deeds_of(Words words) {
    const std::size_t from =
        !words.empty() && is_one_of(words.front().lower, known_openings()) ? 1 : 0;
    for (std::size_t at = from; at < words.size(); ++at) {
        const bool after_comma = at > 0 && words[at - 1].text == "," && !words[at - 1].quoted;
        const bool may_be_noun = at > 0 && !after_comma && words.front().lower != "at" &&
                                 words.front().lower != "every" && words.front().lower != "on";
        if (is_one_of(words[at].lower, known_verbs()) && !may_be_noun) {
            return words.subspan(at);
        }
    }
    return words;
}

void add_slug(std::string& name, Words words, std::size_t most) {
    constexpr std::array<std::string_view, 28> kFillers = {
        "the", "a",    "an",    "to",   "me",     "us",   "my",   "our",  "of", "and",
        "for", "is",   "that",  "then", "if",     "when", "more", "than", "at", "on",
        "in",  "with", "every", "from", "please", "are",  "each", "by"};
    std::size_t used = 0;
    for (const Word& word : words) {
        if (used == most || name.size() > 40) {
            return;
        }
        std::string_view text = word.lower;
        for (const std::string_view scheme : {"https://", "http://"}) {
            text = text.starts_with(scheme) ? text.substr(scheme.size()) : text;
        }
        std::string slug;
        for (const char c : text.substr(0, 24)) {
            const bool fits = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
            if (fits) {
                slug += c;
            } else if (!slug.empty() && slug.back() != '_') {
                slug += '_';
            }
        }
        while (slug.ends_with('_')) {
            slug.pop_back();
        }
        const bool is_direction = word.lower == "on" && name.ends_with("turn");
        if (!slug.empty() && (is_direction || !is_one_of(word.lower, kFillers))) {
            name += (name.empty() ? "" : "_") + slug;
            ++used;
        }
    }
}

}  // namespace

std::vector<WrittenSentence> split_sentences(const document::SourceText& source,
                                             document::Report& report) {
    return SentenceSplitter(source, report).split();
}

std::string derive_name(Words words) {
    const Words deeds = deeds_of(words);
    std::string name;
    add_slug(name, deeds, 5);
    if (name.find('_') == std::string::npos && deeds.size() < words.size()) {
        add_slug(name, words.first(words.size() - deeds.size()), 4);
    }
    return name.empty() ? "directive" : name.substr(0, kMaxNameBytes);
}

}  // namespace aifp::directives
