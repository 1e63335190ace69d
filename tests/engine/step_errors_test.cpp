// What an action that fails says: of which class it is, and which action it was (docs/errors.md).
#include "engine/states.hpp"
#include "tests/engine/engine_fixture.hpp"

namespace aifp::engine {
namespace {

class StepErrors : public EngineFixture {
protected:
    void run_a(const std::string& actions) {
        write_file("directives/a.yaml", "name: a\ntrigger: manual\n" + actions);
        start();
        ASSERT_TRUE(act(Verb::run, "a"));
        for (int turns = 0; turns < 5; ++turns) {
            settle();
        }
    }
    std::string error() { return text(history("a").front(), "error"); }
    std::string state(const std::string& name) {
        const auto shown = engine->control().states()->show_states(name);
        return shown ? text(*shown, "value") : shown.error().detail();
    }
};

TEST_F(StepErrors, an_undefined_name_is_a_fault_of_the_template) {
    run_a(
        "actions:\n"
        "  - {log: \"{{ state.nothing }}\", continue_on_error: [template]}\n"
        "  - {command: [echo, \"{{ state.nothing }}\"]}\n"
        "on_error: [{set: {seen: \"{{ error.class }}\"}}]\n");
    EXPECT_EQ(state("seen"), "template");
    EXPECT_TRUE(error().starts_with("action 2 (command): ")) << error();
}

TEST_F(StepErrors, a_program_that_is_not_there_is_still_what_the_action_needs) {
    run_a(
        "actions: [{command: [/no/such/program]}]\n"
        "on_error: [{set: {seen: \"{{ error.class }}\"}}]\n");
    EXPECT_EQ(state("seen"), "config");
}

TEST_F(StepErrors, a_call_names_its_action_when_the_called_run_failed) {
    write_file("directives/b.yaml",
               "name: b\ntrigger: manual\nactions: [{stop: broken, error: true}]\n");
    run_a("actions: [{log: first}, {call: b}]\n");
    EXPECT_TRUE(error().starts_with("action 2 (call): run ")) << error();
    EXPECT_TRUE(error().ends_with(" ended as failed: broken")) << error();
}

TEST_F(StepErrors, a_call_names_its_action_when_nothing_was_run) {
    write_file("directives/b.yaml",
               "name: b\nenabled: false\ntrigger: manual\nactions: [{log: a}]\n");
    run_a("actions: [{call: b}]\n");
    EXPECT_TRUE(error().starts_with("action 1 (call): it was not run: disabled")) << error();
}

}  // namespace
}  // namespace aifp::engine
