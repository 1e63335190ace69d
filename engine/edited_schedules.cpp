#include "engine/edited_schedules.hpp"

#include <algorithm>
#include <boost/json/object.hpp>
#include <string_view>

#include "model/definition.hpp"
#include "storage/state.hpp"

namespace aifp::engine {
namespace {

// What decides about the instants, beside the zone and the position of the project.
constexpr std::string_view kDeciding[] = {"triggers", "timezone", "dst", "enabled"};

bool are_equal(const boost::json::object& one,
               const boost::json::object& other,
               std::string_view key) {
    const auto* left = one.if_contains(key);
    const auto* right = other.if_contains(key);
    return left == nullptr || right == nullptr ? left == right : *left == *right;
}

}  // namespace

bool keeps_schedules(const storage::DirectiveRow& stored, const model::Directive& edited) {
    if (stored.status != model::DirectiveStatus::active ||
        std::any_of(edited.triggers.begin(), edited.triggers.end(), counts_runs)) {
        return false;
    }
    const auto before = model::read_definition(stored.configuration_json);
    if (!before) {
        return false;
    }
    const auto was = model::to_json(*before);
    const auto is = model::to_json(edited);
    return std::all_of(std::begin(kDeciding), std::end(kDeciding), [&](std::string_view key) {
        return are_equal(was, is, key);
    });
}

// Nothing was due for a draft, or for one that is archived.
void leave_schedules(storage::Database& database,
                     DirectiveId id,
                     const storage::DirectiveRow& stored,
                     WallTime now) {
    using model::DirectiveStatus;
    if (stored.status == DirectiveStatus::archived || stored.status == DirectiveStatus::draft) {
        storage::begin_schedules_anew(database, id, now);
    } else {
        storage::mark_schedules_edited(database, id, stored.content_hash, now);
    }
}

std::unordered_map<DirectiveId, LeftVersion> load_left_versions(storage::Database& database) {
    std::unordered_map<DirectiveId, LeftVersion> versions;
    for (auto& left : storage::load_left_schedules(database)) {
        auto& version = versions[left.cursor.directive];
        version.hash = std::move(left.hash);
        version.definition = std::move(left.configuration_json);
        version.cursors[left.cursor.trigger_index] = left.cursor.decided_until;
        version.until = left.edited_at;
    }
    return versions;
}

}  // namespace aifp::engine
