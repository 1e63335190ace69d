#include <gtest/gtest.h>

#include <set>
#include <string>

#include "admin/routes.hpp"

namespace aifp::admin {
namespace {

std::string path_for(std::string_view method, std::string_view path) {
    const auto match = match_route(method, path);
    return match && match->route != nullptr ? std::string(match->route->path) : "none";
}

TEST(Routes, have_a_method_and_path_of_their_own_and_a_purpose) {
    std::set<std::string> seen;
    for (const auto& route : routes()) {
        EXPECT_TRUE(seen.insert(std::string(route.method) + std::string(route.path)).second)
            << route.path;
        EXPECT_FALSE(route.purpose.empty()) << route.path;
        EXPECT_EQ(path_for(route.method, route.path), route.path);
    }
}

TEST(Routes, let_nobody_who_may_only_read_change_anything) {
    for (const auto& route : routes()) {
        const bool only_answers =
            route.path == "/api/v1/directives/validate" || route.path == "/api/v1/prompts/inspect";
        const bool asks_itself = route.path == "/api/v1/tools/{name}";
        EXPECT_TRUE(route.method == "GET" || only_answers || asks_itself ||
                    route.scope != helpers::Scope::read)
            << route.path;
    }
}

TEST(MatchRoute, gives_what_the_path_names_decoded) {
    const auto match = match_route("POST", "/api/v1/directives/evening%20lights%2F2/run");
    ASSERT_TRUE(match && match->route != nullptr);
    EXPECT_EQ(match->subject, "evening lights/2");
}

TEST(MatchRoute, tells_the_methods_of_a_path) {
    const auto match = match_route("PATCH", "/api/v1/state/door");
    ASSERT_TRUE(match);
    EXPECT_EQ(match->route, nullptr);
    EXPECT_EQ(match->allowed, "GET, HEAD, PUT, DELETE");
}

TEST(MatchRoute, takes_head_for_get_but_not_of_what_never_ends) {
    EXPECT_EQ(path_for("HEAD", "/api/v1/state/door"), "/api/v1/state/{name}");
    EXPECT_EQ(path_for("HEAD", "/api/v1/reload"), "none");
    for (const auto* path : {"/api/v1/events", "/api/v1/logs/stream", "/api/v1/watch/state"}) {
        EXPECT_EQ(path_for("HEAD", path), "none");
        EXPECT_EQ(match_route("HEAD", path)->allowed, "GET");
    }
}

TEST(MatchRoute, knows_no_longer_shorter_or_other_paths) {
    for (const auto* path : {"/",
                             "",
                             "/api/v1/",
                             "/api/v1/directives/a/b",
                             "/api/v2/status",
                             "/api/v1/status/",
                             "/api/v1/directives/a/run/now"}) {
        const auto match = match_route("GET", path);
        ASSERT_FALSE(match) << path;
        EXPECT_EQ(match.error().code(), ErrorCode::not_found);
    }
}

TEST(MatchRoute, refuses_what_is_not_well_encoded) {
    const auto match = match_route("GET", "/api/v1/directives/%zz");
    ASSERT_FALSE(match);
    EXPECT_EQ(match.error().code(), ErrorCode::invalid_input);
}

}  // namespace
}  // namespace aifp::admin
