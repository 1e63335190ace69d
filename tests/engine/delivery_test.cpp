#include "engine/dispatcher.hpp"
#include "engine_fixture.hpp"
#include "tests/support/one_answer.hpp"

namespace aifp::engine {
namespace {

/// A signed webhook delivery and its answer.
class Delivery : public EngineFixture {
protected:
    Delivery() {
        write_file("directives/door.yaml",
                   "name: door\nrate: 1/1m\n"
                   "trigger: {webhook: door, auth: {bearer: \"0123456789abcdef0123\"}}\n"
                   "action: {log: x}\n");
    }
    std::shared_ptr<testing::OneAnswer> send() {
        http::Request request;
        request.method = "POST";
        request.target = "/hooks/door";
        request.headers.add("Authorization", "Bearer 0123456789abcdef0123");
        request.received = clock.mono();
        auto sink = std::make_shared<testing::OneAnswer>();
        engine->handle_hook(std::move(request), http::Responder(sink, 0));
        settle();
        return sink;
    }
    http::Response post() { return send()->response(); }
};

TEST_F(Delivery, is_told_when_to_come_again_and_then_runs) {
    start();
    EXPECT_EQ(post().status, 202);
    const auto refused = post();
    EXPECT_EQ(refused.status, 429);
    ASSERT_FALSE(refused.headers.empty());
    EXPECT_EQ(refused.headers[0].name, "Retry-After");
    clock.advance(Seconds(61));
    EXPECT_EQ(post().status, 202);
}

TEST_F(Delivery, that_waits_for_its_run_is_told_that_a_later_one_stands_for_it) {
    write_file("directives/door.yaml",
               "name: door\ndebounce: 5s\n"
               "trigger: {webhook: door, auth: {bearer: \"0123456789abcdef0123\"}, respond: wait}\n"
               "action: {log: x}\n");
    start();
    const auto first = send();
    send();
    EXPECT_EQ(first->response().status, 200);
    EXPECT_NE(first->response().body.find(R"("reason":"debounced")"), std::string::npos);
}

TEST(IsSettled, only_what_was_decided_for_good) {
    model::DecisionRecord decision;
    for (const auto kind : {model::DecisionKind::started, model::DecisionKind::queued}) {
        decision.kind = kind;
        EXPECT_TRUE(is_settled(decision));
    }
    decision.kind = model::DecisionKind::skipped;
    decision.reason = model::Reason::condition_false;
    EXPECT_TRUE(is_settled(decision));
    for (const auto reason :
         {model::Reason::rate_limited, model::Reason::queue_full, model::Reason::engine_stopping}) {
        decision.reason = reason;
        EXPECT_FALSE(is_settled(decision)) << name_of(reason);
    }
}

}  // namespace
}  // namespace aifp::engine
