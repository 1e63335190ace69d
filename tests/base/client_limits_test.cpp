#include "base/client_limits.hpp"

#include <gtest/gtest.h>

namespace aifp {
namespace {

constexpr Rate kRate{2, Milliseconds(1'000)};

TEST(ClientLimits, tell_one_client_to_wait_and_no_other) {
    ClientLimits limits;
    const MonoTime now{};
    EXPECT_FALSE(limits.take("a", kRate, now));
    EXPECT_FALSE(limits.take("a", kRate, now));
    EXPECT_EQ(limits.take("a", kRate, now), Milliseconds(500));
    EXPECT_FALSE(limits.take("b", kRate, now));
    EXPECT_FALSE(limits.take("a", kRate, now + Milliseconds(500)));
}

TEST(ClientLimits, begin_anew_with_another_rate) {
    ClientLimits limits;
    const Rate one{1, Milliseconds(1'000)};
    EXPECT_FALSE(limits.take("a", one, MonoTime()));
    EXPECT_TRUE(limits.take("a", one, MonoTime()));
    EXPECT_FALSE(limits.take("a", kRate, MonoTime()));
}

TEST(ClientLimits, forget_who_asked_the_longest_ago) {
    ClientLimits limits;
    const Rate one{1, Milliseconds(1'000'000)};
    for (std::size_t i = 0; i <= ClientLimits::kMaxClients; ++i) {
        EXPECT_FALSE(limits.take(std::to_string(i), one, MonoTime(Milliseconds(i))));
    }
    EXPECT_FALSE(limits.take("0", one, MonoTime(Milliseconds(5'000)))) << "forgotten";
    EXPECT_TRUE(limits.take("1024", one, MonoTime(Milliseconds(5'000)))) << "remembered";
}

}  // namespace
}  // namespace aifp
