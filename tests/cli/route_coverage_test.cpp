// What can be asked of the admin API is asked by a verb: each route that docs/openapi.yaml
// describes must be among the requests that the command lines below send, or in the list of those
// that need none.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "cli/command_line.hpp"
#include "cli/logs_command.hpp"
#include "cli/tail_command.hpp"
#include "tests/cli/fake_daemon.hpp"
#include "tests/cli/fake_terminal.hpp"
#include "tests/support/source_dir.hpp"
#include "tests/support/temp_dir.hpp"

namespace aifp::cli {
namespace {

/// Routes without a verb, and why.
const std::map<std::string, std::string> kWithoutVerb{
    {"GET /healthz", "a probe; aifp status tells more"},
    {"GET /readyz", "a probe; aifp status tells more"},
    {"GET /api/v1/directives/{name}/answers", "the same as questions"},
    {"GET /api/v1/logs", "aifp logs reads the files, also without a daemon"},
    {"GET /api/v1/simulate", "aifp simulate does it itself, also without a daemon"},
    {"GET /api/v1/openapi.yaml", "for programs that are made from it"},
    {"GET /api/v1/openapi.json", "for programs that are made from it"},
};

/// As a person writes them; TEXT stands for a file that is there.
const std::vector<std::string> kCommandLines{
    "list",
    "show lamp",
    "propose TEXT --as lamp.yaml",
    "propose TEXT --replaces lamp",
    "propose TEXT --dry",
    "versions lamp",
    "diff lamp",
    "run lamp",
    "why lamp",
    "backtest lamp",
    "approve lamp",
    "decline lamp",
    "pause lamp",
    "resume lamp",
    "snooze lamp 2h",
    "unsnooze lamp",
    "archive lamp",
    "unarchive lamp",
    "validate lamp --json",
    "validate lamp --answer at=18:00",
    "validate lamp --forget",
    "generate lamp",
    "rollback lamp",
    "activate lamp",
    "deactivate lamp",
    "history --runs",
    "history",
    "runs",
    "cancel 7",
    "force 7",
    "approve-run 7 yes",
    "trace 7",
    "replay 7",
    "state get",
    "state get sun",
    "state set sun up",
    "state unset sun",
    "state watch",
    "deps --install --yes",
    "status",
    "status --report",
    "metrics",
    "reload",
    "settings",
    "neighbours",
    "token list",
    "token create page --scope read",
    "token revoke page",
    "ask Why?",
    "chat --list",
    "chat --show c1",
    "chat --forget c1",
    "prompt list",
    "prompt inspect",
    "prompt diff 1 2",
    "prompt usage",
    "prompt upload TEXT",
    "site-context show",
    "site-context clear",
    "tool --list",
    "tool why",
};

/// What makes every verb go on to its last request.
const std::string kAnswer = FakeDaemon::answer(200, R"({"content_hash": "h", "data": {},
    "requests": [{"manifest": []}],
    "dependencies": [{"id": 1, "name": "x", "is_installed": false, "install": "make x"}]})");

using Deed = std::function<void(const ProjectPaths& paths, const Terminal& terminal)>;

/// "GET /api/v1/directives/lamp", without the query.
std::vector<std::string> requests_of(const Deed& deed) {
    const testing::TempDir folder;
    const ProjectPaths paths(folder.path());
    std::filesystem::create_directories(paths.run());
    FakeDaemon daemon(paths.run() / "admin.sock", {kAnswer, kAnswer, kAnswer, kAnswer});
    FakeTerminal fake;
    deed(paths, fake.terminal);
    std::vector<std::string> asked;
    for (const std::string& request : daemon.requests()) {
        const auto line = request.substr(0, request.find(" HTTP/"));
        asked.push_back(line.substr(0, line.find('?')));
    }
    return asked;
}

void carry_out(const std::string& line, const ProjectPaths& paths, const Terminal& terminal) {
    const auto text = paths.root() / "text.yaml";
    write_text(text, "name: lamp\n");
    std::vector<std::string> words{"aifp", "--project", paths.root().native()};
    for (const auto word : split(line, ' ')) {
        words.push_back(word == "TEXT" ? text.native() : std::string(word));
    }
    std::vector<const char*> arguments;
    for (const auto& word : words) {
        arguments.push_back(word.c_str());
    }
    const int code =
        run_command_line(static_cast<int>(arguments.size()), arguments.data(), terminal);
    EXPECT_NE(code, kUsage) << line;
    EXPECT_NE(code, kNoDaemon) << line;
}

/// All that the command lines ask, and the two verbs that would go on for ever.
std::set<std::string> asked_by_verbs() {
    std::vector<Deed> deeds;
    for (const auto& line : kCommandLines) {
        deeds.push_back(
            [&line](const auto& paths, const auto& terminal) { carry_out(line, paths, terminal); });
    }
    const auto is_enough = [] { return false; };
    deeds.push_back([&](const auto& paths, const auto& terminal) {
        const TailOptions options{.retry_pause = Milliseconds(0)};
        static_cast<void>(run_tail(options, paths, terminal, is_enough));
    });
    deeds.push_back([&](const auto& paths, const auto& terminal) {
        const LogsOptions options{.follow = true};
        static_cast<void>(run_logs(options, paths, terminal, is_enough));
    });
    std::set<std::string> asked;
    for (const auto& deed : deeds) {
        for (auto& request : requests_of(deed)) {
            asked.insert(std::move(request));
        }
    }
    return asked;
}

/// "GET /api/v1/runs", in the order of the document.
std::vector<std::string> described_routes() {
    std::istringstream document(read_text(testing::source_dir() / "docs/openapi.yaml"));
    const std::regex path_line(R"(  (/\S*):\s*)");
    const std::regex method_line(R"(    (get|put|post|delete|patch):\s*)");
    std::vector<std::string> routes;
    std::string path;
    std::smatch found;
    for (std::string line; std::getline(document, line);) {
        if (std::regex_match(line, found, path_line)) {
            path = found[1];
        } else if (std::regex_match(line, found, method_line)) {
            std::string method = found[1];
            for (char& letter : method) {
                letter = static_cast<char>(letter - 'a' + 'A');
            }
            routes.push_back(method + " " + path);
        }
    }
    return routes;
}

/// Whether a request is for the route; {…} stands for one part of a path.
bool is_for(const std::string& request, const std::string& route) {
    const auto parts = split(request, '/');
    const auto pattern = split(route, '/');
    if (parts.size() != pattern.size()) {
        return false;
    }
    for (std::size_t at = 0; at < parts.size(); ++at) {
        if (parts[at] != pattern[at] && !pattern[at].starts_with('{')) {
            return false;
        }
    }
    return true;
}

class RouteCoverage : public ::testing::Test {
protected:
    RouteCoverage() : routes_(described_routes()) {}
    [[nodiscard]] bool is_described(const std::string& route) const {
        return std::find(routes_.begin(), routes_.end(), route) != routes_.end();
    }

    std::vector<std::string> routes_;
};

TEST_F(RouteCoverage, every_route_is_asked_by_a_verb_or_needs_none) {
    ASSERT_GT(routes_.size(), 60U) << "the document is read";
    const auto asked = asked_by_verbs();
    // A path written out wins over one with {…}: what is for the first is not for the second.
    std::set<std::string> reached;
    for (const auto& request : asked) {
        if (is_described(request)) {
            reached.insert(request);
            continue;
        }
        for (const auto& route : routes_) {
            if (is_for(request, route)) {
                reached.insert(route);
            }
        }
    }
    for (const auto& route : routes_) {
        EXPECT_NE(reached.contains(route), kWithoutVerb.contains(route))
            << route
            << (reached.contains(route) ? " has a verb: take it out of kWithoutVerb"
                                        : ": no verb asks for it");
    }
}

TEST_F(RouteCoverage, no_verb_asks_for_what_is_not_described) {
    for (const auto& request : asked_by_verbs()) {
        const bool is_known = std::any_of(routes_.begin(), routes_.end(), [&](const auto& route) {
            return is_for(request, route);
        });
        EXPECT_TRUE(is_known) << request;
    }
}

TEST_F(RouteCoverage, what_needs_no_verb_is_described) {
    for (const auto& [route, reason] : kWithoutVerb) {
        EXPECT_TRUE(is_described(route)) << route;
        EXPECT_FALSE(reason.empty()) << route;
    }
}

TEST_F(RouteCoverage, the_manual_names_each_verb) {
    const auto manual = read_text(testing::source_dir() / "docs/cli.md");
    for (const auto& line : kCommandLines) {
        const auto verb = line.substr(0, line.find(' '));
        EXPECT_NE(manual.find("`aifp " + verb), std::string::npos) << verb;
    }
}

}  // namespace
}  // namespace aifp::cli
