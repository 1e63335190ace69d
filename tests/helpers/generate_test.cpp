#include <filesystem>
#include <fstream>

#include "base/hash.hpp"
#include "helpers/workflow/generate_implementation_code.hpp"
#include "tests/helpers/workflow_fixture.hpp"

namespace aifp::helpers::workflow {
namespace {

constexpr const char* kLamp =
    "name: lamp\ntriggers: [{manual: }]\nactions:\n  - set: {lamp: on1}\n";
constexpr const char* kLampTwo =
    "name: lamp\ntriggers: [{manual: }]\nactions:\n  - set: {lamp: on2}\n";
constexpr const char* kProgram = "src/automations/lamp.py";

class GenerateImplementation : public WorkflowFixture {
protected:
    void SetUp() override {
        write_file("directives/lamp.yaml", kLamp);
        start();
    }
    Result<boost::json::value> generate(bool force = false, const std::string& name = "lamp") {
        return answer_of([&](Answer answer) {
            generate_implementation_code(services(), {name, force}, std::move(answer));
        });
    }
    Result<boost::json::value> rollback(const std::string& to = "") {
        return answer_of([&](Answer answer) {
            rollback_implementation(services(), {"lamp", to}, std::move(answer));
        });
    }
    void change_directive(const char* text) {
        clock.advance(Seconds(60));
        write_file("directives/lamp.yaml", text);
        reload();
    }
};

TEST_F(GenerateImplementation, writes_registers_and_tests_the_program) {
    const auto answer = generate();
    ASSERT_TRUE(answer) << answer.error().detail();
    EXPECT_EQ(answer->at("test_status"), "passing") << answer->at("test_output");
    EXPECT_EQ(answer->at("entry_point"), "execute_lamp");
    const auto row =
        "SELECT implementation_file || ' ' || entry_point || ' ' || test_file || ' ' || "
        "test_status || ' ' || status || ' ' || file_hash FROM "
        "directive_implementations WHERE step_index = -1";
    EXPECT_EQ(query(row),
              "src/automations/lamp.py execute_lamp tests/test_lamp.py passing validated " +
                  sha256_hex(read(kProgram)));
    EXPECT_EQ(query("SELECT count(*) FROM written_files"), "2");
    EXPECT_EQ(query("SELECT count(*) FROM implementation_versions"), "2");
}

TEST_F(GenerateImplementation, says_when_its_test_fails) {
    class Wrong final : public Generator {
    public:
        void generate(GenerationRequest request, Answer answer) const override {
            auto made = generate_python(request);
            made->test.text =
                "import unittest\nclass T(unittest.TestCase):\n    def test(self):\n"
                "        self.fail('on purpose')\n";
            answer(std::move(made));
        }
    };
    generator = std::make_unique<Wrong>();
    const auto answer = generate();
    ASSERT_TRUE(answer) << answer.error().detail();
    EXPECT_EQ(answer->at("test_status"), "failing");
    EXPECT_NE(text(*answer, "test_output").find("on purpose"), std::string::npos);
    EXPECT_EQ(query("SELECT status FROM directive_implementations WHERE step_index = -1"),
              "failed");
}

TEST_F(GenerateImplementation, never_overwrites_what_a_person_changed) {
    ASSERT_TRUE(generate());
    write_file(kProgram, "# mine\n");
    EXPECT_NE(error_of(generate()).find("changed by a person"), std::string::npos);
    EXPECT_EQ(read(kProgram), "# mine\n");
    ASSERT_TRUE(generate(true));
    EXPECT_NE(read(kProgram), "# mine\n");
    EXPECT_EQ(query("SELECT text FROM implementation_versions WHERE origin = 'person'"),
              "# mine\n");
}

TEST_F(GenerateImplementation, leaves_a_file_alone_that_was_there_before) {
    write_file("tests/test_lamp.py", "# my test\n");
    EXPECT_NE(error_of(generate()).find("tests/test_lamp.py"), std::string::npos);
    EXPECT_EQ(read("tests/test_lamp.py"), "# my test\n");
    EXPECT_EQ(read(kProgram), "(none)");
}

TEST_F(GenerateImplementation, does_not_follow_a_folder_out_of_the_project) {
    testing::TempDir outside;
    std::filesystem::create_directory_symlink(outside.path(), paths.root() / "src/automations");
    EXPECT_NE(error_of(generate()).find("leads out of the project"), std::string::npos);
    EXPECT_TRUE(std::filesystem::is_empty(outside.path()));
}

TEST_F(GenerateImplementation, refuses_a_directive_that_runs_the_program_itself) {
    change_directive(
        "name: lamp\ntriggers: [{manual: }]\nactions:\n  - run: src/automations/lamp.py\n");
    EXPECT_NE(error_of(generate()).find("runs src/automations/lamp.py itself"), std::string::npos);
    EXPECT_EQ(generate(false, "nobody").error().code(), ErrorCode::not_found);
}

TEST_F(GenerateImplementation, runs_once_a_person_has_said_yes) {
    ASSERT_TRUE(generate());
    change_directive(
        "name: lamp\ntriggers: [{manual: }]\nactions:\n  - run: src/automations/lamp.py\n");
    EXPECT_EQ(status_of("lamp"), "implemented");
    EXPECT_NE(error_of(act(engine::Verb::run, "lamp")).find("not_approved"), std::string::npos);
    ASSERT_TRUE(act(engine::Verb::approve, "lamp"));
    ASSERT_TRUE(act(engine::Verb::run, "lamp"));
    run_until([&] { return !history("lamp").empty() && history("lamp")[0].at("state") == "ok"; });
    settle();
    EXPECT_EQ(query("SELECT value_json FROM state_values WHERE name = 'lamp'"), "\"on1\"");
}

TEST_F(GenerateImplementation, its_test_counts_for_the_directive_that_runs_it) {
    ASSERT_TRUE(generate());
    change_directive(
        "name: lamp\ntriggers: [{manual: }]\nactions:\n  - run: src/automations/lamp.py\n");
    EXPECT_EQ(query("SELECT test_status FROM directive_implementations WHERE step_index = 0"),
              "passing");
}

TEST_F(GenerateImplementation, rolls_back_and_forward_between_versions) {
    ASSERT_TRUE(generate());
    const auto first = read(kProgram);
    change_directive(kLampTwo);
    ASSERT_TRUE(generate());
    const auto second = read(kProgram);
    ASSERT_NE(first, second);

    const auto back = rollback();
    ASSERT_TRUE(back) << back.error().detail();
    EXPECT_EQ(read(kProgram), first);
    EXPECT_EQ(back->at("test_status"), "passing");
    EXPECT_EQ(back->at("versions").as_array().size(), 2U);
    EXPECT_NE(error_of(rollback()).find("no version before this one"), std::string::npos);

    ASSERT_TRUE(rollback(sha256_hex(second).substr(0, 8)));
    EXPECT_EQ(read(kProgram), second);
}

TEST_F(GenerateImplementation, a_rollback_brings_a_persons_text_back) {
    ASSERT_TRUE(generate());
    write_file(kProgram, "# mine\n");
    ASSERT_TRUE(generate(true));
    ASSERT_TRUE(rollback(sha256_hex("# mine\n").substr(0, 8)));
    EXPECT_EQ(read(kProgram), "# mine\n");
}

TEST_F(GenerateImplementation, rollback_says_what_it_cannot_find) {
    EXPECT_NE(error_of(rollback()).find("aifp generate lamp"), std::string::npos);
    ASSERT_TRUE(generate());
    EXPECT_NE(error_of(rollback("ffffffff")).find("no version"), std::string::npos);
    EXPECT_FALSE(rollback("a"));
}

TEST_F(GenerateImplementation, a_version_runs_again_only_if_its_hash_is_approved) {
    ASSERT_TRUE(generate());
    const auto first = read(kProgram);
    change_directive(kLampTwo);
    ASSERT_TRUE(generate());
    change_directive(
        "name: lamp\ntriggers: [{manual: }]\nactions:\n  - run: src/automations/lamp.py\n");
    ASSERT_TRUE(act(engine::Verb::approve, "lamp"));

    ASSERT_TRUE(rollback(sha256_hex(first).substr(0, 8)));
    EXPECT_NE(error_of(act(engine::Verb::run, "lamp")).find("implementation_changed"),
              std::string::npos);
    ASSERT_TRUE(act(engine::Verb::approve, "lamp"));
    EXPECT_TRUE(act(engine::Verb::run, "lamp"));
}

TEST_F(GenerateImplementation, what_the_engine_wrote_stays_a_proposal_after_a_restart) {
    ASSERT_TRUE(generate());
    change_directive(
        "name: lamp\ntriggers: [{manual: }]\nactions:\n  - run: src/automations/lamp.py\n");
    stop();
    start();
    EXPECT_EQ(status_of("lamp"), "implemented");
    EXPECT_FALSE(act(engine::Verb::run, "lamp"));
}

}  // namespace
}  // namespace aifp::helpers::workflow
