#include "cli/project.hpp"

#include <gtest/gtest.h>

#include "tests/support/temp_dir.hpp"

namespace aifp::cli {
namespace {

TEST(FindProject, takes_the_nearest_folder_upwards) {
    const testing::TempDir folder;
    std::filesystem::create_directories(folder / "outer/.aifp-project");
    std::filesystem::create_directories(folder / "outer/inner/directives/deep/deeper");
    const auto root = std::filesystem::canonical(folder.path());

    EXPECT_EQ(find_project(folder / "outer/inner/directives/deep"), root / "outer/inner");
    EXPECT_EQ(find_project(folder / "outer/inner"), root / "outer/inner");
    EXPECT_EQ(find_project(folder / "outer"), root / "outer");
    EXPECT_EQ(find_project(folder / "outer/no/such/folder"), root / "outer");
}

TEST(IsProject, wants_a_folder_of_that_name) {
    const testing::TempDir folder;
    EXPECT_FALSE(is_project(folder.path()));
    std::filesystem::create_directories(folder / "directives");
    EXPECT_TRUE(is_project(folder.path()));
}

}  // namespace
}  // namespace aifp::cli
