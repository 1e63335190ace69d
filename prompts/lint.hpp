#pragma once

#include <string>
#include <vector>

#include "prompts/assemble.hpp"

namespace aifp::prompts {

/// Something about a request's prompt directives that is allowed, and probably not meant.
struct LintFinding {
    std::string id;  ///< Of the one to look at.
    std::string message;
};

/// What the manifest of a request shows: two that say the same, one that failed, was cut or
/// lacks something (a file, the site), and one that changes more often than one behind it, because
/// a provider's cache ends there. Pure.
[[nodiscard]] std::vector<LintFinding> lint(const std::vector<ManifestEntry>& manifest);

}  // namespace aifp::prompts
