#include <array>
#include <charconv>

#include "base/text.hpp"
#include "directives/sentence.hpp"
#include "directives/words.hpp"

// "the stove is on", "the temperature is above 30 for 10 minutes": a state against a value.

namespace aifp::directives {
namespace {

constexpr std::string_view kVerbs =
    "is|are|becomes|become|turns|goes|gets|stays|rises|drops|falls|changes|switches|equals";

bool is_number(std::string_view text) noexcept {
    double number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    return read.ec == std::errc() && read.ptr == text.data() + text.size() && !text.empty();
}

// "the living room lamp" -> "living_room_lamp"; empty when that names no state.
std::string state_name(Words words) {
    Phrase phrase(words);
    phrase.take("the|a|an|state|my|our");
    phrase.take("state");
    if (phrase.at_end() ||
        phrase.sees("nobody|noone|somebody|someone|anybody|anyone|it|there|everybody|i|we")) {
        return {};
    }
    std::string name;
    for (const Word& word : phrase.rest()) {
        std::string_view part = word.lower;
        part = part.starts_with("state.") ? part.substr(6) : part;
        name += (name.empty() ? "" : "_") + std::string(part);
    }
    return is_identifier(name) && name.size() <= 64 ? name : std::string();
}

// The verb and what belongs to it; nothing taken when there is none.
bool take_relation(Phrase& phrase, Comparison& comparison) {
    Phrase ahead = phrase;
    if (!ahead.take("has been") && !ahead.take("have been") && !ahead.take(kVerbs)) {
        return false;
    }
    ahead.take("to");
    comparison.negated = ahead.take("not|no longer?");
    if (ahead.take("above|over") || ahead.take("more|greater|higher than")) {
        comparison.relation = "above";
    } else if (ahead.take("below|under") || ahead.take("less|lower|fewer than")) {
        comparison.relation = "below";
    } else {
        comparison.relation = "is";
    }
    phrase = ahead;
    return true;
}

bool take_value(Phrase& phrase, Comparison& comparison) {
    if (comparison.relation != "is") {
        if (phrase.at_end() || !is_number(phrase.front().text)) {
            return false;
        }
        comparison.value = phrase.front().text;
        phrase.skip();
        phrase.take("degrees|degree|percent|%|lux|watts|watt|c|f");
        phrase.take("celsius|fahrenheit");
        return true;
    }
    while (!phrase.at_end() && !phrase.sees("for")) {
        const Word& word = phrase.front();
        comparison.value += (comparison.value.empty() ? "" : " ") + word.text;
        phrase.skip();
    }
    return !comparison.value.empty() && comparison.value.size() <= 256;
}

bool take_lasting(Phrase& phrase, Comparison& comparison) {
    if (!phrase.take("for")) {
        return phrase.at_end();
    }
    if (!phrase.take("more|longer than")) {
        phrase.take("at least") || phrase.take("over");
    }
    const auto duration = take_duration(phrase);
    comparison.duration = duration.value_or("");
    return duration.has_value() && phrase.at_end();
}

std::string literal(std::string_view value) {
    if (is_number(value) || value == "true" || value == "false") {
        return std::string(value);
    }
    std::string text = "\"";
    for (const char c : value) {
        text += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
    }
    return text + "\"";
}

std::string expression_of(const Comparison& comparison) {
    const bool negated = comparison.negated;
    const std::string_view relation = comparison.relation == "above"   ? (negated ? "<=" : ">")
                                      : comparison.relation == "below" ? (negated ? ">=" : "<")
                                                                       : (negated ? "~=" : "==");
    return "state." + comparison.name + " " + std::string(relation) + " " +
           literal(comparison.value);
}

}  // namespace

std::optional<Comparison> read_comparison(Words clause) {
    for (std::size_t at = 1; at < clause.size(); ++at) {
        Comparison comparison;
        Phrase phrase(clause.subspan(at));
        if (!take_relation(phrase, comparison)) {
            continue;
        }
        comparison.mark = clause.front().mark;
        comparison.name = state_name(clause.subspan(0, at));
        if (comparison.name.empty() || !take_value(phrase, comparison) ||
            !take_lasting(phrase, comparison)) {
            return std::nullopt;
        }
        return comparison;
    }
    return std::nullopt;
}

void add_condition(Sentence& sentence, Words clause, bool negated) {
    auto comparison = read_comparison(clause);
    if (comparison) {
        comparison->negated = comparison->negated != negated;
        auto item = make_item("expression", expression_of(*comparison), comparison->mark);
        if (!comparison->duration.empty()) {
            add_text(*item, "for", comparison->duration, comparison->mark);
        }
        sentence.parts.conditions.push_back(item);
        return;
    }
    SentenceQuestion question;
    question.id = next_id("conditions", sentence.parts.conditions);
    question.text =
        "What has to hold for " + document::quoted(text_of(sentence.text, clause)) + "?";
    question.rule = R"(an expression, such as state.presence == "home")";
    question.group = QuestionGroup::conditions;
    if (const auto answer = ask(sentence, clause, std::move(question))) {
        sentence.parts.conditions.push_back(make_item("expression", *answer, clause.front().mark));
    }
}

}  // namespace aifp::directives
