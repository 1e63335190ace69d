#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Which project a path belongs to: /p/NAME/REST. Pure. (reference/decisions.md, Files and faces)

namespace aifp::daemon {

/// What a project would like to be called.
struct NameWish {
    std::string given;  ///< The setting `name`; empty: none.
    std::filesystem::path folder;
};

/// The name of a folder with what a URL or a name of a project cannot hold as "-": [a-z0-9_.-], a
/// letter or digit first, at most 64. "project" when nothing is left.
[[nodiscard]] std::string url_name(std::string_view folder_name);

/// One name per wish, in their order, each once: who was given a name has it before those that only
/// have one from their folder; the later of two gets "-2", "-3" ...
[[nodiscard]] std::vector<std::string> choose_names(const std::vector<NameWish>& wishes);

/// A target that names its project.
struct ProjectTarget {
    std::string_view project;
    std::string rest;  ///< Begins with '/': what the target would be without the prefix.
};

/// "/p/home/api/v1/status?x" -> "home", "/api/v1/status?x". Nothing for a target without prefix.
[[nodiscard]] std::optional<ProjectTarget> split_target(std::string_view target);

/// "/p/home"
[[nodiscard]] std::string prefix_of(std::string_view project);

}  // namespace aifp::daemon
