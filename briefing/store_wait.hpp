#pragma once

#include <boost/asio/awaitable.hpp>

#include "storage/store.hpp"

namespace aifp::briefing {

/// Runs a job on the store's reading connection and waits for it. The job is never interrupted:
/// what it writes into must outlive it, so share it. Errors: io_failure.
[[nodiscard]] boost::asio::awaitable<Status> read_store(storage::Store& store,
                                                        storage::Store::Job job);

}  // namespace aifp::briefing
