#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "admin/admin.hpp"
#include "http/server.hpp"

namespace aifp::daemon {

/// One project as the listeners see it. Targets come without the prefix.
class ProjectFace {
public:
    virtual ~ProjectFace() = default;
    virtual void handle_admin(http::Request request, http::Responder responder) = 0;
    virtual void handle_hook(http::Request request, http::Responder responder) = 0;
    [[nodiscard]] virtual std::size_t hook_body_limit(std::string_view method,
                                                      std::string_view target) const = 0;
    /// The listener refused a webhook's request because its body is larger than that.
    virtual void hook_too_large(std::string_view target) = 0;
    [[nodiscard]] virtual bool is_ready() const = 0;
};

/// Hands the requests of a listener to the project that they name: /p/NAME/api/v1/...,
/// /p/NAME/hooks/PATH. A daemon that was given one project answers without the prefix too.
/// /healthz and /readyz speak for all. It opens nothing itself: every project asks for its own
/// token, and a name that does not exist is refused as one whose token is not known, so that
/// nobody can try out names. Loop thread only.
class Front {
public:
    /// `expected`: how many projects the daemon was given, also those that could not be opened.
    explicit Front(std::size_t expected);

    /// `face` outlives the front or is removed.
    void add(const std::string& name, ProjectFace& face);
    /// It will not come back: its requests are refused.
    void remove(const std::string& name);
    /// It comes back: until it is added again its callers are told to try again.
    void set_away(const std::string& name);

    void handle_admin(http::Request request, http::Responder responder) const;
    void handle_hook(http::Request request, http::Responder responder) const;
    [[nodiscard]] std::size_t hook_body_limit(std::string_view method,
                                              std::string_view target) const;
    void hook_too_large(std::string_view target) const;
    /// Every project that was expected is there and ready.
    [[nodiscard]] bool is_ready() const;

private:
    struct Place {
        ProjectFace* face = nullptr;
        std::optional<std::string> rest;  ///< The target without its prefix; absent: it had none.
        bool is_away = false;             ///< No face now, but one comes.
    };
    [[nodiscard]] Place place_of(std::string_view target) const;

    std::size_t expected_;
    admin::AdminAccess nobody_;
    std::map<std::string, ProjectFace*, std::less<>> faces_;
    std::set<std::string, std::less<>> away_;
};

}  // namespace aifp::daemon
