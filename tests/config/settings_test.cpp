#include "config/settings.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "base/file.hpp"
#include "config/setting_rows.hpp"
#include "tests/document/support.hpp"

namespace aifp::config {
namespace {

using document::brief;

LoadedSettings read(std::string text) {
    return read_settings(document::SourceText("engine.yaml", std::move(text)));
}

std::string told(std::string text) {
    return brief(read(std::move(text)).diagnostics);
}

TEST(ReadSettings, takes_an_empty_text_as_defaults) {
    const auto loaded = read("# nothing yet\n");

    EXPECT_EQ(brief(loaded.diagnostics), "");
    EXPECT_EQ(loaded.settings.approval, Approval::owner_files);
    EXPECT_EQ(loaded.settings.durability, Durability::full);
    EXPECT_FALSE(loaded.settings.timezone_given);
    EXPECT_EQ(loaded.settings.timezone.name(), TimeZone::system().name());
    EXPECT_EQ(loaded.settings.limits.max_payload, 1U << 20);
    EXPECT_EQ(loaded.settings.notify.at("default").kind, Channel::Kind::log);
}

TEST(ReadSettings, reads_calendars_and_the_blackout) {
    const auto loaded = read(
        "calendars:\n  holidays: [2026-12-24..2027-01-02, 05-01, sat 22:00-06:00]\n"
        "  nights: 22:00-06:00\nblackout: [nights]\n");

    EXPECT_EQ(brief(loaded.diagnostics), "");
    EXPECT_EQ(loaded.settings.calendars.at("holidays").size(), 3U);
    EXPECT_EQ(loaded.settings.calendars.at("nights").size(), 1U);
    EXPECT_EQ(loaded.settings.blackout, std::vector<std::string>{"nights"});
}

TEST(ReadSettings, tells_what_is_wrong_with_a_calendar) {
    EXPECT_NE(told("calendars: {holidays: [2026-02-30]}\n").find("cannot hold \"2026-02-30\""),
              std::string::npos);
    EXPECT_NE(told("calendars: {holidays: []}\n").find("has no entry"), std::string::npos);
    EXPECT_NE(told("calendars: [holidays]\n").find("must be a map of names"), std::string::npos);
    EXPECT_NE(told("calendars: {nights: 22:00-06:00}\nblackout: [night]\n").find("nights"),
              std::string::npos);
}

TEST(ReadSettings, reads_plain_values) {
    const auto loaded = read(
        "approval: off\ndurability: normal\ntimezone: Europe/Berlin\nenv: [HOME, LAMP_1]\n"
        "admin: {address: '[::1]:0', rate: 5/s, hosts: [nas.home, house]}\n"
        "hooks:\n  listen: 0.0.0.0:80\n  trusted_proxies: [10.0.0.0/8, '::1', 192.168.0.1]\n");
    const Settings& settings = loaded.settings;

    EXPECT_EQ(brief(loaded.diagnostics), "");
    EXPECT_EQ(settings.approval, Approval::off);
    EXPECT_EQ(settings.durability, Durability::normal);
    EXPECT_EQ(settings.timezone.name(), "Europe/Berlin");
    EXPECT_TRUE(settings.timezone_given);
    EXPECT_EQ(settings.env, (std::vector<std::string>{"HOME", "LAMP_1"}));
    EXPECT_EQ(settings.admin_address, "[::1]:0");
    EXPECT_EQ(settings.admin_hosts, (std::vector<std::string>{"nas.home", "house"}));
    EXPECT_EQ(settings.admin_rate, (Rate{5, Milliseconds(1'000)}));
    EXPECT_EQ(settings.hooks_listen, "0.0.0.0:80");
    EXPECT_EQ(settings.trusted_proxies.size(), 3U);
}

TEST(ReadSettings, takes_only_names_that_can_stand_in_a_url) {
    EXPECT_EQ(read("name: home-2").settings.name, "home-2");
    for (const char* wrong : {"Home", ".home", "my home", "a/b"}) {
        const auto loaded = read(std::string("name: \"") + wrong + "\"\n");
        EXPECT_EQ(loaded.diagnostics.size(), 1U) << wrong;
        EXPECT_EQ(loaded.settings.name, "") << wrong;
    }
}

TEST(ReadSettings, reads_limits_and_retention) {
    const auto loaded = read(
        "limits:\n  max_concurrent_runs: 1\n  max_queued_runs: 2\n  max_file_size: 3 KiB\n"
        "  max_own_starts_per_minute: 8\n  max_starts_per_minute: 9\n"
        "  max_payload: 4\n  max_output: 5 KB\n  max_state_entries: 6\n"
        "  expression_instructions: 7000\n  expression_memory: 8 MiB\n"
        "retention: {ledger_days: 9, ledger_rows: 10000}\n");
    const Limits& limits = loaded.settings.limits;

    EXPECT_EQ(brief(loaded.diagnostics), "");
    EXPECT_EQ(limits.max_concurrent_runs, 1);
    EXPECT_EQ(limits.max_queued_runs, 2);
    EXPECT_EQ(limits.max_own_starts_per_minute, 8);
    EXPECT_EQ(limits.max_starts_per_minute, 9);
    EXPECT_EQ(limits.max_file_size, 3'072U);
    EXPECT_EQ(limits.max_payload, 4U);
    EXPECT_EQ(limits.max_output, 5'000U);
    EXPECT_EQ(limits.max_state_entries, 6);
    EXPECT_EQ(limits.expression_instructions, 7'000);
    EXPECT_EQ(limits.expression_memory, 8U << 20);
    EXPECT_EQ(loaded.settings.retention.ledger_days, 9);
    EXPECT_EQ(loaded.settings.retention.ledger_rows, 10'000);
}

TEST(ReadSettings, reads_apis) {
    const auto loaded = read(
        "apis:\n  default: {base_url: 'http://lamp.local'}\n"
        "  home:\n    base_url: ${HOME_URL}\n    timeout: 5s\n"
        "    headers: {Authorization: !secret token, X-Count: 3}\n");
    const Api& home = loaded.settings.apis.at("home");

    EXPECT_EQ(brief(loaded.diagnostics), "");
    EXPECT_EQ(loaded.settings.apis.at("default").timeout, Seconds(30));
    EXPECT_EQ(home.base_url, "${HOME_URL}");
    EXPECT_EQ(home.timeout, Seconds(5));
    EXPECT_EQ(home.headers.at("Authorization"), (boost::json::object{{"$secret", "token"}}));
    EXPECT_EQ(home.headers.at("X-Count"), boost::json::value("3"));
}

TEST(ReadSettings, reads_channels) {
    const auto loaded = read(
        "notify:\n  default: {http: https://n.example/x, headers: {X-Key: !secret k}}\n"
        "  mail: {command: [mail, -s, hello]}\n  quiet: {log: true}\n"
        "  chat: {http: !secret chat_url}\n");
    const auto& notify = loaded.settings.notify;

    EXPECT_EQ(brief(loaded.diagnostics), "");
    EXPECT_EQ(notify.size(), 4U);
    EXPECT_EQ(notify.at("default").kind, Channel::Kind::http);
    EXPECT_EQ(notify.at("default").url, boost::json::value("https://n.example/x"));
    EXPECT_EQ(notify.at("default").headers.size(), 1U);
    EXPECT_EQ(notify.at("mail").kind, Channel::Kind::command);
    EXPECT_EQ(notify.at("mail").command, (std::vector<std::string>{"mail", "-s", "hello"}));
    EXPECT_EQ(notify.at("quiet").kind, Channel::Kind::log);
    EXPECT_EQ(notify.at("chat").url, (boost::json::object{{"$secret", "chat_url"}}));
}

TEST(ReadSettings, tells_all_mistakes_at_once) {
    EXPECT_EQ(told("aproval: off\ndurability: ful\nlimits:\n  max_payload: lots\n  max_outptu: 1\n"
                   "retention: 5\n"),
              "1:1 error unknown key \"aproval\" | did you mean \"approval\"?\n"
              "2:13 error unknown value for \"durability\": \"ful\" | did you mean \"full\"?\n"
              "4:16 error \"max_payload\": \"lots\" is not a size; write one like \"512\", "
              "\"64 KiB\", \"10 MiB\" or \"1 GB\"\n"
              "5:3 error unknown key \"max_outptu\" | did you mean \"max_output\"?\n"
              "6:12 error \"retention\" must be a map, not a whole number | write it as "
              "\"key: value\" lines");
}

TEST(ReadSettings, keeps_the_default_where_a_value_is_wrong) {
    const auto loaded =
        read("limits: {max_concurrent_runs: 0, max_queued_runs: 7}\ntimezone: Mars/X\n");

    EXPECT_EQ(loaded.diagnostics.size(), 2U);
    EXPECT_EQ(loaded.settings.limits.max_concurrent_runs, 64);
    EXPECT_EQ(loaded.settings.limits.max_queued_runs, 7);
    EXPECT_FALSE(loaded.settings.timezone_given);
}

struct Case {
    const char* text;
    const char* expected;
};
class SettingsMistake : public testing::TestWithParam<Case> {};

TEST_P(SettingsMistake, is_named_with_its_place) {
    EXPECT_EQ(told(GetParam().text), GetParam().expected);
}

#define LISTEN_HINT "write it like \"127.0.0.1:7717\" or \"[::1]:7717\"; port 0 takes a free one"
#define URL_HINT "write it like \"http://lamp.local/\" or \"https://example.org/api\""

INSTANTIATE_TEST_SUITE_P(
    Values,
    SettingsMistake,
    testing::Values(
        Case{"[a]",
             "1:1 error the file must be a map, not a list | write it as \"key: value\" lines"},
        Case{"admin: {address: 'lamp.local:1'}",
             "1:18 error \"lamp.local:1\" is no address to listen on | " LISTEN_HINT},
        Case{"hooks: {listen: '127.0.0.1:65536'}",
             "1:17 error \"127.0.0.1:65536\" is no address to listen on | " LISTEN_HINT},
        Case{"hooks: {listen: '127.0.0.1'}",
             "1:17 error \"127.0.0.1\" is no address to listen on | " LISTEN_HINT},
        Case{"hooks: {listen: '127.0.0.1:-1'}",
             "1:17 error \"127.0.0.1:-1\" is no address to listen on | " LISTEN_HINT},
        Case{"hooks: {trusted_proxies: [10.0.0.0/33, x]}",
             "1:27 error \"10.0.0.0/33\" cannot stand in trusted_proxies | write addresses such as "
             "\"10.0.0.1\" or \"10.0.0.0/8\"\n"
             "1:40 error \"x\" cannot stand in trusted_proxies | write addresses such as "
             "\"10.0.0.1\" or \"10.0.0.0/8\""},
        Case{"env: [A-B]",
             "1:7 error \"A-B\" cannot stand in env | write names of environment variables"},
        Case{"approval: false",
             "1:11 error \"approval\" must be one of the words it knows, not \"false\" | known "
             "are: required, owner_files, off"}));

INSTANTIATE_TEST_SUITE_P(
    Apis,
    SettingsMistake,
    testing::Values(
        Case{"apis: x", "1:7 error \"apis\" must be a map of names, not a text"},
        Case{"apis: {a b: {base_url: 'http://x'}}",
             "1:8 error \"a b\" cannot name an API | a name has up to 64 letters, digits, \"_\", "
             "\"-\" and \".\""},
        Case{"apis: {a: {}}", "1:8 error API \"a\" needs a base_url"},
        Case{"apis: {a: {base_url: lamp.local}}",
             "1:22 error \"lamp.local\" is no URL | " URL_HINT},
        Case{"apis: {a: {base_url: 'http://'}}", "1:22 error \"http://\" is no URL | " URL_HINT},
        Case{"apis: {a: {base_url: 'http://x', timeout: 0s}}",
             "1:43 error \"timeout\" must be at least 1ms, not \"0s\""},
        Case{"apis: {a: {base_url: 'http://x', headers: []}}",
             "1:43 error \"headers\" must be a map of names and texts, not a list"},
        Case{"apis: {a: {base_url: 'http://x', headers: {'X Y': a, Z: \"a\\nb\"}}}",
             "1:44 error \"X Y\" is no header | a name has letters, digits and dashes, a value has "
             "one line\n"
             "1:54 error \"Z\" is no header | a name has letters, digits and dashes, a value has "
             "one line"}));

INSTANTIATE_TEST_SUITE_P(
    Channels,
    SettingsMistake,
    testing::Values(
        Case{"notify: {a: {}}",
             "1:10 error channel \"a\" must have exactly one of log, http, command | write {log: "
             "true}, {http: URL} or {command: [PROGRAM, ...]}"},
        Case{"notify: {a: {log: true, http: 'http://x'}}",
             "1:10 error channel \"a\" must have exactly one of log, http, command | write {log: "
             "true}, {http: URL} or {command: [PROGRAM, ...]}"},
        Case{"notify: {a: {log: false}}",
             "1:19 error a channel cannot be \"log: false\" | remove the channel"},
        Case{"notify: {a: {log: true, headers: {X: y}}}",
             "1:10 error channel \"a\" has headers, but no http"},
        Case{"notify: {a: {http: 'ftp://x'}}", "1:20 error \"ftp://x\" is no URL | " URL_HINT},
        Case{"notify: {a: {command: mail}}",
             "1:23 error a command is a list of the program and its arguments | write it like "
             "[notify-send, \"From the engine\"]"},
        Case{"notify: {a: {command: []}}",
             "1:23 error a command is a list of the program and its arguments | write it like "
             "[notify-send, \"From the engine\"]"},
        Case{"notify: {a: mail}",
             "1:13 error \"a\" must be a map, not a text | write it as \"key: value\" lines"},
        Case{"notify: []", "1:9 error \"notify\" must be a map of names, not a list"}));

TEST(LoadSettings, takes_a_missing_file_as_defaults) {
    const auto loaded = load_settings("/nonexistent/.aifp-project/engine.yaml");

    EXPECT_EQ(brief(loaded.diagnostics), "");
    EXPECT_EQ(loaded.settings.notify.size(), 1U);
}

TEST(LoadSettings, reads_the_file_and_names_it_as_the_user_does) {
    const std::filesystem::path folder =
        std::filesystem::path(testing::TempDir()) / "load_settings" / ".aifp-project";
    std::filesystem::create_directories(folder);
    ASSERT_TRUE(write_file_atomically(folder / "engine.yaml", "approval: required\nx: 1\n", 0644));

    const auto loaded = load_settings(folder / "engine.yaml");

    EXPECT_EQ(loaded.settings.approval, Approval::required);
    ASSERT_EQ(loaded.diagnostics.size(), 1U);
    EXPECT_EQ(loaded.diagnostics.front().file, ".aifp-project/engine.yaml");
    std::filesystem::remove_all(folder.parent_path());
}

TEST(LoadSettings, tells_of_a_file_that_cannot_be_read) {
    const auto loaded = load_settings(testing::TempDir());

    ASSERT_EQ(loaded.diagnostics.size(), 1U);
    EXPECT_EQ(loaded.diagnostics.front().severity, model::Severity::error);
}

TEST(SettingsFile, of_a_system_project_may_stand_in_etc) {
    EXPECT_EQ(ProjectPaths("/var/lib/aifp/home").system_settings(), "/etc/aifp/home.yaml");
    EXPECT_EQ(ProjectPaths("/srv/home").system_settings(), "");
}

TEST(SettingsFile, is_the_projects_own_when_neither_is_there) {
    EXPECT_EQ(settings_file(ProjectPaths("/nowhere/home")),
              "/nowhere/home/.aifp-project/engine.yaml");
}

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

TEST(ReadSettings, reads_what_stands_in_front_of_requests_to_an_ai) {
    const auto loaded = read(
        "prompts:\n  enabled: false\n  global_system_prompt: Be brief.\n"
        "  site_context_enabled: false\n  site_context: none\n"
        "  policy: [{agents: chat, deny: [core]}, {allow_only: site_context}]\n");

    EXPECT_EQ(brief(loaded.diagnostics), "");
    EXPECT_EQ(loaded.settings.prompts,
              (Prompts{false,
                       "Be brief.",
                       false,
                       SiteProvider::none,
                       {{{"chat"}, {"core"}, {}}, {{}, {}, {"site_context"}}},
                       {},
                       {"context"}}));
}

TEST(ReadSettings, bounds_the_writing_of_programs) {
    const auto loaded =
        read("codegen: {max_rounds: 2, max_tokens: 9000, timeout: 90s, test_timeout: 5s}");

    EXPECT_EQ(brief(loaded.diagnostics), "");
    EXPECT_EQ(loaded.settings.codegen, (Codegen{2, 9'000, Seconds(90), Seconds(5)}));
    EXPECT_NE(brief(read("codegen: {max_rounds: 0}").diagnostics), "");
    EXPECT_NE(brief(read("codegen: {test_timeout: 2h}").diagnostics), "");
}

TEST(ReadSettings, bounds_the_chat) {
    const auto loaded =
        read("chat: {max_rounds: 3, max_tokens: 9000, timeout: 90s, history: 64 KiB}");

    EXPECT_EQ(brief(loaded.diagnostics), "");
    EXPECT_EQ(loaded.settings.chat, (Chat{3, 9'000, Seconds(90), 64 << 10}));
    EXPECT_NE(brief(read("chat: {max_rounds: 51}").diagnostics), "");
}

TEST(ReadSettings, leaves_out_a_rule_of_the_prompts_that_is_half_one) {
    const auto loaded = read("prompts: {policy: [{forbid: [core]}, {agents: chat}]}");

    EXPECT_TRUE(loaded.settings.prompts.policy.empty());
    EXPECT_EQ(brief(loaded.diagnostics),
              "1:21 error unknown key \"forbid\" | known are: agents, deny, allow_only\n"
              "1:38 error a rule of \"policy\" needs exactly one of deny, allow_only | write it "
              "like {agents: [chat], deny: [global_system_prompt]}");
}

TEST(ReadSettings, reads_who_is_told_of_what) {
    const auto loaded = read(
        "notify: {phone: {http: http://phone.local/}}\n"
        "notices: {events: [failure, stuck], channel: phone, to: eva, digest: 1h, stuck_after: 5m, "
        "quiet: [\"22:00-07:00\", \"12:30-13:00\"]}\n");

    EXPECT_EQ(brief(loaded.diagnostics), "");
    const auto& notices = loaded.settings.notices;
    EXPECT_TRUE(has(*notices.rules.events, model::NoticeEvent::stuck));
    EXPECT_FALSE(has(*notices.rules.events, model::NoticeEvent::missed));
    EXPECT_EQ(notices.rules.channel, "phone");
    EXPECT_EQ(notices.rules.digest, std::chrono::hours(1));
    EXPECT_EQ(notices.rules.stuck_after, std::chrono::minutes(5));
    ASSERT_EQ(notices.quiet.size(), 2U);
    EXPECT_EQ(notices.quiet[0].from, 22 * 3'600);
    EXPECT_EQ(notices.quiet[1].until, 13 * 3'600);
}

TEST(ReadSettings, says_what_is_wrong_with_notices) {
    EXPECT_EQ(told("notices: {events: [failures]}\n"),
              "1:20 error unknown value for \"events\": \"failures\" | did you mean \"failure\"?");
    EXPECT_EQ(told("notices: {channel: phone}\n"),
              "1:20 error no channel is called \"phone\" | write it below notify: {phone: {log: "
              "true}}");
    EXPECT_EQ(told("notices: {quiet: always}\n"),
              "1:18 error \"always\" is no quiet time | write from and until, such as "
              "\"22:00-07:00\"");
    EXPECT_EQ(brief(read("notices: {events: none}\n").diagnostics), "");
    EXPECT_EQ(told("notices: {channel: alerts, to: , stuck_after: }\n"), "");
    EXPECT_TRUE(read("notices: {events: none}\n").settings.notices.rules.events->none());
    EXPECT_TRUE(read("notices: {events: all}\n").settings.notices.rules.events->all());
}

}  // namespace
}  // namespace aifp::config
