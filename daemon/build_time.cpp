#include "daemon/build_time.hpp"

namespace aifp::daemon {

WallTime built_at() noexcept {
    return WallTime(Seconds(AIFP_BUILT_ON_S));
}

}  // namespace aifp::daemon
