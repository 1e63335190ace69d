#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "model/wait.hpp"
#include "storage/database.hpp"

// Reading back the waits that WriteGroup made durable. They throw DatabaseError.
namespace aifp::storage {

/// Gives every wait to `take`, by rising id, each as it is read: a million need no more memory than
/// one. `with_data` false leaves `data` empty: what a wait holds is read when it is over.
void load_waits(Database& database, bool with_data, const std::function<void(model::Wait)>& take);
/// The same; `data` of those of which `wants_data` says so when shown the rest.
void load_waits(Database& database,
                const std::function<bool(const model::Wait&)>& wants_data,
                const std::function<void(model::Wait)>& take);
[[nodiscard]] std::optional<model::Wait> find_wait(Database& database, WaitId id);
/// Of the runs whose row has this key.
void move_deadlines(Database& database, std::string_view key, Milliseconds by);
/// The highest id in use, or 0: the engine counts on from there.
[[nodiscard]] WaitId last_wait_id(Database& database);

}  // namespace aifp::storage
