#include "admin/idempotency.hpp"

#include <gtest/gtest.h>

#include <optional>

#include "tests/storage/store_fixture.hpp"

namespace aifp::admin {
namespace {

class IdempotencyTest : public storage::StoreFixture {
protected:
    IdempotencyTest() {
        open();
        keys_.emplace(*store_, clock_);
    }

    [[nodiscard]] storage::RequestKey key(std::string_view body, std::string_view word = "k1") {
        http::Request request;
        request.method = "POST";
        request.target = "/api/v1/directives/lamp/run";
        request.body = body;
        request.headers.add("Idempotency-Key", word);
        return *keys_->key_of(request, "token page");
    }
    /// What a claim came to: 0 means go.
    int claim(const storage::RequestKey& wanted) {
        int status = -1;
        keys_->claim(
            wanted,
            [&] { status = 0; },
            [&](http::Response response) {
                status = response.status;
                said_ = std::move(response.body);
            });
        run_loop();
        return status;
    }
    void finish(const storage::RequestKey& done, int status, bool is_secret = false) {
        keys_->finish(done, http::json_response(status, R"({"run":7})"), is_secret, [] {});
        run_loop();
    }

    std::optional<Idempotency> keys_;
    std::string said_;
};

TEST_F(IdempotencyTest, gives_the_first_answer_again) {
    EXPECT_EQ(claim(key("{}")), 0);
    finish(key("{}"), 200);
    EXPECT_EQ(claim(key("{}")), 200);
    EXPECT_EQ(said_, R"({"run":7})");
}

TEST_F(IdempotencyTest, refuses_a_key_that_was_used_for_another_body) {
    EXPECT_EQ(claim(key("{}")), 0);
    finish(key("{}"), 200);
    EXPECT_EQ(claim(key(R"({"dry":true})")), 422);
    EXPECT_EQ(claim(key(R"({"dry":true})", "k2")), 0);
}

TEST_F(IdempotencyTest, does_nothing_twice_while_the_first_is_under_way) {
    EXPECT_EQ(claim(key("{}")), 0);
    EXPECT_EQ(claim(key("{}")), 409);
    finish(key("{}"), 200);
    EXPECT_EQ(claim(key("{}")), 200);
}

TEST_F(IdempotencyTest, says_that_nobody_knows_what_a_dead_daemon_did) {
    EXPECT_EQ(claim(key("{}")), 0);
    Idempotency after_restart(*store_, clock_);
    int status = 0;
    after_restart.claim(
        key("{}"), [] { FAIL(); }, [&](const http::Response& said) { status = said.status; });
    run_loop();
    EXPECT_EQ(status, 409);
}

TEST_F(IdempotencyTest, lets_what_failed_here_be_tried_again) {
    EXPECT_EQ(claim(key("{}")), 0);
    finish(key("{}"), 503);
    EXPECT_EQ(claim(key("{}")), 0);
}

TEST_F(IdempotencyTest, keeps_no_secret) {
    EXPECT_EQ(claim(key("{}")), 0);
    finish(key("{}"), 200, true);
    EXPECT_EQ(claim(key("{}")), 409);
    EXPECT_EQ(query("SELECT count(*) FROM request_keys WHERE body IS NOT NULL"), 0);
}

TEST_F(IdempotencyTest, takes_only_keys_that_can_be_kept) {
    for (const auto& bad : {std::string(), std::string("a b"), std::string(256, 'x')}) {
        http::Request request;
        request.headers.add("Idempotency-Key", bad);
        EXPECT_FALSE(keys_->key_of(request, "uid 1")) << bad;
    }
}

}  // namespace
}  // namespace aifp::admin
