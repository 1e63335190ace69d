#include "directives/sentence.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace aifp::directives {

using document::quoted;

namespace {

constexpr std::array<std::string_view, 45> kVerbs = {
    "run",    "execute",  "start",  "launch",   "call", "get",     "post",  "put",    "patch",
    "delete", "head",     "fetch",  "download", "open", "request", "ping",  "send",   "notify",
    "tell",   "alert",    "warn",   "email",    "text", "message", "log",   "note",   "write",
    "set",    "remember", "emit",   "raise",    "fire", "wait",    "turn",  "switch", "dim",
    "close",  "lock",     "unlock", "stop",     "play", "ring",    "lower", "make",   "activate"};
constexpr std::array<std::string_view, 21> kOpenings = {
    "every", "each",  "at",     "on",      "when",     "whenever", "if",
    "once",  "daily", "hourly", "nightly", "weekly",   "monthly",  "between",
    "from",  "while", "unless", "by",      "manually", "only",     "everyday"};
constexpr std::string_view kTailStarts =
    "every|each|at|on|when|whenever|if|once|daily|hourly|nightly|weekly|monthly|between|from|while|"
    "unless|by|manually|only|but|except|in|not|monday|tuesday|wednesday|thursday|friday|saturday|"
    "sunday|mondays|tuesdays|wednesdays|thursdays|fridays|saturdays|sundays|weekdays|weekends|as";

bool is_verb(const Word& word) {
    return std::find(kVerbs.begin(), kVerbs.end(), word.lower) != kVerbs.end();
}

/// Reads one sentence: a head that says when, deeds, and a tail that says when or if.
class SentenceReader {
public:
    explicit SentenceReader(Sentence& sentence) : sentence_(sentence) {}

    void read() {
        Words words = sentence_.words;
        while (!words.empty() && (words.back().text == "." || words.back().text == "!")) {
            words = words.first(words.size() - 1);
        }
        Phrase phrase(words);
        phrase.take("please");
        read_head(phrase);
        if (is_broken_) {
            return;
        }
        Words rest = phrase.rest();
        const std::size_t deeds = find_tail(rest);
        read_tail(rest.subspan(deeds));
        settle_time();
        read_deeds(trim_marks(rest.first(deeds)));
    }

    /// Only when; false when words are left over.
    bool read_when_only() {
        Phrase phrase(sentence_.words);
        read_head(phrase);
        phrase.take(".");
        const bool all = !is_broken_ && phrase.at_end() && has_trigger();
        if (all) {
            settle_time();
        }
        return all;
    }

    void read_deeds(Words words);

private:
    [[nodiscard]] bool has_trigger() const { return has_time_ || has_occasion_; }

    static Words trim_marks(Words words) {
        while (!words.empty() && !words.back().quoted &&
               (words.back().text == "," || words.back().lower == "but" ||
                words.back().lower == "and")) {
            words = words.first(words.size() - 1);
        }
        return words;
    }

    void read_head(Phrase& phrase) {
        while (!phrase.at_end() && !is_broken_ && read_head_piece(phrase)) {
            phrase.take(",|:");
            phrase.take("then");
        }
        check_rest_of_head(phrase);
    }

    bool read_head_piece(Phrase& phrase) {
        if (take_time(phrase, time_)) {
            has_time_ = true;
            return true;
        }
        if (phrase.take("by hand") || phrase.take("manually") || phrase.take("on request")) {
            add_manual(phrase);
            return true;
        }
        const auto clause = take_clause(phrase);
        if (clause.opening == Opening::none) {
            tell_opening(phrase);
            return false;
        }
        take_occasion(clause);
        return true;
    }

    enum class Opening { none, when, only_if, unless };
    struct Clause {
        Opening opening = Opening::none;
        Words words;
    };

    static Opening take_opening(Phrase& phrase) {
        if (phrase.take("but|and? only if|when|while") || phrase.take("while") ||
            phrase.take("as long as")) {
            return Opening::only_if;
        }
        if (phrase.take("unless")) {
            return Opening::unless;
        }
        if (phrase.take("when|whenever|if|once") || phrase.take("as soon as")) {
            return Opening::when;
        }
        return phrase.sees("on a|an|the? post|put|get|request|call|event") && phrase.take("on")
                   ? Opening::when
                   : Opening::none;
    }

    // Up to the comma, "then", or the first word that begins an action.
    static Clause take_clause(Phrase& phrase) {
        Clause clause;
        clause.opening = take_opening(phrase);
        if (clause.opening == Opening::none) {
            return clause;
        }
        const Words rest = phrase.rest();
        std::size_t end = 0;
        bool marked = false;
        while (end < rest.size() && !marked) {
            marked = !rest[end].quoted &&
                     (rest[end].text == "," || rest[end].text == ":" || rest[end].lower == "then");
            end += marked ? 0 : 1;
        }
        if (!marked) {
            for (end = std::min<std::size_t>(2, rest.size());
                 end < rest.size() && !is_verb(rest[end]);
                 ++end) {
            }
        }
        clause.words = rest.first(end);
        phrase.go_to(phrase.position() + end);
        return clause;
    }

    void take_occasion(const Clause& clause) {
        if (clause.words.empty()) {
            return;
        }
        if (clause.opening == Opening::when && !has_trigger()) {
            has_occasion_ = true;
            read_occasion(sentence_, clause.words);
            return;
        }
        add_condition(sentence_, clause.words, clause.opening == Opening::unless);
    }

    void add_manual(const Phrase& phrase) {
        has_occasion_ = true;
        const auto mark = phrase.at_end() ? sentence_.words.front().mark : phrase.front().mark;
        sentence_.parts.triggers.push_back(make_item("manual", "", mark));
    }

    // "Every fortnight, …": an opening that nothing was made of.
    void tell_opening(const Phrase& phrase) {
        const Word& word = phrase.front();
        const bool opens = word.lower == "every" || word.lower == "each" || word.lower == "at" ||
                           word.lower == "on" || word.lower == "between" || word.lower == "from";
        if (opens && !has_trigger()) {
            tell_not_understood(sentence_, up_to_comma(phrase.rest()), known_openings());
            is_broken_ = true;
        }
    }

    // "Every night at 2am sharp, run …": words between what was understood and the comma.
    void check_rest_of_head(const Phrase& phrase) {
        const Words rest = phrase.rest();
        if (is_broken_ || !has_trigger() || rest.empty() || is_verb(rest.front())) {
            return;
        }
        const Words extra = up_to_comma(rest);
        const bool verb_follows = extra.size() + 1 < rest.size() && is_verb(rest[extra.size() + 1]);
        if (verb_follows) {
            tell_not_understood(sentence_, extra, known_openings());
            is_broken_ = true;
        }
    }

    static Words up_to_comma(Words words) {
        std::size_t end = 0;
        while (end < words.size() && (words[end].quoted || words[end].text != ",")) {
            ++end;
        }
        return words.first(std::max<std::size_t>(end, std::min<std::size_t>(1, words.size())));
    }

    // Where the words begin that, to the end, say only when or if.
    [[nodiscard]] std::size_t find_tail(Words words) const {
        for (std::size_t at = 1; at < words.size(); ++at) {
            Phrase start(words.subspan(at));
            const bool may_start =
                start.sees(kTailStarts) || (!words[at].quoted && words[at].text.size() > 1 &&
                                            words[at].text[0] >= '0' && words[at].text[0] <= '9');
            if (may_start && is_tail(words.subspan(at))) {
                return at;
            }
        }
        return words.size();
    }

    [[nodiscard]] bool is_tail(Words words) const {
        Phrase phrase(words);
        SpokenTime time;
        while (!phrase.at_end()) {
            const std::size_t before = phrase.position();
            phrase.take(",");
            if (take_time(phrase, time) || phrase.take("by hand") || phrase.take("manually")) {
                continue;
            }
            const Clause clause = take_clause(phrase);
            if (clause.opening == Opening::none || clause.words.empty() ||
                phrase.position() == before) {
                return false;
            }
        }
        return !(has_time_ && time.is_trigger());
    }

    void read_tail(Words words) {
        Phrase phrase(words);
        while (!phrase.at_end()) {
            const std::size_t before = phrase.position();
            phrase.take(",");
            if (take_time(phrase, time_)) {
                has_time_ = true;
            } else if (phrase.take("by hand") || phrase.take("manually")) {
                add_manual(phrase);
            } else {
                take_occasion(take_clause(phrase));
            }
            if (phrase.position() == before) {
                return;
            }
        }
    }

    void settle_time() {
        if (has_time_ && has_occasion_) {
            build_restriction(sentence_, time_);
        } else if (has_time_) {
            build_time(sentence_, time_);
        }
    }

    Sentence& sentence_;
    SpokenTime time_;
    bool has_time_ = false;
    bool has_occasion_ = false;
    bool is_broken_ = false;
};

// "," "and" "then" ";" "." before a word that begins an action; 0 when there is no boundary.
std::size_t boundary_at(Words words, std::size_t at) {
    Phrase phrase(words.subspan(at));
    bool strong = false;
    while (!phrase.at_end()) {
        if (phrase.take("then") || phrase.take("after that") || phrase.take(";|.|!")) {
            strong = true;
        } else if (!phrase.take(",|and|also")) {
            break;
        }
    }
    const bool begins =
        !phrase.at_end() && phrase.position() > 0 && (strong || is_verb(phrase.front()));
    return begins ? phrase.position() : 0;
}

void SentenceReader::read_deeds(Words words) {
    std::size_t start = 0;
    for (std::size_t at = 0; at < words.size();) {
        const std::size_t passed = at > start ? boundary_at(words, at) : 0;
        if (passed > 0) {
            read_action(sentence_, words.subspan(start, at - start));
            start = at + passed;
        }
        at += std::max<std::size_t>(passed, 1);
    }
    if (start < words.size()) {
        read_action(sentence_, words.subspan(start));
    }
}

}  // namespace

void read_sentence(Sentence& sentence) {
    if (!sentence.words.empty()) {
        SentenceReader(sentence).read();
    }
}

std::span<const std::string_view> known_verbs() noexcept {
    return kVerbs;
}
std::span<const std::string_view> known_openings() noexcept {
    return kOpenings;
}

void take_answer(Sentence& sentence, Group group, const std::string& answer, document::Mark mark) {
    auto& list = group == Group::trigger ? sentence.parts.triggers : sentence.parts.actions;
    const std::string_view text = trim(answer);
    if (text.starts_with('{')) {
        auto tree = document::parse(document::SourceText("answer", std::string(text)),
                                    document::Format::yaml,
                                    sentence.reading.context.limits);
        for (const auto& problem : tree.diagnostics) {
            sentence.reading.report.error(mark, "the answer: " + problem.message, problem.hint);
        }
        if (tree.root != nullptr) {
            list.push_back(std::move(tree.root));
        }
        return;
    }
    const std::string_view kind = trim(text.substr(0, text.find(':')));
    if (find_kind(group, kind) != nullptr) {
        list.push_back(make_text(std::string(text), mark));
        return;
    }
    const auto words = split_words(text, [mark](std::size_t) { return mark; });
    Sentence inner{text, words, sentence.reading, std::move(sentence.parts), true};
    SentenceReader reader(inner);
    if (group == Group::action) {
        reader.read_deeds(words);
    } else if (!reader.read_when_only()) {
        sentence.reading.report.error(mark,
                                      "when is " + quoted(text) + "? It is not a trigger",
                                      "answer for example every night at 2am, at: 17:00 or "
                                      "webhook: doorbell");
    }
    sentence.parts = std::move(inner.parts);
}

}  // namespace aifp::directives
