#pragma once

#include "base/result.hpp"
#include "storage/database.hpp"

namespace aifp::storage {

/// What was to be written breaks a rule of the schema or a bound of SQLite: it never can be, and
/// others may.
[[nodiscard]] bool is_of_the_row(const DatabaseError& error) noexcept;

/// What is said of a group that `error` kept from being stored: internal when that is a matter of
/// the group itself, so that trying again will not help; else io_failure.
[[nodiscard]] tl::unexpected<Error> not_stored(const DatabaseError& error);

}  // namespace aifp::storage
