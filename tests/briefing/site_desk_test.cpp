#include "briefing/site_desk.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <functional>
#include <optional>

#include "tests/support/temp_dir.hpp"

namespace aifp::briefing {
namespace {

namespace asio = boost::asio;
using prompts::SiteCache;

/// Gives what it is told to, when it is told to.
class SlowSite final : public SiteProvider {
public:
    explicit SlowSite(asio::io_context& loop) : timer_(loop) {
        timer_.expires_at(asio::steady_timer::time_point::max());
    }
    [[nodiscard]] std::string id() const override { return "slow"; }
    [[nodiscard]] asio::awaitable<Result<boost::json::object>> fetch() override {
        ++fetches;
        boost::system::error_code ignored;
        if (is_slow) {
            co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
        }
        if (fails) {
            co_return fail(ErrorCode::unreachable, "no route");
        }
        co_return boost::json::object{{"fetch", fetches}};
    }
    void answer_now() { timer_.cancel(); }

    int fetches = 0;
    bool is_slow = false;
    bool fails = false;

private:
    asio::steady_timer timer_;
};

class SiteDeskTest : public ::testing::Test {
protected:
    void SetUp() override { open(); }
    void TearDown() override { desk_->stop(); }

    void open() {
        storage::StoreOptions options;
        options.file = folder_ / "test.db";
        store_.reset();
        store_ = std::move(storage::open_store(options, loop_.get_executor(), clock_)->store);
        auto site = std::make_unique<SlowSite>(loop_);
        site_ = site.get();
        SiteDesk::Parts parts{loop_.get_executor(), clock_, *store_, [this](const auto& notices) {
                                  prompts::append(notices_, notices);
                              }};
        desk_ = std::make_shared<SiteDesk>(std::move(parts), std::move(site));
    }
    void start_read() {
        asio::co_spawn(loop_, keep(desk_, &answers_), [](const std::exception_ptr&) {});
    }
    void run_until(const std::function<bool()>& is_met) {
        loop_.restart();
        while (!is_met() && loop_.run_one() > 0) {
        }
    }
    void flush() {
        bool is_done = false;
        store_->flush([&is_done](const Status&) { is_done = true; });
        run_until([&is_done] { return is_done; });
    }
    SiteCache::Answer read() {
        const std::size_t before = answers_.size();
        start_read();
        run_until([&] { return answers_.size() > before; });
        return answers_.back();
    }
    static asio::awaitable<void> keep(std::shared_ptr<SiteDesk> desk,
                                      std::vector<SiteCache::Answer>* answers) {
        const SiteCache::Answer answer = co_await desk->read();
        answers->push_back(answer);
    }

    testing::TempDir folder_;
    SystemClock clock_;
    asio::io_context loop_{1};
    std::unique_ptr<storage::Store> store_;
    std::shared_ptr<SiteDesk> desk_;
    SlowSite* site_ = nullptr;
    prompts::Notices notices_;
    std::vector<SiteCache::Answer> answers_;
};

TEST_F(SiteDeskTest, asks_once_for_fifty_requests_at_the_same_time) {
    site_->is_slow = true;
    for (int i = 0; i < 50; ++i) {
        start_read();
    }
    run_until([this] { return site_->fetches > 0; });
    site_->answer_now();
    run_until([this] { return answers_.size() == 50; });
    EXPECT_EQ(site_->fetches, 1);
    for (const auto& answer : answers_) {
        ASSERT_NE(answer.value, nullptr);
        EXPECT_FALSE(answer.is_stale);
    }
}

TEST_F(SiteDeskTest, asks_anew_after_a_change_and_not_before) {
    read();
    read();
    EXPECT_EQ(site_->fetches, 1);
    desk_->invalidate("post.updated");
    EXPECT_EQ(read().value->at("fetch"), 2);
}

TEST_F(SiteDeskTest, has_the_old_value_when_the_site_fails) {
    read();
    desk_->invalidate("post.updated");
    site_->fails = true;
    const auto answer = read();
    ASSERT_NE(answer.value, nullptr);
    EXPECT_TRUE(answer.is_stale);
    EXPECT_EQ(notices_.back().message, "Site context: provider failed");
}

TEST_F(SiteDeskTest, keeps_what_it_knew_over_a_restart) {
    read();
    flush();
    desk_->stop();
    open();
    site_->fails = true;
    const auto answer = read();
    ASSERT_NE(answer.value, nullptr) << "stale rather than absent";
    EXPECT_TRUE(answer.is_stale);
}

TEST_F(SiteDeskTest, forgets_in_the_database_what_is_cleared) {
    read();
    desk_->clear("a test");
    EXPECT_EQ(notices_.back().message, "Site context: invalidated");
    flush();
    desk_->stop();
    open();
    site_->fails = true;
    EXPECT_EQ(read().value, nullptr);
}

TEST_F(SiteDeskTest, does_not_wait_for_a_site_that_never_answers) {
    site_->is_slow = true;
    const auto began = clock_.mono();
    const auto answer = read();
    EXPECT_EQ(answer.value, nullptr);
    EXPECT_GE(clock_.mono() - began, SiteDesk::kPatience - Milliseconds(50));
    EXPECT_EQ(site_->fetches, 1);
}

}  // namespace
}  // namespace aifp::briefing
