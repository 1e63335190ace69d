#include "storage/not_stored.hpp"

#include <sqlite3.h>

#include <string>

namespace aifp::storage {

bool is_of_the_row(const DatabaseError& error) noexcept {
    const int code = error.extended_code() & 0xff;
    return code == SQLITE_CONSTRAINT || code == SQLITE_MISMATCH || code == SQLITE_TOOBIG;
}

tl::unexpected<Error> not_stored(const DatabaseError& error) {
    const ErrorCode code = is_of_the_row(error) ? ErrorCode::internal : ErrorCode::io_failure;
    return fail(code, std::string("storing: ") + error.what());
}

}  // namespace aifp::storage
