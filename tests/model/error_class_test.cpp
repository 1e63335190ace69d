#include "model/error_class.hpp"
#include "tests/support/source_dir.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace aifp::model {
namespace {

TEST(ErrorClass, knows_names_statuses_and_exit_codes) {
    for (const std::string_view name :
         {"any", "timeout", "connect", "503", "5xx", "http_4xx", "exit", "exit:75", "abandoned"}) {
        EXPECT_TRUE(is_error_class(name)) << name;
    }
    for (const std::string_view name :
         {"", "tiemout", "600", "6xx", "exit:", "exit:x", "http_5x"}) {
        EXPECT_FALSE(is_error_class(name)) << name;
    }
}

TEST(ErrorClass, a_status_is_of_its_class_and_no_other) {
    EXPECT_TRUE(is_of_class("503", "503"));
    EXPECT_TRUE(is_of_class("503", "5xx"));
    EXPECT_TRUE(is_of_class("503", "http_5xx"));
    EXPECT_TRUE(is_of_class("404", "http"));
    EXPECT_FALSE(is_of_class("404", "5xx"));
    EXPECT_FALSE(is_of_class("timeout", "http"));
}

TEST(ErrorClass, an_exit_code_is_an_exit) {
    EXPECT_TRUE(is_of_class("exit:75", "exit"));
    EXPECT_TRUE(is_of_class("exit:75", "exit:75"));
    EXPECT_FALSE(is_of_class("exit:75", "exit:7"));
}

TEST(ErrorClass, any_is_every_error_but_what_ends_the_run) {
    EXPECT_TRUE(is_of_class("template", "any"));
    EXPECT_TRUE(is_of_class("503", "any"));
    EXPECT_FALSE(is_of_class("stopped", "any"));
    EXPECT_FALSE(is_of_class("cancelled", "any"));
}

TEST(ErrorClass, every_code_has_a_class_of_the_list) {
    for (int code = 0; code <= static_cast<int>(ErrorCode::internal); ++code) {
        EXPECT_TRUE(is_error_class(error_class_of(static_cast<ErrorCode>(code)))) << code;
    }
}

TEST(ErrorClass, what_may_pass_by_itself_does_not_include_mistakes_of_the_author) {
    EXPECT_TRUE(is_passing_error("timeout"));
    EXPECT_TRUE(is_passing_error("503"));
    EXPECT_TRUE(is_passing_error("exit:1"));
    EXPECT_FALSE(is_passing_error("template"));
    EXPECT_FALSE(is_passing_error("config"));
}

TEST(ErrorClass, every_class_stands_in_the_documentation) {
    std::ifstream stream((testing::source_dir() / "docs/errors.md").native());
    std::ostringstream text;
    text << stream.rdbuf();
    for (const auto& row : error_classes()) {
        EXPECT_NE(text.str().find("`" + std::string(row.name) + "`"), std::string::npos)
            << row.name;
    }
}

}  // namespace
}  // namespace aifp::model
