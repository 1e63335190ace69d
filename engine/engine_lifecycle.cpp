#include <fmt/format.h>

#include <charconv>
#include <utility>

#include "base/text.hpp"
#include "engine/engine_core.hpp"
#include "model/definition.hpp"

namespace aifp::engine {
namespace {

using model::DirectiveStatus;

boost::json::value describe(const Entry& entry) {
    boost::json::object object;
    object["success"] = true;
    object["id"] = entry.id.value;
    object["name"] = entry.name;
    object["status"] = model::name_of(entry.status);
    if (!entry.status_reason.empty()) {
        object["status_reason"] = entry.status_reason;
    }
    object["armed"] = entry.armed;
    return object;
}

boost::json::value status_change(DirectiveStatus before, DirectiveStatus after) {
    boost::json::object object;
    object["previous_status"] = model::name_of(before);
    object["new_status"] = model::name_of(after);
    return object;
}

std::string next_statuses(DirectiveStatus from) {
    std::vector<std::string> names;
    for (int number = 0; number <= static_cast<int>(DirectiveStatus::archived); ++number) {
        const auto status = static_cast<DirectiveStatus>(number);
        if (model::may_become(from, status)) {
            names.emplace_back(model::name_of(status));
        }
    }
    return join(names, ", ");
}

bool is_on_its_way(DirectiveStatus status) {
    return status == DirectiveStatus::draft || status == DirectiveStatus::validated;
}

std::string_view remedy_for(model::Reason gate) {
    switch (gate) {
        case model::Reason::not_approved:
            return "somebody has to approve it first";
        case model::Reason::directive_invalid:
            return "its questions have to be answered first: aifp validate";
        case model::Reason::dependency_missing:
            return "something that it needs is not installed: aifp deps";
        case model::Reason::implementation_missing:
            return "a file that it runs does not exist";
        default:
            return "a file that it runs has changed since it was approved";
    }
}

}  // namespace

Entry* EngineCore::find_entry(const std::string& directive) {
    std::int64_t number = 0;
    const auto* end = directive.data() + directive.size();
    const auto parsed = std::from_chars(directive.data(), end, number);
    if (parsed.ec == std::errc() && parsed.ptr == end) {
        if (auto* entry = catalog_.find(DirectiveId{number})) {
            return entry;
        }
    }
    return catalog_.find(std::string_view(directive));
}

void EngineCore::act(Verb verb, std::string directive, std::string who, Answer answer) {
    auto* entry = find_entry(directive);
    if (entry == nullptr) {
        answer(fail(ErrorCode::not_found, fmt::format("no directive is called {}", directive)));
        return;
    }
    if (!is_ready()) {
        answer(fail(ErrorCode::busy, "the engine is starting or stopping"));
        return;
    }
    const auto id = entry->id;
    const auto describing = [this, id, answer](Result<boost::json::value> done) {
        describe_after(id, std::move(done), answer);
    };
    switch (verb) {
        case Verb::run:
            return run_by_hand(*entry, std::move(answer));
        case Verb::approve:
            return set_approval(id, true, std::move(who), describing);
        case Verb::decline:
            return decline(*entry, std::move(who), describing);
        case Verb::pause:
            return change_status(id, DirectiveStatus::paused, std::move(who), describing);
        case Verb::resume:
            return is_on_its_way(entry->status)
                       ? advance(*entry, std::move(answer))
                       : change_status(id, DirectiveStatus::active, std::move(who), describing);
        case Verb::archive:
            return change_status(id, DirectiveStatus::archived, std::move(who), describing);
        case Verb::restore:
            return restore(*entry, who, std::move(answer));
    }
}

void EngineCore::run_by_hand(const Entry& entry, Answer answer) {
    if (auto readable = model::read_definition(entry.definition); !readable) {
        answer(fail(std::move(readable).error()));
        return;
    }
    model::Event event;
    event.directive = entry.id;
    event.cause = "manual";
    event.seen_at = parts_.clock.wall();
    Offer offer;
    offer.event = std::move(event);
    offer_by_hand(entry, std::move(offer), std::move(answer));
}

void EngineCore::offer_by_hand(const Entry& entry, Offer offer, Answer answer) {
    offer.by_hand = true;
    offer.committed = [answer = std::move(answer),
                       name = entry.name](const Result<model::DecisionRecord>& decision) {
        if (!decision) {
            answer(fail(decision.error()));
            return;
        }
        if (decision->kind == model::DecisionKind::skipped) {
            answer(fail(ErrorCode::conflict,
                        fmt::format("{} was not run: {}{}{}",
                                    name,
                                    model::name_of(decision->reason),
                                    decision->detail.empty() ? "" : ": ",
                                    decision->detail)));
            return;
        }
        boost::json::object object;
        object["success"] = true;
        object["run"] = decision->id.value;
        object["decision"] = model::name_of(decision->kind);
        answer(boost::json::value(std::move(object)));
    };
    dispatcher_.offer(std::move(offer));
}

Status EngineCore::check_ready(DirectiveId directive) {
    if (catalog_.find(directive) == nullptr) {
        return fail(ErrorCode::not_found,
                    fmt::format("no directive has the id {}", directive.value));
    }
    if (!is_ready()) {
        return fail(ErrorCode::busy, "the engine is starting or stopping");
    }
    return {};
}

Entry* EngineCore::find_ready(DirectiveId directive, const Answer& answer) {
    auto ready = check_ready(directive);
    if (!ready) {
        answer(fail(std::move(ready).error()));
        return nullptr;
    }
    return catalog_.find(directive);
}

// What the life cycle and the gate to a status ask for.
Status EngineCore::check_change(Entry& entry, DirectiveStatus status) {
    if (!model::may_become(entry.status, status)) {
        return fail(ErrorCode::conflict,
                    fmt::format("{} is {}: it cannot become {} from there, only {}",
                                entry.name,
                                model::name_of(entry.status),
                                model::name_of(status),
                                next_statuses(entry.status)));
    }
    const bool is_active = status == DirectiveStatus::active;
    if (is_active || status == DirectiveStatus::implemented) {
        const auto gate = ask_gate(entry);
        if (gate == model::Reason::implementation_missing ||
            gate == model::Reason::directive_invalid ||
            (is_active && gate != model::Reason::none)) {
            return fail(ErrorCode::conflict,
                        fmt::format("{} cannot become {} yet: {} ({})",
                                    entry.name,
                                    model::name_of(status),
                                    text_of_gate(gate, entry),
                                    remedy_for(gate)));
        }
    }
    return {};
}

void EngineCore::change_status(DirectiveId directive,
                               DirectiveStatus status,
                               std::string who,
                               Answer answer) {
    auto* found = find_ready(directive, answer);
    if (found == nullptr) {
        return;
    }
    auto& entry = *found;
    if (entry.status == status) {  // perhaps only here: an earlier try may not have been stored
        store_status(entry, [status, answer = std::move(answer)](const Status& stored) {
            answer(stored ? Result<boost::json::value>(status_change(status, status))
                          : fail(stored.error()));
        });
        return;
    }
    auto allowed = check_change(entry, status);
    if (!allowed) {
        answer(fail(std::move(allowed).error()));
        return;
    }
    put_status(directive, status, who, std::move(answer));
}

void EngineCore::resume_paused(DirectiveId directive, std::string who, Answer answer) {
    const auto* entry = catalog_.find(directive);
    if (entry != nullptr && entry->status != DirectiveStatus::paused &&
        entry->status != DirectiveStatus::active) {
        answer(fail(ErrorCode::denied,
                    fmt::format("activating a directive that is {} needs the scope approve, which "
                                "this caller does not have",
                                model::name_of(entry->status))));
        return;
    }
    change_status(directive, DirectiveStatus::active, std::move(who), std::move(answer));
}

// Disarmed or armed first, then stored: a pause counts from this moment on.
void EngineCore::put_status(DirectiveId directive,
                            DirectiveStatus status,
                            const std::string& who,
                            Answer answer) {
    auto* entry = catalog_.find(directive);
    if (entry == nullptr || !model::may_become(entry->status, status)) {
        answer(fail(ErrorCode::conflict, "the directive changed meanwhile; look at it again"));
        return;
    }
    const auto before = entry->status;
    const bool is_active = status == DirectiveStatus::active;
    entry->status = is_active ? DirectiveStatus::draft : status;  // goes as far as the gate lets it
    entry->status_reason = is_active ? std::string() : fmt::format("{}{}", kByPerson, who);
    if (is_active) {
        forget_harm(directive);
    }
    settle(*entry, {});
    sleep_until_due();
    reporter_.lifecycle(
        "directive_status",
        entry->name,
        fmt::format("{} -> {} by {}", model::name_of(before), model::name_of(entry->status), who));
    const auto reached = entry->status;
    const auto reason = entry->status_reason;
    store_status(*entry,
                 [before, status, reached, reason, answer = std::move(answer)](const Status& done) {
                     if (!done) {
                         answer(fail(done.error()));
                     } else if (reached != status) {
                         answer(fail(ErrorCode::conflict,
                                     fmt::format("it is {} now: {}", name_of(reached), reason)));
                     } else {
                         answer(status_change(before, reached));
                     }
                 });
}

void EngineCore::advance(Entry& entry, Answer answer) {
    settle(entry, {});
    sleep_until_due();
    if (entry.status == DirectiveStatus::active) {
        answer(describe(entry));
        return;
    }
    answer(fail(ErrorCode::conflict,
                fmt::format("{} cannot run yet: {}", entry.name, entry.status_reason)));
}

// Back from the archive a directive goes as far as the gate lets it.
void EngineCore::restore(Entry& entry, const std::string& who, Answer answer) {
    if (entry.status == DirectiveStatus::draft) {
        answer(describe(entry));
        return;
    }
    auto allowed = check_change(entry, DirectiveStatus::draft);
    if (!allowed) {
        answer(fail(std::move(allowed).error()));
        return;
    }
    entry.status = DirectiveStatus::draft;
    entry.status_reason.clear();
    settle(entry, {});
    sleep_until_due();
    reporter_.lifecycle("directive_status",
                        entry.name,
                        fmt::format("restored to {} by {}", model::name_of(entry.status), who));
    store_status(entry, [this, id = entry.id, answer = std::move(answer)](const Status& stored) {
        describe_after(
            id, stored ? Result<boost::json::value>(nullptr) : fail(stored.error()), answer);
    });
}

void EngineCore::describe_after(DirectiveId directive,
                                Result<boost::json::value> done,
                                Answer answer) {
    const auto* entry = catalog_.find(directive);
    if (!done) {
        answer(fail(std::move(done).error()));
    } else if (entry == nullptr) {
        answer(fail(ErrorCode::not_found, "the directive is gone"));
    } else {
        answer(describe(*entry));
    }
}

}  // namespace aifp::engine
