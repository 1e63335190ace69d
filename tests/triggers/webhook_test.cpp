#include "triggers/webhook.hpp"

#include <gtest/gtest.h>

#include "tests/triggers/webhook_support.hpp"

namespace aifp::triggers {
namespace {

using testing::make_webhook;

TEST(WebhookFrom, fills_in_the_defaults) {
    const auto hook = make_webhook(R"({"webhook": "lights/on", "auth": {"bearer": "t"}})");
    ASSERT_TRUE(hook) << hook.error().detail();
    EXPECT_EQ(hook->path, "lights/on");
    EXPECT_EQ(hook->methods.text(), "POST");
    EXPECT_EQ(hook->max_body_bytes, 1'048'576U);
    EXPECT_EQ(hook->respond, Respond::accept);
    EXPECT_EQ(hook->respond_timeout, Milliseconds(30'000));
    EXPECT_FALSE(hook->rate);
    EXPECT_TRUE(hook->auth);
}

TEST(WebhookFrom, reads_what_is_given) {
    const auto hook = make_webhook(
        R"({"webhook": "a", "methods": ["PUT", "GET"], "auth": "none", "max_body": "2 KiB",
            "respond": "wait", "respond_timeout": "5s", "rate": "60/1m"})");
    ASSERT_TRUE(hook) << hook.error().detail();
    EXPECT_EQ(hook->methods.text(), "GET, PUT");
    EXPECT_TRUE(hook->methods.contains("PUT"));
    EXPECT_FALSE(hook->methods.contains("POST"));
    EXPECT_FALSE(hook->methods.contains("put"));
    EXPECT_EQ(hook->max_body_bytes, 2'048U);
    EXPECT_EQ(hook->respond, Respond::wait);
    EXPECT_EQ(hook->respond_timeout, Milliseconds(5'000));
    EXPECT_TRUE(hook->rate);
    EXPECT_FALSE(hook->auth);
}

TEST(WebhookFrom, denies_by_default) {
    const auto hook = make_webhook(R"({"webhook": "a"})");
    ASSERT_FALSE(hook);
    EXPECT_NE(hook.error().detail().find("auth: none"), std::string::npos);
}

TEST(WebhookFrom, refuses_bad_paths) {
    for (const char* path : {"", "/a", "a/", "a//b", "a b", "../a", "a/..", "a?b", "a%20b"}) {
        EXPECT_FALSE(make_webhook(R"({"auth": "none", "webhook": ")" + std::string(path) + "\"}"))
            << path;
    }
    EXPECT_TRUE(make_webhook(R"({"auth": "none", "webhook": "A-b_c.d~1/x"})"));
}

TEST(WebhookFrom, refuses_bad_arguments) {
    for (const char* rest : {R"("methods": [])",
                             R"("methods": "POST")",
                             R"("methods": ["FETCH"])",
                             R"("methods": [1])",
                             R"("max_body": "lots")",
                             R"("max_body": "65 MiB")",
                             R"("max_body": 5)",
                             R"("respond": "later")",
                             R"("respond_timeout": "0s")",
                             R"("respond_timeout": "2h")",
                             R"("rate": "fast")",
                             R"("rate": 7)",
                             R"("auth": {"bearer": {"$secret": "EMPTY"}})"}) {
        const auto hook =
            make_webhook(std::string(R"({"webhook": "a", "auth": "none", )") + rest + "}");
        ASSERT_FALSE(hook) << rest;
        EXPECT_NE(hook.error().detail().find("webhook"), std::string::npos) << rest;
    }
}

}  // namespace
}  // namespace aifp::triggers
