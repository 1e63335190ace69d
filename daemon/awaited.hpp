#pragma once

#include <cstddef>
#include <map>

namespace aifp::daemon {

/// Which projects still have to say that they are done, so that the service manager is told once
/// and in any case: one that goes away is waited for no longer. Loop thread only.
template <class Project>
class Awaited {
public:
    /// It will say so once more.
    void expect(const Project& host) { ++left_[&host]; }
    /// It said so. One that is not waited for any more is ignored.
    void done(const Project& host) {
        const auto found = left_.find(&host);
        if (found != left_.end() && --found->second == 0) {
            left_.erase(found);
        }
    }
    /// It says nothing more.
    void forget(const Project& host) { left_.erase(&host); }
    [[nodiscard]] bool is_empty() const noexcept { return left_.empty(); }

private:
    std::map<const Project*, std::size_t> left_;
};

}  // namespace aifp::daemon
