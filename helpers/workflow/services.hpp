#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/json/value.hpp>
#include <functional>

#include "base/clock.hpp"
#include "base/project_paths.hpp"
#include "base/result.hpp"
#include "config/secrets.hpp"
#include "config/settings.hpp"
#include "engine/control.hpp"
#include "engine/upkeep.hpp"
#include "helpers/workflow/generator.hpp"
#include "storage/store.hpp"

namespace aifp::helpers::workflow {

/// What the workflow helpers of one project work with; owned by the wiring, outlives their answers.
struct WorkflowServices {
    boost::asio::any_io_executor executor;
    const Clock& clock;
    const ProjectPaths& paths;
    const config::Settings& settings;
    const config::Secrets& secrets;
    storage::Store& store;
    engine::Control& control;
    engine::Upkeep& upkeep;
    const Generator& generator;
};

/// Called once, on the loop, perhaps before the call returns. Values are JSON bodies
/// (docs/admin-api.md).
using Answer = std::function<void(Result<boost::json::value>)>;

}  // namespace aifp::helpers::workflow
