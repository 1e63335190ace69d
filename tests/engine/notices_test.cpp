// What people are told: over a channel that is a program, on the fake clock.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/engine_fixture.hpp"

namespace aifp::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kFails = "action: {stop: no answer, error: true}\n";

class NoticesTold : public EngineFixture {
protected:
    void SetUp() override { use_channel({"/bin/sh", "-c", "cat >> told.txt"}); }
    void use_channel(std::vector<std::string> command) {
        config::Channel channel;
        channel.kind = config::Channel::Kind::command;
        channel.command = std::move(command);
        settings.notify["alerts"] = channel;
    }
    void write_directive(const std::string& name, const std::string& rest) {
        write_file("directives/" + name + ".yaml", "name: " + name + "\ntrigger: manual\n" + rest);
    }
    void run(const std::string& name) {
        ASSERT_TRUE(act(Verb::run, name));
        settle();
        settle();
    }
    std::vector<std::string> told() {
        const auto text = read_file((paths.root() / "told.txt").native(), 1 << 20);
        std::vector<std::string> lines;
        for (std::size_t from = 0; text && from < text->size();) {
            const auto end = text->find('\n', from);
            lines.push_back(text->substr(from, end - from));
            from = end + 1;
        }
        return lines;
    }
    /// Lets time pass and the channel's program end.
    void pass_and_tell(Milliseconds duration, std::size_t lines) {
        pass(duration);
        run_until([&] { return told().size() >= lines; });
        settle();
    }
    std::string errors() {
        log->blocking_flush();
        return read_file((paths.logs() / "errors/current.jsonl").native(), 1 << 20).value_or("");
    }
};

TEST_F(NoticesTold, a_failure_and_the_recovery_after_it) {
    write_directive("lamp",
                    "actions: [{if: state.broken, then: [{stop: no answer, error: true}]}]\n");
    write_directive("break", "action: {set: {broken: true}}\n");
    write_directive("mend", "action: {set: {broken: false}}\n");
    start();
    run("break");
    run("lamp");
    pass_and_tell(Seconds(2), 1);
    run("mend");
    run("lamp");
    pass_and_tell(Seconds(2), 2);

    EXPECT_THAT(told(),
                ElementsAre("aifp: lamp failed at 00:00: run 2: no answer",
                            HasSubstr("lamp works again since 00:00")));
}

TEST_F(NoticesTold, that_the_engine_paused_a_directive) {
    write_directive("lamp", std::string("stop_after: {failures: 1}\n") + kFails);
    start();
    run("lamp");
    pass_and_tell(Seconds(2), 2);

    EXPECT_THAT(told(),
                ElementsAre(HasSubstr("lamp failed at 00:00"),
                            HasSubstr("lamp is paused: stop_after: lamp failed; the last time: ")));
}

TEST_F(NoticesTold, a_streak_goes_on_after_a_crash) {
    write_directive("lamp", kFails);
    start();
    run("lamp");
    pass_and_tell(Seconds(2), 1);
    run("lamp");
    settle();
    crash();
    start();
    run("lamp");
    pass_and_tell(std::chrono::minutes(20), 2);

    ASSERT_EQ(told().size(), 2U);
    EXPECT_THAT(told()[1], HasSubstr("lamp failed 3 times in a row since 00:00"));
}

TEST_F(NoticesTold, a_channel_that_fails_is_logged_and_disturbs_no_run) {
    use_channel({"false"});
    write_directive("lamp", kFails);
    start();
    run("lamp");
    pass(Seconds(2));
    run_until([&] { return errors().find("notice_not_sent") != std::string::npos; });
    run("lamp");

    EXPECT_EQ(text(history("lamp").front(), "state"), "failed");
    EXPECT_THAT(errors(), HasSubstr("it is tried again"));
    use_channel({"/bin/sh", "-c", "cat >> told.txt"});
    pass_and_tell(std::chrono::minutes(20), 1);
    EXPECT_THAT(told(), ElementsAre(HasSubstr("lamp failed 2 times in a row")));
}

TEST_F(NoticesTold, a_missed_instant) {
    write_file("directives/night.yaml",
               "name: night\ntrigger: {at: \"01:00\"}\naction: {log: a}\ntimezone: UTC\n");
    start();
    settle();
    crash();
    clock.advance(std::chrono::hours(5));
    start();
    pass(Seconds(1));
    settle();
    pass_and_tell(Seconds(2), 1);

    EXPECT_THAT(told(), ElementsAre(HasSubstr("night missed a run at 05:00")));
}

TEST_F(NoticesTold, nothing_in_quiet_times_until_they_are_over) {
    settings.notices.quiet = {{0, 3'600}};
    write_directive("lamp", kFails);
    start();
    run("lamp");
    run("lamp");
    pass(std::chrono::minutes(59));
    settle();
    EXPECT_THAT(told(), IsEmpty());

    pass_and_tell(std::chrono::minutes(1), 1);
    EXPECT_THAT(told(), ElementsAre(HasSubstr("lamp failed 2 times in a row since 00:00")));
}

TEST_F(NoticesTold, a_directive_may_want_none_or_another_channel) {
    settings.notify["phone"] = settings.notify["alerts"];
    settings.notify["phone"].command = {"/bin/sh", "-c", "cat >> phone.txt"};
    write_directive("quiet", "notices: none\n" + std::string(kFails));
    write_directive("loud", "notices: {events: failure, channel: phone}\n" + std::string(kFails));
    start();
    run("quiet");
    run("loud");
    pass(Seconds(2));
    run_until([&] { return std::filesystem::exists(paths.root() / "phone.txt"); });
    settle();

    EXPECT_THAT(told(), IsEmpty());
}

TEST_F(NoticesTold, an_error_that_looks_like_a_template_is_told_as_it_is) {
    write_directive("bad",
                    "action: {set: {text: \"{{ '{' .. '{ env(\\\"HOME\\\") }' .. '}' }}\"}}\n");
    write_directive("lamp", "action: {stop: \"{{ state.text }}\", error: true}\n");
    start();
    run("bad");
    run("lamp");
    pass_and_tell(Seconds(2), 1);

    EXPECT_THAT(told(), ElementsAre(HasSubstr("run 2: {{ env(\"HOME\") }}")));
}

TEST_F(NoticesTold, a_condition_that_cannot_be_decided_is_a_failure) {
    write_file("directives/lamp.yaml",
               "name: lamp\ntrigger: {every: 1h}\nconditions: [state.nothing > 3]\n"
               "action: {log: a}\n");
    start();
    pass(std::chrono::hours(1));
    settle();
    pass_and_tell(Seconds(2), 1);

    EXPECT_THAT(told(), ElementsAre(HasSubstr("lamp failed at 01:00: not run, condition_error")));
}

}  // namespace
}  // namespace aifp::engine
