#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/edited_schedules.hpp"
#include "engine/engine_core.hpp"
#include "engine/loader.hpp"
#include "model/definition.hpp"
#include "scheduler/rest.hpp"
#include "storage/database.hpp"
#include "storage/state.hpp"

// What the schedules of a version leave behind that is edited or taken out.
namespace aifp::engine {

using model::DirectiveStatus;
using model::Reason;

namespace {

struct LetGo {
    Reason reason;
    std::string words;  // behind it
};

// `hash` is that of the version before; one that is still there has waited for its approval.
LetGo why_left(const Entry& entry, std::string_view hash) {
    if (entry.status == DirectiveStatus::paused) {
        return {Reason::paused, {}};
    }
    if (entry.status == DirectiveStatus::archived) {
        return {Reason::disabled, std::string(kFileRemoved)};
    }
    if (entry.content_hash == hash) {
        return {Reason::not_approved, {}};
    }
    return {Reason::disabled, std::string(kFileEdited)};
}

void say(scheduler::Due& row, const std::string& words) {
    row.detail = row.detail.empty() || words.empty() ? words + row.detail
                                                     : fmt::format("{}; {}", words, row.detail);
}

}  // namespace

// As what a sensor still had in mind, it is let go of because of the edit.
void EngineCore::decide_left(const Entry& entry, const LeftVersion& left) {
    const auto version = model::read_definition(left.definition);
    if (!version) {
        return;
    }
    const auto until = std::min(left.until, clock_guard_.believable_time());
    const auto why = why_left(entry, left.hash);
    auto owed = armory_.collect_left(entry, *version, {left.cursors, until, why.reason});
    for (auto& row : owed.due) {
        if (row.reason == why.reason) {
            say(row, why.words);
        }
    }
    if (!owed.due.empty()) {
        dispatcher_.offer_due(std::move(owed.due));
    }
    store_cursors(std::move(owed.cursors));
    if (until < left.until) {  // by a wrong clock: no cursor of now would end the mark
        parts_.store.write(
            [id = entry.id](storage::Database& database) {
                storage::forget_edit_of_schedules(database, id);
            },
            [](const Status&) {});
    }
}

// Not made up for: what would run is the new version, which was not what was due. And a schedule
// that the new version has not would stay marked as one that may have been due.
void EngineCore::leave_version(const Entry& entry) {
    if (stopping_) {
        return;
    }
    const auto now = clock_guard_.believable_time();
    auto due = armory_.timetable().collect_of(entry.id, now);
    const auto why = why_left(entry, {});
    for (auto& row : due) {
        if (scheduler::let_rest(row, why.reason)) {
            say(row, why.words);
        }
    }
    if (!due.empty()) {
        dispatcher_.offer_due(std::move(due));
    }
    auto cursors = armory_.timetable().cursors_of(entry.id);
    for (auto& cursor : cursors) {
        cursor.decided_until = std::max(cursor.decided_until, now);
    }
    store_cursors(std::move(cursors));
}

}  // namespace aifp::engine
