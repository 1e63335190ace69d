#pragma once

#include <functional>
#include <thread>

namespace aifp {

/// Starts a thread that takes no signals: they belong to the loop. The caller joins it.
/// Throws std::system_error when the system has none to give.
[[nodiscard]] std::thread start_quiet_thread(std::function<void()> body);

}  // namespace aifp
