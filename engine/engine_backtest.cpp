#include <fmt/format.h>

#include <memory>
#include <utility>

#include "directives/files.hpp"
#include "engine/conditions.hpp"
#include "engine/engine_core.hpp"
#include "engine/trigger_values.hpp"
#include "engine/why.hpp"
#include "storage/database.hpp"
#include "storage/ledger.hpp"

namespace aifp::engine {
namespace {

namespace json = boost::json;

// What is asked again at once: some milliseconds of the loop's time.
constexpr std::size_t kMaxRows = 200;

/// Stands where the recorded event stood.
class FixedClock final : public Clock {
public:
    FixedClock(WallTime wall, MonoTime mono) : wall_(wall), mono_(mono) {}
    [[nodiscard]] WallTime wall() const override { return wall_; }
    [[nodiscard]] MonoTime mono() const override { return mono_; }

private:
    WallTime wall_;
    MonoTime mono_;
};

/// The conditions as they are now, asked about an event of the past.
struct Retrial {
    const CompiledDirective& compiled;
    expression::Sandbox& sandbox;
    const StateStore& state;
    const config::Settings& settings;

    [[nodiscard]] ConditionVerdict ask(const model::Event& event) const {
        const FixedClock clock(event.seen_at, MonoTime());
        const ScopeSources sources{state, settings, clock};
        const auto trigger_id = compiled.trigger_id(event.trigger_index);
        RunScope scope(sources, compiled.zone, event, {compiled.name, trigger_id});
        if (const auto vars = render_variables(compiled, sandbox, scope); !vars) {
            return {model::Reason::condition_error, vars.error().detail()};
        }
        ConditionContext context{sandbox, scope, trigger_id, &state};
        context.position = directives::position_of(settings);
        return check_conditions(compiled.conditions, context);
    }
};

json::object view_of(const storage::HistoryEntry& row,
                     const ConditionVerdict& verdict,
                     const TimeZone& zone) {
    const auto& event = row.decision.event;
    const bool would_run = verdict.reason == model::Reason::none;
    json::object one;
    one["id"] = row.decision.id.value;
    one["at"] = format_rfc3339(event.scheduled_for.value_or(event.seen_at), zone);
    one["cause"] = event.cause;
    one["ran"] = row.decision.kind != model::DecisionKind::skipped;
    one["then"] = words_of(row);
    one["would_run"] = would_run;
    one["now"] = would_run ? std::string("would run") : verdict.detail;
    return one;
}

}  // namespace

void EngineCore::backtest(WhyQuery query, Answer answer) {
    const auto* entry = find_entry(query.directive);
    if (entry == nullptr) {
        answer(
            fail(ErrorCode::not_found, fmt::format("no directive is called {}", query.directive)));
        return;
    }
    const auto now = parts_.clock.wall();
    const auto since =
        parse_since(query.since.empty() ? "7d" : query.since, now, parts_.settings.timezone);
    const auto compiled = compiled_.get(*entry);
    if (!since || !compiled) {
        answer(fail(since ? compiled.error() : since.error()));
        return;
    }
    storage::HistoryQuery wanted;
    wanted.directive = entry->id;
    wanted.limit = kMaxRows;
    auto rows = std::make_shared<std::vector<storage::HistoryEntry>>();
    parts_.store.read(
        [rows, wanted](storage::Database& database) {
            *rows = storage::load_history(database, wanted);
        },
        [this, rows, since = *since, compiled = *compiled, answer = std::move(answer)](
            const Status& read) {
            if (!read) {
                answer(fail(read.error()));
                return;
            }
            const Retrial retrial{*compiled, sandbox_, state_, parts_.settings};
            json::array events;
            std::int64_t would_run = 0;
            std::int64_t ran = 0;
            for (const auto& row : *rows) {
                const auto& event = row.decision.event;
                if (event.seen_at >= since && event.cause != "manual" &&
                    !event.cause.starts_with("replay")) {
                    const auto verdict = retrial.ask(event);
                    would_run += verdict.reason == model::Reason::none ? 1 : 0;
                    ran += row.decision.kind != model::DecisionKind::skipped ? 1 : 0;
                    events.push_back(view_of(row, verdict, compiled->zone));
                }
            }
            json::object view;
            view["directive"] = compiled->name;
            view["since"] = format_rfc3339(since, compiled->zone);
            view["ran"] = ran;
            view["would_run"] = would_run;
            view["truncated"] =
                rows->size() == kMaxRows && rows->back().decision.event.seen_at >= since;
            view["note"] = "nothing was performed; the state and `last` are those of now";
            view["events"] = std::move(events);
            answer(json::value(std::move(view)));
        });
}

}  // namespace aifp::engine
