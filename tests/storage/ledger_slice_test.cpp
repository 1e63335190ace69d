#include "storage/ledger_slice.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <set>

namespace aifp::storage {
namespace {

RC_GTEST_PROP(LedgerSlice, gives_back_the_ids_falling, ()) {
    const auto first = *rc::gen::inRange<std::int64_t>(1, std::int64_t{1} << 60);
    const auto steps = *rc::gen::container<std::vector<std::int64_t>>(
        rc::gen::inRange<std::int64_t>(1, kMaxSliceSpan));
    std::vector<std::int64_t> ids{first};
    for (const std::int64_t step : steps) {
        ids.push_back(ids.back() + step);
    }
    const std::string earlier = pack_earlier(ids);
    auto unpacked = unpack_slice(ids.back(), earlier);
    std::reverse(unpacked.begin(), unpacked.end());
    RC_ASSERT(unpacked == ids);
}

TEST(LedgerSlice, of_one_id_takes_no_bytes) {
    const std::vector<std::int64_t> ids{7};
    EXPECT_EQ(pack_earlier(ids), "");
    EXPECT_EQ(unpack_slice(7, ""), ids);
}

TEST(LedgerSlice, neighbours_take_a_byte_each) {
    const std::vector<std::int64_t> ids{1'000'000, 1'000'001, 1'000'100, 1'000'227};
    EXPECT_EQ(pack_earlier(ids).size(), 3U);
}

RC_GTEST_PROP(LedgerSlice, bytes_without_sense_end_the_list, (const std::string& bytes)) {
    const auto ids = unpack_slice(100, bytes);
    RC_ASSERT(ids.size() <= bytes.size() + 1);
    RC_ASSERT(std::is_sorted(ids.rbegin(), ids.rend()));
}

TEST(LedgerSlice, a_distance_that_is_cut_off_ends_the_list) {
    EXPECT_EQ(unpack_slice(9, std::string_view("\x02\x80", 2)), (std::vector<std::int64_t>{9, 7}));
}

}  // namespace
}  // namespace aifp::storage
