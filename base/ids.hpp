#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace aifp {

/// A number that names one kind of thing and mixes with no other.
template <class Tag>
struct Id {
    std::int64_t value = 0;
    friend constexpr auto operator<=>(Id, Id) = default;
};

/// A row of `user_directives`; 0 is none.
using DirectiveId = Id<struct DirectiveTag>;
/// A row of `ledger`: one decision, and the run it started if any. Rising; given by the loop.
using LedgerId = Id<struct LedgerTag>;
/// A row of `waits`. Rising; given by the loop; 0 is none.
using WaitId = Id<struct WaitTag>;

}  // namespace aifp

template <class Tag>
struct std::hash<aifp::Id<Tag>> {
    std::size_t operator()(aifp::Id<Tag> id) const noexcept {
        return std::hash<std::int64_t>{}(id.value);
    }
};
