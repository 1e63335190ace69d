#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace aifp {

/// Those who follow a feed, at most so many. Whoever is told may take itself, or another, out. Not
/// thread-safe; owned by the feed, and outlived by those in it.
template <class Listener>
class Listeners {
public:
    explicit Listeners(std::size_t most) : most_(most) {}

    [[nodiscard]] bool are_full() const noexcept { return all_.size() >= most_; }
    [[nodiscard]] bool are_none() const noexcept { return all_.empty(); }
    [[nodiscard]] std::size_t size() const noexcept { return all_.size(); }
    [[nodiscard]] bool have(const Listener* listener) const {
        return std::find(all_.begin(), all_.end(), listener) != all_.end();
    }

    /// Precondition: not full.
    void add(Listener& listener) { all_.push_back(&listener); }
    /// Whether it was there.
    bool remove(const Listener* listener) { return std::erase(all_, listener) > 0; }

    /// Calls `tell` with each that is still there when its turn comes.
    template <class Tell>
    void tell_all(const Tell& tell) {
        const auto all = all_;
        for (auto* const listener : all) {
            if (have(listener)) {
                tell(*listener);
            }
        }
    }
    /// The same for the last time: each is out before it is told.
    template <class Tell>
    void dismiss_all(const Tell& tell) {
        while (!all_.empty()) {
            auto* const listener = all_.front();
            all_.erase(all_.begin());
            tell(*listener);
        }
    }

private:
    std::size_t most_;
    std::vector<Listener*> all_;
};

}  // namespace aifp
