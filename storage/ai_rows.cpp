#include "storage/ai_rows.hpp"

namespace aifp::storage {

void add_token_use(Database& database, const TokenUse& use) {
    Statement row(database,
                  "INSERT INTO llm_usage VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) "
                  "ON CONFLICT (month, provider, model) DO UPDATE SET "
                  "requests = requests + ?4, input_tokens = input_tokens + ?5, "
                  "output_tokens = output_tokens + ?6, cached_tokens = cached_tokens + ?7");
    row.run(std::string_view(use.month),
            std::string_view(use.provider),
            std::string_view(use.model),
            use.requests,
            use.input_tokens,
            use.output_tokens,
            use.cached_tokens);
}

std::vector<TokenUse> load_token_use(Database& database, std::string_view first_month) {
    Statement row(database,
                  "SELECT month, provider, model, requests, input_tokens, output_tokens, "
                  "cached_tokens FROM llm_usage WHERE month >= ?1 ORDER BY month, provider, model");
    row.bind(first_month);
    std::vector<TokenUse> all;
    while (row.step()) {
        all.push_back({row.text(0),
                       row.text(1),
                       row.text(2),
                       row.integer(3),
                       row.integer(4),
                       row.integer(5),
                       row.integer(6)});
    }
    return all;
}

void put_site(Database& database, const SiteRow& site) {
    Statement row(database, "INSERT OR REPLACE INTO site_contexts VALUES (?1, ?2, ?3, ?4)");
    row.run(std::string_view(site.provider),
            std::string_view(site.value_json),
            site.generation,
            site.fetched_at);
}

void remove_site(Database& database, std::string_view provider) {
    Statement row(database, "DELETE FROM site_contexts WHERE provider = ?1");
    row.run(provider);
}

std::optional<SiteRow> find_site(Database& database, std::string_view provider) {
    Statement row(database,
                  "SELECT value_json, generation, fetched_at_ms FROM site_contexts "
                  "WHERE provider = ?1");
    row.bind(provider);
    if (!row.step()) {
        return std::nullopt;
    }
    return SiteRow{std::string(provider), row.text(0), row.integer(1), row.time(2)};
}

void put_manifest(Database& database, const ManifestRow& manifest) {
    Statement row(database,
                  "INSERT INTO prompt_manifests (run_id, session_id, directive, agent, provider, "
                  "model, at_ms, sha256, outcome, input_tokens, output_tokens, entries_json) "
                  "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)");
    row.bind(manifest.run,
             manifest.session,
             manifest.directive,
             manifest.agent,
             manifest.provider,
             manifest.model,
             manifest.at,
             manifest.sha256,
             manifest.outcome,
             manifest.input_tokens,
             manifest.output_tokens,
             manifest.entries_json);
    while (row.step()) {
    }
    Statement trim(database, "DELETE FROM prompt_manifests WHERE id <= ?1");
    trim.run(database.last_insert_id() - kMaxManifests);
}

std::vector<ManifestRow> load_manifests(Database& database, const ManifestQuery& query) {
    Statement row(
        database,
        "SELECT id, run_id, session_id, directive, agent, provider, model, at_ms, sha256, "
        "outcome, input_tokens, output_tokens, entries_json FROM prompt_manifests "
        "WHERE (?1 IS NULL OR run_id = ?1) AND (?2 IS NULL OR session_id = ?2) "
        "AND (?3 IS NULL OR id = ?3) ORDER BY id DESC LIMIT ?4");
    row.bind(query.run, query.session, query.id, query.limit);
    const auto optional_text = [&row](int column) {
        return row.is_null(column) ? std::nullopt : std::optional(row.text(column));
    };
    std::vector<ManifestRow> all;
    while (row.step()) {
        ManifestRow found;
        found.id = row.integer(0);
        if (const auto run = row.optional_integer(1)) {
            found.run = LedgerId{*run};
        }
        found.session = optional_text(2);
        found.directive = optional_text(3);
        found.agent = row.text(4);
        found.provider = row.text(5);
        found.model = row.text(6);
        found.at = row.time(7);
        found.sha256 = row.text(8);
        found.outcome = row.text(9);
        found.input_tokens = row.integer(10);
        found.output_tokens = row.integer(11);
        found.entries_json = row.text(12);
        all.push_back(std::move(found));
    }
    return all;
}

}  // namespace aifp::storage
