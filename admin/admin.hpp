#pragma once

#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "briefing/briefing.hpp"
#include "engine/control.hpp"
#include "helpers/toolbox.hpp"
#include "helpers/workflow/services.hpp"
#include "http/server.hpp"

namespace aifp::agents {
class Chat;
}

namespace aifp::admin {

/// Who may ask. (reference/decisions.md: the unix socket has all rights for the owner and root)
struct AdminAccess {
    std::string token;  ///< For TCP: Authorization: Bearer TOKEN.
    uid_t owner = 0;    ///< For the unix socket: this user and root.
};

/// The admin API over one or more listeners. Loop thread only; owned by the wiring, outlives the
/// servers that call it. Bodies and statuses: docs/admin-api.md.
class Admin {
public:
    /// Without `workflow` its routes are not there.
    Admin(engine::Control& control,
          helpers::Toolbox& toolbox,
          AdminAccess access,
          const helpers::workflow::WorkflowServices* workflow = nullptr);

    /// What GET /api/v1/neighbours answers; without it there is no such route.
    void set_neighbours(std::function<boost::json::value()> view) { neighbours_ = std::move(view); }

    /// What the routes of prompts and the site context ask; without it there are none.
    void set_briefing(briefing::Briefing* briefing) { briefing_ = briefing; }

    /// The chat agent; without it its routes answer 404.
    void set_chat(agents::Chat* chat) { chat_ = chat; }

    void handle(http::Request request, http::Responder responder);

private:
    void dispatch(http::Request request, http::Responder responder);

    engine::Control& control_;
    helpers::Toolbox& toolbox_;
    AdminAccess access_;
    const helpers::workflow::WorkflowServices* workflow_;
    std::function<boost::json::value()> neighbours_;
    briefing::Briefing* briefing_ = nullptr;
    agents::Chat* chat_ = nullptr;
};

/// Whether the request may be answered at all, before any route is looked at. Pure. Over TCP the
/// Host must be a loopback name and an Origin, if there is one, must be the same: else a page in
/// the user's browser could ask (DNS rebinding, cross-site requests). 401, 403 or nothing.
[[nodiscard]] std::optional<http::Response> check_access(const http::Request& request,
                                                         const AdminAccess& access);

/// Reads the token of `file`, or makes one (64 hexadecimal digits, mode 0600). A file that others
/// may read is replaced. Blocks. Errors: io_failure.
[[nodiscard]] Result<std::string> load_or_make_token(const std::filesystem::path& file);

}  // namespace aifp::admin
