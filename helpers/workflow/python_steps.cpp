#include "helpers/workflow/python_steps.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <charconv>

#include "actions/arguments.hpp"
#include "actions/factory.hpp"
#include "base/quantity.hpp"
#include "helpers/workflow/python_prelude.hpp"
#include "helpers/workflow/python_text.hpp"

namespace aifp::helpers::workflow {
namespace {

constexpr std::uint64_t kMaxResponse = 1 << 20;
constexpr double kMsPerSecond = 1'000.0;

/// What a step's arguments are written from.
struct StepParts {
    const model::Action& action;
    const config::Settings& settings;
    PythonValues& values;
};

/// The members of the `arguments` dict, and the first thing that went wrong.
class Arguments {
public:
    explicit Arguments(const StepParts& parts) : parts_(parts) {}

    /// A value that may hold templates, secrets and `${NAME}`.
    Arguments& rendered(std::string_view name, const boost::json::value& value) {
        auto written = parts_.values.write(value);
        if (!written && problem_) {
            problem_ = fail(written.error().with_context(name));
        }
        return as_is(name, written.value_or("None"));
    }
    /// The action's own argument of that name, if it was written, else `otherwise`.
    Arguments& own(std::string_view name, const boost::json::value& otherwise) {
        const auto* written = actions::argument(parts_.action, name);
        return rendered(name, written != nullptr ? *written : otherwise);
    }
    Arguments& literal(std::string_view name, const boost::json::value& value) {
        return as_is(name, python_literal(value));
    }
    Arguments& as_is(std::string_view name, std::string_view expression) {
        text_ += fmt::format("\n            {}: {},", python_text(name), expression);
        return *this;
    }
    void fail_with(Error error) { problem_ = fail(std::move(error)); }

    [[nodiscard]] Result<std::string> text() const {
        return problem_ ? Result<std::string>(fmt::format("{{{}\n        }}", text_))
                        : Result<std::string>(fail(problem_.error()));
    }

private:
    const StepParts& parts_;
    std::string text_;
    Status problem_;
};

boost::json::value plain(const StepParts& parts, std::string_view key) {
    const auto text = actions::text_argument(parts.action, key, "");
    return text.empty() ? boost::json::value() : boost::json::value(text);
}

void add_process(const StepParts& parts, Arguments& arguments) {
    arguments.own("env", boost::json::object())
        .literal("working_dir", plain(parts, "working_dir"))
        .literal(
            "max_output",
            actions::size_argument(parts.action, "max_output", parts.settings.limits.max_output));
}

std::string status_ranges(const boost::json::value* written) {
    std::string text;
    const auto add = [&](int code) {
        constexpr int kClass = 100;
        const bool is_class = code < 10;
        text += fmt::format("({}, {}), ",
                            is_class ? code * kClass : code,
                            is_class ? code * kClass + kClass - 1 : code);
    };
    if (written == nullptr || !written->is_array()) {
        add(2);
        return fmt::format("[{}]", text);
    }
    for (const auto& item : written->get_array()) {
        int code = item.is_int64() ? static_cast<int>(item.get_int64()) : 0;
        if (item.is_string()) {
            const std::string_view digits = item.get_string();
            std::from_chars(digits.data(), digits.data() + digits.size(), code);
        }
        add(code);
    }
    return fmt::format("[{}]", text);
}

bool goes_to_api(const model::Action& action) {
    const auto target = actions::to_text(actions::main_argument(action));
    const auto space = target.find(' ');
    return space != std::string::npos &&
           target.find_first_not_of(' ', space) != std::string::npos &&
           target[target.find_first_not_of(' ', space)] == '/';
}

void write_http(const StepParts& parts, Arguments& arguments) {
    boost::json::object headers;
    std::string base_url;
    if (goes_to_api(parts.action)) {
        const auto name = actions::text_argument(parts.action, "api", "default");
        const auto api = parts.settings.apis.find(name);
        if (api == parts.settings.apis.end()) {
            arguments.fail_with(Error(ErrorCode::not_found,
                                      fmt::format("no API is called {}: write it under apis: in "
                                                  ".aifp-project/engine.yaml",
                                                  name)));
            return;
        }
        base_url = api->second.base_url.substr(0, api->second.base_url.find_last_not_of('/') + 1);
        headers.insert(api->second.headers.begin(), api->second.headers.end());
    }
    if (const auto* own = actions::argument(parts.action, "headers");
        own != nullptr && own->is_object()) {
        for (const auto& member : own->get_object()) {
            headers[member.key()] = member.value();
        }
    }
    arguments.rendered("http_request", actions::main_argument(parts.action))
        .literal("base_url", boost::json::value(base_url))
        .rendered("headers", headers);
    for (const auto* key : {"json", "form", "body"}) {
        if (const auto* body = actions::argument(parts.action, key)) {
            arguments.rendered(key, *body);
        }
    }
    arguments
        .literal("follow_redirects", actions::integer_argument(parts.action, "follow_redirects", 5))
        .as_is("expect_status", status_ranges(actions::argument(parts.action, "expect_status")))
        .literal("ca_file", plain(parts, "ca_file"))
        .literal("max_response",
                 actions::size_argument(parts.action, "max_response", kMaxResponse));
}

void write_command(const StepParts& parts, Arguments& arguments) {
    arguments.rendered("command", actions::main_argument(parts.action)).own("stdin", "");
    add_process(parts, arguments);
}

// The shell's text is not a template (actions/command_action.cpp), but `${NAME}` is the engine's.
void write_shell(const StepParts& parts, Arguments& arguments) {
    arguments.rendered("shell", actions::main_argument(parts.action)).own("stdin", "");
    add_process(parts, arguments);
}

void write_log(const StepParts& parts, Arguments& arguments) {
    arguments.rendered("log", actions::main_argument(parts.action))
        .literal("level",
                 boost::json::value(actions::text_argument(parts.action, "level", "info")));
}

// A program hands values over; how they are to be set is for the engine alone to decide.
void write_set(const StepParts& parts, Arguments& arguments) {
    for (const auto* key : {"ttl", "attributes", "increment", "if_is"}) {
        if (actions::argument(parts.action, key) != nullptr) {
            arguments.fail_with(
                Error(ErrorCode::invalid_input,
                      fmt::format("no program can be written for set with {}", key)));
        }
    }
    arguments.rendered("set", actions::main_argument(parts.action));
}

void write_emit(const StepParts& parts, Arguments& arguments) {
    arguments.literal("emit", actions::main_argument(parts.action)).own("data", nullptr);
}

void write_notify(const StepParts& parts, Arguments& arguments) {
    const auto name = actions::text_argument(parts.action, "channel", "default");
    const auto found = parts.settings.notify.find(name);
    if (found == parts.settings.notify.end()) {
        arguments.fail_with(Error(ErrorCode::not_found,
                                  fmt::format("no channel is called {}: write it under notify: in "
                                              ".aifp-project/engine.yaml",
                                              name)));
        return;
    }
    const auto& channel = found->second;
    boost::json::object written;
    written["kind"] = channel.kind == config::Channel::Kind::log    ? "log"
                      : channel.kind == config::Channel::Kind::http ? "http"
                                                                    : "command";
    written["url"] = channel.url;
    written["headers"] = boost::json::object(channel.headers.begin(), channel.headers.end());
    written["command"] = boost::json::array(channel.command.begin(), channel.command.end());
    arguments.rendered("message", actions::main_argument(parts.action))
        .own("title", "")
        .own("to", "")
        .rendered("channel", written);
}

void write_run(const StepParts& parts, Arguments& arguments) {
    arguments.literal("run", actions::main_argument(parts.action))
        .literal("entry", boost::json::value(actions::text_argument(parts.action, "entry", "")))
        .own("with", boost::json::object())
        .as_is("trigger", R"(Path(("trigger",)))");
    add_process(parts, arguments);
}

struct Writer {
    std::string_view kind;
    void (*write)(const StepParts&, Arguments&);
};
constexpr std::array kWriters{
    Writer{"http_request", write_http},
    Writer{"command", write_command},
    Writer{"shell", write_shell},
    Writer{"log", write_log},
    Writer{"set", write_set},
    Writer{"emit", write_emit},
    Writer{"notify", write_notify},
    Writer{"run", write_run},
};

/// The window in seconds and weekday numbers. (engine/conditions.cpp)
std::string window_text(const boost::json::object& window) {
    constexpr int kDay = 24 * 60 * 60;
    constexpr std::array<std::string_view, 7> kDays{
        "sun", "mon", "tue", "wed", "thu", "fri", "sat"};
    const auto second = [&](std::string_view key, int otherwise) {
        const auto* text = window.if_contains(key);
        return text != nullptr && text->is_string()
                   ? parse_time_of_day(text->get_string()).value_or(otherwise)
                   : otherwise;
    };
    std::string days;
    const auto* written = window.if_contains("weekdays");
    for (std::size_t day = 0; day < kDays.size(); ++day) {
        const auto is_named = [&](const boost::json::value& item) {
            return item.is_string() && std::string_view(item.get_string()) == kDays.at(day);
        };
        if (written == nullptr || !written->is_array() ||
            std::any_of(written->get_array().begin(), written->get_array().end(), is_named)) {
            days += fmt::format("{}{}", days.empty() ? "" : ", ", day);
        }
    }
    return fmt::format(R"({{"after": {}, "before": {}, "weekdays": [{}]}})",
                       second("after", 0),
                       second("before", kDay),
                       days);
}

/// `any`, `all`, `not`: a tuple of conditions.
Result<std::string> write_nested(const boost::json::value& list, PythonValues& values) {
    std::string text;
    if (const auto* items = list.if_array()) {
        for (const auto& item : *items) {
            if (!item.is_object() || item.get_object().empty()) {
                return fail(ErrorCode::invalid_input, "a condition is no map");
            }
            model::Condition inner{std::string(item.get_object().begin()->key()),
                                   item.get_object()};
            auto written = write_condition(inner, values);
            if (!written) {
                return written;
            }
            text += *written + ", ";
        }
    }
    return fmt::format("({})", text);
}

}  // namespace

Result<std::string> write_step(const model::Action& action,
                               const config::Settings& settings,
                               PythonValues& values) {
    const auto* row = std::find_if(kWriters.begin(), kWriters.end(), [&](const Writer& writer) {
        return writer.kind == action.kind;
    });
    if (row == kWriters.end() || effect_of(action.kind).empty()) {
        return fail(ErrorCode::invalid_input,
                    fmt::format("no program can be written for the action {}", action.kind));
    }
    if (!action.retry.empty() || !action.continue_on.empty()) {
        return fail(
            ErrorCode::invalid_input,
            fmt::format("no program can be written for retry or error classes of {}", action.kind));
    }
    const StepParts parts{action, settings, values};
    Arguments arguments(parts);
    row->write(parts, arguments);
    auto text = arguments.text();
    if (!text) {
        return fail(text.error().with_context(action.kind));
    }
    const double timeout = static_cast<double>(actions::timeout_of(action).count()) / kMsPerSecond;
    return fmt::format(
        "Step(\n        kind={},\n        name={},\n        arguments={},\n        timeout={},\n"
        "        continue_on_error={},\n    )",
        python_text(action.kind),
        python_text(action.as),
        *text,
        timeout,
        action.continue_on_error ? "True" : "False");
}

Result<std::string> write_condition(const model::Condition& condition, PythonValues& values) {
    const auto* argument = condition.arguments.if_contains(condition.kind);
    if (argument == nullptr) {
        return fail(ErrorCode::invalid_input,
                    fmt::format("the condition {} says nothing", condition.kind));
    }
    Result<std::string> written = std::string();
    if (condition.kind == "time" && argument->is_object()) {
        written = window_text(argument->get_object());
    } else if (condition.kind == "trigger") {
        written = python_literal(*argument);
    } else if (condition.kind == "expression" && argument->is_string()) {
        written = values.write_expression(argument->get_string());
    } else if (condition.kind == "any" || condition.kind == "all" || condition.kind == "not") {
        written = write_nested(*argument, values);
    } else {
        return fail(ErrorCode::invalid_input,
                    fmt::format("no program can be written for the condition {}", condition.kind));
    }
    if (!written) {
        return fail(written.error().with_context(condition.kind));
    }
    return fmt::format("Condition({}, {})", python_text(condition.kind), *written);
}

std::string tuple_text(const std::vector<std::string>& items) {
    std::string text = "(";
    for (const auto& item : items) {
        text += fmt::format("\n    {},", item);
    }
    return text + (items.empty() ? ")" : "\n)");
}

}  // namespace aifp::helpers::workflow
