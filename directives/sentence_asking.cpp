#include "base/text.hpp"
#include "directives/sentence.hpp"

// What a sentence leaves open, and what was not understood of it.
namespace aifp::directives {

using document::quoted;

std::optional<std::string> ask(Sentence& sentence, Words about, SentenceQuestion asked) {
    Question question;
    question.id = std::move(asked.id);
    question.text = std::move(asked.text);
    question.rule = std::move(asked.rule);
    question.group = asked.group;
    question.kind = asked.is_choice ? QuestionKind::choice : QuestionKind::text;
    question.options = std::move(asked.options);
    question.fallback = std::move(asked.fallback);
    question.about = text_of(sentence.text, about);
    const auto mark = about.empty() ? document::Mark() : about.front().mark;
    const std::string& name = sentence.reading.directive;
    const Interview::Place place{
        mark,
        question.text,
        "answer it with aifp validate " + name + ", or say it in the sentence"};
    return sentence.reading.interview.ask(sentence.reading.report, place, std::move(question));
}

std::string next_id(std::string_view list, const std::vector<NodePtr>& items) {
    return std::string(list) + "." + std::to_string(items.size() + 1);
}

std::shared_ptr<document::Node> make_item(std::string_view kind,
                                          std::string value,
                                          document::Mark mark) {
    auto item = make_mapping(mark);
    add(*item, kind, mark, value.empty() ? make_null(mark) : make_text(std::move(value), mark));
    return item;
}

void add_text(document::Node& mapping,
              std::string_view key,
              std::string value,
              document::Mark mark) {
    add(mapping, key, mark, make_text(std::move(value), mark));
}

void tell_not_understood(Sentence& sentence, Words words, std::span<const std::string_view> known) {
    std::string hint = "write for example: every night at 2am, run backup.sh (docs/sentences.md)";
    document::Mark mark = words.front().mark;
    for (const Word& word : words) {
        const auto nearest = word.lower.size() > 3 ? nearest_time_word(word.lower) : std::nullopt;
        const auto other =
            nearest || word.lower.size() <= 3 ? nearest : nearest_name(word.lower, known);
        if (other && *other != word.lower) {
            mark = word.mark;
            hint = "did you mean " + quoted(*other) + "?";
            break;
        }
    }
    sentence.reading.report.error(
        mark, quoted(text_of(sentence.text, words)) + " is not understood", std::move(hint));
}

}  // namespace aifp::directives
