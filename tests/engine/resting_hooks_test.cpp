#include "engine_fixture.hpp"
#include "tests/support/one_answer.hpp"

namespace aifp::engine {
namespace {

constexpr const char* kToken = "Bearer 0123456789abcdef0123";

/// Webhooks of directives that may not run: heard, answered and recorded all the same.
class RestingHooks : public EngineFixture {
protected:
    void write_door(const std::string& more) {
        write_file("directives/door.yaml",
                   "name: door\n" + more +
                       "trigger: {webhook: door, auth: {bearer: \"0123456789abcdef0123\"}}\n"
                       "action: {log: x}\n");
    }
    http::Response send(const std::string& authorization, const std::string& method = "POST") {
        auto answer = send_only(authorization, method);
        settle();
        return answer->response();
    }
    std::shared_ptr<testing::OneAnswer> send_only(const std::string& authorization,
                                                  const std::string& method) {
        http::Request request;
        request.method = method;
        request.target = "/hooks/door";
        if (!authorization.empty()) {
            request.headers.add("Authorization", authorization);
        }
        request.received = clock.mono();
        auto sink = std::make_shared<testing::OneAnswer>();
        engine->handle_hook(std::move(request), http::Responder(sink, 0));
        return sink;
    }
    std::string newest_reason() {
        const auto rows = history("door");
        return rows.empty() ? "no row" : text(rows[0], "reason");
    }
    void reload() {
        ASSERT_TRUE(ask([](Control& control, auto answer) { control.reload(answer); }));
    }
};

TEST_F(RestingHooks, a_paused_directive_answers_why_it_did_not_run) {
    write_door("");
    start();
    ASSERT_TRUE(act(Verb::pause, "door"));
    const auto answer = send(kToken);
    EXPECT_EQ(answer.status, 409);
    EXPECT_NE(answer.body.find(R"("reason":"paused")"), std::string::npos) << answer.body;
    EXPECT_EQ(newest_reason(), "paused");
    ASSERT_TRUE(act(Verb::resume, "door"));
    EXPECT_EQ(send(kToken).status, 202);
}

TEST_F(RestingHooks, a_stranger_learns_nothing_of_a_pause) {
    write_door("");
    start();
    ASSERT_TRUE(act(Verb::pause, "door"));
    EXPECT_EQ(send("").status, 401);
    EXPECT_EQ(send("Bearer wrong").status, 401);
    stop();  // what is gathered of a second is written now
    start();
    EXPECT_EQ(newest_reason(), "signature_bad");
}

// No path is known yet: 404 or 413 would be final for the sender.
TEST_F(RestingHooks, while_it_starts_the_sender_is_told_to_come_again) {
    write_door("");
    begin_start();
    const auto answer = send_only(kToken, "POST")->response();
    EXPECT_EQ(answer.status, 503);
    ASSERT_FALSE(answer.headers.empty());
    EXPECT_EQ(answer.headers.back().name, "Retry-After");
    EXPECT_GE(engine->hook_body_limit("POST", "/hooks/door"), std::size_t{1'048'576});
    run_until([this] { return ready; });
    EXPECT_EQ(send(kToken).status, 202);
}

TEST_F(RestingHooks, waits_for_a_yes) {
    settings.approval = config::Approval::required;
    write_door("");
    start();
    EXPECT_EQ(send(kToken).status, 409);
    EXPECT_EQ(newest_reason(), "not_approved");
}

TEST_F(RestingHooks, is_switched_off_as_a_whole_or_in_part) {
    write_door("enabled: false\n");
    start();
    EXPECT_EQ(send(kToken).status, 409);
    EXPECT_EQ(newest_reason(), "disabled");
    write_file(
        "directives/door.yaml",
        "name: door\n"
        "trigger: {webhook: door, enabled: false, auth: {bearer: \"0123456789abcdef0123\"}}\n"
        "action: {log: x}\n");
    reload();
    EXPECT_EQ(send(kToken).status, 409);
    EXPECT_EQ(newest_reason(), "disabled");
}

TEST_F(RestingHooks, a_removed_directive_has_no_path) {
    write_door("");
    start();
    std::filesystem::remove(paths.root() / "directives/door.yaml");
    reload();
    EXPECT_EQ(send(kToken).status, 404);
}

TEST_F(RestingHooks, another_directive_takes_the_path_of_a_paused_one) {
    write_door("");
    start();
    ASSERT_TRUE(act(Verb::pause, "door"));
    write_file("directives/gate.yaml",
               "name: gate\ntrigger: {webhook: door, auth: none}\naction: {log: x}\n");
    reload();
    EXPECT_EQ(status_of("gate"), "active");
    EXPECT_EQ(send("").status, 202);
}

// Gathered: one row a second and reason, however many come.
TEST_F(RestingHooks, a_request_of_another_kind_stands_in_the_ledger) {
    write_door("");
    start();
    EXPECT_EQ(send(kToken, "GET").status, 405);
    engine->hook_too_large("/hooks/door");
    engine->hook_too_large("/hooks/nobody");
    stop();
    start();
    const auto rows = history("door");
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(text(rows[0], "reason"), "condition_false");
    EXPECT_EQ(text(rows[0], "detail"), "2 requests; the first: it takes POST only");
}

}  // namespace
}  // namespace aifp::engine
