#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "storage/database.hpp"

// Rows of `llm_usage`, `site_contexts` and `prompt_manifests`. Plain functions on the thread that
// owns the Database; they throw DatabaseError.
namespace aifp::storage {

/// Tokens of one provider's model.
struct TokenUse {
    std::string month;  ///< "2026-11", UTC.
    std::string provider;
    std::string model;
    std::int64_t requests = 0;
    std::int64_t input_tokens = 0;
    std::int64_t output_tokens = 0;
    std::int64_t cached_tokens = 0;
};
/// Adds to what is there.
void add_token_use(Database& database, const TokenUse& use);
/// The months from `first_month` on, by month, provider and model.
[[nodiscard]] std::vector<TokenUse> load_token_use(Database& database,
                                                   std::string_view first_month);

/// What was last known of a site.
struct SiteRow {
    std::string provider;
    std::string value_json;
    std::int64_t generation = 0;
    WallTime fetched_at;
};
void put_site(Database& database, const SiteRow& site);
void remove_site(Database& database, std::string_view provider);
[[nodiscard]] std::optional<SiteRow> find_site(Database& database, std::string_view provider);

/// One request to an AI: what stood in it and how it ended.
struct ManifestRow {
    std::int64_t id = 0;  ///< Given by put_manifest.
    std::optional<LedgerId> run;
    std::optional<std::string> session;
    std::optional<std::string> directive;  ///< Name.
    std::string agent;
    std::string provider;
    std::string model;
    WallTime at;
    std::string sha256;
    std::string outcome;  ///< "answered", or the name of the error's code.
    std::int64_t input_tokens = 0;
    std::int64_t output_tokens = 0;
    std::string entries_json;  ///< prompts::to_json of the manifest.
};

/// The newest that are kept, whosever they are.
inline constexpr std::int64_t kMaxManifests = 5'000;

/// Stores one and removes what is more than kMaxManifests.
void put_manifest(Database& database, const ManifestRow& row);

/// Which manifests; all that is given must hold.
struct ManifestQuery {
    std::optional<LedgerId> run;
    std::optional<std::string> session;
    std::optional<std::int64_t> id;
    std::int64_t limit = 50;
};
/// The newest first.
[[nodiscard]] std::vector<ManifestRow> load_manifests(Database& database,
                                                      const ManifestQuery& query);

}  // namespace aifp::storage
