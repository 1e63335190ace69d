#include "base/in_turns.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <vector>

namespace aifp {
namespace {

class InTurnsTest : public ::testing::Test {
protected:
    InTurns::Work work(std::size_t count) {
        InTurns::Work work;
        work.count = count;
        work.per_turn = 3;
        work.each = [this](std::size_t index) { seen.push_back(index); };
        work.done = [this] { ++done; };
        return work;
    }

    boost::asio::io_context loop;
    std::vector<std::size_t> seen;
    int done = 0;
};

TEST_F(InTurnsTest, does_little_work_at_once) {
    InTurns::begin(loop.get_executor(), work(3));

    EXPECT_EQ(seen, (std::vector<std::size_t>{0, 1, 2}));
    EXPECT_EQ(done, 1);
    EXPECT_EQ(loop.poll(), 0U);
}

TEST_F(InTurnsTest, lets_others_go_between_the_turns) {
    InTurns::begin(loop.get_executor(), work(7));
    boost::asio::post(loop, [this] { EXPECT_EQ(seen.size(), 6U); });

    EXPECT_EQ(seen.size(), 3U);
    loop.run();
    EXPECT_EQ(seen.size(), 7U);
    EXPECT_EQ(done, 1);
}

TEST_F(InTurnsTest, is_through_at_once_with_nothing) {
    InTurns::begin(loop.get_executor(), work(0));

    EXPECT_EQ(done, 1);
}

TEST_F(InTurnsTest, ends_when_nobody_wants_it_any_more) {
    bool wanted = true;
    auto all = work(7);
    all.is_wanted = [&wanted] { return wanted; };
    InTurns::begin(loop.get_executor(), std::move(all));
    wanted = false;
    loop.run();

    EXPECT_EQ(seen.size(), 3U);
    EXPECT_EQ(done, 0);
}

}  // namespace
}  // namespace aifp
