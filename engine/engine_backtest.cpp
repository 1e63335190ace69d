#include <fmt/format.h>

#include <memory>
#include <utility>

#include "directives/files.hpp"
#include "engine/conditions.hpp"
#include "engine/engine_core.hpp"
#include "engine/flow_replay.hpp"
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

/// A recorded event and what is said about it now.
struct Retried {
    const storage::HistoryEntry* row = nullptr;
    ConditionVerdict verdict;
};

/// Asks the conditions and limits as they are now about events of the past, the oldest first.
class Retrial {
public:
    Retrial(const Entry& entry,
            const CompiledDirective& compiled,
            expression::Sandbox& sandbox,
            const ScopeSources& sources,
            std::uint64_t host_place)
        : entry_(entry),
          compiled_(compiled),
          sandbox_(sandbox),
          sources_(sources),
          limits_(sources.settings, host_place, [this](const ReplayedEvent& event) {
              auto& verdict = retried_[event.number].verdict;
              verdict = {event.reason, event.detail};
          }) {
        limits_.add(entry, compiled.zone);
    }

    void ask(const storage::HistoryEntry& row) {
        const auto& event = row.decision.event;
        auto& retried = retried_.emplace_back();
        retried.row = &row;
        std::string key;
        retried.verdict = ask_conditions(event, key);
        if (retried.verdict.reason == model::Reason::none) {
            const auto length =
                row.end ? row.end->duration.value_or(Milliseconds(0)) : Milliseconds(0);
            limits_.come({retried_.size() - 1, entry_.id, std::move(key), event.seen_at, length});
        }
        if (row.end && (!last_ || row.end->ended_at >= last_->ended_at)) {
            if (const auto status = model::execution_status_of(row.end->state)) {
                last_ = LastRun{*status, row.end->ended_at};
            }
        }
    }

    /// In the order in which they were asked about.
    [[nodiscard]] const std::vector<Retried>& finish() {
        while (const auto next = limits_.next()) {
            limits_.pass(*next);
        }
        return retried_;
    }

private:
    [[nodiscard]] ConditionVerdict ask_conditions(const model::Event& event, std::string& key) {
        const FixedClock clock(event.seen_at, MonoTime());
        const ScopeSources sources{sources_.state, sources_.settings, clock};
        const auto trigger_id = compiled_.trigger_id(event.trigger_index);
        RunScope scope(sources, compiled_.zone, event, {compiled_.name, trigger_id});
        if (const auto vars = render_variables(compiled_, sandbox_, scope); !vars) {
            return {model::Reason::condition_error, vars.error().detail()};
        }
        ConditionContext context{sandbox_, scope, trigger_id, &sources_.state};
        context.last = last_ && last_->ended_at <= event.seen_at ? &*last_ : nullptr;
        context.position = directives::position_of(sources_.settings);
        auto verdict = check_conditions(compiled_.conditions, context);
        if (verdict.reason == model::Reason::none) {
            auto made = render_key(compiled_, sandbox_, scope);
            if (!made) {
                return {model::Reason::condition_error, made.error().detail()};
            }
            key = std::move(*made);
        }
        return verdict;
    }

    const Entry& entry_;
    const CompiledDirective& compiled_;
    expression::Sandbox& sandbox_;
    const ScopeSources& sources_;
    FlowReplay limits_;
    std::vector<Retried> retried_;
    std::optional<LastRun> last_;  // that the events before had
};

json::object view_of(const Retried& retried, const TimeZone& zone) {
    const auto& row = *retried.row;
    const auto& event = row.decision.event;
    const auto& verdict = retried.verdict;
    const bool would_run = verdict.reason == model::Reason::none;
    json::object one;
    one["id"] = row.decision.id.value;
    one["at"] = format_rfc3339(event.scheduled_for.value_or(event.seen_at), zone);
    one["cause"] = event.cause;
    one["ran"] = row.decision.kind != model::DecisionKind::skipped;
    one["then"] = words_of(row);
    one["would_run"] = would_run;
    const auto word = would_run ? std::string_view("would run") : name_of(verdict.reason);
    const bool is_told = verdict.reason == model::Reason::condition_false ||
                         verdict.reason == model::Reason::condition_error;
    one["now"] = verdict.detail.empty() ? std::string(word)
                 : is_told              ? verdict.detail
                                        : fmt::format("{}: {}", word, verdict.detail);
    return one;
}

/// {ran, would_run, events}: the newest first.
json::object view_of(const std::vector<Retried>& retried, const TimeZone& zone) {
    json::array events;
    std::int64_t would_run = 0;
    std::int64_t ran = 0;
    for (auto one = retried.rbegin(); one != retried.rend(); ++one) {
        would_run += one->verdict.reason == model::Reason::none ? 1 : 0;
        ran += one->row->decision.kind != model::DecisionKind::skipped ? 1 : 0;
        events.push_back(view_of(*one, zone));
    }
    json::object view;
    view["ran"] = ran;
    view["would_run"] = would_run;
    view["events"] = std::move(events);
    return view;
}

bool is_asked_again(const model::Event& event, WallTime since) {
    return event.seen_at >= since && event.cause != "manual" && !event.cause.starts_with("replay");
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
        [this,
         rows,
         id = entry->id,
         since = *since,
         compiled = *compiled,
         answer = std::move(answer)](const Status& read) {
            if (!read) {
                answer(fail(read.error()));
                return;
            }
            const auto* known = catalog_.find(id);
            if (known == nullptr) {
                answer(fail(ErrorCode::not_found, "the directive has just been removed"));
                return;
            }
            Retrial retrial(*known, *compiled, sandbox_, scope_sources_, parts_.host_place);
            for (auto row = rows->rbegin(); row != rows->rend(); ++row) {
                if (is_asked_again(row->decision.event, since)) {
                    retrial.ask(*row);
                }
            }
            auto view = view_of(retrial.finish(), compiled->zone);
            view["directive"] = compiled->name;
            view["since"] = format_rfc3339(since, compiled->zone);
            view["truncated"] =
                rows->size() == kMaxRows && rows->back().decision.event.seen_at >= since;
            view["note"] = "nothing was performed; the state is that of now";
            answer(json::value(std::move(view)));
        });
}

}  // namespace aifp::engine
