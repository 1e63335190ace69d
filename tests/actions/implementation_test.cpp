#include "actions/implementation.hpp"

#include <gtest/gtest.h>

#include "actions/expected_status.hpp"

namespace aifp::actions {
namespace {

model::Action step(std::string kind, boost::json::object arguments) {
    model::Action action;
    action.kind = std::move(kind);
    action.arguments = std::move(arguments);
    return action;
}

TEST(ImplementationFiles, names_each_file_of_actions_and_on_error_once) {
    model::Directive directive;
    directive.actions = {step("run", {{"run", "src/a.sh"}}),
                         step("log", {{"log", "x"}}),
                         step("run", {{"run", "src/a.sh"}})};
    directive.on_error = {step("run", {{"run", "src/b.sh"}})};

    EXPECT_EQ(implementation_files(directive), (std::vector<std::string>{"src/a.sh", "src/b.sh"}));
}

TEST(LocateImplementation, stays_inside_the_project) {
    const ProjectPaths paths("/home/me/project");

    EXPECT_EQ(*locate_implementation(paths, "src/x.py"), "/home/me/project/src/x.py");
    EXPECT_FALSE(locate_implementation(paths, "../x.py"));
    EXPECT_FALSE(locate_implementation(paths, "src/../../x.py"));
    EXPECT_FALSE(locate_implementation(paths, "/bin/sh"));
    EXPECT_FALSE(locate_implementation(paths, ""));
}

TEST(ImplementationArgv, follows_the_extension) {
    EXPECT_EQ(implementation_argv("/p/a.sh", "").front(), "/bin/sh");
    EXPECT_EQ(implementation_argv("/p/a.py", "").at(1), "/p/a.py");
    EXPECT_EQ(implementation_argv("/p/a.py", "go").back(), "go");
    EXPECT_EQ(implementation_argv("/p/a", "").size(), 1U);
}

TEST(ReadImplementationOutput, takes_the_result_member_and_keeps_the_rest_as_log) {
    const auto output = read_implementation_output("starting\n{\"result\": [1, 2]}\nbye\n");

    EXPECT_EQ(output.result, (boost::json::array{1, 2}));
    EXPECT_EQ(output.log_lines, (std::vector<std::string>{"starting", "bye"}));
}

TEST(ReadImplementationOutput, an_object_without_result_is_the_result) {
    EXPECT_EQ(read_implementation_output("{\"a\": 1}\n").result.at("a").as_int64(), 1);
}

TEST(ReadImplementationOutput, the_last_object_wins) {
    EXPECT_EQ(read_implementation_output("{\"result\": 1}\n{\"result\": 2}\n").result.as_int64(),
              2);
}

TEST(ReadImplementationOutput, what_is_no_json_object_is_log) {
    const auto output = read_implementation_output("{broken\n[1]\n\n");

    EXPECT_TRUE(output.result.is_null());
    EXPECT_EQ(output.log_lines.size(), 2U);
}

TEST(ReadImplementationOutput, what_is_asked_of_the_engine_is_neither_result_nor_log) {
    const auto output = read_implementation_output(
        "{\"result\": 1}\n{\"aifp\": \"set\", \"values\": {\"a\": 2}}\n");
    EXPECT_EQ(output.result.as_int64(), 1);
    EXPECT_TRUE(output.log_lines.empty());
    ASSERT_EQ(output.requests.size(), 1U);
    EXPECT_EQ(output.requests[0].at("values").at("a").as_int64(), 2);
}

TEST(ReadImplementationOutput, requests_are_bounded) {
    std::string text;
    for (std::size_t i = 0; i < kMaxRequests + 3; ++i) {
        text += "{\"aifp\": \"emit\", \"event\": \"e\"}\n";
    }
    const auto output = read_implementation_output(text);
    EXPECT_EQ(output.requests.size(), kMaxRequests);
    EXPECT_EQ(output.dropped_lines, 3U);
}

TEST(ReadImplementationOutput, is_bounded) {
    std::string text;
    for (std::size_t i = 0; i < kMaxLogLines + 7; ++i) {
        text += std::string(5'000, 'x') + "\n";
    }

    const auto output = read_implementation_output(text);

    EXPECT_EQ(output.log_lines.size(), kMaxLogLines);
    EXPECT_EQ(output.dropped_lines, 7U);
    EXPECT_LE(output.log_lines.front().size(), 1'000U);
}

TEST(ExpectedStatus, is_2xx_unless_written) {
    const auto expected = ExpectedStatus::from(nullptr);

    EXPECT_TRUE(expected.contains(204));
    EXPECT_FALSE(expected.contains(302));
}

TEST(ExpectedStatus, takes_codes_and_classes) {
    const boost::json::value written = {404, "2xx"};
    const auto expected = ExpectedStatus::from(&written);

    EXPECT_TRUE(expected.contains(404));
    EXPECT_TRUE(expected.contains(200));
    EXPECT_FALSE(expected.contains(403));
}

}  // namespace
}  // namespace aifp::actions
