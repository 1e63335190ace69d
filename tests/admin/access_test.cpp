#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "admin/access.hpp"
#include "tests/support/temp_dir.hpp"

namespace aifp::admin {
namespace {

constexpr WallTime kNow{Milliseconds(1'790'000'000'000)};
const AdminAccess kAccess{"the-token-of-the-project-0123456789", 1000, nullptr};

http::Request tcp_request(std::string_view host,
                          std::string_view authorization = {},
                          std::string_view origin = {}) {
    http::Request request;
    request.method = "GET";
    request.target = "/api/v1/status";
    if (!host.empty()) {
        request.headers.add("Host", host);
    }
    if (!authorization.empty()) {
        request.headers.add("Authorization", authorization);
    }
    if (!origin.empty()) {
        request.headers.add("Origin", origin);
    }
    return request;
}

int refusal(const http::Request& request) {
    const auto caller = identify(request, kAccess, kNow);
    return caller ? 0 : caller.error().status;
}

constexpr const char* kBearer = "Bearer the-token-of-the-project-0123456789";

TEST(Identify, takes_the_token_from_loopback_names) {
    EXPECT_EQ(refusal(tcp_request("127.0.0.1:7717", kBearer)), 0);
    EXPECT_EQ(refusal(tcp_request("localhost", kBearer)), 0);
    EXPECT_EQ(refusal(tcp_request("[::1]:7717", kBearer)), 0);
}

TEST(Identify, refuses_missing_and_wrong_tokens_with_401) {
    EXPECT_EQ(refusal(tcp_request("localhost")), 401);
    EXPECT_EQ(refusal(tcp_request("localhost", "Bearer ")), 401);
    EXPECT_EQ(refusal(tcp_request("localhost", "Bearer the-token")), 401);
    EXPECT_EQ(refusal(tcp_request("localhost", "Basic the-token-of-the-project-0123456789")), 401);
}

TEST(Identify, refuses_other_hosts_before_it_looks_at_the_token) {
    EXPECT_EQ(refusal(tcp_request("", kBearer)), 403);
    EXPECT_EQ(refusal(tcp_request("evil.example", kBearer)), 403);
    EXPECT_EQ(refusal(tcp_request("localhost.evil.example", kBearer)), 403);
}

TEST(Identify, takes_addresses_and_the_names_of_the_settings) {
    EXPECT_EQ(refusal(tcp_request("192.168.1.5:7717", kBearer)), 0);
    EXPECT_EQ(refusal(tcp_request("nas.home:7717", kBearer)), 403);
    const std::vector<std::string> hosts{"nas.home"};
    auto access = kAccess;
    access.hosts = &hosts;
    EXPECT_TRUE(identify(tcp_request("nas.home:7717", kBearer), access, kNow));
}

TEST(Identify, refuses_pages_of_other_sites) {
    EXPECT_EQ(refusal(tcp_request("localhost:7717", kBearer, "http://evil.example")), 403);
    EXPECT_EQ(refusal(tcp_request("localhost:7717", kBearer, "null")), 403);
    EXPECT_EQ(refusal(tcp_request("localhost:7717", kBearer, "http://localhost:7717")), 0);
}

TEST(Identify, knows_the_user_at_a_socket) {
    http::Request request;
    request.credentials = http::PeerCredentials{1000, 1000, 1};
    EXPECT_EQ(refusal(request), 0);
    request.credentials->uid = 0;
    EXPECT_EQ(refusal(request), 0);
    request.credentials->uid = 1001;
    EXPECT_EQ(refusal(request), 403);
}

TEST(Identify, gives_a_token_its_own_scopes_until_it_expires) {
    const testing::TempDir dir;
    auto tokens = std::move(*Tokens::blocking_load(
        dir / "tokens.json", [](const std::function<void()>& job, const auto& done) {
            job();
            done({});
        }));
    NewToken wanted{"page", {helpers::Scope::read}, "uid 1000", Milliseconds(1'000)};
    std::string bearer;
    tokens.create(wanted, kNow, [&bearer](const Result<MadeToken>& made) {
        bearer = "Bearer " + made->text;
    });
    const AdminAccess access{"the-token-of-the-project-0123456789", 1000, &tokens};
    const auto request = tcp_request("localhost", bearer);

    const auto caller = identify(request, access, kNow + Milliseconds(999));
    const auto late = identify(request, access, kNow + Milliseconds(1'000));

    ASSERT_TRUE(caller);
    EXPECT_EQ(caller->who, "token page");
    EXPECT_TRUE(caller->may(helpers::Scope::read));
    EXPECT_FALSE(caller->may(helpers::Scope::operate));
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().status, 401);
    EXPECT_NE(late.error().body.find("page has expired"), std::string::npos);
}

TEST(Identify, gives_the_admin_token_and_the_owner_every_scope) {
    http::Request local;
    local.credentials = http::PeerCredentials{1000, 1000, 1};
    for (const auto& request : {local, tcp_request("localhost", kBearer)}) {
        const auto caller = identify(request, kAccess, kNow);
        ASSERT_TRUE(caller);
        EXPECT_TRUE(caller->may(helpers::Scope::approve)) << caller->who;
    }
}

TEST(CheckScope, names_the_scope_that_is_missing) {
    const helpers::Caller caller{"token page", {helpers::Scope::read}};
    EXPECT_TRUE(check_scope(caller, helpers::Scope::read));
    const auto refused = check_scope(caller, helpers::Scope::operate);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), ErrorCode::denied);
    EXPECT_NE(refused.error().detail().find("scope operate"), std::string::npos);
}

TEST(LoadOrMakeToken, makes_a_private_one_and_keeps_it) {
    const testing::TempDir dir;

    const auto made = load_or_make_token(dir / "admin.token");
    const auto kept = load_or_make_token(dir / "admin.token");

    ASSERT_TRUE(made);
    EXPECT_EQ(made->size(), 64U);
    EXPECT_EQ(*made, *kept);
    struct stat facts {};
    ASSERT_EQ(::stat((dir / "admin.token").c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 0777U, 0600U);
}

TEST(LoadOrMakeToken, replaces_one_that_others_can_read) {
    const testing::TempDir dir;
    const auto made = load_or_make_token(dir / "admin.token");
    ASSERT_EQ(::chmod((dir / "admin.token").c_str(), 0644), 0);

    EXPECT_NE(*load_or_make_token(dir / "admin.token"), *made);
}

}  // namespace
}  // namespace aifp::admin
