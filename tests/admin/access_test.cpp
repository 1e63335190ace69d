#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "admin/admin.hpp"
#include "tests/support/temp_dir.hpp"

namespace aifp::admin {
namespace {

const AdminAccess kAccess{"the-token-of-the-project-0123456789", 1000};

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
    const auto refused = check_access(request, kAccess);
    return refused ? refused->status : 0;
}

constexpr const char* kBearer = "Bearer the-token-of-the-project-0123456789";

TEST(CheckAccess, takes_the_token_from_loopback_names) {
    EXPECT_EQ(refusal(tcp_request("127.0.0.1:7717", kBearer)), 0);
    EXPECT_EQ(refusal(tcp_request("localhost", kBearer)), 0);
    EXPECT_EQ(refusal(tcp_request("[::1]:7717", kBearer)), 0);
}

TEST(CheckAccess, refuses_missing_and_wrong_tokens_with_401) {
    EXPECT_EQ(refusal(tcp_request("localhost")), 401);
    EXPECT_EQ(refusal(tcp_request("localhost", "Bearer ")), 401);
    EXPECT_EQ(refusal(tcp_request("localhost", "Bearer the-token")), 401);
    EXPECT_EQ(refusal(tcp_request("localhost", "Basic the-token-of-the-project-0123456789")), 401);
}

TEST(CheckAccess, refuses_other_hosts_before_it_looks_at_the_token) {
    EXPECT_EQ(refusal(tcp_request("", kBearer)), 403);
    EXPECT_EQ(refusal(tcp_request("evil.example", kBearer)), 403);
    EXPECT_EQ(refusal(tcp_request("localhost.evil.example", kBearer)), 403);
}

TEST(CheckAccess, refuses_pages_of_other_sites) {
    EXPECT_EQ(refusal(tcp_request("localhost:7717", kBearer, "http://evil.example")), 403);
    EXPECT_EQ(refusal(tcp_request("localhost:7717", kBearer, "null")), 403);
    EXPECT_EQ(refusal(tcp_request("localhost:7717", kBearer, "http://localhost:7717")), 0);
}

TEST(CheckAccess, knows_the_user_at_a_socket) {
    http::Request request;
    request.credentials = http::PeerCredentials{1000, 1000, 1};
    EXPECT_EQ(refusal(request), 0);
    request.credentials->uid = 0;
    EXPECT_EQ(refusal(request), 0);
    request.credentials->uid = 1001;
    EXPECT_EQ(refusal(request), 403);
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
