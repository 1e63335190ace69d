#include "engine/trace.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "config/secret_keeper.hpp"
#include "tests/support/fake_clock.hpp"

namespace aifp::engine {
namespace {

namespace json = boost::json;

class TraceOfRun : public ::testing::Test {
protected:
    TraceOfRun() { keeper.remember_secret("lamp_key", "hunter2-hunter2"); }
    json::array steps() { return json::parse(trace.take_text()).as_array(); }

    testing::FakeClock clock;
    config::SecretKeeper keeper;
    RunTrace trace{clock,
                   [this](std::string_view text) { return keeper.redacted(std::string(text)); }};
};

TEST_F(TraceOfRun, keeps_path_kind_time_input_and_output_of_each_step) {
    const auto step = trace.begin_step("actions.1", "log");
    trace.rendered(json::object{{"message", "hello"}});
    clock.advance(Milliseconds(12));
    trace.end_step(step, json::value("hello"));
    const auto list = steps();
    ASSERT_EQ(list.size(), 1U);
    EXPECT_EQ(list[0].at("step"), "actions.1");
    EXPECT_EQ(list[0].at("kind"), "log");
    EXPECT_EQ(list[0].at("duration_ms"), 12);
    EXPECT_EQ(list[0].at("input").at("message"), "hello");
    EXPECT_EQ(list[0].at("output"), "hello");
}

TEST_F(TraceOfRun, puts_what_is_over_where_it_began) {
    const auto began = clock.wall();
    clock.advance(Seconds(1));
    trace.end_step(trace.begin_step("actions.1.2.1", "log"), json::value("lit"));
    clock.advance(Seconds(4));
    trace.add_step("actions.1.1.1", "delay", {began, clock.wall()}, json::value("hunter2-hunter2"));
    trace.add_step(
        "actions.2", "wait_for", {clock.wall(), began}, fail(ErrorCode::timed_out, "in vain"));
    const auto list = steps();
    ASSERT_EQ(list.size(), 3U);
    EXPECT_EQ(list[0].at("step"), "actions.1.1.1");
    EXPECT_EQ(list[0].at("duration_ms"), 5'000);
    EXPECT_EQ(list[0].at("output"), "***");
    EXPECT_EQ(list[1].at("step"), "actions.1.2.1");
    EXPECT_EQ(list[2].at("error"), "in vain");
    EXPECT_EQ(list[2].at("duration_ms"), 0) << "the clock was set back";
}

TEST_F(TraceOfRun, keeps_the_order_of_what_was_done_when_the_clock_is_set_back) {
    trace.end_step(trace.begin_step("actions.1", "log"), json::value("one"));
    clock.step_wall(-std::chrono::hours(1));
    trace.end_step(trace.begin_step("actions.2", "log"), json::value("two"));
    const auto list = steps();
    ASSERT_EQ(list.size(), 2U);
    EXPECT_EQ(list[0].at("step"), "actions.1");
    EXPECT_EQ(list[1].at("step"), "actions.2");
}

TEST_F(TraceOfRun, keeps_the_error_of_a_step_and_nothing_as_duration_of_one_that_did_not_end) {
    const auto step = trace.begin_step("actions.1", "http_request");
    trace.end_step(step, fail(ErrorCode::unreachable, "no route with hunter2-hunter2"));
    static_cast<void>(trace.begin_step("actions.2", "command"));
    const auto list = steps();
    EXPECT_EQ(list[0].at("error"), "no route with ***");
    EXPECT_TRUE(list[1].at("duration_ms").is_null());
}

TEST_F(TraceOfRun, shows_no_secret_by_value_or_by_name) {
    const auto step = trace.begin_step("actions.1", "http_request");
    json::object headers{{"Authorization", "Bearer abc"}, {"X-Lamp", "key hunter2-hunter2"}};
    trace.rendered(json::object{{"headers", headers}});
    trace.end_step(step, json::value(nullptr));
    const auto text = trace.take_text();
    EXPECT_EQ(text.find("hunter2"), std::string::npos);
    EXPECT_EQ(text.find("abc"), std::string::npos);
    EXPECT_NE(text.find(R"("X-Lamp":"key ***")"), std::string::npos);
}

TEST_F(TraceOfRun, shows_no_password_of_a_body_that_is_json) {
    const auto step = trace.begin_step("actions.1", "http_request");
    trace.rendered(json::object{
        {"body", R"( {"user":"ann","password":"open sesame","more":{"api_key":["k-1","k-2"]}})"},
        {"json", json::object{{"user", "ann"}, {"password", "open sesame"}}}});
    trace.end_step(step, json::value(R"([{"access_token":"t-1","id":7}])"));

    const auto list = steps();

    EXPECT_EQ(list[0].at("input").at("body"),
              R"( {"user":"ann","password":"***","more":{"api_key":["***","***"]}})");
    EXPECT_EQ(list[0].at("input").at("json").at("password"), "***");
    EXPECT_EQ(list[0].at("output"), R"([{"access_token":"***","id":7}])");
}

TEST_F(TraceOfRun, is_bounded_by_value_by_steps_and_as_a_whole) {
    for (int i = 0; i < 300; ++i) {
        const auto step = trace.begin_step("actions.1", "log");
        trace.end_step(step, json::value(std::string(10'000, 'x')));
    }
    const auto text = trace.take_text();
    EXPECT_LE(text.size(), RunTrace::kMaxTraceBytes + 100);
    const auto list = json::parse(text).as_array();
    EXPECT_GT(list.back().at("left_out").as_int64(), 200);
}

TEST(TraceRing, forgets_the_oldest) {
    TraceRing ring;
    for (int i = 1; i <= 300; ++i) {
        ring.add({LedgerId{i}, DirectiveId{1}, {}, model::RunState::ok, "[]"});
    }
    EXPECT_EQ(ring.size(), TraceRing::kMaxTraces);
    EXPECT_EQ(ring.find(LedgerId{1}), nullptr);
    ASSERT_NE(ring.find(LedgerId{300}), nullptr);
    EXPECT_EQ(ring.find(LedgerId{300})->run, LedgerId{300});
}

TEST(TraceRing, is_bounded_in_bytes) {
    TraceRing ring;
    for (int i = 1; i <= 200; ++i) {
        ring.add({LedgerId{i}, DirectiveId{1}, {}, model::RunState::ok, std::string(16'000, ' ')});
    }
    EXPECT_LE(ring.size() * 16'000, TraceRing::kMaxBytes);
}

}  // namespace
}  // namespace aifp::engine
