// Every folder of tests/golden/flow is a case: directive.yaml, script.yaml (what happens, on the
// simulated clocks) and decisions.txt (what the engine decides and does, and why).
// UPDATE_GOLDEN=1 writes decisions.txt anew; then read it by eye. (docs/simulation-test.md)
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include "tests/simulation/flow_player.hpp"
#include "tests/support/source_dir.hpp"

namespace aifp::simulation {
namespace {

namespace fs = std::filesystem;

fs::path golden_folder() {
    return testing::source_dir() / "tests/golden/flow";
}

std::vector<std::string> case_names() {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(golden_folder())) {
        if (entry.is_directory()) {
            names.push_back(entry.path().filename().string());
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

class FlowGolden : public ::testing::TestWithParam<std::string> {};

TEST_P(FlowGolden, decides_as_expected) {
    const auto folder = golden_folder() / GetParam();
    const auto told = FlowPlayer(folder).play();
    if (std::getenv("UPDATE_GOLDEN") != nullptr) {
        std::ofstream(folder / "decisions.txt") << told;
    }
    std::ostringstream expected;
    expected << std::ifstream(folder / "decisions.txt").rdbuf();
    EXPECT_EQ(told, expected.str());
    EXPECT_EQ(told.find("VIOLATED"), std::string::npos);
}

/// What stands between backquotes in the last column of the tables of README.md.
std::set<std::string> shown_by() {
    std::set<std::string> names;
    std::ifstream file(golden_folder() / "README.md");
    for (std::string line; std::getline(file, line);) {
        if (!line.starts_with("| ")) {
            continue;
        }
        std::istringstream column(line.substr(line.rfind('|', line.size() - 2)));
        bool is_name = false;
        for (std::string part; std::getline(column, part, '`'); is_name = !is_name) {
            if (is_name) {
                names.insert(part);
            }
        }
    }
    return names;
}

TEST(FlowTable, names_every_folder_and_no_other) {
    std::set<std::string> folders;
    for (const auto& name : shown_by()) {
        if (name.find('/') == std::string::npos) {
            folders.insert(name);
        }
    }
    const auto names = case_names();
    EXPECT_EQ(folders, std::set<std::string>(names.begin(), names.end()));
}

TEST(FlowTable, names_tests_that_are_there) {
    for (const auto& name : shown_by()) {
        if (name.find('/') != std::string::npos) {
            const auto colon = name.find(':');
            const auto text = text_of_file(testing::source_dir() / name.substr(0, colon));
            EXPECT_FALSE(text.empty()) << name;
            EXPECT_TRUE(colon == name.npos || text.find(name.substr(colon + 1)) != text.npos)
                << name;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Cases,
                         FlowGolden,
                         ::testing::ValuesIn(case_names()),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace aifp::simulation
