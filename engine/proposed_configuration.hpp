#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "directives/files.hpp"
#include "model/directive.hpp"

// What somebody wants a directive to be: its stored configuration with changes laid over it. Pure.
namespace aifp::engine {

/// `base` with the members of `changes` in place of its own; null takes a member out. The spec's
/// short forms stand for the lists of the native form.
[[nodiscard]] boost::json::object merge_configuration(boost::json::object base,
                                                      const boost::json::object& changes);
/// Errors: invalid_input with what is wrong and what to write instead.
[[nodiscard]] Result<model::Directive> read_configuration(const boost::json::object& configuration,
                                                          const directives::ParseContext& context);
/// The names of the members that differ, of either.
[[nodiscard]] std::vector<std::string> changed_members(const boost::json::object& before,
                                                       const boost::json::object& after);
/// What cannot be read is empty: the changes then have to say it all.
[[nodiscard]] boost::json::object stored_configuration(std::string_view text);

}  // namespace aifp::engine
