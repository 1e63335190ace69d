#include "cli/prompt_command.hpp"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <map>

#include "base/json_member.hpp"
#include "base/json_text.hpp"
#include "base/text.hpp"
#include "cli/api_client.hpp"
#include "cli/online.hpp"
#include "cli/printers.hpp"
#include "cli/table.hpp"

namespace aifp::cli {
namespace {

namespace json = boost::json;

std::string field(const json::value& object, std::string_view key) {
    return one_line(text_in(object, key).value_or("-"));
}

// A text of several lines, such as one that points at a place in a file.
std::string shown_lines(std::string_view text) {
    std::string shown;
    text = text.substr(0, text.find_last_not_of('\n') + 1);
    for (const std::string_view line : split(text, '\n')) {
        shown += (shown.empty() ? "" : "\n") + one_line(line);
    }
    return shown;
}

std::string joined(const json::array& words) {
    std::string text;
    for (const json::value& word : words) {
        text += text.empty() ? "" : ", ";
        text += word.is_string() ? one_line(word.get_string()) : "?";
    }
    return text;
}

void print_json(const Terminal& terminal, const json::value& value) {
    terminal.out << json_text(value) << '\n';
}

Colour colour_of(const std::string& status) {
    if (status == "applied") {
        return Colour::green;
    }
    return status == "failed" || status == "truncated" ? Colour::red : Colour::dim;
}

void print_manifest(const Terminal& terminal, const json::value& inspection) {
    std::vector<Row> rows;
    for (const json::value& entry : list_member(inspection, "manifest")) {
        const std::string status = field(entry, "status");
        rows.push_back({{field(entry, "priority")},
                        {field(entry, "id")},
                        {status, colour_of(status)},
                        {field(entry, "bytes")},
                        {field(entry, "est_tokens")},
                        {field(entry, "trust")},
                        {field(entry, "source")},
                        {field(entry, "note")}});
    }
    print_table(
        terminal, {"PRIO", "ID", "STATUS", "BYTES", "TOKENS", "TRUST", "SOURCE", "NOTE"}, rows);
}

void put(json::object& body, std::string_view key, const std::optional<std::string>& value) {
    if (value) {
        body.insert_or_assign(key, *value);
    }
}

std::string body_of(const PromptOptions& options) {
    json::object body{{"agent", options.agent}, {"stream", options.stream}};
    if (!options.message.empty()) {
        body["message"] = options.message;
    }
    put(body, "prompt", options.prompt);
    put(body, "step", options.step);
    put(body, "directive", options.directive);
    put(body, "session", options.session);
    if (options.run) {
        body["run"] = *options.run;
    }
    body["files"] = json::array(options.files.begin(), options.files.end());
    return json_text(body);
}

tl::expected<json::value, int> inspect(const PromptOptions& options,
                                       const ProjectPaths& paths,
                                       const Terminal& terminal) {
    return tell_daemon("prompts/inspect", body_of(options), paths, terminal);
}

// The manifest of a run's last request by ids, or the exit code.
tl::expected<std::map<std::string, json::value>, int> manifest_of(std::int64_t run,
                                                                  const ProjectPaths& paths,
                                                                  const Terminal& terminal) {
    const auto answer = ask_daemon(fmt::format("prompts/requests?run={}", run), paths, terminal);
    if (!answer) {
        return tl::unexpected(answer.error());
    }
    const json::array& requests = list_member(*answer, "requests");
    if (requests.empty()) {
        complain(terminal, fmt::format("run {} asked no AI, or it is too long ago", run));
        return tl::unexpected(kFailed);
    }
    std::map<std::string, json::value> entries;
    for (const json::value& entry : list_member(requests.front(), "manifest")) {
        entries.insert_or_assign(field(entry, "id"), entry);
    }
    return entries;
}

// How an entry differs, or "".
std::string difference(const json::value& before, const json::value& after) {
    std::string text;
    for (const char* key : {"status", "priority", "bytes", "source"}) {
        const std::string was = field(before, key);
        const std::string is = field(after, key);
        if (was != is) {
            text += fmt::format("  {} {} -> {}", key, was, is);
        }
    }
    if (text.empty() && field(before, "sha256") != field(after, "sha256")) {
        return "  another text of the same length";
    }
    return text;
}

}  // namespace

int run_prompt_list(const PromptOptions& options,
                    const ProjectPaths& paths,
                    const Terminal& terminal) {
    const auto answer = ask_daemon("prompts", paths, terminal);
    if (!answer) {
        return answer.error();
    }
    if (options.json) {
        print_json(terminal, *answer);
        return kDone;
    }
    std::vector<Row> rows;
    for (const json::value& directive : list_member(*answer, "directives")) {
        rows.push_back({{field(directive, "priority")},
                        {field(directive, "id")},
                        {joined(list_member(directive, "agents"))},
                        {field(directive, "trust")},
                        {field(directive, "source")}});
    }
    print_table(terminal, {"PRIO", "ID", "AGENTS", "TRUST", "SOURCE"}, rows);
    const auto tell = [&](std::string_view key, Colour colour, std::string_view what) {
        for (const json::value& told : list_member(*answer, key)) {
            const auto text = told.is_string() ? shown_lines(told.get_string()) : "?";
            terminal.out << paint(terminal, colour, std::string(what)) << text << '\n';
        }
    };
    tell("refused", Colour::red, "refused: ");
    tell("warnings", Colour::dim, "");
    return kDone;
}

int run_prompt_inspect(const PromptOptions& options,
                       const ProjectPaths& paths,
                       const Terminal& terminal) {
    const auto answer = inspect(options, paths, terminal);
    if (!answer) {
        return answer.error();
    }
    if (options.json) {
        print_json(terminal, *answer);
        return kDone;
    }
    if (!options.wire) {
        print_manifest(terminal, *answer);
        terminal.out << '\n';
    }
    if (const auto refused = text_in(*answer, "refused")) {
        complain(terminal, "nothing would be sent: " + *refused);
        return kFailed;
    }
    terminal.out << text_in(*answer, "request").value_or("") << '\n';
    return kDone;
}

int run_prompt_lint(const PromptOptions& options,
                    const ProjectPaths& paths,
                    const Terminal& terminal) {
    const auto answer = inspect(options, paths, terminal);
    if (!answer) {
        return answer.error();
    }
    const json::array& findings = list_member(*answer, "lint");
    if (options.json) {
        print_json(terminal, findings);
    } else {
        for (const json::value& finding : findings) {
            terminal.out << fmt::format("{}: {}\n",
                                        field(finding, "id"),
                                        shown_lines(text_in(finding, "message").value_or("-")));
        }
        if (findings.empty()) {
            terminal.out << "nothing to say about the prompts of " << one_line(options.agent)
                         << '\n';
        }
    }
    return findings.empty() ? kDone : kFailed;
}

int run_prompt_diff(const PromptOptions& options,
                    const ProjectPaths& paths,
                    const Terminal& terminal) {
    auto before = manifest_of(options.runs.at(0), paths, terminal);
    auto after = before ? manifest_of(options.runs.at(1), paths, terminal) : before;
    if (!before || !after) {
        return before ? after.error() : before.error();
    }
    json::array changes;
    for (const auto& [id, entry] : *before) {
        const auto found = after->find(id);
        if (found == after->end()) {
            changes.emplace_back("- " + id);
        } else if (const auto text = difference(entry, found->second); !text.empty()) {
            changes.emplace_back("~ " + id + text);
        }
    }
    for (const auto& [id, entry] : *after) {
        if (!before->contains(id)) {
            changes.emplace_back(fmt::format("+ {}  {} bytes", id, field(entry, "bytes")));
        }
    }
    if (options.json) {
        print_json(terminal, changes);
        return kDone;
    }
    for (const json::value& change : changes) {
        terminal.out << change.get_string().c_str() << '\n';
    }
    if (changes.empty()) {
        terminal.out << "both were given the same\n";
    }
    return kDone;
}

int run_site_show(const PromptOptions& options,
                  const ProjectPaths& paths,
                  const Terminal& terminal) {
    const auto answer = ask_daemon("site-context", paths, terminal);
    if (!answer) {
        return answer.error();
    }
    if (!options.json) {
        terminal.out << fmt::format("from {}{}{}\n",
                                    field(*answer, "provider"),
                                    field(*answer, "is_stale") == "true" ? ", stale" : "",
                                    field(*answer, "is_enabled") == "true"
                                        ? ""
                                        : ", switched off (prompts.site_context_enabled)");
    }
    print_json(terminal, options.json ? *answer : answer->at("data"));
    return kDone;
}

int run_site_clear(const PromptOptions& options,
                   const ProjectPaths& paths,
                   const Terminal& terminal) {
    const auto answer =
        request_daemon({"DELETE", "/api/v1/site-context/cache"}, paths, terminal, kApiTimeout);
    if (!answer) {
        return answer.error();
    }
    if (options.json) {
        print_json(terminal, *answer);
    } else {
        terminal.out << fmt::format("forgot what was known of {}: the next request asks anew\n",
                                    field(*answer, "cleared"));
    }
    return kDone;
}

}  // namespace aifp::cli
