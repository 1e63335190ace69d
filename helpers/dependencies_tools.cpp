#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "helpers/dependencies.hpp"
#include "helpers/groups.hpp"
#include "helpers/schema.hpp"
#include "helpers/views.hpp"
#include "storage/implementations.hpp"
#include "storage/workflow_rows.hpp"

namespace aifp::helpers {
namespace {

namespace json = boost::json;
using storage::Database;
using storage::DependencyRow;

constexpr std::size_t kMaxName = 200;
constexpr std::size_t kMaxVersion = 100;

std::string type_schema() {
    return one_of({"python_package", "system_package", "api_key", "environment_var", "service"},
                  "Kind of dependency");
}

json::object view_of(const DependencyRow& row, const RequiredBy& required_by) {
    json::object object;
    object["id"] = row.id;
    object["directive_id"] = row.directive.value;
    object["dependency_type"] = row.dependency_type;
    object["name"] = row.name;
    object["version"] = text_or_null(row.version);
    object["is_installed"] = row.is_installed;
    object["required_by"] = required_by.names_for(row);
    return object;
}

template <class Wanted>
json::array list_where(Database& database, Wanted wanted) {
    const auto all = storage::load_dependencies(database, std::nullopt);
    const RequiredBy required_by(database, all);
    json::array list;
    for (const auto& row : all) {
        if (wanted(row)) {
            list.push_back(view_of(row, required_by));
        }
    }
    return list;
}

Result<json::value> get_dependencies(Database& database,
                                     const Arguments& arguments,
                                     WallTime /*now*/) {
    const auto directive = arguments.optional_integer("directive_id");
    auto list = list_where(database, [&](const DependencyRow& row) {
        return !directive || row.directive.value == *directive;
    });
    const auto count = static_cast<std::int64_t>(list.size());
    json::object answer;
    answer["dependencies"] = std::move(list);
    answer["count"] = count;
    return answer;
}

Result<json::value> get_missing_dependencies(Database& database,
                                             const Arguments& /*arguments*/,
                                             WallTime /*now*/) {
    return list_where(database, [](const DependencyRow& row) { return !row.is_installed; });
}

Result<json::value> get_dependencies_by_type(Database& database,
                                             const Arguments& arguments,
                                             WallTime /*now*/) {
    const auto type = arguments.text("dependency_type");
    return list_where(database,
                      [&](const DependencyRow& row) { return row.dependency_type == type; });
}

/// Tells the engine what the directive lacks now, then answers: the gate looks there.
Done after_gate(const Services& services, std::shared_ptr<DirectiveId> directive, Done done) {
    return [services, directive, done = std::move(done)](Result<json::value> answer) mutable {
        if (!answer) {
            done(std::move(answer));
            return;
        }
        auto missing = std::make_shared<std::vector<std::string>>();
        services.store.read(
            [missing, directive](Database& database) {
                *missing = storage::load_missing_names(database, *directive)[*directive];
            },
            [services, missing, directive, answer = std::move(answer), done = std::move(done)](
                const Status& read) {
                if (!read) {
                    done(answer);
                    return;
                }
                services.upkeep.set_missing(*directive, std::move(*missing));
                // Behind the status that follows from it.
                services.store.write([](Database&) {},
                                     [answer, done](const Status&) { done(answer); });
            });
    };
}

// What keeps a directive from running is for those who may stop and start it.
Result<std::int64_t> keep_dependency(Database& database,
                                     const DependencyRow& row,
                                     bool may_operate) {
    if (may_operate) {
        const auto id = storage::add_dependency(database, row);
        storage::confirm_dependency(database, id);
        return id;
    }
    const auto id = storage::note_dependency(database, row);
    const auto kept = storage::find_dependency(database, id);
    if (row.version && kept->version != row.version) {
        return fail(ErrorCode::denied,
                    fmt::format("the directive relies on {} already; asking for another version of "
                                "it needs the scope operate, which this caller does not have",
                                row.name));
    }
    return id;
}

Status mark_installed(Database& database, const DependencyRow& row, bool may_operate) {
    if (!may_operate && !row.is_installed && !storage::is_noted_dependency(database, row.id)) {
        return fail(ErrorCode::denied,
                    fmt::format("the directive waits for {}: saying that it is there needs the "
                                "scope operate, which this caller does not have; aifp deps looks "
                                "and lets the directive go on by itself",
                                row.name));
    }
    storage::mark_dependency_installed(database, row.id);
    if (may_operate) {
        storage::confirm_dependency(database, row.id);
    }
    return {};
}

void add_dependency(const Services& services,
                    const Arguments& arguments,
                    const Caller& caller,
                    Done done) {
    DependencyRow row;
    row.directive = DirectiveId{arguments.integer("directive_id")};
    row.dependency_type = arguments.text("dependency_type");
    row.name = arguments.text("name");
    row.version = arguments.optional_text("version");
    if (row.name.empty()) {
        done(fail(ErrorCode::invalid_input, "name is empty: write what is needed, like requests"));
        return;
    }
    write_and_answer(
        services,
        [row, operates = caller.may(Scope::operate)](Database& database) -> Result<json::value> {
            if (!storage::find_directive(database, row.directive)) {
                return no_row("directive", row.directive.value);
            }
            const auto id = keep_dependency(database, row, operates);
            if (!id) {
                return fail(id.error());
            }
            auto answer = success();
            answer["dependency_id"] = *id;
            return answer;
        },
        after_gate(services, std::make_shared<DirectiveId>(row.directive), std::move(done)));
}

void mark_dependency_installed(const Services& services,
                               const Arguments& arguments,
                               const Caller& caller,
                               Done done) {
    auto directive = std::make_shared<DirectiveId>();
    write_and_answer(
        services,
        [id = arguments.integer("dependency_id"), operates = caller.may(Scope::operate), directive](
            Database& database) -> Result<json::value> {
            const auto row = storage::find_dependency(database, id);
            if (!row) {
                return no_row("dependency", id);
            }
            if (auto marked = mark_installed(database, *row, operates); !marked) {
                return fail(std::move(marked).error());
            }
            *directive = row->directive;
            auto answer = success();
            answer["dependency"] = row->name;
            answer["version"] = text_or_null(row->version);
            return answer;
        },
        after_gate(services, directive, std::move(done)));
}

std::string dependency_schema() {
    return object_schema({{"id", typed("integer")},
                          {"directive_id", typed("integer")},
                          {"dependency_type", type_schema()},
                          {"name", typed("string")},
                          {"version", nullable("string")},
                          {"is_installed", typed("boolean")},
                          {"required_by", list_schema(typed("string"))}});
}

}  // namespace

RequiredBy::RequiredBy(Database& database, const std::vector<DependencyRow>& rows) {
    const auto names = storage::directive_names(database);
    for (const auto& row : rows) {
        const auto name = names.find(row.directive);
        if (name != names.end()) {
            by_[{row.dependency_type, row.name}].emplace(name->second);
        }
    }
}

json::array RequiredBy::names_for(const DependencyRow& row) const {
    json::array list;
    const auto found = by_.find({row.dependency_type, row.name});
    if (found != by_.end()) {
        for (const auto& name : found->second) {
            list.emplace_back(name);
        }
    }
    return list;
}

std::vector<Tool> dependency_tools() {
    constexpr Hints kReads{true, false, true, false};
    constexpr Hints kNotes{false, false, true, false};
    const std::string_view group = "dependencies";
    return {
        {"get_dependencies",
         group,
         "What directives need: packages, keys, variables, services",
         object_schema({{"directive_id", row_id("Only of this directive"), false}}),
         object_schema(
             {{"dependencies", list_schema(dependency_schema())}, {"count", typed("integer")}}),
         Form::report,
         kReads,
         Scope::read,
         &get_dependencies},
        {"get_missing_dependencies",
         group,
         "What is needed and not installed yet",
         object_schema({}),
         list_schema(dependency_schema()),
         Form::list,
         kReads,
         Scope::read,
         &get_missing_dependencies},
        {"get_dependencies_by_type",
         group,
         "The dependencies of one kind",
         object_schema({{"dependency_type", type_schema()}}),
         list_schema(dependency_schema()),
         Form::list,
         kReads,
         Scope::read,
         &get_dependencies_by_type},
        {"add_dependency",
         group,
         "Note down that a directive needs something; naming it again updates the version",
         object_schema({{"directive_id", row_id("The directive")},
                        {"dependency_type", type_schema()},
                        {"name", short_text(kMaxName, "Like requests, or API_KEY_WEATHER")},
                        {"version", short_text(kMaxVersion, "Like 2.31.0, or >=2.0,<3"), false}}),
         deed_schema({{"dependency_id", typed("integer")}}),
         Form::deed,
         kNotes,
         Scope::author,
         &add_dependency},
        {"mark_dependency_installed",
         group,
         "Note down that something needed is there now",
         object_schema({{"dependency_id", row_id("From get_dependencies")}}),
         deed_schema({{"dependency", typed("string")}, {"version", nullable("string")}}),
         Form::deed,
         kNotes,
         Scope::author,
         &mark_dependency_installed},
    };
}

}  // namespace aifp::helpers
