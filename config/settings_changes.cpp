#include "config/settings.hpp"

namespace aifp::config {

std::vector<std::string> waiting_for_restart(const Settings& before, const Settings& after) {
    std::vector<std::string> keys;
    const auto compare = [&](const char* key, const auto& old_value, const auto& new_value) {
        if (old_value != new_value) {
            keys.emplace_back(key);
        }
    };
    const auto& was = before.limits;
    const auto& is = after.limits;
    compare("name", before.name, after.name);
    compare("durability", before.durability, after.durability);
    compare("admin.address", before.admin_address, after.admin_address);
    compare("hooks.listen", before.hooks_listen, after.hooks_listen);
    compare("hooks.trusted_proxies", before.trusted_proxies, after.trusted_proxies);
    compare("mcp.scope", before.mcp_scope, after.mcp_scope);
    compare("retention.ledger_days", before.retention.ledger_days, after.retention.ledger_days);
    compare("retention.ledger_rows", before.retention.ledger_rows, after.retention.ledger_rows);
    compare("limits.max_concurrent_runs", was.max_concurrent_runs, is.max_concurrent_runs);
    compare("limits.max_queued_runs", was.max_queued_runs, is.max_queued_runs);
    compare("limits.max_state_entries", was.max_state_entries, is.max_state_entries);
    compare(
        "limits.expression_instructions", was.expression_instructions, is.expression_instructions);
    compare("limits.expression_memory", was.expression_memory, is.expression_memory);
    return keys;
}

}  // namespace aifp::config
