#include "actions/expected_status.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace aifp::actions {

ExpectedStatus ExpectedStatus::from(const boost::json::value* written) {
    ExpectedStatus expected;
    if (written == nullptr || !written->is_array()) {
        return expected;
    }
    expected.ranges_.clear();
    for (const auto& item : written->get_array()) {
        int code = 0;
        if (item.is_int64()) {
            code = static_cast<int>(item.get_int64());
        } else if (item.is_string()) {
            const std::string_view text = item.get_string();
            std::from_chars(text.data(), text.data() + text.size(), code);
        }
        // "2xx" reads as 2: a class of hundred.
        expected.ranges_.push_back(code < 10 ? Range{code * 100, code * 100 + 99}
                                             : Range{code, code});
    }
    return expected;
}

bool ExpectedStatus::contains(int status) const noexcept {
    return std::any_of(ranges_.begin(), ranges_.end(), [status](const Range& range) {
        return range.first <= status && status <= range.last;
    });
}

}  // namespace aifp::actions
