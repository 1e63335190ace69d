#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/json_text.hpp"
#include "engine/dispatcher.hpp"

// The part of Dispatcher through which one run starts another and waits for it.
namespace aifp::engine {

using model::RunState;

// A live run of the directive, of the same key, that led to the event. After a restart only those
// are known that wait for the one they called.
LedgerId Dispatcher::find_own_run(const model::Event& event, DirectiveId directive) const {
    const auto is_own = [&](LedgerId id) {
        const auto live = runs_.find(id);
        return live != runs_.end() && live->second->directive() == directive &&
               live->second->key() == event.key;
    };
    // One with a key is not parked.
    const auto is_own_parked = [&](const model::Chain::Link& link) {
        return link.directive == directive && event.key.empty() && parked_.contains(link.run);
    };
    LedgerId first;
    for (const auto* link = event.chain.last(); link != nullptr; link = link->before.get()) {
        first = link->run;
        if (is_own(first) || is_own_parked(*link)) {
            return first;
        }
    }
    for (auto caller = called_by_.find(first); caller != called_by_.end();
         caller = called_by_.find(caller->second)) {
        if (is_own(caller->second)) {
            return caller->second;
        }
    }
    return {};
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
    Offer offer;
    offer.event.directive = entry->id;
    offer.event.cause = "call";
    offer.event.seen_at = services_.run_services.clock.wall();
    offer.event.chain = caller == runs_.end() ? model::Chain() : caller->second->chain();
    offer.event.payload = with.is_object() ? json_text(with) : std::string();
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
    const auto [first, last] = callers_.equal_range(called);
    const bool is_known = std::any_of(first, last, [&by](const auto& caller) {
        return caller.second.run == by.run && caller.second.strand == by.strand;
    });
    if (runs_.contains(called) || waiting_.contains(called) || parked_.contains(called) ||
        held_.find(called) != nullptr) {
        if (!is_known) {
            callers_.emplace(called, by);
            called_by_[called] = by.run;
        }
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

}  // namespace aifp::engine
