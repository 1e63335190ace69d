#pragma once

#include <boost/json/value.hpp>
#include <vector>

namespace aifp::actions {

/// The statuses that count as success: codes and classes ("2xx"). Default: 2xx.
class ExpectedStatus {
public:
    /// `written` is the canonical `expect_status` (a list of numbers and texts) or null.
    [[nodiscard]] static ExpectedStatus from(const boost::json::value* written);
    [[nodiscard]] bool contains(int status) const noexcept;

private:
    struct Range {
        int first = 200;
        int last = 299;
    };
    std::vector<Range> ranges_{Range{}};
};

}  // namespace aifp::actions
