#include "helpers/workflow/parsing.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "helpers/workflow/validation.hpp"
#include "tests/support/temp_dir.hpp"

namespace aifp::helpers::workflow {
namespace {

class DirectiveFileTest : public ::testing::Test {
protected:
    std::filesystem::path write(const std::string& name, const std::string& text) {
        std::ofstream(dir.path() / name) << text;
        return dir.path() / name;
    }
    aifp::testing::TempDir dir;
};

TEST_F(DirectiveFileTest, gives_directives_drafts_and_diagnostics) {
    const auto file = parse_directive_file(
        write("a.txt", "Every hour, log full\nEvery hour, water the plants\nEvry hour, log x\n"),
        {});
    ASSERT_TRUE(file);
    const auto object = to_json(*file);
    EXPECT_EQ(object.at("directives").as_array().at(0).at("name"), "log_full");
    const auto& draft = object.at("drafts").as_array().at(0);
    EXPECT_EQ(draft.at("questions").as_array().at(0).at("id"), "actions.1");
    EXPECT_EQ(object.at("broken").as_array().size(), 1U);
    EXPECT_FALSE(object.at("diagnostics").as_array().empty());
    EXPECT_EQ(file->sha256.size(), 64U);
}

TEST_F(DirectiveFileTest, says_why_a_file_cannot_be_read) {
    EXPECT_EQ(parse_directive_file(dir.path() / "none.yaml", {}).error().code(),
              ErrorCode::not_found);
    EXPECT_EQ(parse_directive_file(write("a.md", ""), {}).error().code(), ErrorCode::invalid_input);
}

TEST_F(DirectiveFileTest, is_validated_with_answers) {
    const auto file = write("a.txt", "plants: Every hour, water the plants\n");
    const auto validation =
        validate_user_directive({file, "plants", {{"actions.1", "log: wet"}}}, {});
    ASSERT_TRUE(validation);
    const auto object = to_json(*validation);
    EXPECT_EQ(object.at("valid"), true);
    EXPECT_EQ(object.at("accepted").at("actions.1"), "log: wet");
    EXPECT_EQ(object.at("configuration").at("name"), "plants");
    EXPECT_EQ(validate_user_directive({file, "lights", {}}, {}).error().code(),
              ErrorCode::not_found);
}

}  // namespace
}  // namespace aifp::helpers::workflow
