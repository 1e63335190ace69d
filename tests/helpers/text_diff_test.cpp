#include "helpers/workflow/text_diff.hpp"

#include <gtest/gtest.h>

namespace aifp::helpers::workflow {
namespace {

TEST(TextDiff, says_nothing_where_nothing_changes) {
    EXPECT_EQ(text_diff("a.py", "x\n", "x\n"), "");
}

TEST(TextDiff, shows_a_new_file_as_one) {
    EXPECT_EQ(text_diff("a.py", "", "x\ny\n"),
              "--- /dev/null\n+++ a.py\n@@ -0,0 +1,2 @@\n+x\n+y\n");
}

TEST(TextDiff, shows_changes_with_three_lines_around_them) {
    const std::string before = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
    const std::string after = "1\n2\n3\n4\nfive\n6\n7\n8\n9\n";
    EXPECT_EQ(text_diff("a.py", before, after),
              "--- a.py\n+++ a.py\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
}

TEST(TextDiff, keeps_far_changes_apart) {
    std::string before;
    for (int i = 0; i < 30; ++i) {
        before += std::to_string(i) + "\n";
    }
    auto after = "new\n" + before;
    after.replace(after.find("28\n"), 3, "");
    const auto diff = text_diff("a.py", before, after);
    EXPECT_NE(diff.find("@@ -1,3 +1,4 @@\n+new\n"), std::string::npos) << diff;
    EXPECT_NE(diff.find("@@ -26,5 +27,4 @@\n"), std::string::npos) << diff;
}

TEST(TextDiff, shows_what_is_too_long_to_compare_whole) {
    std::string before;
    std::string after;
    for (int i = 0; i < 2'100; ++i) {
        before += "a" + std::to_string(i) + "\n";
        after += "b" + std::to_string(i) + "\n";
    }
    EXPECT_NE(text_diff("a.py", before, after).find("@@ -1,2100 +1,2100 @@"), std::string::npos);
}

}  // namespace
}  // namespace aifp::helpers::workflow
