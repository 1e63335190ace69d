// How `why` tells of a directive that is not armed, or runs another version than its file has, on a
// whole engine. (docs/why.md)
#include "engine/states.hpp"
#include "engine_fixture.hpp"
#include "tests/support/one_answer.hpp"

namespace aifp::engine {
namespace {

namespace json = boost::json;

class WhyStanding : public EngineFixture {
protected:
    json::value why(const std::string& name) {
        auto answer = ask([&](Control&, auto done) {
            engine->control().insight()->why({name, {}}, done);
        });
        return answer ? *answer : json::value(answer.error().detail());
    }
    bool says(const std::string& name, const std::string& what) {
        const auto view = why(name);
        for (const auto& line : view.at("text").as_array()) {
            if (line.as_string().find(what) != json::string::npos) {
                return true;
            }
        }
        ADD_FAILURE() << json::serialize(view.at("text"));
        return false;
    }
    void reload() {
        ASSERT_TRUE(ask([](Control& control, auto answer) { control.reload(answer); }));
    }
    int call(const std::string& hook) {
        http::Request request;
        request.method = "POST";
        request.target = "/hooks/" + hook;
        request.received = clock.mono();
        auto sink = std::make_shared<testing::OneAnswer>();
        engine->handle_hook(std::move(request), http::Responder(sink, 0));
        settle();
        return sink->response().status;
    }
    void open_door() {
        model::StateUpdate update;
        update.values["door"] = "open";
        engine->control().states()->change_states(std::move(update), [](auto&&) {});
        settle();
    }
};

constexpr const char* kTriggers =
    "triggers: [{webhook: a, auth: none}, {event: bell}, {state: door}, {every: 1h}]\n";

TEST_F(WhyStanding, of_one_that_nobody_approved_some_triggers_leave_rows) {
    settings.approval = config::Approval::required;
    write_file("directives/a.yaml", std::string("name: a\n") + kTriggers + "action: {log: x}\n");
    start();
    EXPECT_EQ(call("a"), 409);
    open_door();
    EXPECT_EQ(history("a").size(), 1U) << "of the request";

    EXPECT_TRUE(says("a", "It stands so since 00:00."));
    EXPECT_TRUE(says("a", "What it takes: a look at it, then aifp approve a."));
    EXPECT_TRUE(says("a", "state: door has never fired: nothing watches it"));
    EXPECT_TRUE(says("a", "event: bell has never fired: nothing has emitted that event yet"));
    ASSERT_TRUE(act(Verb::approve, "a"));
    settle();
    EXPECT_TRUE(why("a").at("not_armed_since").is_null());
    EXPECT_TRUE(why("a").at("needed").is_null());
}

TEST_F(WhyStanding, of_a_draft_nothing_is_watched_and_it_says_so) {
    write_file("directives/a.yaml",
               std::string("name: a\n") + kTriggers + "action: {log: x, timeout: 0s}\n");
    start();
    ASSERT_EQ(status_of("a"), "draft");
    EXPECT_EQ(call("a"), 404);
    open_door();
    pass(std::chrono::hours(2));
    EXPECT_TRUE(history("a").empty());

    EXPECT_TRUE(says("a", "It stands so since "));
    EXPECT_TRUE(says("a", "What it takes: the answers, with aifp validate a."));
    for (const auto* trigger : {"http: a", "event: bell", "state: door", "every: 1h"}) {
        EXPECT_TRUE(says("a", std::string(trigger) + " has never fired: nothing watches it"));
    }
}

TEST_F(WhyStanding, only_the_directive_with_the_mistake_says_that_its_version_before_runs) {
    const auto write = [this](const std::string& action) {
        write_file("directives/two.yaml",
                   "directives:\n  - {name: good, trigger: manual, action: {log: x}}\n"
                   "  - name: hurt\n    trigger: manual\n    action: {" +
                       action + ": y}\n  - {name: last, trigger: manual, action: {log: z}}\n");
    };
    write("log");
    start();
    EXPECT_TRUE(why("hurt").at("file_mistakes").is_null());
    write("lok");
    reload();

    EXPECT_TRUE(says("hurt", "the version before it is in force: directives/two.yaml:5: "));
    const auto told = why("hurt").at("file_mistakes");
    EXPECT_EQ(told.at("file"), "directives/two.yaml");
    EXPECT_EQ(told.at("line"), 5);
    EXPECT_EQ(told.at("count"), 1);
    EXPECT_TRUE(why("good").at("file_mistakes").is_null());
    EXPECT_TRUE(why("last").at("file_mistakes").is_null());
    EXPECT_TRUE(act(Verb::run, "hurt")) << "it still runs";

    crash();
    start();
    EXPECT_FALSE(why("hurt").at("file_mistakes").is_null()) << "after a restart, too";
    write("log");
    reload();
    EXPECT_TRUE(why("hurt").at("file_mistakes").is_null());
}

TEST_F(WhyStanding, a_file_that_is_no_yaml_any_more_concerns_all_of_its_directives) {
    write_file("directives/a.yaml", "name: a\ntrigger: manual\naction: {log: x}\n");
    start();
    write_file("directives/a.yaml", "name: a\ntrigger: [manual\naction: {log: x}\n");
    reload();
    EXPECT_TRUE(says("a", "the version before it is in force: directives/a.yaml:"));
}

}  // namespace
}  // namespace aifp::engine
