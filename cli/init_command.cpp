#include "cli/init_command.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CLI/App.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cerrno>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "base/file.hpp"
#include "base/json_text.hpp"
#include "base/project_paths.hpp"
#include "base/text.hpp"
#include "cli/invocation.hpp"
#include "config/settings.hpp"

namespace aifp::cli {
namespace {

namespace json = boost::json;

// Not writable by the group whatever the umask: the approval of owner files asks for that.
constexpr mode_t kFolderMode = 0755;
constexpr mode_t kFileMode = 0644;

constexpr std::string_view kHello =
    R"(# A directive: when something happens, what is to be done. Change it, save it: the daemon sees it.
# More: docs/writing-directives.md. Mistakes, with line and column: aifp check
name: hello
description: Says hello every ten seconds
trigger: "every: 10s"
action: "log: hello from directives/hello.yaml"
)";

constexpr std::string_view kGitIgnore =
    R"(# What belongs to this machine: the record of runs, the logs, the secrets, the tokens.
/.aifp-project/user_directives.db*
/.aifp-project/logs/
/.aifp-project/run/
/.aifp-project/secrets.yaml
/.aifp-project/tokens.json
)";

constexpr std::string_view kServices = R"(
# Services that actions call by name: "POST /lamp/on" goes to the one called default.
#apis:
#  default:
#    base_url: http://127.0.0.1:8080
#    timeout: 30s
#    headers: {Accept: application/json}

# Channels of notify: a line in the log, an HTTP POST to a url, or a command.
#notify:
#  default: {log: true}
)";

/// Makes what is missing and remembers what it made.
class Maker {
public:
    explicit Maker(std::filesystem::path root) : root_(std::move(root)) {}

    Status folder(const std::filesystem::path& name) {
        const auto path = root_ / name;
        if (::mkdir(path.c_str(), kFolderMode) == 0) {
            note(made, name / "");
            return {};
        }
        std::error_code ignored;
        if (errno == EEXIST && std::filesystem::is_directory(path, ignored)) {
            note(kept, name / "");
            return {};
        }
        return failed(path);
    }

    Status file(const std::filesystem::path& name, std::string_view text) {
        const auto path = root_ / name;
        const FileDescriptor file(
            ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kFileMode));
        if (!file.is_open() && errno == EEXIST) {
            note(kept, name);
            return {};
        }
        if (!file.is_open() ||
            ::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
            return failed(path);
        }
        note(made, name);
        return {};
    }

    json::array made;
    json::array kept;

private:
    static void note(json::array& list, const std::filesystem::path& name) {
        list.emplace_back(name.native());
    }
    static Status failed(const std::filesystem::path& path) {
        const int number = errno;
        return fail(
            ErrorCode::io_failure,
            fmt::format(
                "cannot make {}: {}", path.native(), std::generic_category().message(number)));
    }

    std::filesystem::path root_;
};

Status make_project(Maker& maker, const Terminal& terminal) {
    for (const auto* folder : {"directives", "src", "src/automations", ".aifp-project"}) {
        if (auto done = maker.folder(folder); !done) {
            return done;
        }
    }
    const std::string settings = default_settings_text(terminal.zone);
    const std::vector<std::pair<const char*, std::string_view>> files{
        {".aifp-project/engine.yaml", settings},
        {"directives/hello.yaml", kHello},
        {".gitignore", kGitIgnore}};
    for (const auto& [name, text] : files) {
        if (auto done = maker.file(name, text); !done) {
            return done;
        }
    }
    return {};
}

void print_made(const Terminal& terminal, const InitOptions& options, const Maker& maker) {
    for (const auto& name : maker.made) {
        terminal.out << paint(terminal, Colour::green, "made  ")
                     << std::string_view(name.get_string()) << '\n';
    }
    for (const auto& name : maker.kept) {
        terminal.out << paint(terminal, Colour::dim, "kept  ")
                     << std::string_view(name.get_string()) << '\n';
    }
    terminal.out << "\nStart the daemon with: aifpd --project " << options.folder.native() << '\n';
}

std::string value_of(const json::object& row, std::string_view key) {
    return std::string(row.at(key).as_string());
}

/// "#  max_concurrent_runs: 64         # Runs at the same time (runs)"
std::string setting_line(const json::object& row, std::string_view name, std::string_view indent) {
    const auto unit = value_of(row, "unit");
    return fmt::format("{:<36} # {}{}\n",
                       fmt::format("#{}{}: {}", indent, name, value_of(row, "default")),
                       value_of(row, "meaning"),
                       unit.empty() ? "" : fmt::format(" ({})", unit));
}

/// The lines that lead from one section into another: "#prompts:", "#  wordpress:".
std::string section_lines(const std::vector<std::string>& from,
                          const std::vector<std::string>& to) {
    std::string text;
    for (std::size_t depth = 0; depth < to.size(); ++depth) {
        const bool is_open = text.empty() && depth < from.size() && from[depth] == to[depth];
        if (!is_open) {
            text += fmt::format(
                "{}#{}{}:\n", depth == 0 ? "\n" : "", std::string(2 * depth, ' '), to[depth]);
        }
    }
    return text;
}

}  // namespace

std::string default_settings_text(const TimeZone& zone) {
    std::string text =
        "# Settings of this project. Every key stands here with its default: take away the \"#\"\n"
        "# in front of a key (and of the section above it) to change it. Unknown keys are "
        "refused.\n\n"
        "# Zone of directives that name none.\n";
    const bool is_known = TimeZone::load(zone.name()).has_value();
    text += fmt::format("{}timezone: {}\n\n", is_known ? "" : "#", is_known ? zone.name() : "UTC");
    std::vector<std::string> section;
    for (const auto& value : config::describe_settings()) {
        const auto& row = value.as_object();
        const auto name = value_of(row, "name");
        // What a map holds has rows of its own, or is shown below.
        const bool is_shown = value_of(row, "type") != "map" && name != "timezone";
        if (!is_shown || name.starts_with("apis.") || name.starts_with("notify.")) {
            continue;
        }
        const auto parts = split(name, '.');
        std::vector<std::string> path(parts.begin(), parts.end() - 1);
        text += section_lines(section, path);
        text += setting_line(row, parts.back(), std::string(2 * path.size(), ' '));
        section = std::move(path);
    }
    return text + std::string(kServices);
}

int run_init(const InitOptions& options, const Terminal& terminal) {
    std::error_code failed;
    std::filesystem::create_directories(options.folder, failed);
    if (failed) {
        complain(terminal,
                 fmt::format("cannot make {}: {}", options.folder.native(), failed.message()));
        return kFailed;
    }
    Maker maker(options.folder);
    if (auto done = make_project(maker, terminal); !done) {
        complain(terminal, done.error().detail());
        return kFailed;
    }
    if (options.json) {
        const json::object result{{"made", maker.made}, {"kept", maker.kept}};
        terminal.out << json_text(result) << '\n';
    } else {
        print_made(terminal, options, maker);
    }
    return kDone;
}

void add_init_verb(CLI::App& app, Invocation& invocation) {
    auto* verb = app.add_subcommand("init", "Make the folders and first files of a project");
    const auto folder = std::make_shared<std::string>();
    verb->add_option("DIR", *folder, "The folder (default: this one)");
    invocation.decide(*verb, [folder, &invocation] {
        InitOptions options;
        options.folder = !folder->empty() ? *folder : invocation.project.value_or(".");
        options.json = invocation.json;
        return run_init(options, invocation.terminal);
    });
}

}  // namespace aifp::cli
