#include <algorithm>

#include "base/text.hpp"
#include "directives/sentence.hpp"

// "turn off the living room lights": the engine does not know what that takes, so it asks.

namespace aifp::directives {
namespace {

using document::quoted;

constexpr std::string_view kApi = "api ";

std::vector<std::string> ways_of(const ParseContext& context) {
    std::vector<std::string> ways;
    if (context.apis) {
        for (const std::string& api : *context.apis) {
            ways.push_back(std::string(kApi) + api);
        }
    }
    for (const std::string_view way : {"address", "command", "script", "notification"}) {
        ways.emplace_back(way);
    }
    return ways;
}

/// What is asked once the way is known, and the item it makes.
struct Way {
    std::string_view name;
    std::string_view key;
    std::string_view kind;
    std::string_view text;
    std::string_view rule;
};
constexpr Way kWays[] = {
    {"address", "url", "http_request", "Which address does it?", "POST http://lamp.local/off"},
    {"command", "command", "command", "Which command does it?", "a program and its arguments"},
    {"script", "script", "run", "Which script does it?", "a file of the project: src/lights.py"},
    {"notification", "message", "notify", "What is the message to say?", "a text"},
    {"api", "request", "http_request", "Which method and path of the API?", "POST /lights/1/off"},
};

const Way* find_way(std::string_view answer) noexcept {
    const auto* found = std::find_if(std::begin(kWays), std::end(kWays), [answer](const Way& way) {
        return answer == way.name || (way.name == "api" && answer.starts_with(kApi));
    });
    return found == std::end(kWays) ? nullptr : found;
}

void go_on(Sentence& sentence, Words clause, const Way& way, const std::string& answer) {
    SentenceQuestion question;
    question.id = next_id("actions", sentence.parts.actions) + "." + std::string(way.key);
    question.text = std::string(way.text);
    question.rule = "for example " + std::string(way.rule);
    question.group = QuestionGroup::action;
    const auto value = ask(sentence, clause, std::move(question));
    if (!value) {
        return;
    }
    auto item = make_item(way.kind, *value, clause.front().mark);
    if (way.name == "api") {
        add_text(*item, "api", answer.substr(kApi.size()), clause.front().mark);
    }
    sentence.parts.actions.push_back(item);
}

// A likely slip of the pen is no question.
bool tell_slip(Sentence& sentence, Words clause) {
    const std::string& word = clause.front().lower;
    if (word.empty()) {
        return false;
    }
    for (const auto known : {known_verbs(), known_openings()}) {
        if (std::find(known.begin(), known.end(), word) != known.end()) {
            return false;
        }
    }
    for (const auto known : {known_openings(), known_verbs()}) {
        if (const auto nearest = nearest_name(word, known); nearest && word.size() > 3) {
            sentence.reading.report.error(clause.front().mark,
                                          quoted(clause.front().text) + " is not understood",
                                          "did you mean " + quoted(*nearest) + "?");
            return true;
        }
    }
    return false;
}

}  // namespace

void ask_for_deed(Sentence& sentence, Words clause) {
    if (tell_slip(sentence, clause)) {
        return;
    }
    const std::string said(text_of(sentence.text, clause));
    if (sentence.is_answer) {
        sentence.reading.report.error(clause.front().mark,
                                      quoted(said) + " is not an action",
                                      "write for example http_request: POST http://lamp.local/on, "
                                      "command: … or run: src/NAME.py");
        return;
    }
    SentenceQuestion question;
    question.id = next_id("actions", sentence.parts.actions);
    question.text = "How is " + quoted(said) + " done?";
    question.options = ways_of(sentence.reading.context);
    question.rule =
        "one of these ways, or the action itself: http_request: POST http://…, "
        "command: …, run: src/NAME.py";
    question.group = QuestionGroup::action;
    const auto answer = ask(sentence, clause, std::move(question));
    if (!answer) {
        return;
    }
    if (const Way* way = find_way(*answer)) {
        go_on(sentence, clause, *way, *answer);
    } else {
        take_answer(sentence, Group::action, *answer, clause.front().mark);
    }
}

}  // namespace aifp::directives
