#include "engine/resume_point.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace aifp::engine {
namespace {

namespace json = boost::json;

model::Directive directive_of(std::initializer_list<const char*> messages) {
    model::Directive directive;
    for (const auto* message : messages) {
        model::Action action;
        action.kind = "log";
        action.arguments["log"] = message;
        directive.actions.push_back(std::move(action));
    }
    return directive;
}

ResumePoint point_at(std::uint32_t action) {
    ResumePoint point;
    point.version = "abc";
    point.action = action;
    point.vars = json::object{{"room", "hall"}};
    point.outputs = json::object{{"paid", 7}};
    return point;
}

TEST(ResumePoint, comes_back_from_the_row_of_a_trace) {
    const auto row = fmt::format(R"({{"steps":[],"resume":{}}})", text_of(point_at(2)));
    const auto read = resume_point_in(row);

    ASSERT_TRUE(read);
    EXPECT_EQ(read->version, "abc");
    EXPECT_EQ(read->action, 2U);
    EXPECT_EQ(read->vars.at("room"), "hall");
    EXPECT_EQ(read->outputs.at("paid"), 7);
}

TEST(ResumePoint, is_not_found_in_a_row_without_one_or_a_damaged_row) {
    for (const char* row : {"[]", "", "{", R"({"resume":{"action":"x"}})", R"({"resume":7})"}) {
        EXPECT_FALSE(resume_point_in(row)) << row;
    }
}

TEST(ResumePoint, is_not_kept_when_it_is_too_large) {
    auto point = point_at(1);
    point.outputs = json::object{{"text", std::string(kMaxResumeBytes, 'x')}};

    EXPECT_EQ(text_of(point), "");
}

TEST(ProgressFrom, begins_with_the_failed_action) {
    const auto before = directive_of({"a", "b", "c"});
    const auto progress = progress_from(point_at(1), before, directive_of({"a", "mended", "more"}));

    ASSERT_TRUE(progress);
    EXPECT_EQ(progress->strands.front().frames.front().index, 1U);
    EXPECT_EQ(progress->strands.front().vars.at("room"), "hall");
    EXPECT_EQ(progress->outputs.at("paid"), 7);
    EXPECT_TRUE(progress->is_last_try);
}

TEST(ProgressFrom, is_a_conflict_when_an_action_before_it_was_edited_or_it_is_gone) {
    const auto before = directive_of({"a", "b", "c"});

    EXPECT_EQ(progress_from(point_at(1), before, directive_of({"x", "b"})).error().code(),
              ErrorCode::conflict);
    EXPECT_EQ(progress_from(point_at(2), before, directive_of({"a", "b"})).error().code(),
              ErrorCode::conflict);
}

}  // namespace
}  // namespace aifp::engine
