#pragma once

#include <functional>

#include "actions/action.hpp"
#include "actions/factory.hpp"
#include "http/client.hpp"
#include "process/process.hpp"

// The two ways an action reaches the outside, in the callback form of actions.

namespace aifp::actions {

/// Sends one request. `done` comes once, from the loop, also after Cancel (then with `cancelled`).
[[nodiscard]] Cancel call_http(const Services& services,
                               http::ClientRequest request,
                               std::function<void(Result<http::ClientResponse>)> done);

/// Runs one program in the project's folder. `done` comes once, from the loop. Cancel terminates
/// the child's group; a child that was stopped that way is the error `cancelled`.
[[nodiscard]] Cancel call_process(const Services& services,
                                  process::ProcessRequest request,
                                  std::function<void(Result<process::ProcessResult>)> done);

/// What would be sent or started, for previews and traces: {method, url, headers, body} and {argv,
/// env, stdin, working_dir}. Bytes that are not text are counted.
[[nodiscard]] boost::json::value view_of(const http::ClientRequest& request);
[[nodiscard]] boost::json::value view_of(const process::ProcessRequest& request);

/// Why a program that ended did not succeed: "ended with exit code 3: <last line of what it said>".
/// Its class is "exit:3", or "exit" for a signal.
[[nodiscard]] tl::expected<void, StepError> check_process(const process::ProcessResult& result);

}  // namespace aifp::actions
