#include <fmt/format.h>

#include <charconv>
#include <utility>

#include "engine/engine_core.hpp"
#include "storage/database.hpp"
#include "storage/directives.hpp"

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
    switch (verb) {
        case Verb::run:
            return run_by_hand(*entry, std::move(answer));
        case Verb::approve:
            return approve(*entry, who, std::move(answer));
        case Verb::pause:
            return change_status(*entry, DirectiveStatus::paused, who, std::move(answer));
        case Verb::resume:
            return change_status(*entry, DirectiveStatus::active, who, std::move(answer));
        case Verb::archive:
            return change_status(*entry, DirectiveStatus::archived, who, std::move(answer));
        case Verb::restore:
            return change_status(*entry, DirectiveStatus::draft, who, std::move(answer));
    }
}

void EngineCore::run_by_hand(const Entry& entry, Answer answer) {
    Offer offer;
    offer.by_hand = true;
    offer.event.directive = entry.id;
    offer.event.cause = "manual";
    offer.event.seen_at = parts_.clock.wall();
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

// The yes is stored before anything is armed: what runs is what the database says was approved.
void EngineCore::approve(Entry& entry, const std::string& who, Answer answer) {
    if (entry.status == DirectiveStatus::archived) {
        answer(fail(ErrorCode::conflict,
                    fmt::format("{} is archived ({})", entry.name, entry.status_reason)));
        return;
    }
    for (auto& file : entry.files) {
        refresh_implementation(file, parts_.paths.root() / file.path);
        if (file.sha256.empty()) {
            answer(fail(ErrorCode::conflict,
                        fmt::format("{} runs {}, which does not exist", entry.name, file.path)));
            return;
        }
    }
    const auto id = entry.id;
    const auto hash = entry.content_hash;
    const auto files = entry.files;
    parts_.store.write(
        [id, hash, files, who, now = parts_.clock.wall()](storage::Database& database) {
            storage::approve_directive(database, id, hash, who, now);
            approve_files(database, id, files, now);
        },
        [this, id, hash, files, who, answer = std::move(answer)](const Status& stored) {
            auto* approved = catalog_.find(id);
            if (!stored) {
                answer(fail(stored.error()));
                return;
            }
            if (approved == nullptr || approved->content_hash != hash) {
                answer(fail(ErrorCode::conflict,
                            "the directive changed while it was approved; look at it again"));
                return;
            }
            approved->approval = StandingApproval{hash, who};
            for (auto& file : approved->files) {
                for (const auto& yes : files) {
                    if (yes.path == file.path) {
                        file.approved_sha256 = yes.sha256;
                    }
                }
            }
            settle(*approved, {});
            sleep_until_due();
            reporter_.lifecycle("directive_approved", approved->name, fmt::format("by {}", who));
            answer(describe(*approved));
        });
}

void EngineCore::change_status(Entry& entry,
                               DirectiveStatus status,
                               const std::string& who,
                               Answer answer) {
    if (entry.status == status) {
        answer(describe(entry));
        return;
    }
    // On its way to active it goes as far as the gate lets it, from wherever it stands.
    const bool is_on_its_way =
        status == DirectiveStatus::active &&
        (entry.status == DirectiveStatus::draft || entry.status == DirectiveStatus::validated);
    if (!is_on_its_way && !model::may_become(entry.status, status)) {
        answer(fail(ErrorCode::conflict,
                    fmt::format("{} is {}: it cannot become {} from there",
                                entry.name,
                                model::name_of(entry.status),
                                model::name_of(status))));
        return;
    }
    const auto before = entry.status;
    const auto reason_before = entry.status_reason;
    // Draft and active both go as far as the gate lets them.
    entry.status = status == DirectiveStatus::active ? DirectiveStatus::draft : status;
    entry.status_reason = status == DirectiveStatus::paused || status == DirectiveStatus::archived
                              ? fmt::format("by {}", who)
                              : "";
    settle(entry, {});
    store_status(entry);
    sleep_until_due();
    reporter_.lifecycle(
        "directive_status",
        entry.name,
        fmt::format("{} -> {} by {}", model::name_of(before), model::name_of(entry.status), who));
    if (status == DirectiveStatus::active && entry.status != DirectiveStatus::active) {
        const auto why = entry.status_reason;
        if (before == DirectiveStatus::paused) {
            // What a person paused does not start by itself when the gate opens.
            entry.status = before;
            entry.status_reason = reason_before;
            store_status(entry);
        }
        answer(fail(ErrorCode::conflict, fmt::format("{} cannot run yet: {}", entry.name, why)));
        return;
    }
    answer(describe(entry));
}

}  // namespace aifp::engine
