#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "briefing/briefing.hpp"
#include "briefing/site_desk.hpp"
#include "prompts/lint.hpp"
#include "storage/ai_rows.hpp"

// What the faces are shown of requests to an AI, as JSON (docs/admin-api.md). For the sources of
// this room.

namespace aifp::briefing {

/// The row of a request that was asked; provider, model and time are the caller's.
[[nodiscard]] storage::ManifestRow manifest_row(const Draft& draft,
                                                const prompts::Assembled& request,
                                                const Result<llm::Reply>& got);

/// Of Briefing::show_inspection(). `found`: what lint begins with. `name`: who would be asked.
[[nodiscard]] boost::json::value inspection_view(const std::string& agent,
                                                 const Inspection& inspection,
                                                 std::vector<prompts::LintFinding> found,
                                                 const std::optional<llm::ModelName>& name);
/// {provider, generation, is_enabled, is_stale, data}; `view` is null when nothing is known.
[[nodiscard]] boost::json::value site_view(const prompts::SiteView* view,
                                           const SiteDesk& desk,
                                           bool is_enabled);
[[nodiscard]] boost::json::value manifests_view(const std::vector<storage::ManifestRow>& rows);
/// {month, budget, spent, uses: [...]}
[[nodiscard]] boost::json::value usage_view(const std::vector<storage::TokenUse>& uses,
                                            const std::string& month,
                                            std::int64_t budget);

/// Answers with what `make` makes of the database.
void read_view(storage::Store& store,
               std::function<boost::json::value(storage::Database&)> make,
               Briefing::Answer answer);

}  // namespace aifp::briefing
