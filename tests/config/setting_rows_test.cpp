// The table of settings: what it says of each, and that its defaults are those of the program.
#include "config/setting_rows.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <tuple>

#include "config/settings.hpp"
#include "tests/document/support.hpp"

namespace aifp::config {
namespace {

using document::brief;

TEST(DescribeSettings, has_every_key_once_with_a_meaning) {
    std::set<std::string> names;
    for (const auto& item : describe_settings()) {
        names.emplace(item.at("name").as_string());
        EXPECT_FALSE(item.at("meaning").as_string().empty());
        EXPECT_FALSE(item.at("type").as_string().empty());
        EXPECT_TRUE(item.at("unit").is_string() && item.at("default").is_string());
    }

    EXPECT_EQ(names.size(), describe_settings().size());
    for (const char* name : {"approval",
                             "limits.max_payload",
                             "apis.NAME.base_url",
                             "hooks.listen",
                             "notify.NAME.command",
                             "retention.ledger_rows",
                             "admin.address"}) {
        EXPECT_TRUE(names.contains(name)) << name;
    }
}

TEST(WaitingForRestart, names_what_a_reload_does_not_change) {
    Settings before;
    Settings after = before;
    EXPECT_TRUE(waiting_for_restart(before, after).empty());
    after.approval = Approval::off;  // takes effect at once
    after.mcp_scope = {"read"};
    after.limits.max_queued_runs = 5;
    EXPECT_EQ(waiting_for_restart(before, after),
              (std::vector<std::string>{"mcp.scope", "limits.max_queued_runs"}));
}

// Reads the documented default of each row and compares the result with the struct's own.
template <class Owner, class Same>
void expect_true_defaults(std::span<const SettingRow<Owner>> rows, Same is_same) {
    for (const SettingRow<Owner>& row : rows) {
        if (row.fallback.empty()) {
            continue;
        }
        const document::SourceText source(
            "a", "'" + std::string(row.key) + "': " + std::string(row.fallback));
        const auto document = document::parse(source, document::Format::yaml, {});
        document::Report report(source);
        Owner owner;
        row.read(owner, report, *document.root->find(row.key), row.key);
        EXPECT_EQ(brief(report.take()), "") << row.key;
        EXPECT_TRUE(is_same(owner, Owner())) << row.key;
    }
}

TEST(SettingRows, tell_the_true_defaults) {
    expect_true_defaults(limits_rows(), [](const Limits& a, const Limits& b) {
        return std::tie(a.max_concurrent_runs,
                        a.max_queued_runs,
                        a.max_own_starts_per_minute,
                        a.max_starts_per_minute,
                        a.max_file_size,
                        a.max_payload,
                        a.max_output,
                        a.max_state_entries,
                        a.expression_instructions,
                        a.expression_memory) == std::tie(b.max_concurrent_runs,
                                                         b.max_queued_runs,
                                                         b.max_own_starts_per_minute,
                                                         b.max_starts_per_minute,
                                                         b.max_file_size,
                                                         b.max_payload,
                                                         b.max_output,
                                                         b.max_state_entries,
                                                         b.expression_instructions,
                                                         b.expression_memory);
    });
    expect_true_defaults(retention_rows(), [](const Retention& a, const Retention& b) {
        return std::tie(a.ledger_days, a.ledger_rows) == std::tie(b.ledger_days, b.ledger_rows);
    });
    expect_true_defaults(api_rows(),
                         [](const Api& a, const Api& b) { return a.timeout == b.timeout; });
    const auto same = [](const Settings& a, const Settings& b) {
        return std::tie(a.approval, a.durability, a.admin_address, a.hooks_listen, a.env) ==
                   std::tie(b.approval, b.durability, b.admin_address, b.hooks_listen, b.env) &&
               a.trusted_proxies == b.trusted_proxies &&
               a.limits.max_payload == b.limits.max_payload;
    };
    expect_true_defaults(settings_rows(), same);
    expect_true_defaults(admin_rows(), same);
    expect_true_defaults(hooks_rows(), same);
    expect_true_defaults(prompts_rows(), std::equal_to<Prompts>());
    expect_true_defaults(wordpress_rows(), std::equal_to<WordPress>());
    expect_true_defaults(llm_rows(), std::equal_to<Llm>());
    expect_true_defaults(chat_rows(), std::equal_to<Chat>());
    expect_true_defaults(codegen_rows(), std::equal_to<Codegen>());
}

}  // namespace
}  // namespace aifp::config
