#include "daemon/front.hpp"

#include <gtest/gtest.h>

#include "tests/support/one_answer.hpp"

namespace aifp::daemon {
namespace {

/// Answers with its name and the target it was given.
class FakeProject final : public ProjectFace {
public:
    explicit FakeProject(std::string name) : name_(std::move(name)) {}
    void handle_admin(http::Request request, http::Responder responder) override {
        responder(http::text_response(200, name_ + " admin " + request.target));
    }
    void handle_hook(http::Request request, http::Responder responder) override {
        responder(http::text_response(200, name_ + " hook " + request.target));
    }
    void hook_too_large(std::string_view target) override { too_large = target; }
    std::size_t hook_body_limit(std::string_view, std::string_view target) const override {
        return target.size();
    }
    bool is_ready() const override { return ready; }

    bool ready = true;
    std::string too_large;

private:
    std::string name_;
};

http::Request request_for(std::string target) {
    http::Request request;
    request.method = "GET";
    request.target = std::move(target);
    request.headers.add("Host", "localhost");
    return request;
}

class FrontTest : public ::testing::Test {
protected:
    void open(Front& front) {
        front.add("home", home_);
        front.add("work", work_);
    }
    static http::Response admin(const Front& front, std::string target) {
        auto sink = std::make_shared<testing::OneAnswer>();
        front.handle_admin(request_for(std::move(target)), http::Responder(sink, 0));
        return sink->response();
    }
    static http::Response hook(const Front& front, std::string target) {
        auto sink = std::make_shared<testing::OneAnswer>();
        front.handle_hook(request_for(std::move(target)), http::Responder(sink, 0));
        return sink->response();
    }
    FakeProject home_{"home"};
    FakeProject work_{"work"};
};

TEST_F(FrontTest, hands_a_request_to_the_project_it_names) {
    Front front(2);
    open(front);
    EXPECT_EQ(admin(front, "/p/home/api/v1/status?a=b").body, "home admin /api/v1/status?a=b");
    EXPECT_EQ(admin(front, "/p/work/readyz").body, "work admin /readyz");
    EXPECT_EQ(hook(front, "/p/work/hooks/door").body, "work hook /hooks/door");
    EXPECT_EQ(front.hook_body_limit("POST", "/p/work/hooks/door"), 11U);
    front.hook_too_large("/p/work/hooks/door");
    EXPECT_EQ(work_.too_large, "/hooks/door");
}

TEST_F(FrontTest, one_project_answers_with_and_without_its_prefix) {
    Front front(1);
    front.add("home", home_);
    EXPECT_EQ(admin(front, "/api/v1/status").body, "home admin /api/v1/status");
    EXPECT_EQ(admin(front, "/p/home/api/v1/status").body, "home admin /api/v1/status");
    EXPECT_EQ(hook(front, "/hooks/door").body, "home hook /hooks/door");
    EXPECT_EQ(hook(front, "/p/home/hooks/door").body, "home hook /hooks/door");
}

TEST_F(FrontTest, of_several_none_answers_without_a_prefix) {
    Front front(2);
    front.add("home", home_);
    const auto answer = admin(front, "/api/v1/status");
    EXPECT_EQ(answer.status, 404);
    EXPECT_NE(answer.body.find("/p/NAME"), std::string::npos);
    EXPECT_EQ(hook(front, "/hooks/door").status, 404);
}

TEST_F(FrontTest, a_name_nobody_has_is_refused_like_a_wrong_token) {
    Front front(2);
    open(front);
    EXPECT_EQ(admin(front, "/p/nobody/api/v1/status").status, 401);
    EXPECT_EQ(admin(front, "/p/nobody/readyz").status, 401);
    EXPECT_EQ(admin(front, "/p/").status, 401);
    EXPECT_EQ(hook(front, "/p/nobody/hooks/door").status, 404);

    auto request = request_for("/p/nobody/api/v1/status");
    request.headers = {};
    request.headers.add("Host", "evil.example");
    auto sink = std::make_shared<testing::OneAnswer>();
    front.handle_admin(std::move(request), http::Responder(sink, 0));
    EXPECT_EQ(sink->response().status, 403);
}

TEST_F(FrontTest, is_ready_when_all_are) {
    Front front(2);
    front.add("home", home_);
    EXPECT_EQ(admin(front, "/healthz").status, 200);
    EXPECT_EQ(admin(front, "/readyz").status, 503);
    front.add("work", work_);
    EXPECT_EQ(admin(front, "/readyz").status, 200);
    work_.ready = false;
    EXPECT_EQ(admin(front, "/readyz").status, 503);
    work_.ready = true;
    front.remove("work");
    EXPECT_EQ(admin(front, "/readyz").status, 503);
}

TEST_F(FrontTest, tells_callers_of_one_that_starts_anew_to_come_back) {
    Front front(2);
    open(front);
    front.set_away("home");
    EXPECT_EQ(hook(front, "/p/home/hooks/door").status, 503);
    EXPECT_EQ(admin(front, "/p/home/api/v1/status").status, 503);
    EXPECT_EQ(hook(front, "/p/work/hooks/door").status, 200);
    EXPECT_FALSE(front.is_ready());
    front.add("home", home_);
    EXPECT_EQ(hook(front, "/p/home/hooks/door").status, 200);
}

TEST_F(FrontTest, tells_so_without_a_prefix_when_it_is_alone) {
    Front front(1);
    front.add("home", home_);
    front.set_away("home");
    EXPECT_EQ(hook(front, "/hooks/door").status, 503);
    front.remove("home");
    EXPECT_EQ(hook(front, "/hooks/door").status, 404);
}

}  // namespace
}  // namespace aifp::daemon
