#include <fmt/format.h>

#include <cmath>
#include <memory>
#include <utility>

#include "base/json_text.hpp"
#include "base/text.hpp"
#include "base/time_zone.hpp"
#include "helpers/groups.hpp"
#include "helpers/history.hpp"
#include "helpers/schema.hpp"
#include "helpers/views.hpp"
#include "storage/executions.hpp"

namespace aifp::helpers {
namespace {

namespace json = boost::json;
using storage::Database;

constexpr Range kLimits{1, 1'000};
constexpr std::int64_t kUsualLimit = 50;
constexpr std::size_t kMaxError = 4'000;
constexpr std::int64_t kMaxDurationMs = 366LL * 24 * 3'600 * 1'000;

json::object view_of(const storage::ExecutionRow& row, const std::string& name) {
    json::object object;
    object["id"] = row.id.value;
    object["directive_id"] = row.directive.value;
    object["directive_name"] = name;
    object["status"] = model::name_of(row.status);
    object["executed_at"] = row.executed_at;
    object["duration_ms"] =
        row.duration ? json::value(row.duration->count()) : json::value(nullptr);
    object["error_message"] =
        row.error_message.empty() ? json::value(nullptr) : json::value(row.error_message);
    return object;
}

json::array list_of(Database& database, const storage::ExecutionQuery& query) {
    const auto names = storage::directive_names(database);
    json::array list;
    for (const auto& row : storage::load_executions(database, query)) {
        const auto name = names.find(row.directive);
        list.push_back(view_of(row, name == names.end() ? std::string() : name->second));
    }
    return list;
}

storage::ExecutionQuery query_for(const Arguments& arguments) {
    storage::ExecutionQuery query;
    if (const auto directive = arguments.optional_integer("directive_id")) {
        query.directive = DirectiveId{*directive};
    }
    return query;
}

Result<json::value> get_execution_stats(Database& database,
                                        const Arguments& arguments,
                                        WallTime /*now*/) {
    const DirectiveId id{arguments.integer("directive_id")};
    const auto directive = storage::find_directive(database, id);
    if (!directive) {
        return not_found();
    }
    const auto counts = storage::find_counts(database, id);
    constexpr double kTenths = 10.0;
    const auto average = counts.runs == 0 ? 0.0
                                          : static_cast<double>(counts.duration_sum.count()) /
                                                static_cast<double>(counts.runs);
    json::object answer;
    answer["directive_id"] = id.value;
    answer["directive_name"] = directive->name;
    answer["total_executions"] = counts.runs;
    answer["successful_executions"] = counts.successes;
    answer["failed_executions"] = counts.failures + counts.timeouts;
    answer["last_execution"] = time_or_null(counts.last_execution);
    answer["last_status"] =
        counts.last_status ? json::value(model::name_of(*counts.last_status)) : json::value();
    answer["average_duration_ms"] = std::round(average * kTenths) / kTenths;
    answer["success_rate"] = rate_of(counts.successes, counts.runs);
    return answer;
}

Result<json::value> get_recent_executions(Database& database,
                                          const Arguments& arguments,
                                          WallTime /*now*/) {
    auto query = query_for(arguments);
    query.limit = static_cast<std::size_t>(arguments.integer("limit"));
    return list_of(database, query);
}

Result<json::value> get_failed_executions(Database& database,
                                          const Arguments& arguments,
                                          WallTime /*now*/) {
    auto query = query_for(arguments);
    query.failed_only = true;
    query.limit = static_cast<std::size_t>(kLimits.maximum);
    if (const auto since = arguments.optional_text("since_date")) {
        constexpr std::size_t kDateLength = 10;  // YYYY-MM-DD
        const auto instant = parse_instant(
            since->size() == kDateLength ? *since + "T00:00:00" : *since, TimeZone::utc());
        if (!instant) {
            return fail(ErrorCode::invalid_input,
                        fmt::format("since_date must be a date like 2026-11-22 or a date and time "
                                    "like 2026-11-22T18:00:00 (UTC), not {}",
                                    json_text(json::value(*since))));
        }
        query.since = *instant;
    }
    return list_of(database, query);
}

/// What a run that the engine did not do itself leaves: a decision and its end.
storage::WriteGroup recorded_run(const Arguments& arguments, LedgerId id, WallTime now) {
    const auto status = arguments.text("status");
    const Milliseconds duration(arguments.optional_integer("duration_ms").value_or(0));
    model::DecisionRecord decision;
    decision.id = id;
    decision.event.directive = DirectiveId{arguments.integer("directive_id")};
    decision.event.cause = "recorded";
    decision.event.seen_at = now - duration;
    decision.kind = model::DecisionKind::started;
    model::OutcomeRecord outcome;
    outcome.id = id;
    outcome.directive = decision.event.directive;
    outcome.state = status == "success"   ? model::RunState::ok
                    : status == "timeout" ? model::RunState::timed_out
                                          : model::RunState::failed;
    outcome.started_at = decision.event.seen_at;
    outcome.ended_at = now;
    outcome.duration = duration;
    outcome.error = arguments.optional_text("error_message").value_or("");
    storage::WriteGroup group;
    group.decisions.push_back(std::move(decision));
    group.outcomes.push_back(std::move(outcome));
    return group;
}

void submit_run(const Services& services, const Arguments& arguments, Done done) {
    const auto id = services.store.next_ledger_id();
    auto* log = &services.log;
    auto shared = std::make_shared<Done>(std::move(done));
    auto taken = services.store.submit(
        recorded_run(arguments, id, services.clock.wall()),
        [id, log, shared, arguments](const Status& stored) {
            if (!stored) {
                (*shared)(fail(stored.error()));
                return;
            }
            log->write(
                logging::LogType::execution,
                logging::Level::info,
                "run_recorded",
                {logging::Field("run", id.value),
                 logging::Field("directive_id", arguments.integer("directive_id")),
                 logging::Field("status", arguments.text("status")),
                 logging::Field("error", arguments.optional_text("error_message").value_or(""))});
            auto answer = success();
            answer["execution_id"] = id.value;
            (*shared)(answer);
        });
    if (!taken) {
        (*shared)(fail(std::move(taken).error()));
    }
}

void record_execution(const Services& services,
                      const Arguments& arguments,
                      const Caller& /*caller*/,
                      Done done) {
    const DirectiveId id{arguments.integer("directive_id")};
    auto exists = std::make_shared<bool>(false);
    services.store.read(
        [exists, id](Database& database) {
            *exists = storage::find_directive(database, id).has_value();
        },
        [exists, id, services, arguments, done = std::move(done)](const Status& read) {
            if (!read) {
                done(fail(read.error()));
            } else if (!*exists) {
                done(no_row("directive", id.value));
            } else {
                submit_run(services, arguments, done);
            }
        });
}

std::string status_schema() {
    return one_of({"success", "failure", "timeout"}, "How it ended");
}

std::string execution_schema() {
    return object_schema({{"id", typed("integer")},
                          {"directive_id", typed("integer")},
                          {"directive_name", typed("string")},
                          {"status", status_schema()},
                          {"executed_at", typed("string")},
                          {"duration_ms", nullable("integer")},
                          {"error_message", nullable("string")}});
}

std::string stats_schema() {
    return object_schema({{"directive_id", typed("integer")},
                          {"directive_name", typed("string")},
                          {"total_executions", typed("integer")},
                          {"successful_executions", typed("integer")},
                          {"failed_executions", typed("integer")},
                          {"last_execution", nullable("string")},
                          {"last_status", nullable("string")},
                          {"average_duration_ms", typed("number")},
                          {"success_rate", rate_schema()}});
}

std::string trends_schema() {
    const auto day = object_schema({{"date", typed("string")},
                                    {"total_executions", typed("integer")},
                                    {"success_rate", rate_schema()},
                                    {"average_duration_ms", typed("integer")}});
    return object_schema({{"period", typed("string")},
                          {"daily_stats", list_schema(day)},
                          {"trending_up", typed("boolean")},
                          {"most_active_directive", nullable("string")}});
}

std::vector<Tool> getters(std::string_view group) {
    constexpr Hints kReads{true, false, true, false};
    const auto only = row_id("Only of this directive");
    return {
        {"get_execution_stats",
         group,
         "How often a directive ran and how well, since ever",
         object_schema({{"directive_id", row_id("The directive")}}),
         entity_schema(stats_schema()),
         Form::entity,
         kReads,
         Scope::read,
         &get_execution_stats},
        {"get_recent_executions",
         group,
         "The newest runs, newest first",
         object_schema({{"directive_id", only, false},
                        {"limit", whole_number(kLimits, kUsualLimit, "How many"), false}}),
         list_schema(execution_schema()),
         Form::list,
         kReads,
         Scope::read,
         &get_recent_executions},
        {"get_failed_executions",
         group,
         "Runs that failed or timed out, newest first, at most 1000",
         object_schema({{"directive_id", only, false},
                        {"since_date", short_text(40, "Like 2026-11-22 (UTC)"), false}}),
         list_schema(execution_schema()),
         Form::list,
         kReads,
         Scope::read,
         &get_failed_executions},
        {"get_execution_trends",
         group,
         "Runs per UTC day, and whether there are more of them",
         object_schema({{"days", days_schema(), false}}),
         trends_schema(),
         Form::report,
         kReads,
         Scope::read,
         &get_execution_trends},
    };
}

}  // namespace

std::vector<Tool> execution_tools() {
    auto all = getters("executions");
    all.push_back(
        {"record_execution",
         "executions",
         "Enter a run that the engine did not do itself",
         object_schema(
             {{"directive_id", row_id("The directive")},
              {"status", status_schema()},
              {"duration_ms", whole_number({0, kMaxDurationMs}, "How long it took"), false},
              {"error_message", short_text(kMaxError, "What went wrong"), false}}),
         deed_schema({{"execution_id", typed("integer")}}),
         Form::deed,
         Hints{false, false, false, false},
         Scope::author,
         &record_execution});
    return all;
}

}  // namespace aifp::helpers
