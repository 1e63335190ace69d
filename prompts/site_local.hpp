#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/directive.hpp"
#include "prompts/site_context.hpp"

namespace aifp::prompts {

/// A directive of the project, as far as an AI's overview needs it.
struct LocalDirective {
    model::DirectiveType type = model::DirectiveType::trigger;
    model::DirectiveStatus status = model::DirectiveStatus::active;
    std::string source_file;  ///< Below the project; empty: none.
};

/// What the provider `local` tells of, gathered by whoever owns the store.
struct LocalProject {
    Site site;  ///< url: "file:///..."; admin_url: of the admin endpoint.
    std::vector<LocalDirective> directives;  ///< Archived ones are left out here.
    std::vector<std::string> test_results;   ///< One for each implementation; "" if never tested.
    std::vector<std::string> dependency_types;  ///< One for each dependency: "api_key" ...
};

/// This automation project in the structure of a site: a type for each kind of directive, one for
/// implementations and one for dependencies; taxonomies status, test_status, dependency_type and
/// source_file. (reference: prompt directives, 4.3 b)
[[nodiscard]] SiteContext local_site(const LocalProject& project);

}  // namespace aifp::prompts
