#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <memory>
#include <span>
#include <string_view>

#include "actions/action.hpp"
#include "base/clock.hpp"
#include "base/project_paths.hpp"
#include "base/result.hpp"
#include "config/resolver.hpp"
#include "config/settings.hpp"
#include "expression/sandbox.hpp"
#include "http/client.hpp"
#include "model/directive.hpp"

namespace aifp::actions {

class Ai;

/// What actions are built from; owned by the wiring, outlives every action.
struct Services {
    boost::asio::any_io_executor executor;
    expression::Sandbox& sandbox;
    http::Client& client;
    const config::Resolver& resolver;
    const config::Settings& settings;
    Effects& effects;
    const ProjectPaths& paths;
    const Clock& clock;
    Ai* ai = nullptr;  ///< Null: no step can ask one.
};

using ActionFactory = Result<std::unique_ptr<Action>> (*)(const model::Action&, const Services&);

/// One row per kind that is built. A test holds the table equal to the grammar's action rows.
struct ActionRow {
    std::string_view kind;
    ActionFactory make;
    Milliseconds default_timeout;
};
[[nodiscard]] std::span<const ActionRow> action_rows() noexcept;

/// Compiles one step. Errors: invalid_input (a template that does not compile), not_found (a
/// secret, a variable, an API or a channel that the settings do not have).
[[nodiscard]] Result<std::unique_ptr<Action>> make_action(const model::Action& action,
                                                          const Services& services);
/// The step's own `timeout`, else its kind's default.
[[nodiscard]] Milliseconds timeout_of(const model::Action& action) noexcept;

}  // namespace aifp::actions
