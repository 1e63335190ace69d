#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/time_zone.hpp"
#include "helpers/directive_texts.hpp"
#include "model/directive.hpp"

namespace aifp::helpers {

using helpers::parse_directive_text;
using helpers::validation_view;

struct DryRun {
    WallTime now;
    TimeZone zone;  ///< The project's.
    std::size_t count = 5;
    std::optional<schedule::SunPosition> position = std::nullopt;  ///< The project's.
};
/// {name, triggers: [{kind, ..., next: [INSTANT]}], conditions, actions, note}: when it would run
/// and what it would do, with the templates as written. Nothing is executed. Pure.
[[nodiscard]] boost::json::object dry_run_view(const model::Directive& directive,
                                               const DryRun& question);

/// A sentence or two from what the engine knows: why it did, or did not, run. `directive` and
/// `decisions` are the bodies of Control::show_directive and Control::history. Pure.
[[nodiscard]] std::string explanation_of(const boost::json::object& directive,
                                         const boost::json::array& decisions);

}  // namespace aifp::helpers
