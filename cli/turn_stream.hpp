#pragma once

#include <boost/json/value.hpp>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"

// One turn with the chat agent over the admin socket (docs/agents.md, POST /api/v1/chat).

namespace aifp::cli {

/// Who hears how a turn goes.
struct TurnListener {
    /// One event of the daemon: its name and its data, null where that is no JSON.
    std::function<void(std::string_view event, const boost::json::value& data)> event;
    /// Nothing came for so long; told again and again while that lasts.
    std::function<void(Milliseconds silence)> silent;
};

/// How a turn ended.
enum class TurnEnd {
    whole,    ///< With the daemon's `done` or `error`.
    broken,   ///< The daemon's answer broke off.
    stopped,  ///< By SIGINT (Ctrl-C). The daemon, left alone, asks the provider nothing more.
};

inline constexpr Milliseconds kPatience = Seconds(5);

/// Sends `body` to the socket and gives the events as they come. While it lasts SIGINT ends the
/// turn and not the process. `patience`: until silent() is called for the first time; then six
/// times as long. One thread; blocks. Errors: unreachable; invalid_input with the daemon's words
/// when it refuses.
[[nodiscard]] Result<TurnEnd> blocking_turn(const std::filesystem::path& socket,
                                            const std::string& body,
                                            const TurnListener& listener,
                                            Milliseconds patience = kPatience);

}  // namespace aifp::cli
