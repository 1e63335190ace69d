#include "cli/snooze_command.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <boost/json/object.hpp>
#include <memory>

#include "base/json_text.hpp"
#include "base/text.hpp"
#include "cli/api_client.hpp"
#include "cli/invocation.hpp"
#include "cli/online.hpp"
#include "cli/printers.hpp"
#include "cli/table.hpp"

namespace aifp::cli {

void print_snoozed(const Terminal& terminal, const boost::json::value& answer) {
    const auto until = text_in(answer, "snoozed_until");
    terminal.out << one_line(text_in(answer, "name").value_or("-"))
                 << (until ? fmt::format(": sleeps until {}", one_line(*until)) : ": awake")
                 << '\n';
}

int run_snooze(const SnoozeOptions& options, const ProjectPaths& paths, const Terminal& terminal) {
    std::string when = join(options.when, " ");
    for (const std::string_view word : {"until ", "for "}) {
        if (when.starts_with(word)) {
            when.erase(0, word.size());
        }
    }
    boost::json::object body;
    body["until"] = when;
    const auto said = tell_daemon(fmt::format("directives/{}/snooze", percent_encode(options.name)),
                                  json_text(body),
                                  paths,
                                  terminal);
    if (!said) {
        return said.error();
    }
    if (options.json) {
        terminal.out << json_text(*said) << '\n';
    } else {
        print_snoozed(terminal, *said);
    }
    return kDone;
}

void add_snooze_verb(CLI::App& app, Invocation& invocation) {
    auto* verb =
        app.add_subcommand("snooze", "Let a directive sleep: aifp snooze NAME 2h, or until 18:00");
    const auto options = std::make_shared<SnoozeOptions>();
    verb->add_option("NAME", options->name, "Name or id of a directive")->required();
    verb->add_option("WHEN", options->when, "2h, until 18:00, or until 2026-12-24T18:00:00")
        ->required()
        ->expected(1, 2);
    invocation.decide(*verb, options, run_snooze);
}

}  // namespace aifp::cli
