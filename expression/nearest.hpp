#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace aifp::expression {

/// Collects the names that would have been known, so that an error can name the likely one. Beyond
/// kMaxCandidates the rest is not looked at.
class Candidates {
public:
    static constexpr std::size_t kMaxCandidates = 500;

    void add(std::string_view name) {
        if (names_.size() < kMaxCandidates) {
            names_.push_back(name);
        }
    }
    /// "; did you mean presence?", '; did you mean ["living-room"]?' or nothing.
    [[nodiscard]] std::string hint_for(std::string_view key) const;

private:
    std::vector<std::string_view> names_;
};

}  // namespace aifp::expression
