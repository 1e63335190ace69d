#include "config/redactor.hpp"

#include <algorithm>
#include <vector>

#include "config/encoded_forms.hpp"

namespace aifp::config {
namespace {

constexpr std::string_view kMask = "***";

void replace_all(std::string& text, std::string_view value) {
    for (auto at = text.find(value); at != std::string::npos; at = text.find(value, at)) {
        text.replace(at, value.size(), kMask);
        at += kMask.size();
    }
}

}  // namespace

void Redactor::remember(std::string_view value) {
    if (value.size() < kMinValueBytes) {
        return;
    }
    value = value.substr(0, kMaxValueBytes);
    keep(value);
    keep(percent_encoded(value));
    const auto json = json_encoded(value);
    keep(json);
    keep(ascii_encoded(json, EscapeCase::small));
    keep(ascii_encoded(json, EscapeCase::capital));
}

void Redactor::keep(std::string_view value) {
    if (std::find(values_.begin(), values_.end(), value) != values_.end()) {
        return;
    }
    values_.emplace_back(value);
    if (values_.size() > kMaxValues) {
        values_.pop_front();
    }
}

// The longest first: one may be the beginning of another.
std::string Redactor::redacted(std::string text) const {
    std::vector<std::string_view> found;
    for (const auto& value : values_) {
        if (text.find(value) != std::string::npos) {
            found.push_back(value);
        }
    }
    std::sort(found.begin(), found.end(), [](std::string_view left, std::string_view right) {
        return left.size() > right.size();
    });
    for (const auto value : found) {
        replace_all(text, value);
    }
    return text;
}

}  // namespace aifp::config
