#include "base/listeners.hpp"

#include <gtest/gtest.h>

#include <string>

namespace aifp {
namespace {

struct Named {
    std::string name;
};

class ListenersTest : public ::testing::Test {
protected:
    ListenersTest() {
        for (auto* each : {&first, &second, &third}) {
            listeners.add(*each);
        }
    }

    Named first{"1"};
    Named second{"2"};
    Named third{"3"};
    Listeners<Named> listeners{3};
    std::string told;
};

TEST_F(ListenersTest, have_places_for_so_many) {
    EXPECT_TRUE(listeners.are_full());
    EXPECT_TRUE(listeners.remove(&second));
    EXPECT_FALSE(listeners.remove(&second));
    EXPECT_FALSE(listeners.are_full());
    EXPECT_FALSE(listeners.have(&second));
}

TEST_F(ListenersTest, one_that_is_told_may_take_another_out) {
    listeners.tell_all([&](Named& one) {
        told += one.name;
        listeners.remove(&second);
    });
    EXPECT_EQ(told, "13");
}

TEST_F(ListenersTest, each_is_out_before_it_is_told_for_the_last_time) {
    listeners.dismiss_all([&](Named& one) {
        told += one.name;
        EXPECT_FALSE(listeners.have(&one));
        listeners.remove(&third);
    });
    EXPECT_EQ(told, "12");
    EXPECT_TRUE(listeners.are_none());
}

}  // namespace
}  // namespace aifp
