#include "cli/tail_command.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <memory>
#include <optional>
#include <thread>

#include "base/json_text.hpp"
#include "cli/api_client.hpp"
#include "cli/invocation.hpp"
#include "cli/online.hpp"
#include "cli/printers.hpp"
#include "cli/times.hpp"

namespace aifp::cli {
namespace {

namespace json = boost::json;

std::string target_of(const TailOptions& options) {
    return with_query("/api/v1/events",
                      {{"directive", options.directive}, {"kinds", options.kinds}});
}

/// A member as text, fit for a line; empty when it is not there, or null.
std::string word(const json::value& data, std::string_view key) {
    return one_line(text_in(data, key).value_or(""));
}

std::string with(std::string_view before, const std::string& text) {
    return text.empty() ? std::string() : fmt::format("{}{}", before, text);
}

std::string words_of_decision(const json::value& data) {
    return fmt::format("{} {}{}{}  ({})",
                       word(data, "ledger_id"),
                       word(data, "decision"),
                       with(": ", word(data, "reason")),
                       with(": ", word(data, "detail")),
                       word(data, "trigger"));
}

std::string words_of_run(const json::value& data) {
    const auto took = word(data, "duration_ms");
    return fmt::format("{} {}{}{}",
                       word(data, "run"),
                       word(data, "state"),
                       took.empty() ? "" : fmt::format(" in {} ms", took),
                       with(": ", word(data, "error")));
}

std::string words_of_status(const json::value& data) {
    const auto before = word(data, "previous_status");
    return fmt::format("{}{}{}",
                       before.empty() ? "" : before + " -> ",
                       word(data, "status"),
                       with(": ", word(data, "reason")));
}

std::string words_of(const ServerEvent& event, const json::value& data) {
    if (event.kind == "decision") {
        return words_of_decision(data);
    }
    if (event.kind == "run") {
        return words_of_run(data);
    }
    if (event.kind == "directive") {
        return words_of_status(data);
    }
    return word(data, "event") + with("  ", word(data, "text"));
}

Colour colour_of(const json::value& data) {
    const auto state = word(data, "state");
    const auto level = word(data, "level");
    if (state == "failed" || state == "timed_out" || state == "abandoned" || level == "error") {
        return Colour::red;
    }
    return level == "warning" || state == "warned" ? Colour::yellow : Colour::none;
}

void print(const ServerEvent& event, const TailOptions& options, const Terminal& terminal) {
    if (!options.json) {
        terminal.out << readable_event(event, terminal) << std::endl;
        return;
    }
    json::error_code error;
    auto data = json::parse(event.data, error);
    json::object line;
    line["id"] = event.id;
    line["event"] = event.kind;
    line["data"] = error ? json::value(event.data) : std::move(data);
    terminal.out << json_text(line) << std::endl;
}

/// Prints until the stream ends. False: `go_on` has had enough.
bool print_events(EventSource& source,
                  const TailOptions& options,
                  const Terminal& terminal,
                  const std::function<bool()>& go_on) {
    while (const auto event = source.blocking_next()) {
        print(*event, options, terminal);
        if (!go_on()) {
            return false;
        }
    }
    return true;
}

}  // namespace

std::string readable_event(const ServerEvent& event, const Terminal& terminal) {
    json::error_code error;
    const auto data = json::parse(event.data, error);
    if (error || !data.is_object()) {
        return fmt::format("{}  {}", one_line(event.kind), one_line(event.data));
    }
    auto written = text_in(data, "at");
    written = written ? written : text_in(data, "seen_at");
    const auto at = parse_instant(written.value_or(""), TimeZone::utc());
    const auto name = word(data, "directive");
    return fmt::format("{}  {}  {}{}",
                       paint(terminal, Colour::dim, at ? local_time(*at, terminal.zone) : "-"),
                       paint(terminal, colour_of(data), fmt::format("{:<9}", event.kind)),
                       name.empty() ? "" : name + "  ",
                       words_of(event, data));
}

int run_tail(const TailOptions& options,
             const ProjectPaths& paths,
             const Terminal& terminal,
             const std::function<bool()>& go_on) {
    // Tells whether a daemon is there, in the words of every verb.
    const auto asked = ask_daemon("status", paths, terminal);
    if (!asked) {
        return asked.error();
    }
    EventSource source;
    std::string last_id;
    bool is_away = false;
    do {
        const auto opened = source.blocking_open(find_socket(paths), target_of(options), last_id);
        if (!opened && opened.error().code() == ErrorCode::invalid_input) {
            complain(terminal, opened.error().detail());
            return kFailed;
        }
        if (opened) {
            is_away = false;
            if (!print_events(source, options, terminal, go_on)) {
                return kDone;
            }
            last_id = source.last_id();
        }
        if (!is_away) {
            is_away = true;
            complain(terminal,
                     fmt::format("{}; trying again",
                                 !opened ? opened.error().detail()
                                         : "the stream has ended" +
                                               with(": ", one_line(source.last_comment()))));
        }
        std::this_thread::sleep_for(options.retry_pause);
    } while (go_on());
    return kDone;
}

void add_tail_verb(CLI::App& app, Invocation& invocation) {
    auto* verb = app.add_subcommand("tail", "What happens, as it happens");
    const auto options = std::make_shared<TailOptions>();
    verb->add_option("--directive", options->directive, "Only what is about this directive");
    verb->add_option(
        "--kinds", options->kinds, "Only these, with commas: decision, run, directive, lifecycle");
    invocation.decide(
        *verb, options, [](const TailOptions& read, const auto& paths, const auto& terminal) {
            return run_tail(read, paths, terminal, [] { return true; });
        });
}

}  // namespace aifp::cli
