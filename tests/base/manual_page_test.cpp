#include "base/manual_page.hpp"

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>

namespace aifp {
namespace {

class ManualPage : public ::testing::Test {
protected:
    ManualPage() {
        auto* verb = app_.add_subcommand("list", "Shows all.\n.so it does");
        verb->add_option("NAME", name_, "Only this one")->required();
        verb->add_option("-n,--limit", limit_, "At most so many");
        app_.add_subcommand("secret", "Not for people")->group("");
    }
    std::string page() {
        ManualFacts facts;
        facts.version = "1.2";
        facts.summary = "does it";
        facts.sections = {{"Files", "a-file\tHolds c:\\dir"}};
        return manual_page(app_, facts);
    }
    bool says(const std::string& text) { return page().find(text) != std::string::npos; }

    CLI::App app_{"It does it.", "prog"};
    std::string name_;
    int limit_ = 0;
};

TEST_F(ManualPage, begins_with_title_and_name) {
    EXPECT_TRUE(page().starts_with(
        ".TH \"PROG\" \"1\" \"\" \"AIFP 1.2\" \"AIFP Engine\"\n.SH NAME\nprog \\- does it\n"));
}

TEST_F(ManualPage, tells_verbs_with_arguments_and_options) {
    EXPECT_TRUE(says(".SS \"list NAME\"\n"));
    EXPECT_TRUE(says(".TP\n\\fB\\-n, \\-\\-limit VALUE\\fR\nAt most so many\n"));
    EXPECT_FALSE(says("secret"));
}

TEST_F(ManualPage, lets_no_text_be_a_request) {
    EXPECT_TRUE(says("Shows all.\n\\&.so it does\n"));
    EXPECT_TRUE(says(".SH \"FILES\"\n.TP\n\\fBa\\-file\\fR\nHolds c:\\edir\n"));
}

}  // namespace
}  // namespace aifp
