#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>

namespace aifp {

/// A histogram of any bounds, for whoever writes it down.
struct HistogramView {
    std::span<const std::int64_t> bounds;   ///< Rising; a value equal to a bound counts below it.
    std::span<const std::uint64_t> counts;  ///< Per bucket, not added up; one more than bounds.
    std::int64_t sum = 0;
    std::int64_t max = 0;
};

/// How often a value fell between fixed bounds. Adding is a few comparisons and three additions: no
/// memory, no lock. Copied by value. One thread at a time. `kBounds` is a constant array of rising
/// std::int64_t in the owner's unit.
template <const auto& kBounds>
class Histogram {
public:
    void add(std::int64_t value) noexcept {
        std::size_t bucket = 0;
        while (bucket < std::size(kBounds) && value > kBounds[bucket]) {
            ++bucket;
        }
        ++counts_[bucket];
        sum_ += value;
        max_ = std::max(max_, value);
    }

    /// Refers to this object.
    [[nodiscard]] HistogramView view() const noexcept { return {kBounds, counts_, sum_, max_}; }

private:
    std::array<std::uint64_t, std::size(kBounds) + 1> counts_{};
    std::int64_t sum_ = 0;
    std::int64_t max_ = 0;
};

/// What a part of the loop or of the disk takes, in microseconds: 0.1 ms to 10 s.
inline constexpr std::array<std::int64_t, 14> kShortTimes_us{100,
                                                             250,
                                                             500,
                                                             1'000,
                                                             2'500,
                                                             5'000,
                                                             10'000,
                                                             25'000,
                                                             50'000,
                                                             100'000,
                                                             250'000,
                                                             500'000,
                                                             1'000'000,
                                                             10'000'000};
/// What runs take and what clocks are late by, in milliseconds: 1 ms to a day.
inline constexpr std::array<std::int64_t, 12> kLongTimes_ms{
    1, 5, 25, 100, 500, 1'000, 5'000, 30'000, 300'000, 3'600'000, 21'600'000, 86'400'000};

}  // namespace aifp
