#include "directives/question.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/text.hpp"
#include "document/report.hpp"

namespace aifp::directives {

namespace json = boost::json;

namespace {

constexpr std::size_t kMaxAnswerBytes = 4'096;
constexpr std::array<std::string_view, 4> kKinds = {"text", "choice", "number", "boolean"};
constexpr std::array<std::string_view, 4> kPriorities = {"critical", "high", "medium", "low"};
constexpr std::array<std::string_view, 4> kGroups = {
    "trigger", "action", "conditions", "dependencies"};

template <class Enum>
Enum value_of(const std::array<std::string_view, 4>& names, std::string_view name) {
    const auto* found = std::find(names.begin(), names.end(), name);
    return static_cast<Enum>(found == names.end() ? 0 : found - names.begin());
}

Result<std::string> check_choice(const Question& question, std::string_view value) {
    const std::string lower = to_lower_ascii(value);
    for (const std::string& option : question.options) {
        if (to_lower_ascii(option) == lower) {
            return option;
        }
    }
    const std::vector<std::string_view> options(question.options.begin(), question.options.end());
    const auto nearest = nearest_name(value, options);
    return fail(ErrorCode::invalid_input,
                document::quoted(value) + " is not one of " + join(question.options, ", ") +
                    (nearest ? "; did you mean " + document::quoted(*nearest) + "?" : ""));
}

Result<std::string> check_boolean(std::string_view value) {
    const std::string lower = to_lower_ascii(value);
    for (const std::string_view yes : {"true", "yes", "y"}) {
        if (lower == yes) {
            return std::string("true");
        }
    }
    for (const std::string_view no : {"false", "no", "n"}) {
        if (lower == no) {
            return std::string("false");
        }
    }
    return fail(ErrorCode::invalid_input, document::quoted(value) + " is neither yes nor no");
}

Result<std::string> check_number(std::string_view value) {
    double number = 0;
    const auto read = std::from_chars(value.data(), value.data() + value.size(), number);
    if (read.ec != std::errc() || read.ptr != value.data() + value.size() ||
        !std::isfinite(number)) {
        return fail(ErrorCode::invalid_input, document::quoted(value) + " is not a number");
    }
    return std::string(value);
}

}  // namespace

std::string_view name_of(QuestionKind kind) noexcept {
    return kKinds[static_cast<std::size_t>(kind)];
}
std::string_view name_of(QuestionPriority priority) noexcept {
    return kPriorities[static_cast<std::size_t>(priority)];
}
std::string_view name_of(QuestionGroup group) noexcept {
    return kGroups[static_cast<std::size_t>(group)];
}

std::string field_of(std::string_view id) {
    std::string field;
    for (const std::string_view part : split(id, '.')) {
        std::size_t position = 0;
        const auto read = std::from_chars(part.data(), part.data() + part.size(), position);
        const bool counts =
            read.ec == std::errc() && read.ptr == part.data() + part.size() && position > 0;
        field += "/" + (counts ? std::to_string(position - 1) : std::string(part));
    }
    return field;
}

Result<std::string> check_answer(const Question& question, std::string_view value) {
    const std::string_view trimmed = trim(value);
    if (trimmed.empty()) {
        return fail(ErrorCode::invalid_input, "the answer is empty");
    }
    if (trimmed.size() > kMaxAnswerBytes || first_invalid_utf8(trimmed) ||
        trimmed.find('\0') != std::string_view::npos) {
        return fail(ErrorCode::invalid_input, "an answer is a text of at most 4096 bytes");
    }
    switch (question.kind) {
        case QuestionKind::choice:
            return check_choice(question, trimmed);
        case QuestionKind::number:
            return check_number(trimmed);
        case QuestionKind::boolean:
            return check_boolean(trimmed);
        case QuestionKind::text:
            break;
    }
    return std::string(trimmed);
}

void put_in_order(std::vector<Question>& questions) {
    std::stable_sort(
        questions.begin(), questions.end(), [](const Question& left, const Question& right) {
            return std::pair(left.priority, left.group) < std::pair(right.priority, right.group);
        });
}

std::size_t count_critical(const std::vector<Question>& questions) noexcept {
    return static_cast<std::size_t>(
        std::count_if(questions.begin(), questions.end(), [](const Question& question) {
            return question.priority == QuestionPriority::critical;
        }));
}

json::array to_json(const std::vector<Question>& questions) {
    json::array array;
    for (const Question& question : questions) {
        json::object object;
        object["id"] = question.id;
        object["field"] = question.field;
        object["text"] = question.text;
        object["kind"] = name_of(question.kind);
        json::array options;
        for (const std::string& option : question.options) {
            options.emplace_back(json::string(option));
        }
        object["options"] = std::move(options);
        object["default"] = question.fallback.empty()
                                ? json::value()
                                : json::value(json::string(question.fallback));
        object["rule"] = question.rule;
        object["priority"] = name_of(question.priority);
        object["group"] = name_of(question.group);
        object["about"] = question.about;
        array.push_back(std::move(object));
    }
    return array;
}

std::vector<Question> questions_from_json(const json::array& array) {
    std::vector<Question> questions;
    for (const json::value& value : array) {
        const json::object& object = value.get_object();
        const auto text = [&object](std::string_view key) {
            const json::value& member = object.at(key);
            return member.is_string() ? std::string(member.get_string()) : std::string();
        };
        Question question;
        question.id = text("id");
        question.field = text("field");
        question.text = text("text");
        question.kind = value_of<QuestionKind>(kKinds, text("kind"));
        for (const json::value& option : object.at("options").get_array()) {
            question.options.emplace_back(option.get_string());
        }
        question.fallback = text("default");
        question.rule = text("rule");
        question.priority = value_of<QuestionPriority>(kPriorities, text("priority"));
        question.group = value_of<QuestionGroup>(kGroups, text("group"));
        question.about = text("about");
        questions.push_back(std::move(question));
    }
    return questions;
}

}  // namespace aifp::directives
