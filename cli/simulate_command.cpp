#include "cli/simulate_command.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <algorithm>
#include <memory>
#include <utility>

#include "base/json_text.hpp"
#include "base/text.hpp"
#include "cli/invocation.hpp"
#include "cli/printers.hpp"
#include "config/secrets.hpp"
#include "config/settings.hpp"
#include "directives/files.hpp"
#include "directives/parse.hpp"
#include "engine/host_boot.hpp"
#include "engine/simulation.hpp"

namespace aifp::cli {
namespace {

using engine::SimulatedInstant;
using engine::SimulationRequest;
using engine::SimulationResult;

/// Every directive of the files that has no mistakes; the others are told.
std::vector<model::Directive> read_files(const ProjectPaths& paths,
                                         const config::Settings& settings,
                                         const Terminal& terminal) {
    auto context = directives::context_of(settings, config::load_secrets(paths.secrets()).secrets);
    std::vector<model::Directive> read;
    std::size_t broken = 0;
    for (const auto& file : directives::find_directive_files(paths.directives()).files) {
        auto text = directives::read_settled_file(file.path, settings.limits.max_file_size);
        const auto form = directives::form_of(file.path);
        if (!text || !form) {
            ++broken;
            continue;
        }
        const document::SourceText source(file.path, std::move(text->text));
        auto parsed = directives::parse_file(source, *form, context);
        broken += parsed.unreadable ? 1 : parsed.broken.size();
        for (auto& one : parsed.directives) {
            context.taken_names.emplace(one.directive.name, file.path);
            read.push_back(std::move(one.directive));
        }
    }
    if (broken > 0) {
        terminal.err << fmt::format(
            "aifp: warning: {} that cannot be read {} left out; aifp check tells why\n",
            broken == 1 ? "one directive" : fmt::format("{} directives", broken),
            broken == 1 ? "is" : "are");
    }
    return read;
}

/// Keeps those that are named. Errors: not_found with the nearest name.
Status keep_named(std::vector<model::Directive>& all, const std::vector<std::string>& names) {
    if (names.empty()) {
        return {};
    }
    std::vector<std::string_view> known;
    for (const auto& directive : all) {
        known.push_back(directive.name);
    }
    for (const auto& name : names) {
        if (std::find(known.begin(), known.end(), name) == known.end()) {
            const auto nearest = nearest_name(name, known);
            return fail(ErrorCode::not_found,
                        fmt::format("no directive is called {}{}",
                                    one_line(name),
                                    nearest ? fmt::format("; did you mean {}?", *nearest) : ""));
        }
    }
    std::erase_if(all, [&names](const model::Directive& directive) {
        return std::find(names.begin(), names.end(), directive.name) == names.end();
    });
    return {};
}

std::string mark_of(const SimulatedInstant& instant) {
    return instant.dst == engine::DstMark::none
               ? std::string()
               : fmt::format("  [clock set that day: {}]", name_of(instant.dst));
}

void print_line(const Terminal& terminal, const SimulatedInstant& instant) {
    const bool runs = instant.reason == model::Reason::none;
    const auto line =
        fmt::format("{}  {}  {}{}",
                    format_rfc3339(instant.at, instant.zone),
                    instant.directive.name,
                    instant.trigger.kind,
                    runs ? "" : fmt::format("  not run: {}", name_of(instant.reason)));
    terminal.out << paint(terminal, runs ? Colour::none : Colour::dim, line)
                 << paint(terminal, Colour::yellow, mark_of(instant))
                 << (instant.detail.empty() ? "" : fmt::format("  {}", instant.detail)) << '\n';
}

void print_summary(const Terminal& terminal, const SimulationResult& result) {
    for (const auto& day : result.dst_days) {
        terminal.out << paint(terminal,
                              Colour::yellow,
                              fmt::format(
                                  "{} {}: the clock is set, an hour {}",
                                  day.date,
                                  day.zone,
                                  day.mark == engine::DstMark::gap ? "is missing" : "comes twice"))
                     << '\n';
    }
    for (const auto& name : result.untimed) {
        terminal.out << paint(terminal, Colour::dim, name + ": has no trigger by time") << '\n';
    }
    terminal.out << fmt::format("{} instants\n", result.instants);
}

/// One JSON object, written as the instants come: a year of them need not be in memory.
class JsonPrinter {
public:
    JsonPrinter(const Terminal& terminal, const SimulationRequest& request) : terminal_(terminal) {
        const auto& zone = request.settings.timezone;
        terminal_.out << fmt::format(R"({{"from":"{}","to":"{}","instants":[)",
                                     format_rfc3339(request.from, zone),
                                     format_rfc3339(request.to, zone));
    }
    void print(const SimulatedInstant& instant) {
        terminal_.out << (std::exchange(first_, false) ? "" : ",\n") << json_text(to_json(instant));
    }
    void end(const SimulationResult& result) {
        const auto rest = json_text(to_json(result));
        terminal_.out << "]," << std::string_view(rest).substr(1) << '\n';
    }

private:
    const Terminal& terminal_;
    bool first_ = true;
};

Result<SimulationResult> print_all(const SimulateOptions& options,
                                   const SimulationRequest& request,
                                   const Terminal& terminal) {
    if (request.to <= request.from) {
        return fail(ErrorCode::invalid_input, "--to must lie after --from");
    }
    if (!options.json) {
        auto result = simulate(request, [&terminal](const SimulatedInstant& instant) {
            print_line(terminal, instant);
            return true;
        });
        if (result) {
            print_summary(terminal, *result);
        }
        return result;
    }
    JsonPrinter printer(terminal, request);
    auto result = simulate(request, [&printer](const SimulatedInstant& instant) {
        printer.print(instant);
        return true;
    });
    if (result) {
        printer.end(*result);
    }
    return result;
}

}  // namespace

int run_simulate(const SimulateOptions& options,
                 const ProjectPaths& paths,
                 const Terminal& terminal) {
    SimulationRequest request;
    request.settings = config::load_settings(config::settings_file(paths)).settings;
    const auto& zone = request.settings.timezone;
    const auto from = parse_instant(options.from, zone);
    const auto to = parse_instant(options.to, zone);
    if (!from || !to) {
        complain(terminal,
                 (from ? to.error().with_context("--to") : from.error().with_context("--from"))
                     .detail());
        return kUsage;
    }
    request.from = *from;
    request.to = *to;
    request.host_place = engine::read_host_place();
    auto all = read_files(paths, request.settings, terminal);
    if (auto kept = keep_named(all, options.names); !kept) {
        complain(terminal, kept.error().detail());
        return kFailed;
    }
    for (auto& directive : all) {
        request.directives.push_back({std::move(directive), WallTime()});
    }
    const auto result = print_all(options, request, terminal);
    if (!result) {
        complain(terminal, result.error().detail());
        return kUsage;
    }
    for (const auto& problem : result->problems) {
        complain(terminal, "warning: " + problem);
    }
    return kDone;
}

void add_simulate_verb(CLI::App& app, Invocation& invocation) {
    auto* verb = app.add_subcommand(
        "simulate", "When everything would be due between two times (needs no daemon)");
    const auto options = std::make_shared<SimulateOptions>();
    verb->add_option("NAME", options->names, "Directives (default: all)");
    verb->add_option("--from", options->from, "After this RFC 3339 instant")->required();
    verb->add_option("--to", options->to, "Up to this RFC 3339 instant")->required();
    invocation.decide(*verb, options, run_simulate);
}

}  // namespace aifp::cli
