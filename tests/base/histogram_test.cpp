#include "base/histogram.hpp"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace aifp {
namespace {

constexpr std::array<std::int64_t, 3> kBounds{10, 20, 40};

TEST(Histogram, counts_a_value_below_the_first_bound_that_is_not_less) {
    Histogram<kBounds> histogram;

    for (const auto value : {0, 10, 11, 20, 40, 41, 1'000}) {
        histogram.add(value);
    }

    const auto view = histogram.view();
    const std::vector<std::uint64_t> counts(view.counts.begin(), view.counts.end());
    EXPECT_EQ(counts, (std::vector<std::uint64_t>{2, 2, 1, 2}));
    EXPECT_EQ(view.bounds.size() + 1, view.counts.size());
}

TEST(Histogram, knows_sum_and_greatest) {
    Histogram<kBounds> histogram;
    histogram.add(7);
    histogram.add(300);
    histogram.add(3);

    EXPECT_EQ(histogram.view().sum, 310);
    EXPECT_EQ(histogram.view().max, 300);
}

TEST(Histogram, is_copied_by_value) {
    Histogram<kBounds> histogram;
    const auto before = histogram;
    histogram.add(1);

    EXPECT_EQ(before.view().counts[0], 0U);
    EXPECT_EQ(histogram.view().counts[0], 1U);
}

}  // namespace
}  // namespace aifp
