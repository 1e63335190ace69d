#pragma once

#include <functional>
#include <thread>

namespace aifp {

/// Starts a thread that takes no signals: they belong to the loop. The caller joins it.
[[nodiscard]] std::thread start_quiet_thread(std::function<void()> body);

}  // namespace aifp
