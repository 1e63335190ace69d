#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/project_paths.hpp"

// What `aifp doctor` looks at, one function each. All block, change nothing and need no daemon.
namespace aifp::cli {

/// What one look showed.
struct Finding {
    enum class Level {
        ok,
        warn,  ///< It works, but will hurt some day.
        fail,  ///< It does not work, or is not safe.
    };
    std::string check;  ///< "secrets"
    Level level = Level::ok;
    std::string text;
    std::string cure = {};  ///< What to do; empty when all is well.
};
using Findings = std::vector<Finding>;

/// Where it looks.
struct Patient {
    ProjectPaths paths;
    WallTime now;
    std::filesystem::path system = "/";  ///< Where /etc, /proc and /usr are found.
};

// doctor_project.cpp
[[nodiscard]] Findings look_at_folder(const Patient& patient);    ///< Owner and permissions.
[[nodiscard]] Findings look_at_settings(const Patient& patient);  ///< engine.yaml.
[[nodiscard]] Findings look_at_secrets(const Patient& patient);  ///< secrets.yaml, the admin token.
[[nodiscard]] Findings look_at_database(const Patient& patient);  ///< Reads it through.
[[nodiscard]] Findings look_at_daemon(const Patient& patient);    ///< Lock, socket, answer.

// doctor_host.cpp
[[nodiscard]] Findings look_at_clock(const Patient& patient);   ///< Set by somebody, and plausible.
[[nodiscard]] Findings look_at_zones(const Patient& patient);   ///< The zone database.
[[nodiscard]] Findings look_at_disk(const Patient& patient);    ///< Space and files left.
[[nodiscard]] Findings look_at_ports(const Patient& patient);   ///< Whether they can be had.
[[nodiscard]] Findings look_at_unit(const Patient& patient);    ///< Installed, enabled, running.
[[nodiscard]] Findings look_at_limits(const Patient& patient);  ///< inotify, open files.

}  // namespace aifp::cli
