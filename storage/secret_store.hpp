#pragma once

#include <functional>

#include "storage/row_secrets.hpp"
#include "storage/store.hpp"

namespace aifp::storage {

/// A store whose file holds no secret, and that can be closed while others still refer to it.
struct SecretStore {
    OpenedStore opened;
    /// As destroying the store, but the object stays: what is asked of it from then on is refused
    /// with io_failure. Blocks until its threads have ended; calls no completion that is still due.
    std::function<void()> blocking_close;
};

/// As open_store; what goes in passes hide_secrets, what is read comes back opened. Errors: as
/// open_store.
[[nodiscard]] Result<SecretStore> open_secret_store(const StoreOptions& options,
                                                    const RowSecrets& secrets,
                                                    boost::asio::any_io_executor loop,
                                                    const Clock& clock);

}  // namespace aifp::storage
