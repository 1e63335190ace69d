#include "daemon/awaited.hpp"

#include <gtest/gtest.h>

namespace aifp::daemon {
namespace {

class AwaitedProjects : public ::testing::Test {
protected:
    Awaited<int> awaited;
    const int home = 0;
    const int work = 0;
};

TEST_F(AwaitedProjects, are_through_when_each_has_said_so_as_often_as_expected) {
    awaited.expect(home);
    awaited.expect(work);
    awaited.expect(home);
    awaited.done(home);
    awaited.done(work);
    EXPECT_FALSE(awaited.is_empty());
    awaited.done(home);
    EXPECT_TRUE(awaited.is_empty());
}

TEST_F(AwaitedProjects, do_not_wait_for_one_that_goes_away) {
    awaited.expect(home);
    awaited.expect(work);
    awaited.forget(home);
    awaited.done(work);
    EXPECT_TRUE(awaited.is_empty());
    awaited.done(home);  // it comes to an end all the same, later
    EXPECT_TRUE(awaited.is_empty());
}

}  // namespace
}  // namespace aifp::daemon
