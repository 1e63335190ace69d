#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <filesystem>
#include <fstream>
#include <set>

#include "actions/factory.hpp"
#include "base/text.hpp"
#include "helpers/workflow/generator.hpp"
#include "helpers/workflow/python_prelude.hpp"
#include "tests/helpers/real_process.hpp"
#include "tests/support/temp_dir.hpp"

namespace aifp::helpers::workflow {
namespace {

config::Settings settings_of(const std::string& yaml) {
    return config::read_settings(document::SourceText("engine.yaml", yaml)).settings;
}

GenerationRequest request_for(const std::string& actions, const std::string& more = "") {
    GenerationRequest request;
    const auto text = R"({"name": "lights-off", "triggers": [{"at": ["17:00"]}], "actions": )" +
                      actions + more + "}";
    request.directive = model::directive_from_json(boost::json::parse(text).as_object());
    request.content_hash = "0123456789abcdef";
    request.settings = settings_of("apis: {default: {base_url: 'http://127.0.0.1:9/'}}");
    return request;
}

/// A project folder with the generated files in it.
class GeneratedProgram : public ::testing::Test {
protected:
    Generated generate(const GenerationRequest& request) {
        auto generated = generate_python(request);
        EXPECT_TRUE(generated) << (generated ? "" : generated.error().detail());
        for (const auto* file : {&generated->program, &generated->test}) {
            std::filesystem::create_directories((dir.path() / file->path).parent_path());
            std::ofstream(dir.path() / file->path) << file->text;
        }
        return std::move(*generated);
    }
    Generated generate(const std::string& actions, const std::string& more = "") {
        return generate(request_for(actions, more));
    }
    process::ProcessResult run_tests(const Generated& generated) {
        return testing::run_program({"python3", "-B", "-m", "unittest", generated.test.path},
                                    dir.path().string());
    }
    process::ProcessResult run(const Generated& generated,
                               const std::string& call = "{}",
                               std::vector<std::pair<std::string, std::string>> env = {}) {
        return testing::run_program(
            {"python3", generated.program.path}, dir.path().string(), call + "\n", std::move(env));
    }
    boost::json::value result_of(const process::ProcessResult& ended) {
        EXPECT_EQ(ended.exit_code, 0) << ended.err;
        boost::json::value last;
        for (const auto line : split(ended.out, '\n')) {
            boost::json::error_code error;
            auto value = boost::json::parse(line, error);
            if (!error && value.is_object()) {
                last = value;
            }
        }
        return last.is_object() ? last.at("result") : last;
    }

    testing::TempDir dir;
};

const std::vector<std::pair<std::string, std::string>> kOneOfEach = {
    {"http_request", R"({"http_request": "POST /api/on", "json": {"a": "{{ trigger.x }}"}})"},
    {"command", R"({"command": ["echo", "{{ state.who }}"], "env": {"A": "b"}})"},
    {"shell", R"({"shell": "echo hi"})"},
    {"log", R"({"log": "it is {{ trigger.temperature }}"})"},
    {"set", R"({"set": {"stove.on": false}})"},
    {"emit", R"({"emit": "ready", "data": {"n": 1}})"},
    {"notify", R"({"notify": "hello", "title": "home"})"},
    {"run", R"({"run": "src/other.py", "entry": "go", "with": {"a": 1}})"},
};

// A program on its own has no provider, no budget and no manifest: `ai` stays the engine's.
TEST(EffectsOfKinds, are_exactly_the_actions_that_are_built_but_ai) {
    std::set<std::string_view> known{"ai"};
    std::set<std::string_view> built;
    for (const auto& row : effects_of_kinds()) {
        known.insert(row.kind);
    }
    for (const auto& row : actions::action_rows()) {
        built.insert(row.kind);
    }
    EXPECT_EQ(known, built);
    EXPECT_EQ(kOneOfEach.size() + 1, built.size());
}

TEST_F(GeneratedProgram, passes_its_own_test_for_every_kind_of_action) {
    for (const auto& [kind, action] : kOneOfEach) {
        const auto generated = generate("[" + action + "]");
        const auto ended = run_tests(generated);
        EXPECT_EQ(ended.exit_code, 0) << kind << "\n" << ended.err;
        EXPECT_NE(ended.err.find("Ran 11 tests"), std::string::npos) << ended.err;
    }
}

TEST_F(GeneratedProgram, passes_its_own_test_with_everything_at_once) {
    std::string actions;
    for (const auto& [kind, action] : kOneOfEach) {
        actions += (actions.empty() ? "[" : ", ") + action;
    }
    const auto generated = generate(
        actions + "]",
        R"(, "conditions": [{"time": {"after": "22:00", "before": "06:00", "weekdays": ["mon"]}},
            {"any": [{"expression": "trigger.x"}, {"not": [{"trigger": ["0"]}]}]},
            {"expression": "state.stove.on and 1 < 2"}],
            "on_error": [{"log": "{{ error.message }}"}])");
    const auto ended = run_tests(generated);
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
}

TEST_F(GeneratedProgram, test_fails_when_a_step_is_taken_out) {
    const auto generated = generate(R"([{"log": "one"}, {"log": "two"}])");
    auto text = generated.program.text;
    const auto start = text.find("    Step(\n", text.find("STEPS"));
    text.erase(start, text.find("    Step(\n", start + 1) - start);
    std::ofstream(dir.path() / generated.program.path) << text;
    EXPECT_EQ(run_tests(generated).exit_code, 1);
}

TEST_F(GeneratedProgram, is_the_same_every_time) {
    const auto request = request_for("[" + kOneOfEach[0].second + "]");
    EXPECT_EQ(generate_python(request)->program.text, generate_python(request)->program.text);
}

TEST_F(GeneratedProgram, speaks_the_protocol_of_run) {
    const auto generated = generate(R"([{"log": "it is {{ trigger.temperature }}"}])");
    const auto ended = run(generated, R"({"with": {}, "trigger": {"id": "0", "temperature": 7}})");
    EXPECT_EQ(ended.out.substr(0, ended.out.find('\n')), "info: it is 7");
    EXPECT_EQ(result_of(ended).at("ran"), true);
}

TEST_F(GeneratedProgram, hands_outcomes_from_step_to_step) {
    const auto generated = generate(
        R"([{"command": ["echo", "warm"], "as": "asked"}, {"log": "{{ steps.asked.stdout }}!"}])");
    EXPECT_EQ(run(generated).out.substr(0, 10), "info: warm");
}

TEST_F(GeneratedProgram, asks_the_engine_to_set_and_emit) {
    const auto generated =
        generate(R"([{"set": {"a.b": "{{ state.c }}"}}, {"emit": "e", "data": [1]}])");
    const auto ended = run(generated, R"({"with": {"value_1": {"x": 2}}})");
    EXPECT_NE(ended.out.find(R"({"aifp": "set", "values": {"a.b": {"x": 2}}})"), std::string::npos);
    EXPECT_NE(ended.out.find(R"({"aifp": "emit", "event": "e", "data": [1]})"), std::string::npos);
    EXPECT_NE(generated.usage.find(R"(value_1: "{{ state.c }}")"), std::string::npos);
}

TEST_F(GeneratedProgram, ends_with_the_reason_when_a_step_fails) {
    const auto generated = generate(R"([{"shell": "echo no >&2; exit 3"}, {"log": "never"}])",
                                    R"(, "on_error": [{"log": "after: {{ error.message }}"}])");
    const auto ended = run(generated);
    EXPECT_EQ(ended.exit_code, 1);
    EXPECT_EQ(ended.err, "step 1 (shell): ended with exit code 3: no\n");
    EXPECT_EQ(ended.out, "info: after: step 1 (shell): ended with exit code 3: no\n");
}

TEST_F(GeneratedProgram, says_what_it_was_not_given) {
    const auto generated = generate(R"([{"log": "{{ state.a + 1 }}"}])");
    EXPECT_EQ(run(generated).err, "with lacks value_1\n");
    EXPECT_EQ(run(generated, "nonsense").err, "standard input holds no JSON line\n");
}

TEST_F(GeneratedProgram, takes_secrets_and_variables_from_the_environment) {
    const auto generated =
        generate(R"([{"command": ["echo", {"$secret": "lamp-token"}, "at ${HOUSE} $${HOUSE}"]}])");
    EXPECT_EQ(generated.program.text.find("lamp-token\""), std::string::npos);
    EXPECT_NE(generated.usage.find("AIFP_SECRET_LAMP_TOKEN: !secret lamp-token"),
              std::string::npos);
    const auto ended = run(generated, "{}", {{"AIFP_SECRET_LAMP_TOKEN", "t0"}, {"HOUSE", "home"}});
    EXPECT_EQ(result_of(ended).at("ran"), true);
    EXPECT_EQ(run(generated).err,
              "step 1 (command): the environment variable AIFP_SECRET_LAMP_TOKEN is not set\n");
}

TEST_F(GeneratedProgram, does_nothing_when_a_condition_is_false) {
    const auto generated =
        generate(R"([{"log": "x"}])", R"(, "conditions": [{"expression": "trigger.open"}])");
    const auto ended = run(generated, R"({"trigger": {"id": "0", "open": false}})");
    EXPECT_EQ(result_of(ended),
              boost::json::parse(R"({"ran": false, "why": "condition expression"})"));
}

TEST_F(GeneratedProgram, does_nothing_for_the_trigger_of_another) {
    const auto generated = generate(R"([{"log": "x"}])");
    const auto ended = run(generated, R"({"trigger": {"id": "17", "kind": "time"}})");
    EXPECT_EQ(result_of(ended).at("why"), "another trigger");
}

TEST_F(GeneratedProgram, calls_other_implementations) {
    std::filesystem::create_directories(dir.path() / "src");
    std::ofstream(dir.path() / "src/other.py")
        << "def go(a):\n    print('working')\n    return {'twice': a * 2}\n";
    const auto generated =
        generate(R"([{"run": "src/other.py", "entry": "go", "with": {"a": 4}, "as": "other"}])");
    const auto ended = run(generated);
    EXPECT_EQ(result_of(ended).at("steps").at("other").at("twice"), 8) << ended.out;
    EXPECT_EQ(ended.out.substr(0, 13), "info: working");
}

TEST_F(GeneratedProgram, compiles_whatever_a_person_writes) {
    for (const auto* nasty :
         {"\"\"\" + exit() + \"\"\"", "\\", "'''\n\\\"", "{0} %s \x01 \xc2\x85", "#{}"}) {
        auto request = request_for("[]");
        request.directive.description = nasty;
        model::Action log;
        log.kind = "log";
        log.arguments["log"] = nasty;
        model::Action emit;
        emit.kind = "emit";
        emit.arguments["emit"] = nasty;
        request.directive.actions = {log, emit};
        const auto generated = generate(request);
        const auto ended = run_tests(generated);
        EXPECT_EQ(ended.exit_code, 0) << nasty << "\n" << ended.err;
    }
}

TEST(GeneratePython, refuses_what_only_the_program_could_calculate) {
    const auto generated = generate_python(request_for(R"([{"log": "{{ steps.a.status + 1 }}"}])"));
    ASSERT_FALSE(generated);
    EXPECT_EQ(generated.error().code(), ErrorCode::invalid_input);
    EXPECT_NE(generated.error().detail().find("write a plain path"), std::string::npos);
}

TEST(GeneratePython, names_missing_apis_channels_and_kinds) {
    const auto error = [](const char* action) {
        const auto generated = generate_python(request_for(action));
        return generated ? std::string() : generated.error().detail();
    };
    EXPECT_NE(error(R"([{"http_request": "GET /x", "api": "no"}])").find("no API is called no"),
              std::string::npos);
    EXPECT_NE(error(R"([{"notify": "x", "channel": "no"}])").find("no channel is called no"),
              std::string::npos);
    EXPECT_NE(error(R"([{"delay": "5s"}])").find("no program can be written"), std::string::npos);
}

}  // namespace
}  // namespace aifp::helpers::workflow
