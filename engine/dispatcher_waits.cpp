#include <fmt/format.h>

#include <boost/asio/post.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "base/time_zone.hpp"
#include "engine/dispatcher.hpp"
#include "engine/loader.hpp"
#include "model/definition.hpp"

namespace aifp::engine {
namespace {

using model::RunState;

/// As EngineEffects::kMaxChainDepth, for calls that nobody waits for.
constexpr std::uint32_t kMaxCallDepth = 16;

}  // namespace

void Dispatcher::later(std::function<void(Dispatcher&)> work) {
    boost::asio::post(services_.run_services.executor, [self = self_, work = std::move(work)] {
        if (*self != nullptr) {
            work(**self);
        }
    });
}

void Dispatcher::keep(model::Wait wait, std::function<void(Status)> stored) {
    storage::WriteGroup group;
    group.waits.push_back(std::move(wait));
    if (services_.state.has_changes()) {
        group.states = services_.state.take_changes();
    }
    auto states = group.states;
    auto taken = services_.store.submit(std::move(group), stored);
    if (!taken) {
        if (!states.empty()) {
            storage::WriteGroup again;
            again.states = std::move(states);
            services_.store.submit_lazily(std::move(again));
        }
        later([stored = std::move(stored), error = taken.error()](Dispatcher&) {
            stored(fail(error));
        });
    }
}

void Dispatcher::wake_at(LedgerId run, std::optional<WallTime> at) {
    if (const auto known = wake_of_.find(run); known != wake_of_.end()) {
        wakes_.erase({known->second, run});
        wake_of_.erase(known);
    }
    if (at) {
        wakes_.emplace(*at, run);
        wake_of_.emplace(run, *at);
        if (wakes_.begin()->second == run) {
            services_.wake_changed();
        }
    }
}

std::optional<WallTime> Dispatcher::next_wake() const {
    return wakes_.empty() ? std::nullopt : std::optional(wakes_.begin()->first);
}

void Dispatcher::time_passed(WallTime now) {
    std::vector<LedgerId> due;
    while (!wakes_.empty() && wakes_.begin()->first <= now) {
        due.push_back(wakes_.begin()->second);
        wake_of_.erase(due.back());
        wakes_.erase(wakes_.begin());
    }
    for (const auto id : due) {
        if (const auto run = runs_.find(id); run != runs_.end()) {
            const auto keep_alive = run->second;
            keep_alive->time_passed();
        }
    }
}

void Dispatcher::set_resting(LedgerId run, bool rests) {
    start_queued(queue_.set_resting(run, rests));
}

void Dispatcher::tell(LedgerId run, std::string_view directive, const std::string& text) {
    services_.log(actions::RunContext{run, directive, nullptr, 0}, text);
}

// Later, so that a step never finds its own run changed below it.
void Dispatcher::event_came(const std::string& name, const boost::json::value& data) {
    if (runs_.size() <= 1) {  // the one that emits it
        return;
    }
    later([name, data](Dispatcher& self) {
        std::vector<std::shared_ptr<Run>> runs;
        for (const auto& [id, run] : self.runs_) {
            if (run->is_kept()) {
                runs.push_back(run);
            }
        }
        for (const auto& run : runs) {
            run->event_came(name, data);
        }
    });
}

void Dispatcher::on_changes_told() {
    if (std::exchange(looking_, true)) {
        return;
    }
    later([](Dispatcher& self) {
        self.looking_ = false;
        std::vector<std::shared_ptr<Run>> runs;
        for (const auto& [id, run] : self.runs_) {
            if (run->is_kept()) {
                runs.push_back(run);
            }
        }
        for (const auto& run : runs) {
            run->look_again();
        }
    });
}

// Whether the run, or one that waits for it, is of this directive.
bool Dispatcher::is_inside(LedgerId run, DirectiveId directive) const {
    for (;;) {
        const auto live = runs_.find(run);
        if (live != runs_.end() && live->second->directive() == directive) {
            return true;
        }
        const auto caller = called_by_.find(run);
        if (caller == called_by_.end()) {
            return false;
        }
        run = caller->second;
    }
}

void Dispatcher::call(const StepRef& by, const std::string& directive, boost::json::value with) {
    const auto refuse = [this, by](Error error, std::string error_class) {
        later([by, error = actions::StepError(std::move(error), std::move(error_class))](
                  Dispatcher& self) {
            if (const auto run = self.runs_.find(by.run); run != self.runs_.end()) {
                const auto keep_alive = run->second;
                keep_alive->call_failed(by.strand, error);
            }
        });
    };
    const auto* entry = services_.catalog.find(std::string_view(directive));
    if (entry == nullptr) {
        return refuse(Error(ErrorCode::not_found, "no directive is called " + directive), "config");
    }
    const auto caller = runs_.find(by.run);
    const auto depth = caller == runs_.end() ? 0 : caller->second->call_depth() + 1;
    Offer offer;
    offer.event.directive = entry->id;
    offer.event.cause = "call";
    offer.event.seen_at = services_.run_services.clock.wall();
    offer.event.chain_depth = depth;
    offer.event.payload = with.is_object() ? boost::json::serialize(with) : std::string();
    if (is_inside(by.run, entry->id) || depth > kMaxCallDepth) {
        offer.refused = model::Reason::recursion;
        offer.detail = fmt::format("called by run {}, which is inside {}", by.run.value, directive);
    }
    offer.committed = [this, by, refuse](const Result<model::DecisionRecord>& decision) {
        if (!decision) {
            return refuse(decision.error(), "io");
        }
        if (decision->kind == model::DecisionKind::skipped) {
            const bool again = decision->reason == model::Reason::recursion;
            return refuse(Error(ErrorCode::conflict,
                                fmt::format("it was not run: {}{}{}",
                                            model::name_of(decision->reason),
                                            decision->detail.empty() ? "" : ": ",
                                            decision->detail)),
                          again ? "recursion" : "call");
        }
        called_by_[decision->id] = by.run;
        if (const auto run = runs_.find(by.run); run != runs_.end()) {
            const auto keep_alive = run->second;
            keep_alive->call_started(by.strand, decision->id);
        }
    };
    this->offer(std::move(offer));
}

void Dispatcher::await(const StepRef& by, LedgerId called) {
    if (runs_.contains(called) || waiting_.contains(called)) {
        callers_.emplace(called, by);
        called_by_[called] = by.run;
        return;
    }
    later([by, called](Dispatcher& self) {
        RunEnd end;
        end.outcome.id = called;
        end.outcome.state = RunState::abandoned;
        end.outcome.error = "it ended while the engine was down";
        if (const auto run = self.runs_.find(by.run); run != self.runs_.end()) {
            const auto keep_alive = run->second;
            keep_alive->call_ended(by.strand, end);
        }
    });
}

void Dispatcher::tell_callers(const RunEnd& end) {
    called_by_.erase(end.outcome.id);
    const auto [first, last] = callers_.equal_range(end.outcome.id);
    std::vector<StepRef> callers;
    for (auto it = first; it != last; ++it) {
        callers.push_back(it->second);
    }
    callers_.erase(first, last);
    for (const auto& by : callers) {
        later([by, end](Dispatcher& self) {
            if (const auto run = self.runs_.find(by.run); run != self.runs_.end()) {
                const auto keep_alive = run->second;
                keep_alive->call_ended(by.strand, end);
            }
        });
    }
}

// A run goes on with the version that it began with, even if the file is another one by now.
Result<std::shared_ptr<const CompiledDirective>> Dispatcher::compile_version(
    const Entry& entry, const std::string& version, const KeptRuns& kept) {
    if (entry.content_hash == version) {
        return services_.compiled.get(entry);
    }
    const auto text = kept.versions.find(version);
    if (text == kept.versions.end()) {
        return fail(ErrorCode::not_found, "the version of the directive that it ran is gone");
    }
    const auto directive = model::read_definition(text->second);
    return directive ? services_.compiled.compile(*directive, version) : fail(directive.error());
}

void Dispatcher::resume(model::DecisionRecord record,
                        const model::Wait& wait,
                        const KeptRuns& kept) {
    auto* entry = services_.catalog.find(record.event.directive);
    auto read = kept_run_from(wait);
    if (entry == nullptr || !read) {
        return abandon(record,
                       entry == nullptr ? "the directive was removed" : read.error().detail(),
                       wait.id);
    }
    auto compiled = compile_version(*entry, read->version, kept);
    const auto gate =
        entry->content_hash == read->version ? services_.gate(*entry) : model::Reason::none;
    if (!compiled || gate == model::Reason::implementation_changed ||
        gate == model::Reason::implementation_missing) {
        return abandon(
            record, compiled ? text_of_gate(gate, *entry) : compiled.error().detail(), wait.id);
    }
    const bool is_edited = entry->content_hash != read->version;
    const bool ends = is_edited && (*compiled)->stops_on_edit;
    const auto on_end = [this](RunEnd end) { on_run_ended(std::move(end), {}); };
    auto run = std::make_shared<Run>(
        services_.run_services,
        Run::Parts{record.id, std::move(*compiled), std::move(record.event), *this, on_end},
        std::move(*read));
    begin_run(run);
    if (ends) {
        run->stop(RunState::cancelled, "its file was edited");
    }
}

void Dispatcher::directive_edited(DirectiveId directive) {
    for (const auto id : queue_.runs_of(directive)) {
        if (const auto found = runs_.find(id); found != runs_.end()) {
            const auto run = found->second;
            if (run->stops_on_edit()) {
                run->stop(RunState::cancelled, "its file was edited");
            }
        }
    }
}

void Dispatcher::let_kept_go(bool only_resting) {
    for (auto it = runs_.begin(); it != runs_.end();) {
        if (it->second->is_kept() && (it->second->is_resting() || !only_resting)) {
            wake_at(it->first, std::nullopt);
            it->second->let_go();
            it = runs_.erase(it);
        } else {
            ++it;
        }
    }
}

boost::json::array Dispatcher::view_runs() const {
    boost::json::array list;
    for (const auto& [id, run] : runs_) {
        list.push_back(run->view());
    }
    for (const auto& [id, waiting] : waiting_) {
        const auto* entry = services_.catalog.find(waiting.event.directive);
        boost::json::object one;
        one["run"] = id.value;
        one["directive"] = entry != nullptr ? entry->name : "";
        one["state"] = "queued";
        one["started_at"] = format_utc_ms(waiting.event.seen_at);
        one["at"] = boost::json::array();
        list.push_back(std::move(one));
    }
    return list;
}

Status Dispatcher::cancel_run(LedgerId id, const std::string& why) {
    if (const auto found = runs_.find(id); found != runs_.end()) {
        const auto run = found->second;
        run->stop(RunState::cancelled, why);
        return {};
    }
    if (waiting_.contains(id)) {
        end_unstarted(id, {RunState::cancelled, why});
        return {};
    }
    return fail(ErrorCode::not_found, fmt::format("no run {} is under way", id.value));
}

Status Dispatcher::answer_run(LedgerId id, bool yes, const std::string& who) {
    const auto found = runs_.find(id);
    if (found == runs_.end()) {
        return fail(ErrorCode::not_found, fmt::format("no run {} is under way", id.value));
    }
    const auto run = found->second;
    return run->answer(yes, who);
}

}  // namespace aifp::engine
