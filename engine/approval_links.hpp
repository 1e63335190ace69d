#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/client_limits.hpp"
#include "base/clock.hpp"
#include "base/ids.hpp"
#include "http/ip_address.hpp"
#include "http/message.hpp"
#include "http/responder.hpp"
#include "logging/log.hpp"

namespace aifp::engine {

class Dispatcher;

/// Below the listener for webhooks: /approve/RUN-SECRET.
inline constexpr std::string_view kLinkPath = "/approve/";
/// Who answered, where names of people stand.
inline constexpr std::string_view kByLink = "somebody by link";

/// The one-time links with which a person answers an approval from a notification
/// (docs/control-flow.md, docs/decisions/0014). A GET only shows the question: whatever fetches
/// links out of messages answers nothing. What is no link, or is none any more, is told 404 in one
/// and the same way. Loop thread only; owned by the engine.
class ApprovalLinks {
public:
    /// Of a request: "answer=yes".
    static constexpr std::size_t kMaxBody = 1'024;
    /// What it refers to outlives it.
    struct Parts {
        Dispatcher& dispatcher;
        logging::Log& log;
        const Clock& clock;
        std::vector<http::IpRange> trusted_proxies;  ///< Whose X-Forwarded-For is believed.
    };
    explicit ApprovalLinks(Parts parts) : parts_(std::move(parts)) {}

    /// Whether requests to this target are for handle().
    [[nodiscard]] static bool is_link(std::string_view target) {
        return target.starts_with(kLinkPath);
    }
    void handle(const http::Request& request, http::Responder& responder);

private:
    /// What a path names: a run, and the SHA-256 of the secret.
    struct Link {
        LedgerId run;
        std::string hash;
    };
    [[nodiscard]] static std::optional<Link> link_in(std::string_view path);
    [[nodiscard]] http::Response show(const Link& link) const;
    [[nodiscard]] http::Response answer(const Link& link,
                                        const std::string& body,
                                        const std::string& client) const;

    Parts parts_;
    ClientLimits limits_;
};

}  // namespace aifp::engine
