// What `why` says of a trigger that never fired.
#include "tests/engine/insight_fixture.hpp"

namespace aifp::engine {
namespace {

class SilenceOfEngine : public InsightOfEngine {
protected:
    std::string silent(const std::string& trigger) {
        write_file("directives/porch.yaml",
                   "name: porch\ntrigger: " + trigger + "\naction: {log: on}\n");
        start();
        settle();
        return why_text("porch");
    }
};

TEST_F(SilenceOfEngine, of_a_state_that_nothing_has_set) {
    EXPECT_NE(silent("{state: presence, to: home}")
                  .find("state: presence has never fired: that state has not changed yet; the "
                        "state presence is not known: nothing has set it"),
              std::string::npos);
}

TEST_F(SilenceOfEngine, of_a_file_whose_folder_is_not_there) {
    EXPECT_NE(silent("{file: inbox/*.csv}").find("; there is no folder "), std::string::npos);
}

TEST_F(SilenceOfEngine, of_a_poll_that_fails) {
    static_cast<void>(silent("{poll: [\"false\"], every: 10s}"));
    pass(Seconds(1));
    run_until([&] { return why_text("porch").find("looks at") != std::string::npos; });
    EXPECT_NE(why_text("porch").find(" failed: "), std::string::npos) << why_text("porch");
}

TEST_F(SilenceOfEngine, of_an_event_that_nobody_emits) {
    EXPECT_NE(silent("{event: bell}").find("no armed directive emits it; a program may"),
              std::string::npos);
}

TEST_F(SilenceOfEngine, of_an_expression_that_cannot_be_decided) {
    EXPECT_NE(silent("{template: state.lux < 40}").find("it cannot be decided: "),
              std::string::npos);
}

TEST_F(SilenceOfEngine, does_not_show_the_value_of_a_secret_state) {
    write_file("directives/set.yaml",
               "name: set\ntrigger: manual\naction: {set: {door_token: hunter2}}\n");
    start();
    ASSERT_TRUE(act(Verb::run, "set"));
    settle();
    crash();
    EXPECT_EQ(silent("{state: door_token, to: open}").find("hunter2"), std::string::npos);
}

}  // namespace
}  // namespace aifp::engine
