#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "helpers/groups.hpp"
#include "helpers/schema.hpp"
#include "helpers/views.hpp"
#include "storage/logging_config.hpp"

namespace aifp::helpers {
namespace {

namespace json = boost::json;
using storage::Database;

// The ranges of logging::Log::configure.
constexpr Range kDays{1, 36'500};
constexpr Range kMegabytes{1, 10'240};

std::string log_type_schema() {
    return one_of({"execution", "error", "lifecycle"}, "Which log");
}

json::object view_of(const storage::LoggingConfigRow& row) {
    json::object object;
    object["id"] = row.id;
    object["log_type"] = row.log_type;
    object["retention_days"] = row.retention_days;
    object["rotation_size_mb"] = row.rotation_size_mb;
    object["log_directory"] = row.log_directory;
    object["enabled"] = row.enabled;
    return object;
}

Result<json::value> get_logging_config(Database& database,
                                       const Arguments& arguments,
                                       WallTime /*now*/) {
    const auto wanted = arguments.optional_text("log_type");
    json::array configs;
    for (const auto& row : storage::load_logging_config(database)) {
        if (!wanted || row.log_type == *wanted) {
            configs.push_back(view_of(row));
        }
    }
    json::object answer;
    answer["configs"] = std::move(configs);
    return answer;
}

Result<json::value> get_log_retention_policy(Database& database,
                                             const Arguments& /*arguments*/,
                                             WallTime /*now*/) {
    json::object answer;
    for (const auto& row : storage::load_logging_config(database)) {
        json::object policy;
        policy["retention_days"] = row.retention_days;
        policy["rotation_size_mb"] = row.rotation_size_mb;
        policy["enabled"] = row.enabled;
        answer[row.log_type] = std::move(policy);
    }
    return answer;
}

// The table first, then the live log: what a restart would read is what is in force.
void change_config(const Services& services,
                   std::string log_type,
                   storage::LoggingConfigChange change,
                   Done done) {
    auto changed = std::make_shared<storage::LoggingConfigRow>();
    auto* log = &services.log;
    services.store.write(
        [changed, log_type, change](Database& database) {
            storage::update_logging_config(database, log_type, change);
            for (auto& row : storage::load_logging_config(database)) {
                if (row.log_type == log_type) {
                    *changed = std::move(row);
                }
            }
        },
        [changed, log, is_toggle = change.enabled.has_value(), done = std::move(done)](
            const Status& stored) {
            if (!stored) {
                done(fail(stored.error()));
                return;
            }
            const auto type = logging::log_type_from(changed->log_type);
            if (!type) {
                done(fail(ErrorCode::not_found, "the table logging_config lacks this log type"));
                return;
            }
            // Another preference may have switched it off: only a toggle says otherwise.
            const bool enabled = is_toggle ? changed->enabled : log->config(*type).enabled;
            auto applied = log->configure(
                *type, {changed->retention_days, changed->rotation_size_mb, enabled});
            if (!applied) {
                done(fail(std::move(applied).error()));
                return;
            }
            json::object answer = success();
            answer["log_type"] = changed->log_type;
            answer["enabled"] = changed->enabled;
            done(answer);
        });
}

std::optional<int> optional_int(const Arguments& arguments, std::string_view name) {
    const auto number = arguments.optional_integer(name);
    return number ? std::optional(static_cast<int>(*number)) : std::nullopt;
}

void update_logging_config(const Services& services,
                           const Arguments& arguments,
                           const Caller& /*caller*/,
                           Done done) {
    const storage::LoggingConfigChange change{optional_int(arguments, "retention_days"),
                                              optional_int(arguments, "rotation_size_mb"),
                                              std::nullopt};
    if (!change.retention_days && !change.rotation_size_mb) {
        done(fail(ErrorCode::invalid_input,
                  "nothing to change: give retention_days, rotation_size_mb or both"));
        return;
    }
    change_config(services,
                  arguments.text("log_type"),
                  change,
                  [done = std::move(done)](Result<json::value> changed) {
                      done(changed ? Result<json::value>(success()) : std::move(changed));
                  });
}

void toggle_logging(const Services& services,
                    const Arguments& arguments,
                    const Caller& /*caller*/,
                    Done done) {
    change_config(services,
                  arguments.text("log_type"),
                  {std::nullopt, std::nullopt, arguments.boolean("enabled")},
                  std::move(done));
}

std::string configs_schema() {
    const auto config = object_schema({{"id", typed("integer")},
                                       {"log_type", log_type_schema()},
                                       {"retention_days", typed("integer")},
                                       {"rotation_size_mb", typed("integer")},
                                       {"log_directory", typed("string")},
                                       {"enabled", typed("boolean")}});
    return object_schema({{"configs", list_schema(config)}});
}

std::string policies_schema() {
    const auto policy = object_schema({{"retention_days", typed("integer")},
                                       {"rotation_size_mb", typed("integer")},
                                       {"enabled", typed("boolean")}});
    return object_schema({{"execution", policy}, {"error", policy}, {"lifecycle", policy}});
}

}  // namespace

std::vector<Tool> logging_tools() {
    constexpr Hints kReads{true, false, true, false};
    constexpr Hints kSets{false, true, true, false};
    const std::string_view group = "logging";
    return {
        {"get_logging_config",
         group,
         "Rotation, retention and directory of the log files",
         object_schema({{"log_type", log_type_schema(), false}}),
         configs_schema(),
         Form::report,
         kReads,
         Scope::read,
         &get_logging_config},
        {"get_log_retention_policy",
         group,
         "How long each kind of log is kept",
         object_schema({}),
         policies_schema(),
         Form::report,
         kReads,
         Scope::read,
         &get_log_retention_policy},
        {"update_logging_config",
         group,
         "Change how long a log is kept and how large its files grow; takes effect at once",
         object_schema({{"log_type", log_type_schema()},
                        {"retention_days", whole_number(kDays, "Days"), false},
                        {"rotation_size_mb", whole_number(kMegabytes, "MiB"), false}}),
         deed_schema({}),
         Form::deed,
         kSets,
         Scope::operate,
         &update_logging_config},
        {"toggle_logging",
         group,
         "Switch one kind of log on or off, from the next line on",
         object_schema({{"log_type", log_type_schema()},
                        {"enabled", typed("boolean", "Whether lines are written")}}),
         deed_schema({{"log_type", log_type_schema()}, {"enabled", typed("boolean")}}),
         Form::deed,
         kSets,
         Scope::operate,
         &toggle_logging},
    };
}

}  // namespace aifp::helpers
