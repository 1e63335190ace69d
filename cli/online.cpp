#include "cli/online.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>
#include <vector>

#include "base/json_member.hpp"
#include "base/json_text.hpp"
#include "base/text.hpp"
#include "cli/api_client.hpp"
#include "cli/printers.hpp"
#include "cli/project.hpp"
#include "cli/runs_command.hpp"
#include "cli/snooze_command.hpp"
#include "cli/verbs.hpp"
#include "directives/pretty_json.hpp"
#include "model/definition.hpp"

namespace aifp::cli {
namespace {

constexpr std::string_view kPrefix = "/api/v1/";
using Name = OnlineVerb::Name;

constexpr std::array kVerbs{
    OnlineVerb{"list",
               "Every directive: status, trigger, action, when it is due next",
               Name::none,
               "GET",
               "directives",
               print_list},
    OnlineVerb{"show",
               "One directive with its configuration, approval and problems",
               Name::required,
               "GET",
               "directives/*",
               print_directive},
    OnlineVerb{"run",
               "Run a directive now, without asking its conditions",
               Name::required,
               "POST",
               "directives/*/run",
               print_deed},
    OnlineVerb{"approve",
               "Say yes to a directive as it is now",
               Name::required,
               "POST",
               "directives/*/approve",
               print_deed},
    OnlineVerb{"decline",
               "Say no to the proposal for a directive; what runs goes on as it is",
               Name::required,
               "POST",
               "directives/*/decline",
               print_deed},
    OnlineVerb{"pause",
               "Disarm a directive; runs under way go on",
               Name::required,
               "POST",
               "directives/*/pause",
               print_deed},
    OnlineVerb{"resume",
               "Arm a paused directive again",
               Name::required,
               "POST",
               "directives/*/resume",
               print_deed},
    OnlineVerb{"unsnooze",
               "Wake a directive before its snooze is over",
               Name::required,
               "POST",
               "directives/*/unsnooze",
               print_snoozed},
    OnlineVerb{"archive",
               "Disarm a directive for good; its history stays",
               Name::required,
               "POST",
               "directives/*/archive",
               print_deed},
    OnlineVerb{"unarchive",
               "Take a directive out of the archive",
               Name::required,
               "POST",
               "directives/*/restore",
               print_deed},
    OnlineVerb{"runs",
               "What is under way: what each run does, or waits for and until when",
               Name::none,
               "GET",
               "runs",
               print_runs},
    OnlineVerb{"cancel",
               "End one run, running, waiting or queued, by its number",
               Name::required,
               "POST",
               "runs/*/cancel",
               print_cancelled},
    OnlineVerb{"force",
               "Begin a queued run now, past its turn and its limits, by its number",
               Name::required,
               "POST",
               "runs/*/force",
               print_begun},
    OnlineVerb{"status", "How the daemon is doing", Name::none, "GET", "status", print_status},
    OnlineVerb{"history",
               "What ran, what did not run, and why; the newest first",
               Name::optional,
               "GET",
               "decisions",
               print_history},
    OnlineVerb{
        "reload", "Read the directive files again now", Name::none, "POST", "reload", print_status},
};

struct Exchange {
    const ProjectPaths& paths;
    const Terminal& terminal;

    [[nodiscard]] tl::expected<ApiAnswer, int> ask(const ApiRequest& request,
                                                   Milliseconds limit = kApiTimeout) const {
        auto answer = blocking_ask(find_socket(paths), request, limit);
        if (answer) {
            return std::move(*answer);
        }
        if (answer.error().code() != ErrorCode::unreachable) {
            complain(terminal, answer.error().detail());
            return tl::unexpected<int>(kFailed);
        }
        if (!is_project(paths.root())) {
            complain(terminal,
                     fmt::format("{0} is no project, nor is a folder above it; make one with: aifp "
                                 "init {0}\nor name yours: aifp --project FOLDER",
                                 paths.root().native()));
            return tl::unexpected<int>(kNoDaemon);
        }
        complain(terminal,
                 fmt::format("no aifpd runs this project; start it with: aifpd --project {}\n"
                             "Without it these work: {}",
                             paths.root().native(),
                             offline_verbs()));
        return tl::unexpected<int>(kNoDaemon);
    }
};

boost::json::value parsed(const ApiAnswer& answer) {
    return model::parse_stored_or_null(answer.body);  // it may hold definitions
}

/// What a success says. Anything but JSON is an error that is told, not "nothing".
tl::expected<boost::json::value, int> value_of(const ApiAnswer& answer, const Terminal& terminal) {
    auto value = model::parse_stored(answer.body);
    if (!value && !answer.body.empty()) {
        complain(terminal, "the daemon's answer is broken: it is not JSON");
        return tl::unexpected<int>(kFailed);
    }
    return value ? std::move(*value) : boost::json::value();
}

bool is_success(const ApiAnswer& answer) {
    return answer.status >= 200 && answer.status < 300;
}

/// The known name nearest to a wrong one, as a question; empty if there is none.
std::string suggestion(const Exchange& exchange, std::string_view wrong) {
    const auto answer = blocking_ask(find_socket(exchange.paths),
                                     ApiRequest{"GET", fmt::format("{}directives", kPrefix)});
    if (!answer || !is_success(*answer)) {
        return {};
    }
    const auto list = parsed(*answer);
    std::vector<std::string> names;
    if (list.is_array()) {
        for (const auto& item : list.get_array()) {
            names.push_back(text_in(item, "name").value_or(""));
        }
    }
    const std::vector<std::string_view> candidates(names.begin(), names.end());
    const auto nearest = nearest_name(wrong, candidates);
    return nearest ? fmt::format("; did you mean {}?", *nearest) : std::string();
}

int tell_refusal(const Exchange& exchange, const ApiAnswer& answer, std::string_view name) {
    constexpr int kNotFound = 404;
    const auto said = text_in(parsed(answer), "error");
    const auto hint =
        answer.status == kNotFound && !name.empty() ? suggestion(exchange, name) : std::string();
    complain(exchange.terminal,
             one_line(said ? *said : fmt::format("the daemon answered {}", answer.status)) + hint);
    return kFailed;
}

/// The content that a yes is for, shown before it is given: the proposal that waits, or else the
/// directive as it is. Its hash goes along, so that nothing else is approved.
tl::expected<std::string, int> show_for_approval(const Exchange& exchange,
                                                 const OnlineOptions& options) {
    const auto answer = exchange.ask(
        ApiRequest{"GET", fmt::format("{}directives/{}", kPrefix, percent_encode(options.name))});
    if (!answer) {
        return tl::unexpected<int>(answer.error());
    }
    if (!is_success(*answer)) {
        return tl::unexpected<int>(tell_refusal(exchange, *answer, options.name));
    }
    const auto shown = parsed(*answer);
    const auto* proposal = member_in(shown, "proposal");
    const auto& content = proposal != nullptr && proposal->is_object() ? *proposal : shown;
    const auto* configuration = member_in(content, "configuration_json");
    if (configuration != nullptr && !options.json) {
        exchange.terminal.out << directives::indented_json(*configuration) << '\n';
    }
    const auto hash = text_in(content, "content_hash");
    if (!hash) {
        complain(exchange.terminal,
                 "the daemon's answer is broken: it names no content to approve");
        return tl::unexpected<int>(kFailed);
    }
    boost::json::object body;
    body["content_hash"] = *hash;
    return json_text(body);
}

void print_raw(const Terminal& terminal, std::string_view body) {
    terminal.out << body << (body.ends_with('\n') ? "" : "\n");
}

}  // namespace

std::span<const OnlineVerb> online_verbs() noexcept {
    return kVerbs;
}

std::string target_of(const OnlineVerb& verb, const OnlineOptions& options) {
    std::string target(kPrefix);
    const std::string_view path =
        options.runs_only && verb.verb == "history" ? "executions" : verb.path;
    const std::size_t star = path.find('*');
    target += path.substr(0, star);
    if (star != path.npos) {
        target += percent_encode(options.name);
        target += path.substr(star + 1);
    }
    char separator = '?';
    if (star == path.npos && !options.name.empty()) {
        target += fmt::format("{}directive={}", separator, percent_encode(options.name));
        separator = '&';
    }
    if (options.limit) {
        target += fmt::format("{}limit={}", separator, *options.limit);
    }
    return target;
}

int run_online(const OnlineVerb& verb,
               const OnlineOptions& options,
               const ProjectPaths& paths,
               const Terminal& terminal) {
    const Exchange exchange{paths, terminal};
    ApiRequest request{std::string(verb.method), target_of(verb, options)};
    if (verb.verb == "approve") {
        auto body = show_for_approval(exchange, options);
        if (!body) {
            return body.error();
        }
        request.body = std::move(*body);
    }
    const auto answer = exchange.ask(request);
    if (!answer) {
        return answer.error();
    }
    if (options.json) {
        print_raw(terminal, answer->body);
    }
    if (!is_success(*answer)) {
        return tell_refusal(exchange, *answer, options.name);
    }
    if (!options.json) {
        const auto value = value_of(*answer, terminal);
        if (!value) {
            return value.error();
        }
        verb.print(terminal, *value);
    }
    return kDone;
}

tl::expected<ApiAnswer, int> ask_daemon_raw(const ApiRequest& request,
                                            const ProjectPaths& paths,
                                            const Terminal& terminal) {
    return Exchange{paths, terminal}.ask(request);
}

tl::expected<boost::json::value, int> request_daemon(const ApiRequest& request,
                                                     const ProjectPaths& paths,
                                                     const Terminal& terminal,
                                                     Milliseconds limit) {
    const Exchange exchange{paths, terminal};
    const auto answer = exchange.ask(request, limit);
    if (!answer) {
        return tl::unexpected<int>(answer.error());
    }
    if (!is_success(*answer)) {
        return tl::unexpected<int>(tell_refusal(exchange, *answer, {}));
    }
    return value_of(*answer, terminal);
}

namespace {

tl::expected<boost::json::value, int> exchange_value(const ApiRequest& request,
                                                     const Exchange& exchange) {
    const auto answer = exchange.ask(request);
    if (!answer) {
        return tl::unexpected<int>(answer.error());
    }
    if (!is_success(*answer)) {
        constexpr std::string_view kOne = "directives/";
        const std::string_view target = std::string_view(request.target).substr(kPrefix.size());
        const auto name =
            target.starts_with(kOne) ? target.substr(kOne.size()) : std::string_view();
        return tl::unexpected<int>(tell_refusal(exchange, *answer, name.substr(0, name.find('/'))));
    }
    return value_of(*answer, exchange.terminal);
}

}  // namespace

tl::expected<boost::json::value, int> ask_daemon(std::string_view target,
                                                 const ProjectPaths& paths,
                                                 const Terminal& terminal) {
    return exchange_value({"GET", fmt::format("{}{}", kPrefix, target), {}}, {paths, terminal});
}

tl::expected<boost::json::value, int> tell_daemon(std::string_view target,
                                                  std::string body,
                                                  const ProjectPaths& paths,
                                                  const Terminal& terminal) {
    return exchange_value({"POST", fmt::format("{}{}", kPrefix, target), std::move(body)},
                          {paths, terminal});
}

int print_answer(const tl::expected<boost::json::value, int>& answer,
                 bool as_json,
                 const Terminal& terminal,
                 const std::function<void()>& print) {
    if (!answer) {
        return answer.error();
    }
    if (as_json) {
        terminal.out << json_text(*answer) << "\n";
    } else {
        print();
    }
    return kDone;
}

}  // namespace aifp::cli
