#include "helpers/workflow/project_dependencies.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "actions/implementation.hpp"
#include "base/file.hpp"
#include "helpers/workflow/find_directive.hpp"
#include "helpers/workflow/install_plan.hpp"
#include "helpers/workflow/python_source.hpp"
#include "storage/implementations.hpp"
#include "storage/workflow_rows.hpp"

namespace aifp::helpers::workflow {
namespace {

constexpr std::uint64_t kMaxSourceBytes = 1 << 20;
constexpr std::size_t kMaxSources = 100;

/// What one refresh found, between the threads.
struct Found {
    Result<storage::DirectiveRow> directive = fail(ErrorCode::internal, "not read");
    DetectionInput input;
    std::vector<Dependency> added;  ///< By a person, or noted down; not detected.
    std::vector<Dependency> checked;
};

Dependency from_row(const storage::DependencyRow& row) {
    Dependency dependency;
    dependency.type = dependency_type_from(row.dependency_type).value_or(DependencyType::service);
    dependency.name = row.name;
    dependency.version = row.version.value_or("");
    dependency.is_installed = row.is_installed;
    return dependency;
}

void add_program(const ProjectPaths& paths, const std::string& path, DetectionInput& input) {
    if (input.programs.size() >= kMaxSources || input.programs.contains(path)) {
        return;
    }
    const auto text = read_file(paths.root() / path, kMaxSourceBytes);
    if (!text) {
        return;
    }
    input.programs[path] = *text;
    const auto folder = std::filesystem::path(path).parent_path();
    const auto needs = read_python_needs(*text);
    for (const auto* names : {&needs.modules, &needs.optional}) {
        for (const auto& name : *names) {
            std::error_code error;
            const auto module = folder / (name + ".py");
            const bool is_file = std::filesystem::is_regular_file(paths.root() / module, error);
            if (is_file || std::filesystem::is_directory(paths.root() / folder / name, error)) {
                input.own_modules.push_back(name);
            }
            if (is_file) {
                add_program(paths, module.string(), input);
            }
        }
    }
}

bool was_added(const Found& found, const Dependency& wanted) {
    return std::any_of(found.added.begin(), found.added.end(), [&](const Dependency& one) {
        return !one.is_note && one.type == wanted.type && one.name == wanted.name;
    });
}

void store_checked(storage::Database& database, const Found& found) {
    std::vector<std::int64_t> kept;
    for (const auto& dependency : found.checked) {
        storage::DependencyRow row;
        row.directive = found.directive->id;
        row.dependency_type = name_of(dependency.type);
        row.name = dependency.name;
        if (!dependency.version.empty()) {
            row.version = dependency.version;
        }
        row.is_installed = dependency.is_installed;
        const auto id = storage::upsert_dependency(database, row);
        if (!dependency.is_note && !was_added(found, dependency)) {
            storage::confirm_dependency(database, id);
            kept.push_back(id);
        }
    }
    storage::set_detected_dependencies(database, found.directive->id, kept);
}

std::vector<std::string> missing_names(const std::vector<Dependency>& dependencies) {
    std::vector<std::string> names;
    for (const auto& dependency : dependencies) {
        if (!dependency.is_installed && !dependency.is_note &&
            dependency.type != DependencyType::service) {
            names.push_back(dependency.name);
        }
    }
    return names;
}

void read_found(const WorkflowServices& services,
                storage::Database& database,
                const std::string& name,
                Found& found) {
    found.directive = look_up_directive(database, name);
    if (!found.directive) {
        return;
    }
    found.input = read_detection_input(services.paths, directive_of(*found.directive));
    const auto detected = storage::load_detected_dependencies(database, found.directive->id);
    for (const auto& row : storage::load_dependencies(database, found.directive->id)) {
        if (std::find(detected.begin(), detected.end(), row.id) == detected.end()) {
            auto dependency = from_row(row);
            dependency.is_note = storage::is_noted_dependency(database, row.id);
            found.added.push_back(std::move(dependency));
        }
    }
}

/// What is asked of check_dependencies: what was detected, and what was added besides. A note of
/// what was detected is none any more.
std::vector<Dependency> all_of(const Found& found, const config::Settings& settings) {
    auto list = detect_dependencies(found.input, settings);
    for (const auto& added : found.added) {
        const auto same = std::find_if(list.begin(), list.end(), [&](const Dependency& one) {
            return one.type == added.type && one.name == added.name;
        });
        if (same == list.end()) {
            list.push_back(added);
        } else if (!added.version.empty() && !added.is_note) {
            same->version = added.version;  // what a person wrote is what is wanted
        }
    }
    return list;
}

boost::json::object describe(const storage::DependencyRow& row,
                             const Dependency& dependency,
                             const InstallPlace& place) {
    auto object = to_json(dependency);
    object["id"] = row.id;
    object["directive_id"] = row.directive.value;
    object["install"] = nullptr;
    const auto plan = dependency.is_installed ? Result<std::vector<Command>>(std::vector<Command>())
                                              : plan_installation(dependency, place);
    if (plan && !plan->empty()) {
        std::string text;
        for (const auto& command : *plan) {
            text += (text.empty() ? "" : " && ") + shown(command);
        }
        object["install"] = std::move(text);
    }
    return object;
}

/// A report over several directives, one after another.
class Report : public std::enable_shared_from_this<Report> {
public:
    Report(const WorkflowServices& services, CheckOptions options, Answer answer)
        : services_(services), options_(options), answer_(std::move(answer)) {}

    void begin(std::optional<std::string> directive) {
        if (directive) {
            names_.push_back(std::move(*directive));
            return next();
        }
        services_.store.read(
            [self = shared_from_this()](storage::Database& database) {
                for (const auto& row : storage::list_directives(database)) {
                    if (row.status != model::DirectiveStatus::archived) {
                        self->names_.push_back(row.name);
                    }
                }
            },
            [self = shared_from_this()](const Status& read) {
                read ? self->next() : self->answer_(fail(read.error()));
            });
    }

private:
    void next() {
        if (done_ == names_.size()) {
            boost::json::object object;
            object["dependencies"] = std::move(list_);
            object["missing"] = missing_;
            return answer_(boost::json::value(std::move(object)));
        }
        refresh_dependencies(services_,
                             names_[done_],
                             options_,
                             [self = shared_from_this()](Result<std::vector<Dependency>> checked) {
                                 if (!checked) {
                                     self->answer_(fail(std::move(checked).error()));
                                 } else {
                                     self->add(std::move(*checked));
                                 }
                             });
    }

    void add(std::vector<Dependency> checked) {
        auto rows = std::make_shared<std::vector<storage::DependencyRow>>();
        services_.store.read(
            [rows, name = names_[done_]](storage::Database& database) {
                if (auto directive = look_up_directive(database, name)) {
                    *rows = storage::load_dependencies(database, directive->id);
                }
            },
            [self = shared_from_this(), rows, checked = std::move(checked)](const Status&) {
                self->describe_all(*rows, checked);
                ++self->done_;
                self->next();
            });
    }

    void describe_all(const std::vector<storage::DependencyRow>& rows,
                      const std::vector<Dependency>& checked) {
        const auto place = install_place(services_.paths, false);
        for (const auto& row : rows) {
            for (const auto& dependency : checked) {
                if (name_of(dependency.type) == row.dependency_type &&
                    dependency.name == row.name) {
                    auto object = describe(row, dependency, place);
                    object["directive"] = names_[done_];
                    list_.push_back(std::move(object));
                    missing_ += dependency.is_installed ? 0 : 1;
                }
            }
        }
    }

    WorkflowServices services_;
    CheckOptions options_;
    Answer answer_;
    std::vector<std::string> names_;
    std::size_t done_ = 0;
    std::int64_t missing_ = 0;
    boost::json::array list_;
};

}  // namespace

DetectionInput read_detection_input(const ProjectPaths& paths, model::Directive directive) {
    DetectionInput input;
    for (const auto& path : actions::implementation_files(directive)) {
        if (path.ends_with(".py")) {
            add_program(paths, path, input);
        }
    }
    input.directive = std::move(directive);
    input.requirements = read_file(paths.root() / "requirements.txt", kMaxSourceBytes).value_or("");
    return input;
}

void refresh_dependencies(const WorkflowServices& services,
                          std::string directive,
                          CheckOptions options,
                          std::function<void(Result<std::vector<Dependency>>)> done) {
    auto found = std::make_shared<Found>();
    const auto store = [services, found, done](std::vector<Dependency> checked) {
        found->checked = std::move(checked);
        services.store.write(
            [found](storage::Database& database) { store_checked(database, *found); },
            [services, found, done](const Status& written) {
                if (!written) {
                    done(fail(written.error()));
                    return;
                }
                services.upkeep.set_missing(found->directive->id, missing_names(found->checked));
                done(found->checked);
            });
    };
    services.store.read(
        [services, found, directive = std::move(directive)](storage::Database& database) {
            read_found(services, database, directive, *found);
        },
        [services, found, options, done, store](const Status& read) {
            if (!read || !found->directive) {
                done(fail(read ? found->directive.error() : read.error()));
                return;
            }
            check_dependencies(
                {services.executor, services.clock, services.paths, services.secrets},
                all_of(*found, services.settings),
                options,
                store);
        });
}

void report_dependencies(const WorkflowServices& services,
                         std::optional<std::string> directive,
                         CheckOptions options,
                         Answer answer) {
    std::make_shared<Report>(services, options, std::move(answer))->begin(std::move(directive));
}

}  // namespace aifp::helpers::workflow
