#include "helpers/project_views.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace aifp::helpers {
namespace {

constexpr WallTime kNoon{Milliseconds(1'767'268'800'000)};  // 2026-01-01T12:00:00Z
constexpr const char* kLamp = "name: lamp\ntrigger: \"time: 18:00\"\naction: {log: lamp}\n";

TEST(ValidationView, tells_mistakes_with_their_place) {
    const auto view = validation_view(parse_directive_text("a.yaml", "name: lamp\n", {}));
    EXPECT_FALSE(view.at("valid").as_bool());
    EXPECT_GE(view.at("diagnostics").as_array().at(0).at("line").as_int64(), 1);
    EXPECT_TRUE(validation_view(parse_directive_text("a.yaml", kLamp, {})).at("valid").as_bool());
    EXPECT_FALSE(validation_view(parse_directive_text("a.yaml", "", {})).at("valid").as_bool());
}

TEST(DryRunView, tells_the_next_instants_in_the_zone) {
    const auto parsed = parse_directive_text("a.yaml", kLamp, {});
    ASSERT_EQ(parsed.directives.size(), 1U);
    const DryRun question{kNoon, *TimeZone::load("Europe/Berlin"), 2};
    const auto view = dry_run_view(parsed.directives[0].directive, question);
    EXPECT_EQ(boost::json::serialize(view.at("triggers").as_array().at(0).at("next")),
              R"(["2026-01-01T18:00:00+01:00","2026-01-02T18:00:00+01:00"])");
    EXPECT_EQ(view.at("actions").as_array().size(), 1U);
}

TEST(Explanation, names_the_reason_of_the_last_decision) {
    const auto directive =
        boost::json::parse(
            R"({"name":"lamp","status":"implemented","status_reason":"","approved":false})")
            .as_object();
    const auto decisions =
        boost::json::parse(
            R"([{"seen_at":"T","decision":"skipped","reason":"not_approved","detail":""}])")
            .as_array();
    const auto text = explanation_of(directive, decisions);
    EXPECT_NE(text.find("has not approved"), std::string::npos);
    EXPECT_NE(text.find("did not run: not_approved"), std::string::npos);
    EXPECT_NE(explanation_of(directive, {}).find("never been triggered"), std::string::npos);
}

}  // namespace
}  // namespace aifp::helpers
