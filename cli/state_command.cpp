#include "cli/state_command.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <boost/json/parse.hpp>
#include <memory>
#include <ostream>

#include "base/json_member.hpp"
#include "base/json_text.hpp"
#include "base/text.hpp"
#include "cli/api_client.hpp"
#include "cli/event_source.hpp"
#include "cli/invocation.hpp"
#include "cli/online.hpp"
#include "cli/printers.hpp"
#include "cli/project.hpp"

namespace aifp::cli {
namespace {

namespace json = boost::json;

constexpr std::string_view kState = "/api/v1/state";
/// The watch says nothing while nothing changes.
constexpr Milliseconds kForever = std::chrono::hours(24 * 365);

json::value value_from(const std::string& text) {
    json::error_code error;
    auto value = json::parse(text, error);
    return error ? json::value(json::string(text)) : value;
}

std::string target_of(const std::string& name) {
    return fmt::format("{}/{}", kState, percent_encode(name));
}

void print_json(const Terminal& terminal, const json::value& value) {
    terminal.out << json_text(value) << "\n";
}

std::string shown(const json::value& object, std::string_view key) {
    const auto* value = member_in(object, key);
    return value == nullptr ? "-" : one_line(json_text(*value));
}

void print_state(const Terminal& terminal, const json::value& state) {
    const auto expires = text_in(state, "expires_at");
    terminal.out << fmt::format("{} = {}  since {}{}\n",
                                one_line(text_in(state, "name").value_or("-")),
                                shown(state, "value"),
                                text_in(state, "last_changed").value_or("-"),
                                expires ? "  until " + *expires : "");
    const auto attributes = shown(state, "attributes");
    if (attributes != "{}" && attributes != "-") {
        terminal.out << fmt::format("    {}\n", attributes);
    }
}

void print_change(const Terminal& terminal, const std::string& text, bool as_json) {
    json::error_code error;
    const auto change = json::parse(text, error);
    if (as_json || error) {
        terminal.out << one_line(text) << std::endl;
        return;
    }
    const bool known = shown(change, "known") == "true";
    terminal.out << fmt::format("{}  {}: {} -> {}  by {}",
                                text_in(change, "at").value_or("-"),
                                one_line(text_in(change, "name").value_or("-")),
                                shown(change, "from"),
                                known ? shown(change, "to") : "unknown",
                                one_line(text_in(change, "by").value_or("-")))
                 << std::endl;
}

}  // namespace

int run_state_get(const StateOptions& options,
                  const ProjectPaths& paths,
                  const Terminal& terminal) {
    const auto target = options.name.empty() ? std::string(kState) : target_of(options.name);
    const auto answer = request_daemon({"GET", target}, paths, terminal, kApiTimeout);
    if (!answer) {
        return answer.error();
    }
    if (options.json) {
        print_json(terminal, *answer);
    } else if (answer->is_array()) {
        for (const auto& state : answer->get_array()) {
            print_state(terminal, state);
        }
    } else {
        print_state(terminal, *answer);
    }
    return kDone;
}

int run_state_set(const StateOptions& options,
                  const ProjectPaths& paths,
                  const Terminal& terminal) {
    json::object body;
    body["value"] = value_from(options.value);
    if (options.ttl) {
        body["ttl"] = *options.ttl;
    }
    if (options.if_is) {
        body["if_is"] = value_from(*options.if_is);
    }
    if (options.increment) {
        body["increment"] = true;
    }
    const auto answer = request_daemon(
        {"PUT", target_of(options.name), json_text(body)}, paths, terminal, kApiTimeout);
    if (!answer) {
        return answer.error();
    }
    const bool done = shown(*answer, "done") == "true";
    const auto* values = member_in(*answer, "values");
    if (options.json) {
        print_json(terminal, *answer);
    } else if (values != nullptr) {
        terminal.out << fmt::format("{} = {}{}\n",
                                    options.name,
                                    shown(*values, options.name),
                                    done ? "" : "  (not set: it is not what --if-is says)");
    }
    return done ? kDone : kFailed;
}

int run_state_unset(const StateOptions& options,
                    const ProjectPaths& paths,
                    const Terminal& terminal) {
    const auto answer =
        request_daemon({"DELETE", target_of(options.name)}, paths, terminal, kApiTimeout);
    if (!answer) {
        return answer.error();
    }
    if (options.json) {
        print_json(terminal, *answer);
    }
    return kDone;
}

int run_state_watch(const StateOptions& options,
                    const ProjectPaths& paths,
                    const Terminal& terminal,
                    const std::function<bool()>& go_on) {
    const auto asked = request_daemon({"GET", std::string(kState)}, paths, terminal, kApiTimeout);
    if (!asked) {
        return asked.error();
    }
    const auto query = options.name.empty() ? "" : "?name=" + percent_encode(options.name);
    EventSource source(kForever);
    const auto opened = source.blocking_open(find_socket(paths), "/api/v1/watch/state" + query);
    if (!opened) {
        complain(terminal, opened.error().detail());
        return kFailed;
    }
    while (const auto event = source.blocking_next()) {
        print_change(terminal, event->data, options.json);
        if (!go_on()) {
            return kDone;
        }
    }
    complain(terminal, "the daemon has ended the watch");
    return kFailed;
}

void add_state_verb(CLI::App& app, Invocation& invocation) {
    auto* verb = app.add_subcommand("state", "Show, set and watch the states of the project");
    verb->require_subcommand(1);
    const auto options = std::make_shared<StateOptions>();
    auto* get = verb->add_subcommand("get", "One state, or all");
    get->add_option("NAME", options->name, "Name of the state");
    invocation.decide(*get, options, run_state_get);
    auto* set = verb->add_subcommand("set", "Set a state, as a directive would");
    set->add_option("NAME", options->name, "Name of the state")->required();
    set->add_option("VALUE", options->value, "JSON; what is none is a text")->required();
    set->add_option("--ttl", options->ttl, "After so long it is unknown again: 10m");
    set->add_option("--if-is", options->if_is, "Only if it has this value now; null: is unknown");
    set->add_flag("--increment", options->increment, "Add VALUE to what is there");
    invocation.decide(*set, options, run_state_set);
    auto* unset = verb->add_subcommand("unset", "Make a state unknown");
    unset->add_option("NAME", options->name, "Name of the state")->required();
    invocation.decide(*unset, options, run_state_unset);
    auto* watch = verb->add_subcommand("watch", "A line for every change");
    watch->add_option("NAME", options->name, "Only this state");
    invocation.decide(
        *watch, options, [](const auto& read, const auto& paths, const auto& terminal) {
            return run_state_watch(read, paths, terminal, [] { return true; });
        });
}

}  // namespace aifp::cli
