#include "cli/logs_command.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "cli/api_client.hpp"
#include "cli/event_source.hpp"
#include "cli/invocation.hpp"
#include "cli/printers.hpp"
#include "cli/times.hpp"
#include "engine/why.hpp"
#include "logging/follower.hpp"
#include "logging/reader.hpp"
#include "logging/recent_lines.hpp"

namespace aifp::cli {
namespace {

constexpr Milliseconds kLongestWait = Seconds(1);

Colour colour_of(std::string_view level) {
    if (level == "error") {
        return Colour::red;
    }
    return level == "warning" ? Colour::yellow : Colour::none;
}

logging::LogQuery query_of(const LogsOptions& options, const ProjectPaths& paths) {
    logging::LogQuery query;
    query.directory = paths.logs();
    if (options.type) {
        query.types = {*options.type};
    }
    query.filter.directive = options.directive;
    query.filter.least = options.least;
    query.count = options.count;
    return query;
}

/// Shows each line once: a failure stands in the error log and in one of the others.
class LinePrinter {
public:
    LinePrinter(const LogsOptions& options, const Terminal& terminal)
        : options_(options), terminal_(terminal) {}

    void print(const std::vector<std::string>& lines) {
        for (const std::string& line : lines) {
            if (recent_.is_new(line)) {
                terminal_.out << (options_.json ? line : readable_log_line(line, terminal_))
                              << '\n';
            }
        }
        terminal_.out.flush();
    }

private:
    const LogsOptions& options_;
    const Terminal& terminal_;
    logging::RecentLines recent_;
};

/// What a gap says for people.
std::string gap_text(const std::string& data) {
    boost::system::error_code error;
    const auto value = boost::json::parse(data, error);
    return one_line(error ? data : text_in(value, "text").value_or(data));
}

/// One call of `aifp logs`.
class LogReading {
public:
    LogReading(const LogsOptions& options, const ProjectPaths& paths, const Terminal& terminal)
        : options_(options),
          socket_(find_socket(paths)),
          terminal_(terminal),
          printer_(options, terminal),
          query_(query_of(options, paths)) {}

    int run(const std::function<bool()>& go_on) {
        const auto since = read_time("--since", options_.since, query_.filter.since);
        const auto until = read_time("--until", options_.until, query_.filter.until);
        if (!since || !until) {
            complain(terminal_, since ? until.error().detail() : since.error().detail());
            return kUsage;
        }
        // A stream begins with the last lines, whenever they were written.
        const bool is_streamed =
            options_.follow && options_.count <= kMaxStreamed && options_.since.empty();
        return is_streamed && !follow_daemon(go_on) ? kDone : read_files(go_on);
    }

private:
    Status read_time(std::string_view option,
                     const std::string& text,
                     std::optional<WallTime>& limit) const {
        if (text.empty()) {
            return {};
        }
        const auto instant = engine::parse_since(text, terminal_.clock.wall(), terminal_.zone);
        if (!instant) {
            return fail(instant.error().with_context(option));
        }
        limit = *instant;
        return {};
    }

    [[nodiscard]] std::string target() const {
        return with_query(
            "/api/v1/logs/stream",
            {{"type", options_.type ? std::string(logging::name_of(*options_.type)) : ""},
             {"level", std::string(logging::name_of(options_.least))},
             {"directive", options_.directive},
             {"lines", std::to_string(options_.count)}});
    }

    /// False: `go_on` has had enough. True: nobody tells (any more), the files are to be read.
    bool follow_daemon(const std::function<bool()>& go_on) {
        EventSource source;
        if (!source.blocking_open(socket_, target())) {
            return true;
        }
        while (const auto event = source.blocking_next()) {
            if (event->kind == "line") {
                printer_.print({event->data});
            } else {
                complain(terminal_, gap_text(event->data));
            }
            if (!go_on()) {
                return false;
            }
        }
        // The stamp of a line is the beginning of its id; what is read twice is shown once.
        const auto last = source.last_id().substr(0, source.last_id().rfind('.'));
        if (const auto since = parse_instant(last, TimeZone::utc())) {
            query_.filter.since = *since;
            query_.count = kMaxStreamed;
        }
        complain(terminal_, "the daemon tells no more; going on with its files");
        return true;
    }

    int read_files(const std::function<bool()>& go_on) {
        // Before the last lines are read, so that none is lost between.
        auto follower = options_.follow ? logging::follow_logs(query_)
                                        : Result<std::unique_ptr<logging::LogFollower>>(nullptr);
        auto last = logging::blocking_read_last(query_);
        if (!follower || !last) {
            complain(terminal_, follower ? last.error().detail() : follower.error().detail());
            return kFailed;
        }
        printer_.print(*last);
        while (options_.follow && go_on()) {
            const auto lines = (*follower)->read_new();
            if (!lines) {
                complain(terminal_, lines.error().detail());
                return kFailed;
            }
            printer_.print(*lines);
            if (lines->empty()) {
                static_cast<void>((*follower)->blocking_wait(kLongestWait));
            }
        }
        return kDone;
    }

    static constexpr std::size_t kMaxStreamed = 1'000;  // that a stream begins with

    const LogsOptions& options_;
    const std::filesystem::path socket_;
    const Terminal& terminal_;
    LinePrinter printer_;
    logging::LogQuery query_;
};

}  // namespace

std::string readable_log_line(std::string_view line, const Terminal& terminal) {
    boost::system::error_code error;
    const auto value = boost::json::parse(line, error);
    const auto* object = error ? nullptr : value.if_object();
    if (object == nullptr) {
        return one_line(line);
    }
    const auto instant = parse_instant(text_in(value, "ts").value_or(""), TimeZone::utc());
    const std::string level = text_in(value, "level").value_or("");
    std::string text = fmt::format(
        "{}  {}  {}",
        paint(terminal, Colour::dim, instant ? local_time(*instant, terminal.zone) : "-"),
        paint(terminal, colour_of(level), fmt::format("{:<7}", one_line(level))),
        one_line(text_in(value, "event").value_or("-")));
    if (const auto directive = text_in(value, "directive")) {
        text += "  " + one_line(*directive);
    }
    static const std::set<std::string_view> kShown{"ts", "level", "event", "directive"};
    for (const auto& field : *object) {
        const std::string_view name = field.key();
        const auto shown = text_in(value, name);
        if (!kShown.contains(name) && shown) {
            text += fmt::format("  {}={}", one_line(name), one_line(*shown));
        }
    }
    return text;
}

int run_logs(const LogsOptions& options,
             const ProjectPaths& paths,
             const Terminal& terminal,
             const std::function<bool()>& go_on) {
    return LogReading(options, paths, terminal).run(go_on);
}

void add_logs_verb(CLI::App& app, Invocation& invocation) {
    auto* verb = app.add_subcommand("logs", "What the log files hold; needs no daemon");
    const auto options = std::make_shared<LogsOptions>();
    const auto type = std::make_shared<std::string>();
    const auto level = std::make_shared<std::string>("debug");
    verb->add_flag("-f,--follow", options->follow, "Go on as the logs grow");
    std::vector<std::string> types;
    for (const auto known : logging::kLogTypes) {
        types.emplace_back(logging::name_of(known));
    }
    verb->add_option("--type", *type, "One kind of log")->check(CLI::IsMember(types));
    verb->add_option("--level", *level, "This level and above")
        ->check(CLI::IsMember({"debug", "info", "warning", "error"}));
    verb->add_option("--directive", options->directive, "Only lines about this directive");
    verb->add_option("--since", options->since, "Only lines since then: 2h, or 2026-11-22T18:00");
    verb->add_option("--until", options->until, "Only lines before then")->excludes("--follow");
    verb->add_option("-n,--lines", options->count, "How many of the last lines (default 50)")
        ->check(CLI::Range(std::size_t{0}, kMaxCount));
    invocation.decide(
        *verb, options, [type, level](LogsOptions& read, const auto& paths, const auto& terminal) {
            read.type = logging::log_type_from(*type);
            read.least = logging::level_from(*level).value_or(logging::Level::debug);
            return run_logs(read, paths, terminal, [] { return true; });
        });
}

}  // namespace aifp::cli
