#include <fmt/format.h>

#include <memory>
#include <utility>

#include "engine/engine_core.hpp"
#include "engine/resume_point.hpp"
#include "model/definition.hpp"
#include "storage/database.hpp"
#include "storage/ledger.hpp"
#include "storage/traces.hpp"
#include "storage/versions.hpp"

namespace aifp::engine {
namespace {

/// What the store knows of the run that is to be done again.
struct Recorded {
    std::optional<storage::HistoryEntry> decision;
    Result<ResumePoint> point = ResumePoint();
    std::string definition;  ///< Of the version that ran; empty: not kept.
};

void load_point(storage::Database& database, LedgerId run, Recorded& recorded) {
    const auto trace = storage::find_trace(database, run);
    recorded.point = resume_point_in(trace ? trace->steps : std::string());
    if (recorded.point) {
        if (auto version = storage::find_version(database, recorded.point->version)) {
            recorded.definition = std::move(version->configuration_json);
        }
    }
}

Result<std::shared_ptr<const RunProgress>> start_of(const Recorded& recorded, const Entry& entry) {
    if (!recorded.point) {
        return fail(ErrorCode::not_found,
                    "nothing is kept of where it could go on: it did not fail in an action, a "
                    "variable or output held a secret, the setting traces was off, or it is too "
                    "long ago; replay it whole");
    }
    const auto before = model::read_definition(recorded.definition.empty() ? entry.definition
                                                                           : recorded.definition);
    const auto now = model::read_definition(entry.definition);
    if (!before || !now) {
        return fail(before ? now.error() : before.error());
    }
    auto progress = progress_from(*recorded.point, *before, *now);
    if (!progress) {
        return fail(std::move(progress).error());
    }
    return std::make_shared<const RunProgress>(std::move(*progress));
}

}  // namespace

void EngineCore::replay(ReplayQuery query, Answer answer) {
    if (!is_ready()) {
        answer(fail(ErrorCode::busy, "the engine is starting or stopping"));
        return;
    }
    auto recorded = std::make_shared<Recorded>();
    parts_.store.read(
        [recorded, query](storage::Database& database) {
            recorded->decision = storage::find_decision(database, query.run);
            if (query.from_failed) {
                load_point(database, query.run, *recorded);
            }
        },
        [this, recorded, query, answer = std::move(answer)](const Status& read) {
            const auto& decision = recorded->decision;
            const auto* entry =
                decision ? catalog_.find(decision->decision.event.directive) : nullptr;
            if (!read || entry == nullptr) {
                answer(read ? fail(ErrorCode::not_found,
                                   fmt::format("there is no run {}, or its directive is gone",
                                               query.run.value))
                            : fail(read.error()));
                return;
            }
            Offer offer;
            offer.event = decision->decision.event;
            offer.event.cause = query.from_failed ? std::string(kReplayFromFailed) : "replay";
            offer.event.scheduled_for.reset();
            // Of the first time: how long it was held back, and what it was known by.
            offer.event.released_at.reset();
            offer.event.key.clear();
            offer.event.vars.clear();
            offer.event.seen_at = parts_.clock.wall();
            if (query.from_failed) {
                auto start = start_of(*recorded, *entry);
                if (!start) {
                    answer(fail(std::move(start).error()));
                    return;
                }
                offer.start = std::move(*start);
            }
            offer_by_hand(*entry, std::move(offer), answer);
        });
}

}  // namespace aifp::engine
