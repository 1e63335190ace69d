#pragma once

#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "http/message.hpp"
#include "triggers/replay_ledger.hpp"

namespace aifp::briefing {

/// Where a site tells of its changes, on the listener of the webhooks.
inline constexpr std::string_view kSiteEventsPath = "/site-context/events";

/// Judges what a site tells: {"event": "post.updated"} or {"event": "option.changed", "option":
/// "name"}, signed as webhooks are (docs/prompts.md, "Events of a site"). What it says is never
/// believed, it only makes what is known old. Loop thread only.
class SiteEvents {
public:
    struct Verdict {
        http::Response response;
        std::string reason;  ///< "post.updated"; empty: nothing is to be done.
    };
    /// `secret`: empty: no site is listened to (404).
    [[nodiscard]] Verdict take(const http::Request& request,
                               const std::string& secret,
                               WallTime now);

private:
    triggers::ReplayLedger replays_{10'000};
};

}  // namespace aifp::briefing
