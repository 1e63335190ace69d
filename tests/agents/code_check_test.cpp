#include "agents/code_check.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <optional>

#include "agents/codegen.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/temp_dir.hpp"

namespace aifp::agents {
namespace {

constexpr const char* kTest = R"(import unittest
class Lamp(unittest.TestCase):
    def test_it(self):
        self.assertTrue(True)
)";
constexpr const char* kEntry = "def execute_lamp():\n    return 1\n";

class CodeCheck : public ::testing::Test {
protected:
    std::string faults(const std::string& program,
                       const std::string& test = kTest,
                       std::vector<std::string> declared = {}) {
        const testing::TempDir dir;
        const ProjectPaths paths(dir.path());
        const SystemClock clock;
        boost::asio::io_context loop;
        std::string all = "(nothing said)";
        check_code({loop.get_executor(), clock, paths},
                   {program, test, "execute_lamp", std::move(declared)},
                   [&](const Result<Faults>& found) {
                       all = found ? join_lines(*found) : found.error().detail();
                   });
        loop.run();
        return all;
    }

    static std::string join_lines(const Faults& faults) {
        std::string all;
        for (const auto& fault : faults) {
            all += fault + "\n";
        }
        return all;
    }

    void expect_fault(const std::string& program, const std::string& words) {
        const auto found = faults(program + kEntry);
        EXPECT_NE(found.find(words), std::string::npos) << program << "\n" << found;
    }
};

TEST_F(CodeCheck, finds_nothing_in_what_keeps_the_rules) {
    EXPECT_EQ(faults(R"(import json, sys, urllib.request
from dataclasses import dataclass
LEVELS = [10, 70]
@dataclass(frozen=True)
class Plan:
    level: int
def plan(hour):
    parts = {}
    parts["level"] = LEVELS[0] if hour < 18 else LEVELS[1]
    return Plan(**parts)
def effect_set(made):
    with urllib.request.urlopen("http://lamp/%d" % made.level, timeout=5) as answer:
        return answer.status
def execute_lamp(hour=18, act=None):
    return (act or effect_set)(plan(hour))
def main():
    print(json.dumps({"result": execute_lamp(**json.loads(sys.stdin.readline())["with"])}))
    return 0
if __name__ == "__main__":
    sys.exit(main())
)"),
              "");
}

TEST_F(CodeCheck, finds_the_outside_in_what_should_be_pure) {
    expect_fault("import os\ndef look():\n    return os.getcwd()\n", "look touches the outside");
    expect_fault("def say():\n    print(1)\n", "say calls print");
    expect_fault("def effect_x():\n    pass\ndef sly():\n    effect_x()\n", "sly calls effect_x");
    expect_fault("import time\nNOW = time.time()\n", "loading the file");
    expect_fault("open('x')\n", "only imports, constants");
}

TEST_F(CodeCheck, finds_state) {
    expect_fault("class Lamp:\n    on = False\n", "class Lamp has state");
    expect_fault("def count():\n    global n\n", "no state");
    expect_fault("def add(all=[]):\n    return all\n", "a default that can be changed");
    expect_fault("cache = {}\n", "cache is state");
    expect_fault("def change(given):\n    given['a'] = 1\n", "changes what it was given");
    expect_fault("def change(given):\n    given.append(1)\n", "changes what it was given");
}

TEST_F(CodeCheck, finds_ways_around_the_rules) {
    expect_fault("def run(text):\n    return eval(text)\n", "eval may not be used");
    expect_fault("import ctypes\n", "ctypes may not be used");
    expect_fault("def up(x):\n    return x.__class__\n", "__class__ may not be looked at");
    expect_fault("from os import *\n", "instead of *");
}

TEST_F(CodeCheck, takes_declared_packages_only) {
    const auto program = std::string("import yaml\n") + kEntry;
    EXPECT_NE(faults(program).find("yaml is no part of Python"), std::string::npos);
    EXPECT_EQ(faults(program, kTest, {"pyyaml"}), "");
}

TEST_F(CodeCheck, asks_for_the_entry_point_and_a_test_that_checks) {
    EXPECT_NE(faults("X = 1\n").find("entry point execute_lamp is missing"), std::string::npos);
    EXPECT_NE(faults("def (\n").find("is no Python"), std::string::npos);
    EXPECT_NE(faults(kEntry, "import unittest\n").find("no test_ method"), std::string::npos);
    EXPECT_NE(faults(kEntry, std::string("import socket\n") + kTest).find("a test imports only"),
              std::string::npos);
}

TEST(CodeInAnswer, takes_two_blocks) {
    const auto code = code_in_answer("Program:\n```python\na = 1\n```\nTest:\n```python\nb\n```\n");
    ASSERT_TRUE(code);
    EXPECT_EQ(code->program, "a = 1\n");
    EXPECT_EQ(code->test, "b\n");
    EXPECT_FALSE(code_in_answer("```python\na\n```"));
    EXPECT_FALSE(code_in_answer("none"));
}

}  // namespace
}  // namespace aifp::agents
