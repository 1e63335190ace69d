#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "directives/sentence.hpp"

// "when …": what has to happen. (docs/sentences.md, Occasions)

namespace aifp::directives {
namespace {

constexpr std::string_view kHooks = "/hooks/";

const Word* find_hook(Words clause) noexcept {
    const auto found = std::find_if(clause.begin(), clause.end(), [](const Word& word) {
        return word.text.starts_with(kHooks) && word.text.size() > kHooks.size();
    });
    return found == clause.end() ? nullptr : &*found;
}

std::string_view methods_of(Words clause) noexcept {
    for (const Word& word : clause) {
        for (const auto& [verb, methods] :
             {std::pair<std::string_view, std::string_view>{"post", "POST"},
              {"posts", "POST"},
              {"posted", "POST"},
              {"put", "PUT"},
              {"puts", "PUT"},
              {"get", "GET"},
              {"gets", "GET"},
              {"opens", "GET"},
              {"opened", "GET"},
              {"sends", "POST"},
              {"calls", "GET,POST"},
              {"called", "GET,POST"},
              {"call", "GET,POST"},
              {"hits", "GET,POST"},
              {"hit", "GET,POST"},
              {"request", "GET,POST"},
              {"requests", "GET,POST"},
              {"requested", "GET,POST"}}) {
            if (word.lower == verb) {
                return methods;
            }
        }
    }
    return {};
}

NodePtr secret_node(std::string name, document::Mark mark) {
    auto node = std::make_shared<document::Node>();
    node->type = document::Node::Type::string;
    node->mark = mark;
    node->text = std::move(name);
    node->tag = "!secret";
    return node;
}

NodePtr bearer_of(std::string secret, document::Mark mark) {
    auto auth = make_mapping(mark);
    add(*auth, "bearer", mark, secret_node(std::move(secret), mark));
    return auth;
}

// Who may call, when the sentence says so: "with the secret NAME", "without a token".
NodePtr auth_in(Words clause) {
    for (std::size_t at = 0; at < clause.size(); ++at) {
        Phrase phrase(clause.subspan(at));
        const document::Mark mark = clause[at].mark;
        if (phrase.take("without a? password|token|secret|key|authentication")) {
            return make_text("none", mark);
        }
        if (phrase.take("with the? secret|token|password|key") && !phrase.at_end()) {
            return bearer_of(phrase.front().text, mark);
        }
    }
    return nullptr;
}

bool read_webhook(Sentence& sentence, Words clause) {
    const Word* hook = find_hook(clause);
    const std::string_view methods = methods_of(clause);
    if (hook == nullptr || methods.empty()) {
        return false;
    }
    auto item = make_item("webhook", hook->text.substr(kHooks.size()), hook->mark);
    auto list = std::vector<NodePtr>();
    for (const std::string_view method : split(methods, ',')) {
        list.push_back(make_text(std::string(method), hook->mark));
    }
    add(*item, "methods", hook->mark, make_list(std::move(list), hook->mark));
    if (NodePtr auth = auth_in(clause)) {
        add(*item, "auth", hook->mark, std::move(auth));
    }
    sentence.parts.triggers.push_back(item);  // without auth the item's reader asks
    return true;
}

bool read_event(Sentence& sentence, Words clause) {
    Phrase phrase(clause);
    if (!phrase.take("the|an? event") || phrase.at_end()) {
        return false;
    }
    const Word& name = phrase.front();
    phrase.skip();
    if (!phrase.at_end() && !phrase.take("happens|comes|arrives|fires|occurs") &&
        !phrase.take("is emitted|fired|raised") && !phrase.take("comes in")) {
        return false;
    }
    if (!phrase.at_end()) {
        return false;
    }
    sentence.parts.triggers.push_back(make_item("event", name.text, name.mark));
    return true;
}

// Kinds that the table knows; whether they are built is the table's to say.
bool read_known_kind(Sentence& sentence, Words clause) {
    Phrase phrase(clause);
    const document::Mark mark = clause.front().mark;
    if (phrase.take("the? engine|daemon|aifp|aifpd starts") && phrase.at_end()) {
        sentence.parts.triggers.push_back(make_item("engine_start", "", mark));
        return true;
    }
    if (phrase.take("the? machine|computer|host|system boots|starts") && phrase.at_end()) {
        sentence.parts.triggers.push_back(make_item("host_boot", "", mark));
        return true;
    }
    if (phrase.take("the? file|folder") && !phrase.at_end()) {
        const std::string path = phrase.front().text;
        phrase.skip();
        if (phrase.take("changes|appears") || phrase.take("is changed|written|created")) {
            sentence.parts.triggers.push_back(make_item("file", path, mark));
            return phrase.at_end();
        }
        return false;
    }
    if ((phrase.take("a|an? mqtt? message arrives|comes on the? topic?") ||
         phrase.take("a|an? mqtt? message is published on|to the? topic?")) &&
        !phrase.at_end()) {
        sentence.parts.triggers.push_back(make_item("mqtt", phrase.front().text, mark));
        return true;
    }
    return false;
}

bool read_state(Sentence& sentence, Words clause) {
    const auto comparison = read_comparison(clause);
    if (!comparison) {
        return false;
    }
    const bool numeric = comparison->relation != "is";
    auto item = make_item(numeric ? "numeric_state" : "state", comparison->name, comparison->mark);
    add_text(*item,
             numeric               ? comparison->relation
             : comparison->negated ? std::string_view("from")
                                   : std::string_view("to"),
             comparison->value,
             comparison->mark);
    if (!comparison->duration.empty()) {
        add_text(*item, "for", comparison->duration, comparison->mark);
    }
    sentence.parts.triggers.push_back(item);
    return true;
}

bool read_sun_or_time(Sentence& sentence, Words clause) {
    Phrase phrase(clause);
    if (phrase.take("the sun sets|rises") && phrase.at_end()) {
        const bool sets = clause.back().lower == "sets";
        sentence.parts.triggers.push_back(
            make_item("sun", sets ? "sunset" : "sunrise", clause.front().mark));
        return true;
    }
    phrase.go_to(0);
    phrase.take("it is|gets|becomes");
    phrase.take("the time is");
    SpokenTime time;
    const bool read = take_time(phrase, time) && phrase.at_end();
    if (read) {
        build_time(sentence, time);
    }
    return read;
}

bool read_by_hand(Sentence& sentence, Words clause) {
    Phrase phrase(clause);
    if ((phrase.take("i say so") || phrase.take("i run it") || phrase.take("asked") ||
         phrase.take("it is run by hand")) &&
        phrase.at_end()) {
        sentence.parts.triggers.push_back(make_item("manual", "", clause.front().mark));
        return true;
    }
    return false;
}

}  // namespace

void read_occasion(Sentence& sentence, Words clause) {
    if (clause.empty()) {
        return;
    }
    if (read_webhook(sentence, clause) || read_event(sentence, clause) ||
        read_known_kind(sentence, clause) || read_by_hand(sentence, clause) ||
        read_sun_or_time(sentence, clause) || read_state(sentence, clause)) {
        return;
    }
    SentenceQuestion question;
    question.id = next_id("triggers", sentence.parts.triggers);
    question.text =
        "What tells the engine that " + document::quoted(text_of(sentence.text, clause)) + "?";
    question.rule = "a trigger, such as event: doorbell, webhook: doorbell or every: 10m";
    if (const auto answer = ask(sentence, clause, std::move(question))) {
        take_answer(sentence, Group::trigger, *answer, clause.front().mark);
    }
}

}  // namespace aifp::directives
