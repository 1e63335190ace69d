#include "agents/codegen.hpp"

#include <gtest/gtest.h>

#include "helpers/workflow/generate_implementation_code.hpp"
#include "tests/agents/scripted_ai.hpp"
#include "tests/helpers/workflow_fixture.hpp"

namespace aifp::agents {
namespace {

namespace workflow = helpers::workflow;

constexpr const char* kProgram = R"(import json, sys
def level_at(hour):
    return 70 if hour > 17 else LEVEL
LEVEL = 10
def execute_lamp(hour=18):
    return {"level": level_at(hour)}
def main():
    print(json.dumps({"result": execute_lamp(**json.loads(sys.stdin.readline())["with"])}))
    return 0
if __name__ == "__main__":
    sys.exit(main())
)";
constexpr const char* kTest = R"(import importlib.util, os, unittest
HERE = os.path.dirname(os.path.abspath(__file__))
SPEC = importlib.util.spec_from_file_location(
    "lamp", os.path.join(os.path.dirname(HERE), "src", "automations", "lamp.py"))
PROGRAM = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(PROGRAM)
class Lamp(unittest.TestCase):
    def test_level(self):
        self.assertEqual(PROGRAM.level_at(20), WANTED)
)";

std::string answer(const std::string& program, const std::string& wanted) {
    std::string test = kTest;
    test.replace(test.find("WANTED"), 6, wanted);
    return "```python\n" + program + "```\n```python\n" + test + "```\n";
}

class Codegen : public workflow::WorkflowFixture {
protected:
    void start() {
        write_file("directives/lamp.yaml", "name: lamp\ntrigger: manual\naction: {log: lamp on}\n");
        WorkflowFixture::start();
        ai.emplace(*loop);
        generator = create_ai_generator(
            ai->services(),
            {{loop->get_executor(), clock, paths}, *store, [this] { return bounds; }},
            workflow::create_python_generator());
    }

    Result<boost::json::value> generate() {
        return answer_of([this](workflow::Answer done) {
            workflow::generate_implementation_code(services(), {"lamp", false}, std::move(done));
        });
    }

    config::Codegen bounds;
    std::optional<ScriptedAi> ai;
};

TEST_F(Codegen, registers_what_keeps_the_rules_and_passes_as_a_proposal_with_its_diff) {
    start();
    ai->says(answer(kProgram, "70"));
    const auto made = generate();
    ASSERT_TRUE(made) << made.error().detail();
    EXPECT_EQ(text(*made, "test_status"), "passing");
    EXPECT_EQ(read("src/automations/lamp.py"), kProgram);
    EXPECT_EQ(text(*made, "diff").find("--- /dev/null\n+++ src/automations/lamp.py\n"), 0U);
    EXPECT_EQ(query("SELECT count(*) FROM written_files WHERE path = 'src/automations/lamp.py'"),
              "1");
    EXPECT_EQ(ai->asked[0].agent, "codegen");
}

TEST_F(Codegen, tells_the_ai_what_is_wrong_until_it_is_right) {
    start();
    ai->says("I would rather not.")
        .says(answer(std::string("cache = {}\n") + kProgram, "70"))
        .says(answer(kProgram, "99"))
        .says(answer(kProgram, "70"));
    ASSERT_TRUE(generate());
    ASSERT_EQ(ai->asked.size(), 4U);
    EXPECT_NE(ai->asked[1].conversation.back().text.find("two fenced blocks"), std::string::npos);
    EXPECT_NE(ai->asked[2].conversation.back().text.find("cache is state"), std::string::npos);
    EXPECT_NE(ai->asked[3].conversation.back().text.find("70 != 99"), std::string::npos);
}

TEST_F(Codegen, gives_up_after_its_repairs_and_writes_nothing) {
    start();
    bounds.max_rounds = 3;
    for (int i = 0; i < 4; ++i) {
        ai->says(answer(kProgram, "99"));
    }
    const auto made = generate();
    ASSERT_FALSE(made);
    EXPECT_NE(made.error().detail().find("70 != 99"), std::string::npos) << made.error().detail();
    EXPECT_EQ(read("src/automations/lamp.py"), "(none)");
    EXPECT_EQ(ai->asked.size(), 3U);
}

// Each answer of the scripted AI costs 110 tokens.
TEST_F(Codegen, gives_up_when_its_tokens_are_spent) {
    start();
    bounds.max_tokens = 150;
    ai->says(answer(kProgram, "99")).says(answer(kProgram, "99")).says(answer(kProgram, "70"));
    const auto made = generate();
    ASSERT_FALSE(made);
    EXPECT_EQ(ai->asked.size(), 2U);
    EXPECT_EQ(read("src/automations/lamp.py"), "(none)");
}

TEST_F(Codegen, ends_a_test_that_takes_too_long) {
    start();
    bounds.test_timeout = Seconds(1);
    const std::string endless =
        "import unittest\nclass T(unittest.TestCase):\n"
        "    def test_x(self):\n        while True:\n            pass\n"
        "        self.assertTrue(True)\n";
    ai->says("```python\n" + std::string(kProgram) + "```\n```python\n" + endless + "```\n")
        .says(answer(kProgram, "70"));
    ASSERT_TRUE(generate());
    EXPECT_NE(ai->asked[1].conversation.back().text.find("not done after 1s"), std::string::npos)
        << ai->asked[1].conversation.back().text;
}

TEST_F(Codegen, runs_the_test_contained) {
    start();
    const std::string reaching = "import os\n" + std::string(kTest).substr(0, 0) +
                                 "import unittest\nclass T(unittest.TestCase):\n"
                                 "    def test_x(self):\n        os.system('touch escaped')\n"
                                 "        self.assertTrue(True)\n";
    ai->says("```python\n" + std::string(kProgram) + "```\n```python\n" + reaching + "```\n")
        .says(answer(kProgram, "70"));
    ASSERT_TRUE(generate());
    EXPECT_NE(ai->asked[1].conversation.back().text.find("may not touch the outside"),
              std::string::npos);
}

TEST_F(Codegen, names_in_its_order_what_the_rules_speak_of) {
    start();
    ai->says(answer(kProgram, "70"));
    ASSERT_TRUE(generate());
    const auto& said = ai->asked[0].conversation;
    ASSERT_EQ(said.size(), 1U) << "the rules are prompt directives";
    EXPECT_EQ(said[0].role, prompts::Role::user);
    EXPECT_NE(said[0].text.find("Program: src/automations/lamp.py\n"), std::string::npos);
    EXPECT_NE(said[0].text.find("Entry point: execute_lamp\n"), std::string::npos);
}

TEST(CodePrompts, speak_to_the_codegen_agent_alone_and_are_needed) {
    const auto all = code_prompt_directives();
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[1].id, "codegen_rules");
    EXPECT_TRUE(all[1].required);
    for (const auto& directive : all) {
        EXPECT_EQ(directive.agents, std::vector<std::string>{"codegen"});
        const auto produced = directive.produce({});
        ASSERT_TRUE(produced);
        EXPECT_EQ(produced->outputs.size(), 1U);
    }
}

TEST_F(Codegen, writes_from_tables_without_a_provider) {
    start();
    ai->name.reset();
    ASSERT_TRUE(generate());
    EXPECT_TRUE(ai->asked.empty());
    EXPECT_NE(read("src/automations/lamp.py").find("Written by aifp"), std::string::npos);
}

}  // namespace
}  // namespace aifp::agents
