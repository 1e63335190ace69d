// Every folder of tests/golden/flow is a case: directive.yaml, script.yaml (what happens, on the
// simulated clocks) and decisions.txt (what the engine decides and does, and why).
// UPDATE_GOLDEN=1 writes decisions.txt anew; then read it by eye. (docs/simulation-test.md)
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
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

INSTANTIATE_TEST_SUITE_P(Cases,
                         FlowGolden,
                         ::testing::ValuesIn(case_names()),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace aifp::simulation
