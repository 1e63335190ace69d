#include "config/private_settings.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <string>

namespace aifp::config {
namespace {

std::string shown(std::string_view written) {
    auto value = boost::json::parse(written);
    hide_private_values(value);
    return boost::json::serialize(value);
}

TEST(HidePrivateValues, hides_every_key_that_may_hold_a_secret) {
    const char* const written[] = {
        R"({"apis": {"shop": {"base_url": "hush"}}})",
        R"({"apis": {"shop": {"headers": {"X-Key": "hush"}}}})",
        R"({"notify": {"phone": {"http": "hush"}}})",
        R"({"notify": {"phone": {"http": "x", "headers": {"X-Key": "hush"}}}})",
        R"({"notify": {"phone": {"command": ["curl", "-H", "hush"]}}})",
        R"({"prompts": {"wordpress": {"url": "hush"}}})",
        R"({"prompts": {"wordpress": {"password": "hush"}}})",
        R"({"prompts": {"wordpress": {"events_secret": "hush"}}})",
        R"({"llm": {"base_url": "hush"}})",
        R"({"llm": {"api_key": "hush"}})",
    };
    for (const auto* text : written) {
        EXPECT_EQ(shown(text).find("hush"), std::string::npos) << shown(text);
    }
}

TEST(HidePrivateValues, hides_addresses_under_keys_that_it_does_not_know) {
    EXPECT_EQ(shown(R"({"notify": {"phone": {"htpp": "https://ntfy.sh/topic"}}})"),
              R"({"notify":{"phone":{"htpp":"***"}}})");
}

TEST(HidePrivateValues, shows_names_of_secrets_and_all_else) {
    EXPECT_EQ(shown(R"({"notify": {"phone": {"http": {"$secret": "phone_url"}}}})"),
              R"({"notify":{"phone":{"http":{"$secret":"phone_url"}}}})");
    EXPECT_EQ(shown(R"({"limits":{"max_output":"1 KiB"},"llm":{"model":"small","timeout":null}})"),
              R"({"limits":{"max_output":"1 KiB"},"llm":{"model":"small","timeout":null}})");
}

TEST(HidePrivateValues, does_not_take_a_map_with_more_than_a_name_for_the_name_of_a_secret) {
    EXPECT_EQ(shown(R"({"apis":{"shop":{"headers":{"$secret":"x","X-Key":"hush"}}}})"),
              R"({"apis":{"shop":{"headers":{"$secret":"***","X-Key":"***"}}}})");
}

}  // namespace
}  // namespace aifp::config
