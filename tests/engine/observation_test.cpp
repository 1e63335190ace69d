#include "engine/observation.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <string>
#include <vector>

#include "tests/engine/engine_fixture.hpp"

namespace aifp::engine {
namespace {

class Ear final : public FeedListener {
public:
    void on_event(const FeedEvent& event) override { heard.push_back(event); }
    void on_quiet(std::uint64_t) override {}
    void on_feed_ended() override { ended = true; }

    /// Of this kind and directive: the member, one after the other.
    [[nodiscard]] std::vector<std::string> all(FeedKind kind, const char* member) const {
        std::vector<std::string> values;
        for (const auto& event : heard) {
            if (event.kind == kind && event.directive == "lamp") {
                values.push_back(
                    std::string(boost::json::parse(event.data).at(member).as_string()));
            }
        }
        return values;
    }

    std::vector<FeedEvent> heard;
    bool ended = false;
};

using Values = std::vector<std::string>;

class ObservationTest : public EngineFixture {
protected:
    ObservationTest() {
        write_file("directives/lamp.yaml",
                   "name: lamp\ntrigger: {cron: \"* * * * *\"}\naction: {log: on}\n");
    }
    Observation& observation() { return *engine->control().observation(); }
};

std::uint64_t count(const DispatchFigures& figures, model::RunState state) {
    return figures.ended.at(static_cast<std::size_t>(state));
}

TEST_F(ObservationTest, counts_decisions_runs_and_lateness) {
    start();
    pass(std::chrono::minutes(3));

    const auto figures = observation().figures();
    EXPECT_EQ(figures.dispatch.decided.at(static_cast<std::size_t>(model::DecisionKind::started)),
              3U);
    EXPECT_EQ(figures.dispatch.started, 3U);
    EXPECT_EQ(count(figures.dispatch, model::RunState::ok), 3U);
    EXPECT_EQ(figures.dispatch.lateness.view().counts[0], 3U);
    EXPECT_EQ(figures.dispatch.durations.view().counts[0], 3U);
    EXPECT_EQ(figures.dispatch.running, 0U);
}

TEST_F(ObservationTest, counts_directives_schedules_and_what_is_overdue) {
    start();
    auto figures = observation().figures();
    EXPECT_EQ(figures.directives.at(static_cast<std::size_t>(model::DirectiveStatus::active)), 1U);
    EXPECT_EQ(figures.armed, 1U);
    EXPECT_EQ(figures.schedules, 1U);
    EXPECT_EQ(figures.overdue, 0U);
    EXPECT_TRUE(figures.ready);

    clock.advance(std::chrono::minutes(2));  // nobody wakes the engine
    EXPECT_EQ(observation().figures().overdue, 1U);
}

TEST_F(ObservationTest, tells_decisions_and_runs_live) {
    start();
    Ear ear;
    const auto stop = observation().watch_events(ear, {});
    ASSERT_TRUE(stop);
    pass(std::chrono::minutes(1));

    EXPECT_EQ(ear.all(FeedKind::decision, "decision"), (Values{"started"}));
    EXPECT_EQ(ear.all(FeedKind::run, "state"), (Values{"running", "ok"}));
}

TEST_F(ObservationTest, tells_the_status_of_directives_once) {
    start();
    Ear ear;
    const auto watching = observation().watch_events(ear, {});
    ASSERT_TRUE(ask([](Control& control, Control::Answer answer) {
        control.act(Verb::pause, "lamp", "test", std::move(answer));
    }));
    ASSERT_TRUE(ask([](Control& control, Control::Answer answer) {
        control.act(Verb::resume, "lamp", "test", std::move(answer));
    }));

    EXPECT_EQ(ear.all(FeedKind::directive, "status"), (Values{"paused", "active"}));
    EXPECT_EQ(ear.all(FeedKind::directive, "previous_status"), (Values{"active", "paused"}));
}

TEST_F(ObservationTest, ends_the_feed_with_the_line_that_the_engine_has_stopped) {
    start();
    Ear ear;
    const auto watching = observation().watch_events(ear, {});
    stop();

    EXPECT_TRUE(ear.ended);
    ASSERT_FALSE(ear.heard.empty());
    EXPECT_NE(ear.heard.back().data.find("engine_stopped"), std::string::npos);
}

}  // namespace
}  // namespace aifp::engine
