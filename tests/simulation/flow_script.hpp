#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace aifp::simulation {

/// script.yaml of a golden folder (docs/simulation-test.md, Golden folders).
struct FlowScript {
    WallTime start;
    std::string settings;         ///< Text of engine.yaml.
    boost::json::object answers;  ///< Of ScriptedWorld.
    bool has_monitor = false;     ///< Every minute costs: only where its notices matter.
    boost::json::array steps;
};
/// A script that cannot be read is a defect of the test: it throws.
[[nodiscard]] FlowScript read_script(const std::filesystem::path& path);
/// A step without its time, as the transcript shows it: "set {"door":"open"}, ttl 10m".
[[nodiscard]] std::string line_of(const boost::json::object& step);
/// What stands in a step under a key; empty: no text does.
[[nodiscard]] std::string text_at(const boost::json::object& step, std::string_view key);
[[nodiscard]] std::string text_of_file(const std::filesystem::path& path);

}  // namespace aifp::simulation
