#include "cli/next_command.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <array>
#include <boost/json/array.hpp>
#include <memory>
#include <vector>

#include "base/json_text.hpp"
#include "base/text.hpp"
#include "cli/api_client.hpp"
#include "cli/invocation.hpp"
#include "cli/online.hpp"
#include "cli/printers.hpp"
#include "cli/times.hpp"
#include "config/settings.hpp"
#include "directives/files.hpp"
#include "directives/parse.hpp"
#include "schedule/schedule.hpp"

namespace aifp::cli {
namespace {

namespace json = boost::json;

constexpr std::string_view kCronPrefix = "cron:";
// Instants that are named but not run, beside `count` that are: the hours that come twice.
constexpr std::size_t kMaxSuppressed = 1'000;

/// What to compute, once the command line is understood.
struct Question {
    schedule::Schedule schedule;
    WallTime from;
};

/// An error text for `aifp next`; a cron text gets its caret.
Result<model::Trigger> trigger_from(const NextOptions& options) {
    if (options.cron) {
        model::Trigger trigger;
        trigger.kind = "cron";
        trigger.arguments["cron"] = *options.cron;
        return trigger;
    }
    const std::string_view text = trim(*options.trigger);
    auto trigger = directives::parse_trigger_text(text);
    if (!trigger && text.starts_with(kCronPrefix)) {
        const std::string_view expression = trim(text.substr(kCronPrefix.size()));
        if (const auto fields = schedule::parse_cron(expression, options.name); !fields) {
            return fail(ErrorCode::invalid_input,
                        schedule::format_cron_error(expression, fields.error()));
        }
    }
    return trigger;
}

/// Where the sun is looked at: as given, else as the project's settings say.
std::optional<schedule::SunPosition> position_of(const NextOptions& options,
                                                 const ProjectPaths& paths) {
    if (options.latitude && options.longitude) {
        return schedule::SunPosition{*options.latitude, *options.longitude, 0};
    }
    return directives::position_of(config::load_settings(config::settings_file(paths)).settings);
}

Result<Question> question_of(const NextOptions& options,
                             const ProjectPaths& paths,
                             const Terminal& terminal) {
    auto zone = options.zone ? TimeZone::load(*options.zone) : Result<TimeZone>(terminal.zone);
    if (!zone) {
        return fail(zone.error().with_context("--tz"));
    }
    auto from = options.from ? parse_instant(*options.from, *zone)
                             : Result<WallTime>(terminal.clock.wall());
    if (!from) {
        return fail(from.error().with_context("--from"));
    }
    const auto trigger = trigger_from(options);
    if (!trigger) {
        return fail(trigger.error());
    }
    schedule::ScheduleContext context{
        .zone = *zone, .dst = {}, .name = options.name, .first_armed = *from};
    if (trigger->kind == "sun") {
        context.position = position_of(options, paths);
        if (!context.position) {
            return fail(ErrorCode::invalid_input,
                        fmt::format("{}; or give --latitude 52.52 --longitude 13.40",
                                    schedule::kMissingPosition));
        }
    }
    auto schedule = schedule::make_schedule(*trigger, context);
    if (!schedule) {
        return fail(schedule.error());
    }
    return Question{std::move(*schedule), *from};
}

/// `count` instants that are run; with `suppressed` those between that are not, too.
std::vector<schedule::Occurrence> occurrences(const Question& question,
                                              std::size_t count,
                                              bool suppressed) {
    std::vector<schedule::Occurrence> found;
    WallTime after = question.from;
    std::size_t runs = 0;
    while (runs < count && found.size() < count + kMaxSuppressed) {
        const auto next = suppressed ? question.schedule.next_after(after)
                                     : question.schedule.next_run_after(after);
        if (!next) {
            break;
        }
        found.push_back(*next);
        after = next->at;
        runs += next->suppressed == model::Reason::none ? 1 : 0;
    }
    return found;
}

std::string_view weekday_of(WallTime instant, const TimeZone& zone) {
    constexpr std::array<std::string_view, 7> kNames{
        "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    const CivilTime civil = zone.to_local(instant).civil;
    const std::chrono::year_month_day day(std::chrono::year(static_cast<int>(civil.year)),
                                          std::chrono::month(static_cast<unsigned>(civil.month)),
                                          std::chrono::day(static_cast<unsigned>(civil.day)));
    return kNames.at(std::chrono::weekday(std::chrono::sys_days(day)).c_encoding());
}

void print_readable(const Terminal& terminal,
                    const Question& question,
                    const std::vector<schedule::Occurrence>& found) {
    const TimeZone& zone = question.schedule.zone();
    for (const auto& occurrence : found) {
        const bool is_run = occurrence.suppressed == model::Reason::none;
        const std::string note = schedule::describe(occurrence);
        const std::string line = fmt::format("{}  {}  {}{}",
                                             weekday_of(occurrence.at, zone),
                                             format_rfc3339(occurrence.at, zone),
                                             relative_time(occurrence.at, terminal.clock.wall()),
                                             is_run ? "" : "  not run");
        terminal.out << paint(terminal, is_run ? Colour::none : Colour::dim, line) << '\n';
        if (!note.empty()) {
            terminal.out << paint(terminal, Colour::yellow, "     " + note) << '\n';
        }
    }
}

void print_json(const Terminal& terminal,
                const Question& question,
                const std::vector<schedule::Occurrence>& found) {
    json::array instants;
    for (const auto& occurrence : found) {
        instants.emplace_back(format_rfc3339(occurrence.at, question.schedule.zone()));
    }
    terminal.out << json_text(instants) << '\n';
}

int compute(const NextOptions& options, const ProjectPaths& paths, const Terminal& terminal) {
    const auto question = question_of(options, paths, terminal);
    if (!question) {
        complain(terminal, question.error().detail());
        return kUsage;
    }
    const auto found = occurrences(*question, options.count, !options.json);
    if (found.empty()) {
        const auto zone = question->schedule.zone();
        terminal.err << "aifp: warning: this never fires after "
                     << format_rfc3339(question->from, zone) << '\n';
    }
    if (options.json) {
        print_json(terminal, *question, found);
    } else {
        print_readable(terminal, *question, found);
    }
    return kDone;
}

int ask_one(const NextOptions& options, const ProjectPaths& paths, const Terminal& terminal) {
    const auto answer = ask_daemon("directives/" + percent_encode(options.name), paths, terminal);
    if (!answer) {
        return answer.error();
    }
    const auto due = text_in(*answer, "next_due");
    if (options.json) {
        json::array instants;
        if (due) {
            instants.emplace_back(*due);
        }
        terminal.out << json_text(instants) << '\n';
    } else if (due) {
        const auto start = text_in(*answer, "next_start");
        terminal.out << one_line(*due) << "  " << relative_time(*due, terminal.clock.wall())
                     << (start ? "  starts " + one_line(*start) : "") << '\n';
    } else {
        terminal.out << one_line(options.name) << " is not due by time; it is "
                     << one_line(text_in(*answer, "status").value_or("unknown")) << '\n';
    }
    return kDone;
}

int ask_all(const NextOptions& options, const ProjectPaths& paths, const Terminal& terminal) {
    const auto answer = ask_daemon("directives", paths, terminal);
    if (!answer) {
        return answer.error();
    }
    if (options.json) {
        terminal.out << json_text(*answer) << '\n';
    } else {
        print_due(terminal, *answer);
    }
    return kDone;
}

}  // namespace

int run_next(const NextOptions& options, const ProjectPaths& paths, const Terminal& terminal) {
    if (options.cron || options.trigger) {
        return compute(options, paths, terminal);
    }
    return options.name.empty() ? ask_all(options, paths, terminal)
                                : ask_one(options, paths, terminal);
}

void add_next_verb(CLI::App& app, Invocation& invocation) {
    auto* verb = app.add_subcommand(
        "next", "When directives are due, or when an expression fires (needs no daemon)");
    const auto options = std::make_shared<NextOptions>();
    verb->add_option(
        "NAME", options->name, "A directive; with --cron the name that \"~\" is drawn from");
    auto* cron = verb->add_option("--cron", options->cron, "A cron expression, 5 or 6 fields");
    verb->add_option("--trigger",
                     options->trigger,
                     "A trigger as in a file: \"every: 10m\", \"sun: sunset\"")
        ->excludes(cron);
    verb->add_option("--tz", options->zone, "IANA time zone (default: the machine's)");
    verb->add_option(
        "--from", options->from, "Strictly after this RFC 3339 instant (default: now)");
    verb->add_option("--latitude", options->latitude, "Of the sun: degrees, north is positive")
        ->check(CLI::Range(-90.0, 90.0));
    verb->add_option("--longitude", options->longitude, "Of the sun: degrees, east is positive")
        ->check(CLI::Range(-180.0, 180.0));
    verb->add_option("--count", options->count, "How many instants (default 5)")
        ->check(CLI::Range(std::size_t{1}, kMaxCount));
    invocation.decide(*verb, options, run_next);
}

}  // namespace aifp::cli
