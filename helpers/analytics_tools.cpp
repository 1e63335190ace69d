#include <algorithm>
#include <map>
#include <unordered_map>
#include <utility>
#include <vector>

#include "helpers/dependencies.hpp"
#include "helpers/groups.hpp"
#include "helpers/history.hpp"
#include "helpers/schema.hpp"
#include "helpers/views.hpp"
#include "storage/executions.hpp"
#include "storage/implementations.hpp"

namespace aifp::helpers {
namespace {

namespace json = boost::json;
using model::DirectiveStatus;
using storage::Database;
using storage::DirectiveSums;

constexpr std::int64_t kHoursPerDay = 24;
constexpr std::size_t kTopEntries = 5;  // reference/decisions.md, Executions

std::int64_t failures_of(const DirectiveSums& one) {
    return one.sums.failures + one.sums.timeouts;
}
std::int64_t runs_of(const DirectiveSums& one) {
    return one.sums.runs;
}

/// The entries with the largest numbers, largest first; equal ones by id; without the zeros.
std::vector<DirectiveSums> top_of(std::vector<DirectiveSums> all,
                                  std::int64_t (*number)(const DirectiveSums&)) {
    std::erase_if(all, [number](const DirectiveSums& one) { return number(one) == 0; });
    const auto kept = std::min(all.size(), kTopEntries);
    std::partial_sort(all.begin(),
                      all.begin() + static_cast<std::ptrdiff_t>(kept),
                      all.end(),
                      [number](const DirectiveSums& left, const DirectiveSums& right) {
                          return number(left) != number(right) ? number(left) > number(right)
                                                               : left.directive < right.directive;
                      });
    all.resize(kept);
    return all;
}

std::string name_of(Database& database, DirectiveId id) {
    const auto row = storage::find_directive(database, id);
    return row ? row->name : std::string();
}

/// What a directive said when it last did not succeed; empty if that is not known any more.
std::string last_error_of(Database& database, DirectiveId id) {
    storage::ExecutionQuery query;
    query.directive = id;
    query.failed_only = true;
    query.limit = 1;
    const auto rows = storage::load_executions(database, query);
    return rows.empty() ? std::string() : rows.front().error_message;
}

json::array failing_directives(Database& database, const std::vector<DirectiveSums>& last_day) {
    json::array list;
    for (const auto& one : top_of(last_day, failures_of)) {
        json::object failing;
        failing["name"] = name_of(database, one.directive);
        failing["error_count"] = failures_of(one);
        failing["last_error"] = last_error_of(database, one.directive);
        list.push_back(std::move(failing));
    }
    return list;
}

std::int64_t count(const std::map<DirectiveStatus, std::int64_t>& counts, DirectiveStatus status) {
    const auto found = counts.find(status);
    return found == counts.end() ? 0 : found->second;
}

Result<json::value> get_directive_health_summary(Database& database,
                                                 const Arguments& /*arguments*/,
                                                 WallTime now) {
    const auto by_status = storage::count_directives(database);
    std::int64_t total = 0;
    for (const auto& [status, number] : by_status) {
        total += number;
    }
    auto present = storage::load_sums(database);
    const auto ever = storage::add_up(present);
    const auto last_day = sums_since(database, hour_of(now) - kHoursPerDay, std::move(present));
    json::object answer;
    answer["total_directives"] = total;
    answer["active_directives"] = count(by_status, DirectiveStatus::active);
    answer["paused_directives"] = count(by_status, DirectiveStatus::paused);
    answer["error_directives"] = count(by_status, DirectiveStatus::error);
    answer["overall_success_rate"] = rate_of(ever.successes, ever.runs);
    answer["total_executions_24h"] = storage::add_up(last_day).runs;
    answer["failing_directives"] = failing_directives(database, last_day);
    answer["missing_dependencies"] = storage::count_missing_dependencies(database);
    answer["failing_tests"] = storage::count_failing_tests(database);
    return answer;
}

Result<json::value> get_execution_summary(Database& database,
                                          const Arguments& arguments,
                                          WallTime now) {
    const auto days = arguments.integer("days");
    const auto period =
        sums_since(database, first_hour_of_period(now, days), storage::load_sums(database));
    const auto all = storage::add_up(period);
    json::array most_executed;
    for (const auto& one : top_of(period, runs_of)) {
        json::object entry;
        entry["directive"] = name_of(database, one.directive);
        entry["count"] = one.sums.runs;
        most_executed.push_back(std::move(entry));
    }
    json::array most_failures;
    for (const auto& one : top_of(period, failures_of)) {
        json::object entry;
        entry["directive"] = name_of(database, one.directive);
        entry["failure_count"] = failures_of(one);
        most_failures.push_back(std::move(entry));
    }
    json::object answer;
    answer["period"] = period_text(days);
    answer["total_executions"] = all.runs;
    answer["success_rate"] = rate_of(all.successes, all.runs);
    answer["average_duration_ms"] = average_duration(all);
    answer["most_executed"] = std::move(most_executed);
    answer["most_failures"] = std::move(most_failures);
    return answer;
}

Result<json::value> get_dependency_report(Database& database,
                                          const Arguments& /*arguments*/,
                                          WallTime /*now*/) {
    const auto rows = storage::load_dependencies(database, std::nullopt);
    const RequiredBy required_by(database, rows);
    std::map<std::string, std::int64_t> by_type;
    std::map<std::pair<std::string, std::string>, json::array> missing;
    std::int64_t installed = 0;
    for (const auto& row : rows) {
        ++by_type[row.dependency_type];
        installed += row.is_installed ? 1 : 0;
        if (!row.is_installed) {
            missing.try_emplace({row.dependency_type, row.name}, required_by.names_for(row));
        }
    }
    const auto total = static_cast<std::int64_t>(rows.size());
    json::object types;
    for (const auto& [type, number] : by_type) {
        types[type] = number;
    }
    json::array missing_list;
    for (auto& [dependency, names] : missing) {
        json::object entry;
        entry["name"] = dependency.second;
        entry["required_by"] = std::move(names);
        missing_list.push_back(std::move(entry));
    }
    json::object answer;
    answer["total_dependencies"] = total;
    answer["installed"] = installed;
    answer["missing"] = total - installed;
    answer["by_type"] = std::move(types);
    answer["missing_list"] = std::move(missing_list);
    return answer;
}

/// What went wrong last: the run's error, or why the directive is in this state.
std::string error_text_of(Database& database, const storage::DirectiveRow& row) {
    auto text = last_error_of(database, row.id);
    return text.empty() ? row.error_text : text;
}

Result<json::value> get_error_directives(Database& database,
                                         const Arguments& /*arguments*/,
                                         WallTime now) {
    std::unordered_map<DirectiveId, std::int64_t> failures;
    for (const auto& one :
         sums_since(database, hour_of(now) - kHoursPerDay, storage::load_sums(database))) {
        failures.emplace(one.directive, failures_of(one));
    }
    storage::DirectiveFilter filter;
    filter.status = DirectiveStatus::error;
    json::array list;
    for (const auto& row : storage::list_directives(database, filter)) {
        json::object entry;
        entry["id"] = row.id.value;
        entry["name"] = row.name;
        entry["status"] = model::name_of(row.status);
        entry["error_count_24h"] = failures[row.id];
        entry["last_error"] = error_text_of(database, row);
        entry["last_execution"] =
            time_or_null(storage::find_counts(database, row.id).last_execution);
        list.push_back(std::move(entry));
    }
    const auto count = static_cast<std::int64_t>(list.size());
    json::object answer;
    answer["error_directives"] = std::move(list);
    answer["count"] = count;
    return answer;
}

// What is in the archive is not expected to run.
Result<json::value> get_stale_directives(Database& database,
                                         const Arguments& arguments,
                                         WallTime now) {
    const auto limit = now - std::chrono::days(arguments.integer("days"));
    std::unordered_map<DirectiveId, bool> has_run;
    for (const auto& one : storage::load_counts(database)) {
        has_run[one.directive] = one.counts.last_execution && *one.counts.last_execution >= limit;
    }
    json::array list;
    for (const auto& row : storage::list_directives(database)) {
        if (row.status != DirectiveStatus::archived && !has_run[row.id]) {
            list.push_back(view_of(row));
        }
    }
    return list;
}

std::string health_schema() {
    const auto failing = object_schema({{"name", typed("string")},
                                        {"error_count", typed("integer")},
                                        {"last_error", typed("string")}});
    return object_schema({{"total_directives", typed("integer")},
                          {"active_directives", typed("integer")},
                          {"paused_directives", typed("integer")},
                          {"error_directives", typed("integer")},
                          {"overall_success_rate", rate_schema()},
                          {"total_executions_24h", typed("integer")},
                          {"failing_directives", list_schema(failing)},
                          {"missing_dependencies", typed("integer")},
                          {"failing_tests", typed("integer")}});
}

std::string summary_schema() {
    const auto executed =
        object_schema({{"directive", typed("string")}, {"count", typed("integer")}});
    const auto failed =
        object_schema({{"directive", typed("string")}, {"failure_count", typed("integer")}});
    return object_schema({{"period", typed("string")},
                          {"total_executions", typed("integer")},
                          {"success_rate", rate_schema()},
                          {"average_duration_ms", typed("integer")},
                          {"most_executed", list_schema(executed)},
                          {"most_failures", list_schema(failed)}});
}

std::string dependency_report_schema() {
    const auto missing =
        object_schema({{"name", typed("string")}, {"required_by", list_schema(typed("string"))}});
    const auto number = typed("integer");
    return object_schema({{"total_dependencies", number},
                          {"installed", number},
                          {"missing", number},
                          {"by_type",
                           object_schema({{"python_package", number, false},
                                          {"system_package", number, false},
                                          {"api_key", number, false},
                                          {"environment_var", number, false},
                                          {"service", number, false}})},
                          {"missing_list", list_schema(missing)}});
}

std::string errors_schema() {
    const auto entry = object_schema({{"id", typed("integer")},
                                      {"name", typed("string")},
                                      {"status", typed("string")},
                                      {"error_count_24h", typed("integer")},
                                      {"last_error", typed("string")},
                                      {"last_execution", nullable("string")}});
    return object_schema({{"error_directives", list_schema(entry)}, {"count", typed("integer")}});
}

Tool reading(std::string_view name,
             std::string_view purpose,
             std::string parameters,
             std::string result,
             Query query) {
    constexpr Hints kReads{true, false, true, false};
    return {name,
            "analytics",
            purpose,
            std::move(parameters),
            std::move(result),
            Form::report,
            kReads,
            Scope::read,
            query};
}

}  // namespace

std::vector<Tool> analytics_tools() {
    const auto none = object_schema({});
    const auto days = object_schema({{"days", days_schema(), false}});
    std::vector<Tool> all{
        reading("get_directive_health_summary",
                "How the directives are doing as a whole",
                none,
                health_schema(),
                &get_directive_health_summary),
        reading("get_execution_summary",
                "Runs of the last days: how many, how well, which directives most",
                days,
                summary_schema(),
                &get_execution_summary),
        reading("get_dependency_report",
                "What is needed, what of it is missing, and for which directives",
                none,
                dependency_report_schema(),
                &get_dependency_report),
        reading("get_error_directives",
                "Directives in error state, and why",
                none,
                errors_schema(),
                &get_error_directives),
        reading("get_stale_directives",
                "Directives that have not run for some days, the archived left out",
                days,
                list_schema(directive_schema()),
                &get_stale_directives),
    };
    all.back().form = Form::list;
    return all;
}

}  // namespace aifp::helpers
