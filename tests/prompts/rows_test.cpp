// The acceptance rows of prompt directives: every file of tests/golden/prompts but fixtures.json is
// a group of rows. A row has steps (deeds of World, and "expect"); or "checked_by", the file and
// the name of a test of the room that it is about; or "needs": the part of the program that it
// waits for, which is not there yet. A row with steps and needs is checked as far as it goes.

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <set>

#include "expectations.hpp"
#include "tests/support/source_dir.hpp"
#include "world.hpp"

namespace aifp::prompts {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr int kRows = 126;

json::value read_json(const fs::path& path) {
    std::ifstream stream(path, std::ios::binary);
    const std::string text(std::istreambuf_iterator<char>(stream), {});
    return json::parse(text);
}

fs::path folder() {
    return aifp::testing::source_dir() / "tests/golden/prompts";
}

struct Row {
    int number = 0;
    json::object content;
};

std::vector<Row> all_rows() {
    std::vector<Row> rows;
    for (const auto& entry : fs::directory_iterator(folder())) {
        if (entry.path().filename() == "fixtures.json") {
            continue;
        }
        const json::value group = read_json(entry.path());
        for (const json::value& row : group.at("rows").as_array()) {
            rows.push_back({static_cast<int>(row.at("row").as_int64()), row.as_object()});
        }
    }
    std::sort(rows.begin(), rows.end(), [](const Row& left, const Row& right) {
        return left.number < right.number;
    });
    return rows;
}

// "FILE SUITE.NAME", or "FILE test_name" of a Python file: whether that file has that test.
bool has_test(std::string_view reference) {
    const auto blank = reference.find(' ');
    const fs::path file = aifp::testing::source_dir() / reference.substr(0, blank);
    std::ifstream stream(file, std::ios::binary);
    const std::string text(std::istreambuf_iterator<char>(stream), {});
    const std::string_view test = reference.substr(blank + 1);
    if (file.extension() == ".py") {
        return text.find("    def " + std::string(test) + "(self):") != std::string::npos;
    }
    const std::string suite(test.substr(0, test.find('.')));
    const std::string name(test.substr(test.find('.') + 1));
    return text.find("(" + suite + ", " + name + ")") != std::string::npos;
}

void play(testing::World& world, const json::array& steps) {
    for (const json::value& step : steps) {
        for (const auto& member : step.as_object()) {
            const std::string_view deed(member.key().data(), member.key().size());
            if (deed == "expect") {
                testing::check(world, member.value().as_object());
            } else if (deed == "repeat") {
                for (std::int64_t i = 0; i < member.value().at("times").as_int64(); ++i) {
                    play(world, member.value().at("steps").as_array());
                }
            } else {
                world.do_step(deed, member.value());
            }
        }
    }
}

class PromptRow : public ::testing::TestWithParam<Row> {};

TEST_P(PromptRow, holds) {
    const json::object& row = GetParam().content;
    if (const auto* test = row.if_contains("checked_by")) {
        EXPECT_TRUE(has_test(test->as_string())) << test->as_string().c_str();
    }
    if (!row.contains("steps") && row.contains("checked_by")) {
        return;
    }
    if (!row.contains("steps")) {
        GTEST_SKIP() << "row " << GetParam().number << " needs "
                     << std::string(row.at("needs").as_string());
    }
    testing::World world;
    if (const auto* fixture = row.if_contains("fixture")) {
        const json::value fixtures = read_json(folder() / "fixtures.json");
        play(world, fixtures.at(fixture->as_string()).as_array());
    }
    play(world, row.at("steps").as_array());
    if (::testing::Test::HasFailure()) {
        std::cout << "row " << GetParam().number << ": " << row.at("claim") << '\n';
    }
}

INSTANTIATE_TEST_SUITE_P(Rows, PromptRow, ::testing::ValuesIn(all_rows()), [](const auto& test) {
    return "row_" + std::to_string(test.param.number);
});

TEST(PromptRows, are_all_there_once) {
    std::set<int> numbers;
    for (const Row& row : all_rows()) {
        EXPECT_TRUE(numbers.insert(row.number).second) << row.number;
        EXPECT_TRUE(row.content.contains("steps") || row.content.contains("checked_by") ||
                    row.content.contains("needs"))
            << row.number;
    }
    EXPECT_EQ(numbers.size(), static_cast<std::size_t>(kRows));
    EXPECT_EQ(*numbers.begin(), 1);
    EXPECT_EQ(*numbers.rbegin(), kRows);
}

TEST(PromptRows, tell_what_is_not_checked_yet) {
    int whole = 0;
    int in_part = 0;
    int waiting = 0;
    for (const Row& row : all_rows()) {
        const bool has_steps = row.content.contains("steps") || row.content.contains("checked_by");
        const bool needs = row.content.contains("needs");
        ++(has_steps ? needs ? in_part : whole : waiting);
        if (needs) {
            std::cout << "row " << row.number << (has_steps ? " in part, the rest" : "")
                      << " needs " << std::string(row.content.at("needs").as_string()) << '\n';
        }
    }
    std::cout << whole << " rows checked, " << in_part << " in part, " << waiting << " waiting\n";
    EXPECT_EQ(whole + in_part + waiting, kRows);
}

}  // namespace
}  // namespace aifp::prompts
