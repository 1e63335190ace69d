#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/project_paths.hpp"
#include "base/time_zone.hpp"
#include "directives/parse.hpp"
#include "engine/control.hpp"
#include "helpers/toolbox.hpp"
#include "storage/store.hpp"

namespace aifp::helpers {

/// What the tools, resources and prompts of a project work with. References are to what the wiring
/// owns; they outlive the provider.
struct ProjectParts {
    engine::Control& control;
    helpers::Toolbox& toolbox;
    storage::Store& store;
    const Clock& clock;
    ProjectPaths paths;
    TimeZone zone;
    directives::ParseContext parse_context;
    /// What an assistant may do: setting `mcp.scope`.
    std::vector<helpers::Scope> scopes;
    std::string version;
    std::string notice = {};  ///< Added to the instructions.

    [[nodiscard]] bool may(helpers::Scope scope) const {
        return std::find(scopes.begin(), scopes.end(), scope) != scopes.end();
    }
};

}  // namespace aifp::helpers
