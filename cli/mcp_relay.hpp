#pragma once

namespace aifp::cli {

/// Passes bytes between standard input and output on one side and a connected socket on the other,
/// until the input has ended and what was asked is answered, or the socket is closed. Nothing is
/// looked into: both sides speak lines of MCP. Blocks. Returns whether the input ended first;
/// false: the daemon went away.
[[nodiscard]] bool blocking_relay(int input, int output, int socket);

}  // namespace aifp::cli
