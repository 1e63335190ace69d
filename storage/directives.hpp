#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "model/directive.hpp"
#include "storage/database.hpp"

// Rows of `user_directives`. Plain functions on the thread that owns the Database; they throw
// DatabaseError.
namespace aifp::storage {

/// A whole row. Times in text are UTC `YYYY-MM-DDTHH:MM:SS`.
struct DirectiveRow {
    DirectiveId id;
    std::string name;
    std::string source_file;  ///< Relative to the project.
    model::DirectiveType type = model::DirectiveType::trigger;
    std::string trigger;  ///< Short form: "time: 18:00".
    std::string action;   ///< Short form.
    std::string configuration_json;
    model::DirectiveStatus status = model::DirectiveStatus::draft;
    bool approved = false;  ///< Always `approved_hash` == `content_hash`.
    std::string created_at;
    std::string updated_at;
    std::string description;
    std::string domain;
    std::string content_hash;                  ///< model::content_hash of the configuration.
    std::optional<std::string> approved_hash;  ///< The version a yes was given for.
    std::optional<std::string> approved_by;
    std::optional<std::string> approved_at;
    std::optional<WallTime> first_armed_at;  ///< Anchor of `every` with `anchor: start`.
    std::string error_text;                  ///< Why the status is `error`.
};

/// What the engine reads of every directive at start. The views live for one call.
struct DirectiveView {
    DirectiveId id;
    std::string_view name;
    std::string_view source_file;
    model::DirectiveStatus status = model::DirectiveStatus::draft;
    std::string_view content_hash;
    std::string_view approved_hash;  ///< Empty if there is none.
    std::string_view approved_by;    ///< Likewise.
    std::string_view error_text;     ///< As in DirectiveRow.
    std::optional<WallTime> first_armed_at;
    std::string_view configuration_json;
};

/// What a loaded file says about a directive.
struct DirectiveUpsert {
    std::string name;
    std::string source_file;
    model::DirectiveType type = model::DirectiveType::trigger;
    std::string trigger;
    std::string action;
    std::string configuration_json;
    std::string description;
    std::string domain;
    std::string content_hash;
};

/// Visits all rows by rising id, one at a time, so that 10,000 of them need no memory.
void for_each_directive(Database& database, const std::function<void(const DirectiveView&)>& visit);

/// Inserts a draft, or updates the row of that name: `created_at`, `status`, `approved_hash` and
/// `first_armed_at` stay, `approved` follows from the hashes. Returns the row's id.
[[nodiscard]] DirectiveId upsert_directive(Database& database,
                                           const DirectiveUpsert& directive,
                                           WallTime now);

/// Sets the status; `error_text` replaces the old one. False if there is no such row.
bool set_directive_status(Database& database,
                          DirectiveId id,
                          model::DirectiveStatus status,
                          std::string_view error_text,
                          WallTime now);

/// A yes: binds the approval to `hash`. `approved` becomes true if that is the present version.
bool approve_directive(
    Database& database, DirectiveId id, std::string_view hash, std::string_view by, WallTime now);
/// Takes the yes back; approved_by becomes kApprovalRevoked, so that nobody mistakes it for one
/// that was never asked for. False if there is no such row.
inline constexpr std::string_view kApprovalRevoked = "revoked";
bool revoke_approval(Database& database, DirectiveId id, WallTime now);

/// Remembers the first arming; a later call changes nothing.
/// Where a directive stood when its file went.
struct RemovedFrom {
    model::DirectiveStatus status = model::DirectiveStatus::draft;
    std::string reason;
};
void remember_removed(Database& database, DirectiveId id, const RemovedFrom& stood);
/// What was remembered, which is forgotten by that. Nothing if nothing was.
[[nodiscard]] std::optional<RemovedFrom> take_removed(Database& database, DirectiveId id);

void mark_first_armed(Database& database, DirectiveId id, WallTime now);

[[nodiscard]] std::optional<DirectiveRow> find_directive(Database& database, DirectiveId id);
[[nodiscard]] std::optional<DirectiveRow> find_directive(Database& database, std::string_view name);

/// The names of all directives.
[[nodiscard]] std::unordered_map<DirectiveId, std::string> directive_names(Database& database);

/// How many there are of each status.
[[nodiscard]] std::map<model::DirectiveStatus, std::int64_t> count_directives(Database& database);

/// What list_directives looks for; what is absent does not filter.
struct DirectiveFilter {
    std::optional<model::DirectiveStatus> status = std::nullopt;
    std::optional<model::DirectiveType> type = std::nullopt;
    std::optional<std::string> source_file = std::nullopt;
};
/// By name.
[[nodiscard]] std::vector<DirectiveRow> list_directives(Database& database,
                                                        const DirectiveFilter& filter = {});

}  // namespace aifp::storage
