#include <gtest/gtest.h>

#include "tests/process/fixture.hpp"

namespace aifp::process {
namespace {

TEST(Output, keeps_both_streams_apart) {
    Children children;
    const auto result = children.run(Children::shell("echo out; echo err >&2")).value();
    EXPECT_EQ(result.out, "out\n");
    EXPECT_EQ(result.err, "err\n");
    EXPECT_EQ(result.dropped_bytes, 0U);
}

TEST(Output, of_100_megabytes_is_drained_and_counted) {
    Children children;
    ProcessRequest request = Children::shell("head -c 100000000 /dev/zero; echo done >&2");
    request.max_output_bytes = 1000;
    const auto result = children.run(std::move(request)).value();
    EXPECT_EQ(result.out, std::string(1000, '\0'));
    EXPECT_EQ(result.dropped_bytes, 100'000'000U - 1000U);
    EXPECT_EQ(result.err, "done\n");
    EXPECT_TRUE(result.succeeded());
}

TEST(Output, of_bytes_that_are_no_text_is_text) {
    Children children;
    const auto result =
        children.run(Children::shell("printf 'T\\374r'; printf 'gr\\374n' >&2; exit 3")).value();
    EXPECT_EQ(result.out, "T\ufffdr");
    EXPECT_EQ(result.err, "gr\ufffdn");
}

TEST(Output, cut_within_a_character_is_text) {
    Children children;
    ProcessRequest request = Children::shell("printf 'a\\303\\274'");
    request.max_output_bytes = 2;
    EXPECT_EQ(children.run(std::move(request)).value().out, "a\ufffd");
}

TEST(Output, up_to_the_limit_is_kept_whole) {
    Children children;
    ProcessRequest request = Children::shell("head -c 300000 /dev/zero");
    request.max_output_bytes = 300000;
    const auto result = children.run(std::move(request)).value();
    EXPECT_EQ(result.out.size(), 300000U);
    EXPECT_EQ(result.dropped_bytes, 0U);
}

TEST(Output, may_be_dropped_altogether) {
    Children children;
    ProcessRequest request = Children::shell("echo hello");
    request.max_output_bytes = 0;
    const auto result = children.run(std::move(request)).value();
    EXPECT_EQ(result.out, "");
    EXPECT_EQ(result.dropped_bytes, 6U);
}

TEST(Input, large_text_arrives_whole) {
    Children children;
    ProcessRequest request = Children::shell("wc -c");
    request.stdin_text = std::string(5'000'000, 'x');
    const auto result = children.run(std::move(request)).value();
    EXPECT_EQ(std::stol(result.out), 5'000'000);
}

TEST(Input, comes_back_while_it_is_still_written) {
    Children children;
    ProcessRequest request = Children::shell("cat");
    request.stdin_text = std::string(3'000'000, 'y');
    request.max_output_bytes = 4'000'000;
    const std::string sent = request.stdin_text;
    EXPECT_EQ(children.run(std::move(request)).value().out, sent);
}

TEST(Input, child_that_does_not_read_is_no_error) {
    Children children;
    ProcessRequest request = Children::shell("exec <&-; echo ok");
    request.stdin_text = std::string(5'000'000, 'x');
    const auto result = children.run(std::move(request)).value();
    EXPECT_EQ(result.out, "ok\n");
    EXPECT_TRUE(result.succeeded());
}

TEST(Input, without_text_is_empty) {
    Children children;
    const auto result = children.run(Children::shell("cat; readlink /proc/self/fd/0")).value();
    EXPECT_EQ(result.out, "/dev/null\n");
}

}  // namespace
}  // namespace aifp::process
