#include "mcp/dispatcher.hpp"

#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

#include "tests/mcp/talk.hpp"

namespace aifp::mcp {
namespace {

using testing::code_of;
using testing::Talk;

TEST(Dispatcher, tells_its_revisions_and_capabilities) {
    Talk talk;
    const auto result = talk.ask("server/discover").at("result");
    EXPECT_EQ(result.at("supportedVersions").as_array().at(0), "2026-07-28");
    EXPECT_TRUE(result.at("capabilities").at("tools").at("listChanged").as_bool());
    EXPECT_EQ(result.at("resultType"), "complete");
    EXPECT_EQ(result.at("cacheScope"), "private");
    EXPECT_EQ(result.at("_meta").at("io.modelcontextprotocol/serverInfo").at("name"),
              "aifp-fixture");
}

TEST(Dispatcher, answers_each_legacy_revision_in_kind) {
    for (const auto* revision : {"2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"}) {
        Talk talk;
        EXPECT_EQ(talk.initialize(revision).at("result").at("protocolVersion"), revision);
    }
    for (const auto* revision : {"2026-07-28", "1999-01-01"}) {
        Talk talk;
        EXPECT_EQ(talk.initialize(revision).at("result").at("protocolVersion"), "2025-11-25");
    }
}

TEST(Dispatcher, refuses_in_the_order_of_the_checks) {
    Talk talk;
    EXPECT_EQ(code_of(talk.say("{")), codes::kNotJson);
    EXPECT_EQ(code_of(talk.say("[]")), codes::kNotAMessage);
    EXPECT_EQ(code_of(talk.say(R"({"jsonrpc":"2.0","id":null,"method":"x"})")),
              codes::kNotAMessage);
    EXPECT_EQ(code_of(talk.say(R"({"jsonrpc":"1.0","id":1,"method":"x"})")), codes::kNotAMessage);
    EXPECT_EQ(code_of(talk.say(R"({"jsonrpc":"2.0","id":1,"method":"no/such"})")),
              codes::kBadParameters);
    EXPECT_EQ(code_of(talk.ask("no/such")), codes::kNoSuchMethod);
    EXPECT_EQ(code_of(talk.ask("tools/call")), codes::kBadParameters);
    EXPECT_EQ(code_of(talk.ask("tools/call", R"("name":"no_such")")), codes::kBadParameters);
}

TEST(Dispatcher, leaves_out_an_id_that_it_could_not_read) {
    Talk talk;
    EXPECT_FALSE(talk.say("{").as_object().contains("id"));
    EXPECT_FALSE(talk.say(R"({"jsonrpc":"2.0","id":1.5,"method":"x"})").as_object().contains("id"));
}

TEST(Dispatcher, gives_an_id_back_with_its_type) {
    Talk talk;
    EXPECT_EQ(talk.ask("tools/list", "", "7").at("id"), 7);
    EXPECT_EQ(talk.ask("tools/list", "", "\"7\"").at("id"), "7");
}

TEST(Dispatcher, names_the_revisions_it_serves) {
    Talk talk;
    const auto refused =
        talk.say(R"({"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{)"
                 R"("io.modelcontextprotocol/protocolVersion":"v999",)"
                 R"("io.modelcontextprotocol/clientCapabilities":{}}}})");
    EXPECT_EQ(code_of(refused), codes::kUnsupportedRevision);
    EXPECT_EQ(refused.at("error").at("data").at("requested"), "v999");
    EXPECT_EQ(refused.at("error").at("data").at("supported").as_array().at(0), "2026-07-28");
    EXPECT_EQ(talk.outlet->status, 400);
}

TEST(Dispatcher, knows_removed_methods_only_in_their_era) {
    Talk talk;
    for (const auto* method : {"initialize",
                               "ping",
                               "logging/setLevel",
                               "resources/subscribe",
                               "resources/unsubscribe"}) {
        EXPECT_EQ(code_of(talk.ask(method)), codes::kNoSuchMethod) << method;
        EXPECT_EQ(talk.outlet->status, 404);
    }
    talk.initialize("2025-11-25");
    EXPECT_EQ(code_of(talk.ask_legacy("ping")), 0);
    EXPECT_EQ(code_of(talk.ask_legacy("subscriptions/listen")), codes::kNoSuchMethod);
    EXPECT_EQ(talk.outlet->status, 200);
}

TEST(Dispatcher, serves_both_eras_on_one_connection) {
    Talk talk;
    talk.initialize("2025-06-18");
    EXPECT_FALSE(talk.ask_legacy("tools/list").at("result").as_object().contains("resultType"));
    EXPECT_TRUE(talk.ask("tools/list").at("result").as_object().contains("resultType"));
}

TEST(Dispatcher, initializes_once) {
    Talk talk;
    talk.initialize("2025-11-25");
    EXPECT_EQ(code_of(talk.initialize("2025-11-25")), codes::kNotAMessage);
}

TEST(Dispatcher, takes_batches_of_2025_03_26_only) {
    const std::string batch = R"([{"jsonrpc":"2.0","id":1,"method":"ping"},)"
                              R"({"jsonrpc":"2.0","method":"notifications/initialized"},)"
                              R"({"jsonrpc":"2.0","id":2,"method":"no/such"}])";
    Talk old;
    old.initialize("2025-03-26");
    const auto answers = old.say(batch);
    ASSERT_EQ(answers.as_array().size(), 2U);
    EXPECT_EQ(code_of(answers.as_array().at(1)), codes::kNoSuchMethod);
    Talk newer;
    newer.initialize("2025-06-18");
    EXPECT_EQ(code_of(newer.say(batch)), codes::kNotAMessage);
}

TEST(Dispatcher, leaves_out_what_a_revision_does_not_know) {
    Talk talk;
    talk.initialize("2024-11-05");
    const auto tool = talk.ask_legacy("tools/list").at("result").at("tools").as_array().at(0);
    EXPECT_FALSE(tool.as_object().contains("annotations"));
    Talk newer;
    newer.initialize("2025-03-26");
    EXPECT_TRUE(newer.ask_legacy("tools/list")
                    .at("result")
                    .at("tools")
                    .as_array()
                    .at(0)
                    .as_object()
                    .contains("annotations"));
}

TEST(Dispatcher, gives_pages_and_takes_only_its_own_cursors) {
    Talk talk(DispatcherOptions{10});
    const auto first = talk.ask("tools/list").at("result");
    EXPECT_EQ(first.at("tools").as_array().size(), 10U);
    const auto cursor = boost::json::serialize(first.at("nextCursor"));
    const auto second = talk.ask("tools/list", "\"cursor\":" + cursor).at("result");
    EXPECT_NE(second.at("tools").as_array().at(0), first.at("tools").as_array().at(0));
    for (const auto* bad : {"\"\"", "\"tools:3\"", "\"tools:9000\"", "\"prompts:10\"", "7"}) {
        EXPECT_EQ(code_of(talk.ask("tools/list", std::string("\"cursor\":") + bad)),
                  codes::kBadParameters)
            << bad;
    }
}

TEST(Dispatcher, tells_an_unknown_resource_as_the_revision_does) {
    Talk talk;
    const auto modern = talk.ask("resources/read", R"("uri":"test://no")");
    EXPECT_EQ(code_of(modern), codes::kBadParameters);
    EXPECT_EQ(modern.at("error").at("data").at("uri"), "test://no");
    EXPECT_EQ(talk.outlet->status, 200);
    talk.initialize("2025-11-25");
    EXPECT_EQ(code_of(talk.ask_legacy("resources/read", R"({"uri":"test://no"})")),
              codes::kLegacyNotFound);
}

TEST(Dispatcher, names_the_capability_that_a_client_lacks) {
    Talk talk;
    const auto refused = talk.ask("tools/call", R"("name":"test_missing_capability")");
    EXPECT_EQ(code_of(refused), codes::kMissingCapability);
    EXPECT_TRUE(
        refused.at("error").at("data").at("requiredCapabilities").at("sampling").is_object());
    EXPECT_EQ(talk.outlet->status, 400);
}

TEST(Dispatcher, cancels_in_silence) {
    Talk talk;
    talk.initialize("2025-11-25");
    talk.ask_legacy("tools/call", R"({"name":"test_tool_with_logging"})", "5");
    const auto said = talk.outlet->said.size();
    talk.say(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":99}})");
    talk.say(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":5}})");
    talk.loop.run();
    EXPECT_EQ(talk.outlet->said.size(), said);
    EXPECT_TRUE(talk.outlet->abandoned);
}

TEST(Dispatcher, asks_the_client_and_takes_its_answer) {
    Talk talk;
    talk.initialize("2025-11-25");
    const auto asked = talk.ask_legacy(
        "tools/call", R"({"name":"test_sampling","arguments":{"prompt":"hm"}})", "5");
    EXPECT_EQ(asked.at("method"), "sampling/createMessage");
    const auto answered =
        talk.say(R"({"jsonrpc":"2.0","id":)" + boost::json::serialize(asked.at("id")) +
                 R"(,"result":{"content":{"type":"text","text":"ah"}}})");
    EXPECT_EQ(answered.at("id"), 5);
    EXPECT_EQ(answered.at("result").at("content").as_array().at(0).at("text"), "LLM response: ah");
}

TEST(Dispatcher, refuses_a_second_request_with_an_open_id) {
    Talk talk;
    talk.initialize("2025-11-25");
    talk.ask_legacy("tools/call", R"({"name":"test_tool_with_logging"})", "5");
    EXPECT_EQ(code_of(talk.ask_legacy("ping", "{}", "5")), codes::kNotAMessage);
}

TEST(Dispatcher, tells_progress_only_to_who_asked_and_only_upwards) {
    Talk talk;
    talk.initialize("2025-11-25");
    talk.ask_legacy("tools/call",
                    R"({"name":"test_tool_with_progress","_meta":{"progressToken":"p"}})");
    talk.loop.run();
    std::vector<double> told;
    for (const auto& message : talk.outlet->said) {
        const auto* method = message.as_object().if_contains("method");
        if (method != nullptr && *method == "notifications/progress") {
            told.push_back(message.at("params").at("progress").to_number<double>());
        }
    }
    EXPECT_EQ(told, (std::vector<double>{0, 50, 100}));
    Talk quiet;
    quiet.ask("tools/call", R"("name":"test_tool_with_progress")");
    quiet.loop.run();
    EXPECT_EQ(quiet.outlet->said.size(), 1U);
}

TEST(Dispatcher, ends_every_call_of_a_client_that_is_gone) {
    Talk talk;
    talk.ask("tools/call", R"("name":"test_tool_with_logging")");
    EXPECT_EQ(talk.peer->open.size(), 1U);
    Dispatcher::leave(*talk.peer);
    EXPECT_TRUE(talk.peer->open.empty());
}

TEST(Subscriptions, acknowledge_what_is_honoured_and_tell_only_that) {
    Talk talk;
    const auto first = talk.ask("subscriptions/listen",
                                R"("notifications":{"toolsListChanged":true,"other":true})",
                                "\"s\"");
    EXPECT_EQ(first.at("method"), "notifications/subscriptions/acknowledged");
    EXPECT_EQ(boost::json::serialize(first.at("params").at("notifications")),
              R"({"toolsListChanged":true})");
    EXPECT_EQ(first.at("params").at("_meta").at("io.modelcontextprotocol/subscriptionId"), "s");
    talk.dispatcher.prompts_changed();
    EXPECT_EQ(talk.outlet->said.size(), 1U);
    talk.dispatcher.tools_changed();
    EXPECT_EQ(talk.outlet->said.back().at("method"), "notifications/tools/list_changed");
}

TEST(Subscriptions, end_with_a_result) {
    Talk talk;
    talk.ask("subscriptions/listen", R"("notifications":{})", "4");
    talk.dispatcher.shut_down();
    const auto last = talk.outlet->said.back();
    EXPECT_EQ(last.at("id"), 4);
    EXPECT_EQ(last.at("result").at("_meta").at("io.modelcontextprotocol/subscriptionId"), 4);
}

TEST(Subscriptions, tell_a_legacy_client_of_its_resources) {
    Talk talk;
    talk.initialize("2025-11-25");
    talk.ask_legacy("resources/subscribe", R"({"uri":"test://watched-resource"})");
    talk.dispatcher.resource_updated("test://watched-resource");
    EXPECT_EQ(talk.outlet->said.back().at("method"), "notifications/resources/updated");
    talk.ask_legacy("resources/unsubscribe", R"({"uri":"test://watched-resource"})");
    const auto said = talk.outlet->said.size();
    talk.dispatcher.resource_updated("test://watched-resource");
    EXPECT_EQ(talk.outlet->said.size(), said);
}

}  // namespace
}  // namespace aifp::mcp
