#pragma once

#include <functional>
#include <string>

#include "storage/database.hpp"
#include "storage/write_group.hpp"

namespace aifp::storage {

/// How secrets are kept out of the file: given by who knows them (config::SecretKeeper). What
/// people read loses them for good; what the engine goes on from holds their names, and gets the
/// values back as it is read. Called on any thread. Empty functions change nothing.
struct RowSecrets {
    using Change = std::function<std::string(std::string)>;
    Change redacted;       ///< Of details and errors.
    Change redacted_json;  ///< Of traces.
    Change sealed_json;    ///< Of payloads, variables, waits and states.
    Change sealed_text;    ///< Of keys.
    Change opened;         ///< Undoes the last two.
};

/// Makes the SQL function opened(TEXT) of this connection give back what was sealed; without
/// `opened` (as every connection begins) it gives back what it was given. Throws DatabaseError.
void set_opener(Database& database, RowSecrets::Change opened);

/// Takes the secrets out of everything that is to be stored.
void hide_secrets(WriteGroup& group, const RowSecrets& secrets);

}  // namespace aifp::storage
