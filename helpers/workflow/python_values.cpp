#include "helpers/workflow/python_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "base/text.hpp"
#include "config/setting_rows.hpp"
#include "expression/template_parts.hpp"
#include "helpers/workflow/python_text.hpp"

namespace aifp::helpers::workflow {
namespace {

constexpr int kMaxDepth = 64;
constexpr std::array<std::string_view, 3> kOwnRoots{"trigger", "steps", "error"};

bool is_own_root(std::string_view name) {
    return std::find(kOwnRoots.begin(), kOwnRoots.end(), name) != kOwnRoots.end();
}

bool is_word(std::string_view text) {
    return config::is_variable_name(text);
}

/// The names of `trigger.payload.x`; none when the expression is anything but such a path.
std::vector<std::string> names_of_path(std::string_view expression) {
    std::vector<std::string> names;
    for (const auto name : split(expression, '.')) {
        if (!is_word(name)) {
            return {};
        }
        names.emplace_back(name);
    }
    return names.size() > 1 && is_own_root(names.front()) ? names : std::vector<std::string>();
}

/// Whether one of the words in the expression is what only the program itself knows.
bool needs_outcomes(std::string_view expression) {
    std::size_t start = 0;
    while (start < expression.size()) {
        auto end = start;
        while (end < expression.size() && is_word(expression.substr(start, end - start + 1))) {
            ++end;
        }
        const auto word = expression.substr(start, end - start);
        const bool is_member = start > 0 && expression[start - 1] == '.';
        if (!is_member && (word == "steps" || word == "error")) {
            return true;
        }
        start = end > start ? end : start + 1;
    }
    return false;
}

std::string path_text(const std::vector<std::string>& names) {
    std::string text = "Path((";
    for (const auto& name : names) {
        text += fmt::format("{}, ", python_text(name));
    }
    return text + "))";
}

/// Text without templates: `${NAME}` taken out, `$${NAME}` kept. (config::Resolver::expand)
void append_expanded(std::string_view text, std::vector<std::string>& parts) {
    std::string literal;
    const auto flush = [&] {
        if (!literal.empty()) {
            parts.push_back(python_text(literal));
            literal.clear();
        }
    };
    while (!text.empty()) {
        const auto start = text.find("${");
        const auto end = start == text.npos ? start : text.find('}', start);
        if (end == text.npos) {
            literal += text;
            break;
        }
        const auto name = text.substr(start + 2, end - start - 2);
        if (!config::is_variable_name(name)) {
            literal += text.substr(0, start + 2);
            text.remove_prefix(start + 2);
            continue;
        }
        const bool is_escaped = start > 0 && text[start - 1] == '$';
        literal += text.substr(0, is_escaped ? start - 1 : start);
        if (is_escaped) {
            literal += text.substr(start, end + 1 - start);
        } else {
            flush();
            parts.push_back(fmt::format("Environment({})", python_text(name)));
        }
        text.remove_prefix(end + 1);
    }
    flush();
}

}  // namespace

Result<std::string> PythonValues::write(const boost::json::value& value) {
    if (value.is_string()) {
        return write_text(value.get_string());
    }
    if (!value.is_object() && !value.is_array()) {
        return python_literal(value);
    }
    if (const auto* object = value.if_object(); object != nullptr && object->size() == 1) {
        const auto* secret = object->if_contains("$secret");
        if (secret != nullptr && secret->is_string()) {
            return write_secret(secret->get_string());
        }
    }
    if (++depth_ > kMaxDepth) {
        return fail(ErrorCode::invalid_input,
                    fmt::format("nested deeper than {} levels", kMaxDepth));
    }
    auto written = write_members(value);
    --depth_;
    return written;
}

Result<std::string> PythonValues::write_members(const boost::json::value& value) {
    std::string text;
    const auto add = [&](const std::string& key, const boost::json::value& item) -> Status {
        auto written = write(item);
        if (!written) {
            return fail(std::move(written).error());
        }
        text += fmt::format("{}{}{}", text.empty() ? "" : ", ", key, *written);
        return {};
    };
    if (const auto* array = value.if_array()) {
        for (const auto& item : *array) {
            if (auto added = add("", item); !added) {
                return fail(std::move(added).error());
            }
        }
        return fmt::format("[{}]", text);
    }
    for (const auto& member : value.get_object()) {
        if (auto added = add(python_text(member.key()) + ": ", member.value()); !added) {
            return fail(added.error().with_context(std::string_view(member.key())));
        }
    }
    return fmt::format("{{{}}}", text);
}

Result<std::string> PythonValues::write_text(std::string_view text) {
    auto split = expression::split_template(text);
    if (!split) {
        return fail(ErrorCode::invalid_input,
                    fmt::format("the template {} cannot be read: {}", text, split.error().message));
    }
    std::vector<std::string> parts;
    for (const auto& part : *split) {
        if (!part.is_expression) {
            append_expanded(part.text, parts);
            continue;
        }
        auto written = write_expression(part.text);
        if (!written) {
            return written;
        }
        parts.push_back(std::move(*written));
    }
    if (parts.empty()) {
        return python_text("");
    }
    return parts.size() == 1 ? parts[0] : fmt::format("Text(({}))", join(parts, ", "));
}

Result<std::string> PythonValues::write_expression(std::string_view expression) {
    const auto names = names_of_path(expression);
    if (!names.empty()) {
        return path_text(names);
    }
    if (needs_outcomes(expression)) {
        return fail(
            ErrorCode::invalid_input,
            fmt::format("{{{{ {} }}}} calculates with the outcome of a step, which only the "
                        "program knows; write a plain path like {{{{ steps.NAME.status }}}}",
                        expression));
    }
    for (const auto& known : parameters_) {
        if (known.source == expression) {
            return path_text({"with", known.name});
        }
    }
    parameters_.push_back(
        {fmt::format("value_{}", parameters_.size() + 1), std::string(expression)});
    return path_text({"with", parameters_.back().name});
}

std::string PythonValues::write_secret(std::string_view name) {
    auto variable = fmt::format("AIFP_SECRET_{}", python_name(name));
    std::transform(variable.begin(), variable.end(), variable.begin(), [](char letter) {
        return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
    });
    const auto taken = [&](const GivenName& known) {
        return known.name == variable && known.source != name;
    };
    while (std::any_of(secrets_.begin(), secrets_.end(), taken)) {
        variable += '_';
    }
    GivenName given{variable, std::string(name)};
    if (std::find(secrets_.begin(), secrets_.end(), given) == secrets_.end()) {
        secrets_.push_back(std::move(given));
    }
    return fmt::format("Environment({})", python_text(variable));
}

}  // namespace aifp::helpers::workflow
