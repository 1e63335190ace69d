#pragma once

#include <algorithm>

#include "base/ids.hpp"

namespace aifp::engine {

/// Gives the ids of new waits, one counter for all who write them. Loop thread only; owned by the
/// engine.
class WaitIds {
public:
    /// Goes on behind what the database holds (storage::last_wait_id).
    void start_after(WaitId last) noexcept { last_ = std::max(last_, last); }
    [[nodiscard]] WaitId next() noexcept { return WaitId{++last_.value}; }

private:
    WaitId last_;
};

}  // namespace aifp::engine
