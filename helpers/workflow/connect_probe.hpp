#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <string>
#include <vector>

#include "base/clock.hpp"

namespace aifp::helpers::workflow {

/// Whether something listens.
struct HostProbe {
    std::string host;     ///< "host:port", as asked.
    std::string problem;  ///< Empty: it took the connection.
};

/// Connects to each and hangs up at once, all at the same time (the first 16; more are told as a
/// problem). Each ends within `limit`. `done` comes once, from the executor, in the order asked.
void probe_hosts(const boost::asio::any_io_executor& executor,
                 std::vector<std::string> hosts,
                 Milliseconds limit,
                 std::function<void(std::vector<HostProbe>)> done);

}  // namespace aifp::helpers::workflow
