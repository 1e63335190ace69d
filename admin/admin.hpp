#pragma once

#include <boost/json/value.hpp>
#include <functional>
#include <memory>
#include <tl/expected.hpp>

#include "admin/access.hpp"
#include "admin/idempotency.hpp"
#include "admin/log_feed.hpp"
#include "admin/metrics.hpp"
#include "admin/tokens.hpp"
#include "base/client_limits.hpp"
#include "briefing/briefing.hpp"
#include "helpers/toolbox.hpp"
#include "helpers/workflow/services.hpp"
#include "http/server.hpp"
#include "logging/log.hpp"

namespace aifp::agents {
class Chat;
}

namespace aifp::admin {

struct Call;
struct Route;

/// What the API works with; owned by the wiring, outlives the Admin.
struct AdminParts {
    const helpers::workflow::WorkflowServices& services;
    helpers::Toolbox& toolbox;
    logging::Log& log;
    Tokens& tokens;
    AdminAccess access;
    /// What GET /api/v1/neighbours answers; without it there is no such route.
    std::function<boost::json::value()> neighbours = {};
    /// What GET /metrics tells of the process; without it that part is empty.
    ReadDaemon daemon = {};
    /// What the routes of prompts and the site context ask; without it there are none.
    briefing::Briefing* briefing = nullptr;
    /// The chat agent; without it its routes answer 404.
    agents::Chat* chat = nullptr;
    /// The lines of `log` as they are written; without it they cannot be followed.
    LogFeed* log_feed = nullptr;
};

/// The admin API over one or more listeners. Loop thread only; owned by the wiring, outlives the
/// servers that call it. Bodies and statuses: docs/admin-api.md.
class Admin {
public:
    explicit Admin(AdminParts parts);

    /// Who sent a request, or why it is not looked at: 401, 403, 429. For everything on the admin's
    /// listeners, MCP too; counts the request.
    [[nodiscard]] tl::expected<helpers::Caller, http::Response> admit(const http::Request& request);

    void handle(http::Request request, http::Responder responder);

private:
    void dispatch(http::Request request, helpers::Caller caller, http::Responder responder);
    void begin(const Route& route, const http::Request& request, Call call);
    void perform(const Route& route, std::string what, Call call);

    AdminParts parts_;
    ClientLimits limits_;
    Idempotency idempotency_;
};

}  // namespace aifp::admin
