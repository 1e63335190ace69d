#include "helpers/workflow/user_directive_status.hpp"

#include <fmt/format.h>

#include <cmath>
#include <memory>
#include <unordered_map>

#include "storage/executions.hpp"
#include "storage/implementations.hpp"
#include "storage/workflow_rows.hpp"

namespace aifp::helpers::workflow {
namespace {

/// What the database says, beside the live list.
struct Read {
    std::unordered_map<DirectiveId, storage::ExecutionCounts> counts;
    std::unordered_map<DirectiveId, std::vector<std::string>> missing;
    std::vector<storage::ImplementationRow> implementations;
};

std::string text_in(const boost::json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_string() ? std::string(value->get_string())
                                                  : std::string();
}

// Two decimals, 0.0 without runs. (reference/decisions.md, Executions)
double rate_of(std::int64_t successes, std::int64_t runs) {
    constexpr double kHundredths = 100.0;
    return runs == 0 ? 0.0
                     : std::round(static_cast<double>(successes) / static_cast<double>(runs) *
                                  kHundredths) /
                           kHundredths;
}

boost::json::value utc_or_null(const std::optional<WallTime>& time) {
    return time ? boost::json::value(format_utc_seconds(*time)) : boost::json::value();
}

class Report {
public:
    Report(const Read& read, std::vector<engine::Alert> alerts, WallTime now)
        : read_(read), alerts_(std::move(alerts)), now_(now) {}

    boost::json::value write(const boost::json::array& live) {
        for (const auto& item : live) {
            add(item.as_object());
        }
        boost::json::object object;
        object["generated_at"] = format_utc_seconds(now_);
        object["total_directives"] = live.size();
        object["by_status"] = std::move(by_status_);
        object["total_executions"] = runs_;
        object["success_rate"] = rate_of(successes_, runs_);
        object["missing_dependencies"] = missing_;
        object["failing_tests"] = failing_tests_;
        boost::json::array alerts;
        for (const auto& alert : alerts_) {
            alerts.emplace_back(alert.text);
        }
        object["alerts"] = std::move(alerts);
        object["directives"] = std::move(directives_);
        object["recommendations"] = std::move(recommendations_);
        return object;
    }

private:
    void add(const boost::json::object& live) {
        const DirectiveId id{live.at("id").as_int64()};
        const auto facts = facts_of(live, id);
        auto& count = by_status_[model::name_of(facts.status)];
        count = (count.is_int64() ? count.get_int64() : 0) + 1;
        runs_ += facts.runs;
        successes_ += facts.runs - facts.failures;
        missing_ += static_cast<std::int64_t>(facts.missing.size());
        boost::json::object one;
        for (const auto* key : {"id",
                                "name",
                                "directive_type",
                                "status",
                                "status_reason",
                                "approved",
                                "armed",
                                "next_due"}) {
            const auto* value = live.if_contains(key);
            one[key] = value != nullptr ? *value : boost::json::value();
        }
        one["total_executions"] = facts.runs;
        one["success_rate"] = rate_of(facts.runs - facts.failures, facts.runs);
        one["last_execution"] = utc_or_null(facts.last_run);
        one["last_error"] = facts.last_error;
        one["missing_dependencies"] =
            boost::json::array(facts.missing.begin(), facts.missing.end());
        one["test_status"] = test_status(id);
        directives_.push_back(std::move(one));
        for (auto& recommendation : recommend(facts, now_)) {
            boost::json::object text;
            text["directive"] = facts.name;
            text["severity"] = std::move(recommendation.severity);
            text["text"] = std::move(recommendation.text);
            text["command"] = std::move(recommendation.command);
            recommendations_.push_back(std::move(text));
        }
    }

    DirectiveFacts facts_of(const boost::json::object& live, DirectiveId id) {
        DirectiveFacts facts;
        facts.name = text_in(live, "name");
        facts.status = model::directive_status_from(text_in(live, "status"))
                           .value_or(model::DirectiveStatus::draft);
        facts.reason = text_in(live, "status_reason");
        facts.is_scheduled = text_in(live, "directive_type") == "schedule";
        facts.has_next = !text_in(live, "next_due").empty();
        if (const auto found = read_.missing.find(id); found != read_.missing.end()) {
            facts.missing = found->second;
        }
        if (const auto found = read_.counts.find(id); found != read_.counts.end()) {
            facts.runs = found->second.runs;
            facts.failures = found->second.failures + found->second.timeouts;
            facts.last_error = found->second.last_error;
            facts.last_run = found->second.last_execution;
        }
        for (const auto& row : read_.implementations) {
            if (row.directive == id && row.test_status == "failing") {
                facts.failing_test = row.test_file.value_or(row.implementation_file);
                ++failing_tests_;
            }
        }
        for (const auto& alert : alerts_) {
            if (alert.directive == id) {
                facts.alerts.push_back(alert.text);
            }
        }
        return facts;
    }

    // Of its first step, or of what was generated from it.
    [[nodiscard]] boost::json::value test_status(DirectiveId id) const {
        for (const auto& row : read_.implementations) {
            if (row.directive == id) {
                return boost::json::value(row.test_status);
            }
        }
        return {};
    }

    const Read& read_;
    std::vector<engine::Alert> alerts_;
    WallTime now_;
    boost::json::object by_status_;
    boost::json::array directives_;
    boost::json::array recommendations_;
    std::int64_t runs_ = 0;
    std::int64_t successes_ = 0;
    std::int64_t missing_ = 0;
    std::int64_t failing_tests_ = 0;
};

}  // namespace

void get_user_directive_status(const WorkflowServices& services, Answer answer) {
    auto read = std::make_shared<Read>();
    const auto write = [services, read, answer](const boost::json::value& live) {
        Report report(*read, services.upkeep.alerts(), services.clock.wall());
        answer(report.write(live.as_array()));
    };
    services.store.read(
        [read](storage::Database& database) {
            for (auto& one : storage::load_counts(database)) {
                read->counts[one.directive] = std::move(one.counts);
            }
            read->missing = storage::load_missing_names(database, std::nullopt);
            read->implementations = storage::load_implementations(database, std::nullopt);
        },
        [services, answer, write](const Status& done) {
            if (!done) {
                answer(fail(done.error()));
                return;
            }
            services.control.list_directives(
                [answer, write](const Result<boost::json::value>& live) {
                    if (live) {
                        write(*live);
                    } else {
                        answer(fail(live.error()));
                    }
                });
        });
}

}  // namespace aifp::helpers::workflow
