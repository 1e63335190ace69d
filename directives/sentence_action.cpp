#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "directives/sentence.hpp"
#include "directives/words.hpp"

// What a sentence does. (docs/sentences.md, Actions)

namespace aifp::directives {
namespace {

using document::quoted;

bool is_script(std::string_view word) noexcept {
    return word.ends_with(".py") || word.ends_with(".sh") ||
           (word.find('/') != std::string_view::npos && !word.starts_with('/') &&
            word.find("://") == std::string_view::npos);
}

void put(Sentence& sentence, NodePtr item) {
    sentence.parts.actions.push_back(std::move(item));
}

std::string action_id(const Sentence& sentence, std::string_view key) {
    return next_id("actions", sentence.parts.actions) + "." + std::string(key);
}

// "run backup.sh", "run the command "df -h"", "call adjust in src/heating.py".
bool read_run(Sentence& sentence, Words clause) {
    Phrase phrase(clause);
    if (!phrase.take("run|execute|start|launch|call")) {
        return false;
    }
    if (phrase.take("the? shell line|command") && !phrase.at_end()) {
        put(sentence,
            make_item(
                "shell", std::string(text_of(sentence.text, phrase.rest())), phrase.front().mark));
        if (phrase.rest().size() == 1) {
            sentence.parts.actions.back() =
                make_item("shell", phrase.front().text, phrase.front().mark);
        }
        return true;
    }
    const bool is_command =
        phrase.take("the? command|program") ||
        (!phrase.at_end() && (phrase.front().quoted || phrase.front().text.starts_with('/')));
    if (is_command && !phrase.at_end()) {
        const bool whole = phrase.rest().size() == 1;
        put(sentence,
            make_item(
                "command",
                whole ? phrase.front().text : std::string(text_of(sentence.text, phrase.rest())),
                phrase.front().mark));
        return true;
    }
    phrase.take("the? function|script|program|implementation|file");
    if (phrase.at_end()) {
        return false;
    }
    const Word* entry = nullptr;
    if (!is_script(phrase.front().text)) {
        entry = &phrase.front();
        phrase.skip();
        if (!phrase.take("in|from|of the? file|script?") || phrase.at_end() ||
            !is_script(phrase.front().text)) {
            return false;
        }
    }
    const Word& path = phrase.front();
    phrase.skip();
    if (!phrase.at_end()) {
        sentence.reading.report.error(
            phrase.front().mark,
            "what is " + quoted(text_of(sentence.text, phrase.rest())) + " to " +
                quoted(path.text) + "? A script gets its parameters through with:",
            "write run the command \"" + path.text + " …\", or the directive as YAML");
        return true;
    }
    auto item = make_item("run", path.text, path.mark);
    if (entry != nullptr) {
        add_text(*item, "entry", entry->text, entry->mark);
    }
    put(sentence, item);
    return true;
}

// A text in quotes, or everything to the end as it stands.
std::string message_in(const Sentence& sentence, const Phrase& phrase) {
    return phrase.rest().size() == 1 ? phrase.front().text
                                     : std::string(text_of(sentence.text, phrase.rest()));
}

bool names_channel(const Sentence& sentence, const Word& word) {
    const auto& channels = sentence.reading.context.channels;
    return channels && channels->contains(word.text);
}

std::string whole_text(const Sentence& sentence) {
    Words words = sentence.words;
    while (!words.empty() && (words.back().text == "." || words.back().text == "!")) {
        words = words.first(words.size() - 1);
    }
    return std::string(text_of(sentence.text, words));
}

// Until it is answered the message is the sentence itself: it says why it came.
std::string asked_message(Sentence& sentence, Words clause) {
    Question question;
    question.id = action_id(sentence, "message");
    question.text = "What is the message to say?";
    question.rule = "a text; {{ … }} is a template";
    question.fallback = whole_text(sentence);
    question.priority = QuestionPriority::high;
    question.group = QuestionGroup::action;
    question.about = text_of(sentence.text, clause);
    const std::string fallback = question.fallback;
    return sentence.reading.interview.ask(std::move(question)).value_or(fallback);
}

void take_way(Sentence& sentence, Phrase& phrase, document::Node& item) {
    Phrase ahead = phrase;
    if (ahead.take("on|by|via|over|through the|my?") && !ahead.at_end()) {
        add_text(item, "channel", ahead.front().text, ahead.front().mark);
        ahead.skip();
        phrase = ahead;
    } else if (!phrase.at_end() && names_channel(sentence, phrase.front())) {
        add_text(item, "channel", phrase.front().text, phrase.front().mark);
        phrase.skip();
    }
}

bool read_notify(Sentence& sentence, Words clause) {
    Phrase phrase(clause);
    const document::Mark mark = clause.front().mark;
    auto item = make_mapping(mark);
    add(*item, "notify", mark, make_null(mark));
    if (phrase.take("email|text|message|sms")) {
        const std::string& way = clause.front().lower;
        add_text(*item, "channel", way == "text" ? "sms" : way, mark);
        phrase.take("me|us|everybody|everyone");
    } else if (phrase.take("notify|tell|alert|warn")) {
        if (!phrase.take("me|us|everybody|everyone") && !phrase.at_end() &&
            !phrase.front().quoted && !phrase.sees("on|by|via|over|through|that|with|about") &&
            !names_channel(sentence, phrase.front())) {
            add_text(*item, "to", phrase.front().text, phrase.front().mark);
            phrase.skip();
        }
    } else if (!phrase.take("send me|us? a|an? notification|message|alert|note")) {
        return false;
    }
    take_way(sentence, phrase, *item);
    phrase.take("that|saying|with|:|about");
    phrase.take("the message|text|:");
    const std::string message =
        phrase.at_end() ? asked_message(sentence, clause) : message_in(sentence, phrase);
    item->members.front().value = make_text(message, phrase.at_end() ? mark : phrase.front().mark);
    put(sentence, item);
    return true;
}

bool read_log(Sentence& sentence, Words clause) {
    Phrase phrase(clause);
    if (phrase.take("log|note")) {
        phrase.take("that|:|the message|line|text");
        phrase.take("that|:");
        if (phrase.at_end()) {
            return false;
        }
        put(sentence, make_item("log", message_in(sentence, phrase), phrase.front().mark));
        return true;
    }
    if (!phrase.take("write") || phrase.at_end()) {
        return false;
    }
    Words rest = phrase.rest();
    Phrase ending(rest);
    for (std::size_t at = 1; at < rest.size(); ++at) {
        ending.go_to(at);
        if (ending.take("to|into|in the log") && ending.at_end()) {
            const Words message = rest.first(at);
            put(sentence,
                make_item("log",
                          message.size() == 1 ? message.front().text
                                              : std::string(text_of(sentence.text, message)),
                          message.front().mark));
            return true;
        }
    }
    return false;
}

bool read_set(Sentence& sentence, Words clause) {
    Phrase phrase(clause);
    if (!phrase.take("set|remember the? state?") || phrase.at_end()) {
        return false;
    }
    const Word& name = phrase.front();
    phrase.skip();
    if (!phrase.take("to|as|=") || phrase.at_end() || !is_identifier(name.text)) {
        return false;
    }
    auto values = make_mapping(name.mark);
    const std::string value = message_in(sentence, phrase);
    auto node = std::make_shared<document::Node>(*make_text(value, phrase.front().mark));
    const bool is_truth = value == "true" || value == "false";
    if (!phrase.front().quoted && (is_truth || to_count(value) >= 0)) {
        node->type = is_truth ? document::Node::Type::boolean : document::Node::Type::integer;
        node->quoted = false;
    }
    add(*values, name.text, name.mark, node);
    auto item = make_mapping(clause.front().mark);
    add(*item, "set", clause.front().mark, values);
    put(sentence, item);
    return true;
}

bool read_emit(Sentence& sentence, Words clause) {
    Phrase phrase(clause);
    const bool is_emit =
        phrase.take("emit|raise|fire the|an|a? event?") || phrase.take("send the|an event");
    if (!is_emit || phrase.rest().size() != 1) {
        return false;
    }
    put(sentence, make_item("emit", phrase.front().text, phrase.front().mark));
    return true;
}

bool read_wait(Sentence& sentence, Words clause) {
    Phrase phrase(clause);
    if (!phrase.take("wait for?")) {
        return false;
    }
    const auto duration = take_duration(phrase);
    if (!duration || !phrase.at_end()) {
        return false;
    }
    put(sentence, make_item("delay", *duration, clause.front().mark));
    return true;
}

}  // namespace

void read_action(Sentence& sentence, Words clause) {
    const bool read = read_request_clause(sentence, clause) || read_emit(sentence, clause) ||
                      read_run(sentence, clause) || read_notify(sentence, clause) ||
                      read_log(sentence, clause) || read_set(sentence, clause) ||
                      read_wait(sentence, clause);
    if (!read) {
        ask_for_deed(sentence, clause);
    }
}

}  // namespace aifp::directives
