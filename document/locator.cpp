#include "document/locator.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace aifp::document {

Mark Locator::at(std::size_t offset) noexcept {
    offset = std::min(offset, text_.size());
    if (offset < offset_) {
        move_back(offset);
    } else {
        move_forward(offset);
    }
    offset_ = offset;
    return mark_;
}

void Locator::move_forward(std::size_t offset) noexcept {
    const std::string_view passed = text_.substr(offset_, offset - offset_);
    const auto last_break = passed.rfind('\n');
    if (last_break == std::string_view::npos) {
        mark_.column += static_cast<int>(count_code_points(passed));
        return;
    }
    mark_.line += static_cast<int>(std::count(passed.begin(), passed.end(), '\n'));
    mark_.column = 1 + static_cast<int>(count_code_points(passed.substr(last_break + 1)));
}

void Locator::move_back(std::size_t offset) noexcept {
    const std::string_view passed = text_.substr(offset, offset_ - offset);
    const auto breaks = std::count(passed.begin(), passed.end(), '\n');
    if (breaks == 0) {
        mark_.column -= static_cast<int>(count_code_points(passed));
        return;
    }
    mark_.line -= static_cast<int>(breaks);
    const std::string_view before = text_.substr(0, offset);
    const auto line_break = before.rfind('\n');
    const std::size_t start = line_break == std::string_view::npos ? 0 : line_break + 1;
    mark_.column = 1 + static_cast<int>(count_code_points(before.substr(start)));
}

}  // namespace aifp::document
