#pragma once

#include <cstddef>
#include <cstdint>

#include "base/clock.hpp"

namespace aifp::simulation {

/// The chance of one seed: equal seeds draw equal numbers on every machine (splitmix64; the
/// distributions of the standard library are not the same everywhere).
class Draw {
public:
    explicit Draw(std::uint64_t seed)
        : state_(mix(seed)) {}  // else seed 2 would be 1 without its first

    [[nodiscard]] std::uint64_t next() noexcept { return mix(state_ += 0x9e3779b97f4a7c15ULL); }
    /// Both ends included.
    [[nodiscard]] int between(int least, int most) noexcept {
        const auto span = static_cast<std::uint64_t>(most - least + 1);
        return least + static_cast<int>(next() % span);
    }
    [[nodiscard]] bool one_in(int count) noexcept { return between(1, count) == 1; }
    [[nodiscard]] Milliseconds between(Milliseconds least, Milliseconds most) noexcept {
        const auto span = static_cast<std::uint64_t>((most - least).count() + 1);
        return least + Milliseconds(static_cast<std::int64_t>(next() % span));
    }
    template <class List>
    [[nodiscard]] const auto& pick(const List& list) noexcept {
        return list[static_cast<std::size_t>(next() % list.size())];
    }
    /// A row of a table by its `weight`.
    template <class Rows>
    [[nodiscard]] const auto& pick_weighted(const Rows& rows) noexcept {
        int total = 0;
        for (const auto& row : rows) {
            total += row.weight;
        }
        int left = between(1, total);
        for (const auto& row : rows) {
            left -= row.weight;
            if (left <= 0) {
                return row;
            }
        }
        return *rows.begin();
    }

private:
    [[nodiscard]] static std::uint64_t mix(std::uint64_t mixed) noexcept {
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9ULL;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebULL;
        return mixed ^ (mixed >> 31);
    }

    std::uint64_t state_;
};

}  // namespace aifp::simulation
