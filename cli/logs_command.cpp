#include "cli/logs_command.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <deque>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "cli/invocation.hpp"
#include "cli/printers.hpp"
#include "cli/times.hpp"
#include "logging/follower.hpp"
#include "logging/reader.hpp"

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
    query.count = options.count;
    return query;
}

class LinePrinter {
public:
    LinePrinter(const LogsOptions& options, const Terminal& terminal)
        : options_(options), terminal_(terminal) {}

    void print(const std::vector<std::string>& lines) {
        for (const std::string& line : lines) {
            if (is_new(line)) {
                terminal_.out << (options_.json ? line : readable_log_line(line, terminal_))
                              << '\n';
            }
        }
        terminal_.out.flush();
    }

private:
    // A failure stands in the error log and in one of the others: it is shown once.
    bool is_new(const std::string& line) {
        if (!recent_.insert(line).second) {
            return false;
        }
        order_.push_back(line);
        if (order_.size() > kRemembered) {
            recent_.erase(order_.front());
            order_.pop_front();
        }
        return true;
    }

    static constexpr std::size_t kRemembered = 256;

    const LogsOptions& options_;
    const Terminal& terminal_;
    std::set<std::string> recent_;
    std::deque<std::string> order_;
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
    const auto query = query_of(options, paths);
    LinePrinter printer(options, terminal);
    // Before the last lines are read, so that none is lost between.
    auto follower = options.follow ? logging::follow_logs(query)
                                   : Result<std::unique_ptr<logging::LogFollower>>(nullptr);
    auto last = logging::blocking_read_last(query);
    if (!follower || !last) {
        complain(terminal, follower ? last.error().detail() : follower.error().detail());
        return kFailed;
    }
    printer.print(*last);
    const std::set<std::string> shown(last->begin(), last->end());
    bool is_first = true;
    while (options.follow && go_on()) {
        auto lines = (*follower)->read_new();
        if (!lines) {
            complain(terminal, lines.error().detail());
            return kFailed;
        }
        if (std::exchange(is_first, false)) {
            std::erase_if(*lines, [&shown](const auto& line) { return shown.contains(line); });
        }
        printer.print(*lines);
        if (lines->empty()) {
            static_cast<void>((*follower)->blocking_wait(kLongestWait));
        }
    }
    return kDone;
}

void add_logs_verb(CLI::App& app, Invocation& invocation) {
    auto* verb = app.add_subcommand("logs", "What the log files hold; needs no daemon");
    const auto options = std::make_shared<LogsOptions>();
    const auto type = std::make_shared<std::string>();
    verb->add_flag("-f,--follow", options->follow, "Go on as the logs grow");
    std::vector<std::string> types;
    for (const auto known : logging::kLogTypes) {
        types.emplace_back(logging::name_of(known));
    }
    verb->add_option("--type", *type, "One kind of log")->check(CLI::IsMember(types));
    verb->add_option("--directive", options->directive, "Only lines about this directive");
    verb->add_option("-n,--lines", options->count, "How many of the last lines (default 50)")
        ->check(CLI::Range(std::size_t{0}, kMaxCount));
    invocation.decide(
        *verb, options, [type](LogsOptions& read, const auto& paths, const auto& terminal) {
            read.type = logging::log_type_from(*type);
            return run_logs(read, paths, terminal, [] { return true; });
        });
}

}  // namespace aifp::cli
