#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>

#include "base/json_text.hpp"
#include "base/text.hpp"
#include "directives/sentence.hpp"
#include "directives/words.hpp"

// "POST {…} to http://…", "get /now of the API thermometer". (docs/sentences.md, Requests)

namespace aifp::directives {
namespace {

using document::Node;

bool is_address(const Word& word) noexcept {
    return word.text.starts_with("http://") || word.text.starts_with("https://") ||
           word.text.starts_with('/') || word.text.starts_with("${") || word.text.starts_with("{{");
}

// The verb's method; "" for "call", which does not say one; nothing when it is no request.
std::optional<std::string> method_of(Phrase& phrase) {
    Phrase ahead = phrase;
    if (ahead.take("send|make|do a|an")) {
        ahead.take("http");
    }
    const bool sends = ahead.position() > phrase.position();
    if (const auto method = ahead.take_one("get|post|put|patch|delete|head")) {
        ahead.take("request|call");
        phrase = ahead;
        return to_upper_ascii(*method);
    }
    if (sends && ahead.take("request")) {
        phrase = ahead;
        return std::string();
    }
    if (phrase.take("fetch|download|read")) {
        return std::string("GET");
    }
    if (phrase.take("call|request|open|ping|send")) {
        return std::string();
    }
    return std::nullopt;
}

/// What a request's clause holds behind its verb.
struct Request {
    std::string method;
    const Word* address = nullptr;
    const Word* body = nullptr;
    const Word* api = nullptr;
    const Word* secret = nullptr;  ///< "with the secret NAME": a bearer token.
    std::vector<Word> unknown;
};

bool take_known(Phrase& phrase, Request& request) {
    const auto take_word = [&phrase](const Word*& to) {
        if (phrase.at_end() || to != nullptr) {
            return false;
        }
        to = &phrase.front();
        phrase.skip();
        return true;
    };
    if (phrase.take("of|on|from the? api")) {
        return take_word(request.api);
    }
    if (phrase.take("with the? secret|token")) {
        return take_word(request.secret);
    }
    if (phrase.take("with the? json|body|text|payload|data")) {
        return take_word(request.body);
    }
    const Word& word = phrase.front();
    const bool is_body = word.quoted || word.text.starts_with('{') || word.text.starts_with('[');
    if (is_address(word) && request.address == nullptr) {
        return take_word(request.address);
    }
    if (is_body && request.body == nullptr) {
        return take_word(request.body);
    }
    return phrase.take("to|at|the|from|with|a|an|address|url|page|data|body|json");
}

Request take_request(Phrase& phrase, std::string method) {
    Request request;
    request.method = std::move(method);
    while (!phrase.at_end()) {
        if (!take_known(phrase, request)) {
            request.unknown.push_back(phrase.front());
            phrase.skip();
        }
    }
    return request;
}

NodePtr node_of(const boost::json::value& value, document::Mark mark) {
    if (const auto* object = value.if_object()) {
        auto mapping = make_mapping(mark);
        for (const auto& member : *object) {
            add(*mapping, member.key(), mark, node_of(member.value(), mark));
        }
        return mapping;
    }
    if (const auto* array = value.if_array()) {
        std::vector<NodePtr> items;
        for (const auto& item : *array) {
            items.push_back(node_of(item, mark));
        }
        return make_list(std::move(items), mark);
    }
    if (value.is_string()) {
        return make_text(std::string(value.get_string()), mark);
    }
    auto node = std::make_shared<Node>();
    node->mark = mark;
    node->type = value.is_null()     ? Node::Type::null
                 : value.is_bool()   ? Node::Type::boolean
                 : value.is_double() ? Node::Type::real
                                     : Node::Type::integer;
    node->text = json_text(value);
    return node;
}

void add_body(Sentence& sentence, Node& item, const Word& body) {
    const bool looks_like_json = body.text.starts_with('{') || body.text.starts_with('[');
    if (!looks_like_json || body.text.starts_with("{{")) {
        add_text(item, "body", body.text, body.mark);
        return;
    }
    boost::system::error_code error;
    const auto value = boost::json::parse(body.text, error);
    if (error) {
        sentence.reading.report.error(
            body.mark, "this is not JSON: " + error.message(), "write it as {\"level\": 60}");
        return;
    }
    add(item, "json", body.mark, node_of(value, body.mark));
}

void add_extras(Sentence& sentence, Node& item, const Request& request) {
    if (request.api != nullptr) {
        add_text(item, "api", request.api->text, request.api->mark);
    }
    if (request.body != nullptr) {
        add_body(sentence, item, *request.body);
    }
    if (request.secret != nullptr) {
        auto secret = std::make_shared<Node>();
        secret->type = Node::Type::string;
        secret->mark = request.secret->mark;
        secret->text = request.secret->text;
        secret->tag = "!secret";
        auto headers = make_mapping(request.secret->mark);
        add(*headers, "Authorization", request.secret->mark, secret);
        add(item, "headers", request.secret->mark, headers);
    }
}

std::optional<std::string> address_of(Sentence& sentence, Words clause, const Request& request) {
    if (request.address != nullptr) {
        return request.address->text;
    }
    SentenceQuestion question;
    question.id = next_id("actions", sentence.parts.actions) + ".url";
    question.text = "Which address is to be called?";
    question.rule = "an address, such as http://lamp.local/on, or /path for an API of the settings";
    question.group = QuestionGroup::action;
    return ask(sentence, clause, std::move(question));
}

std::optional<std::string> settled_method(Sentence& sentence,
                                          Words clause,
                                          const Request& request) {
    if (!request.method.empty()) {
        return request.method;
    }
    SentenceQuestion question;
    question.id = next_id("actions", sentence.parts.actions) + ".method";
    question.text = "With which HTTP method is it to be called?";
    for (const std::string_view method : http_methods()) {
        question.options.emplace_back(method);
    }
    question.fallback = request.body == nullptr ? "GET" : "POST";
    question.rule = "one of the methods";
    question.group = QuestionGroup::action;
    question.is_choice = true;
    return ask(sentence, clause, std::move(question));
}

}  // namespace

bool read_request_clause(Sentence& sentence, Words clause) {
    Phrase phrase(clause);
    const std::string& verb = phrase.front().text;
    auto method = method_of(phrase);
    if (!method) {
        return false;
    }
    const Request request = take_request(phrase, std::move(*method));
    // "open the window", "send the report", "read the meter": not a request without an address.
    const bool is_certain = is_http_method(verb);
    if (request.address == nullptr && (!is_certain || !request.unknown.empty())) {
        return false;
    }
    if (!request.unknown.empty()) {
        constexpr std::array<std::string_view, 5> kKnown = {
            "to", "of the API", "with the body", "with the JSON", "with the secret"};
        tell_not_understood(sentence, request.unknown, kKnown);
        return true;
    }
    const auto address = address_of(sentence, clause, request);
    const auto settled = settled_method(sentence, clause, request);
    if (address && settled) {
        const auto mark = request.address != nullptr ? request.address->mark : clause.front().mark;
        auto item = make_item("http_request", *settled + " " + *address, mark);
        add_extras(sentence, *item, request);
        sentence.parts.actions.push_back(item);
    }
    return true;
}

}  // namespace aifp::directives
