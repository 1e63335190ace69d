#pragma once

#include <boost/json/object.hpp>

#include "world.hpp"

namespace aifp::prompts::testing {

/// Holds every member of an `expect` step of the rows against the world, as test failures. A member
/// that nobody knows is a failure too.
void check(const World& world, const boost::json::object& expected);

}  // namespace aifp::prompts::testing
