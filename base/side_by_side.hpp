#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <functional>
#include <vector>

namespace aifp {

/// Work that is begun when it is its turn.
using Job = std::function<boost::asio::awaitable<void>()>;

/// Does all `jobs` in their order, at most `at_once` (at least 1) at the same time, on the caller's
/// executor, and comes back when the last has ended. An exception of a job comes back once the
/// others have ended; the jobs that its worker would have done next are done by the others, if
/// there are any.
///
/// Cancelling reaches the jobs under way and begins no more; they are waited for, so that nothing
/// of them goes on. What a job writes to outlives this call.
[[nodiscard]] boost::asio::awaitable<void> side_by_side(std::vector<Job> jobs, std::size_t at_once);

}  // namespace aifp
