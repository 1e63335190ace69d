#include "triggers/kinds.hpp"

#include <gtest/gtest.h>

namespace aifp::triggers {
namespace {

TEST(Kinds, know_their_source) {
    EXPECT_EQ(source_of("cron"), Source::clock);
    EXPECT_EQ(source_of("webhook"), Source::webhook);
    EXPECT_EQ(source_of("event"), Source::event);
    EXPECT_EQ(source_of("manual"), Source::manual);
    EXPECT_EQ(source_of("moon"), std::nullopt);
}

TEST(Kinds, stand_once_each) {
    for (const KindRow& row : kKinds) {
        int found = 0;
        for (const KindRow& other : kKinds) {
            found += other.kind == row.kind ? 1 : 0;
        }
        EXPECT_EQ(found, 1) << row.kind;
    }
}

}  // namespace
}  // namespace aifp::triggers
