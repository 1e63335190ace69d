#include "cli/check_command.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <system_error>
#include <utility>

#include "base/json_text.hpp"
#include "base/project_paths.hpp"
#include "cli/invocation.hpp"
#include "cli/project.hpp"
#include "config/secrets.hpp"
#include "config/settings.hpp"
#include "directives/changes.hpp"
#include "directives/files.hpp"
#include "directives/parse.hpp"
#include "document/diagnostics_json.hpp"

namespace aifp::cli {
namespace {

namespace fs = std::filesystem;
using model::Severity;

/// A file that was parsed, kept for the names.
struct CheckedFile {
    document::SourceText source;
    directives::ParsedFile parsed;
};

/// What belongs together: one project, or the files outside of any.
struct Group {
    directives::ParseContext context;
    std::uint64_t max_file_bytes = config::Limits().max_file_size;
    std::vector<CheckedFile> files;
};

Group group_of(const std::optional<fs::path>& project, WallTime now) {
    Group group;
    group.context.now = now;
    if (!project || !fs::exists(ProjectPaths(*project).settings())) {
        return group;
    }
    const ProjectPaths paths(*project);
    const auto settings = config::load_settings(config::settings_file(paths)).settings;
    auto secrets = config::load_secrets(paths.secrets());
    group.context = directives::context_of(settings, secrets.secrets);
    group.context.now = now;
    if (std::any_of(secrets.diagnostics.begin(), secrets.diagnostics.end(), [](const auto& found) {
            return found.severity == Severity::error;
        })) {
        group.context.secrets.reset();  // what could not be read cannot be held against a name
    }
    group.max_file_bytes = settings.limits.max_file_size;
    return group;
}

/// Collects what is wrong below the paths given.
class Checker {
public:
    explicit Checker(WallTime now) : now_(now) {}

    void check(const fs::path& path) {
        std::error_code error;
        const auto status = fs::status(path, error);
        if (!fs::exists(status)) {
            const bool is_missing = status.type() == fs::file_type::not_found;
            tell_unreadable(path, is_missing ? "there is no such file or folder" : error.message());
        } else if (!fs::is_directory(status)) {
            check_named_file(path);
        } else if (is_project(path)) {
            check_project(path);
        } else {
            check_folder(path);
        }
    }

    /// Names that two files of one project want. Last, once.
    void check_names() {
        for (auto& [root, group] : groups_) {
            std::vector<directives::WantedFile> wanted;
            for (const CheckedFile& file : group.files) {
                wanted.push_back(wanted_from(file));
            }
            for (const auto& duplicate : directives::reconcile(wanted, {}).duplicates) {
                const CheckedFile& file = group.files[duplicate.refused.file];
                const auto& refused = file.parsed.directives[duplicate.refused.directive];
                diagnostics.push_back(
                    file.source.diagnostic(refused.mark,
                                           Severity::error,
                                           fmt::format("the name {} is already taken by {}",
                                                       refused.directive.name,
                                                       duplicate.kept_by),
                                           "give this directive another name"));
            }
        }
    }

    model::Diagnostics diagnostics;
    std::size_t files = 0;
    std::size_t directives = 0;
    bool unreadable = false;

private:
    void check_named_file(const fs::path& path) {
        if (path.filename() == "engine.yaml" && path.parent_path().filename() == ".aifp-project") {
            take(path, config::load_settings(path).diagnostics);
        } else if (path.filename() == "secrets.yaml" &&
                   path.parent_path().filename() == ".aifp-project") {
            take(path, config::load_secrets(path).diagnostics);
        } else if (const auto form = directives::form_of(path.native()); !form) {
            tell_unreadable(path, form.error().detail());
        } else {
            check_file(path);
        }
    }

    void check_project(const fs::path& path) {
        const ProjectPaths paths(path);
        const auto settings = config::settings_file(paths);
        take(settings, config::load_settings(settings).diagnostics);
        take(paths.secrets(), config::load_secrets(paths.secrets()).diagnostics);
        if (fs::is_directory(paths.directives())) {
            check_folder(paths.directives());
        } else {
            diagnostics.push_back(
                directives::about_file(paths.directives(),
                                       Severity::warning,
                                       "there is no such folder",
                                       "aifp init makes one, with an example in it"));
        }
    }

    void check_folder(const fs::path& path) {
        auto found = directives::find_directive_files(path);
        unreadable = unreadable || !found.unseen.empty();
        append(std::move(found.problems));
        for (const auto& file : found.files) {
            check_file(file.path);
        }
    }

    void check_file(const fs::path& path) {
        std::error_code ignored;
        if (!seen_.insert(fs::weakly_canonical(path, ignored)).second) {
            return;
        }
        ++files;
        Group& group = group_for(path);
        auto text = directives::read_settled_file(path, group.max_file_bytes);
        if (!text && text.error().code() == ErrorCode::invalid_input) {
            diagnostics.push_back(
                directives::about_file(path, Severity::error, text.error().detail()));
            return;
        }
        if (!text) {
            tell_unreadable(path, text.error().detail());
            return;
        }
        CheckedFile checked{
            document::SourceText(path.lexically_normal().native(), std::move(text->text)), {}};
        checked.parsed = directives::parse_file(
            checked.source, *directives::form_of(path.native()), group.context);
        directives += checked.parsed.directives.size() + checked.parsed.drafts.size() +
                      checked.parsed.broken.size();
        for (const auto& parsed : checked.parsed.directives) {
            group.context.taken_names.emplace(parsed.directive.name, checked.source.file());
        }
        append(checked.parsed.diagnostics);
        group.files.push_back(std::move(checked));
    }

    Group& group_for(const fs::path& path) {
        const auto project = find_project(path.parent_path().empty() ? "." : path.parent_path());
        const auto root = project.value_or("");
        const auto known = groups_.find(root);
        return known != groups_.end()
                   ? known->second
                   : groups_.emplace(root, group_of(project, now_)).first->second;
    }

    static directives::WantedFile wanted_from(const CheckedFile& file) {
        directives::WantedFile wanted;
        wanted.path = file.source.file();
        for (const auto& parsed : file.parsed.directives) {
            wanted.directives.push_back(parsed.directive);
        }
        for (const auto& draft : file.parsed.drafts) {
            wanted.broken_names.push_back(draft.directive.name);
        }
        for (const auto& broken : file.parsed.broken) {
            wanted.broken_names.push_back(broken.name);
        }
        return wanted;
    }

    void tell_unreadable(const fs::path& path, std::string message) {
        unreadable = true;
        diagnostics.push_back(directives::about_file(path, Severity::error, std::move(message)));
    }

    /// The settings' readers name the file as the project knows it; here it is named as given.
    void take(const fs::path& path, model::Diagnostics found) {
        for (model::Diagnostic& diagnostic : found) {
            diagnostic.file = path.lexically_normal().native();
        }
        append(std::move(found));
    }

    void append(model::Diagnostics found) {
        diagnostics.insert(diagnostics.end(),
                           std::make_move_iterator(found.begin()),
                           std::make_move_iterator(found.end()));
    }

    WallTime now_;
    std::map<fs::path, Group> groups_;
    std::set<fs::path> seen_;
};

std::string counted(std::size_t count, std::string_view one) {
    return fmt::format("{} {}{}", count, one, count == 1 ? "" : "s");
}

std::size_t count_of(const model::Diagnostics& diagnostics, Severity severity) {
    return static_cast<std::size_t>(
        std::count_if(diagnostics.begin(), diagnostics.end(), [severity](const auto& diagnostic) {
            return diagnostic.severity == severity;
        }));
}

void print_readable(const Terminal& terminal, const Checker& checker) {
    for (const auto& diagnostic : checker.diagnostics) {
        const std::string text = document::format_diagnostic(diagnostic);
        const std::size_t line_end = text.find('\n');
        const Colour colour = diagnostic.severity == Severity::error     ? Colour::red
                              : diagnostic.severity == Severity::warning ? Colour::yellow
                                                                         : Colour::none;
        terminal.out << paint(terminal, colour, text.substr(0, line_end)) << text.substr(line_end);
    }
    const std::size_t errors = count_of(checker.diagnostics, Severity::error);
    const std::size_t warnings = count_of(checker.diagnostics, Severity::warning);
    terminal.out << counted(checker.files, "file") << ", "
                 << counted(checker.directives, "directive") << ": "
                 << (errors + warnings == 0
                         ? paint(terminal, Colour::green, "all is well")
                         : counted(errors, "error") + ", " + counted(warnings, "warning"))
                 << '\n';
}

/// The project as the user would write it: relative, if it is this folder.
fs::path default_path(const Invocation& invocation) {
    if (invocation.project) {
        return *invocation.project;
    }
    if (is_project(".")) {
        return ".";
    }
    return find_project(".").value_or("directives");
}

}  // namespace

int run_check(const CheckOptions& options, const Terminal& terminal) {
    Checker checker(terminal.clock.wall());
    for (const fs::path& path : options.paths) {
        checker.check(path);
    }
    checker.check_names();
    if (options.json) {
        terminal.out << json_text(document::to_json(checker.diagnostics)) << '\n';
    } else {
        print_readable(terminal, checker);
    }
    if (checker.unreadable) {
        return kUsage;
    }
    return count_of(checker.diagnostics, Severity::error) > 0 ? kFailed : kDone;
}

void add_check_verb(CLI::App& app, Invocation& invocation) {
    auto* verb = app.add_subcommand(
        "check", "Tell every mistake in directive files and settings; needs no daemon");
    const auto paths = std::make_shared<std::vector<std::string>>();
    verb->add_option("PATH", *paths, "Files or folders (default: the project)");
    invocation.decide(*verb, [paths, &invocation] {
        CheckOptions options;
        options.paths.assign(paths->begin(), paths->end());
        if (options.paths.empty()) {
            options.paths.push_back(default_path(invocation));
        }
        options.json = invocation.json;
        return run_check(options, invocation.terminal);
    });
}

}  // namespace aifp::cli
