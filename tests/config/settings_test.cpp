#include "config/settings.hpp"

#include <gtest/gtest.h>

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

TEST(ReadSettings, reads_where_webhooks_are_reached_from_outside) {
    EXPECT_EQ(read("timezone: UTC").settings.hooks_public_url, "");
    const auto given = read("timezone: UTC\nhooks: {public_url: https://home.example}");
    EXPECT_EQ(given.settings.hooks_public_url, "https://home.example");
    EXPECT_EQ(brief(given.diagnostics), "");
    for (const auto* bad :
         {"home.example", "https://home.example/?a=b", "https://home.example/#a"}) {
        const auto said = told("hooks: {public_url: \"" + std::string(bad) + "\"}");
        EXPECT_NE(said.find("error"), std::string::npos) << bad;
    }
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
