#include "config/redactor.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>
#include <vector>

namespace aifp::config {
namespace {

constexpr std::string_view kMask = "***";

bool is_unreserved(char letter) noexcept {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= '0' && letter <= '9') || letter == '-' || letter == '.' || letter == '_' ||
           letter == '~';
}

// RFC 3986 2.1
std::string percent_encoded(std::string_view text) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string encoded;
    for (const char letter : text) {
        if (is_unreserved(letter)) {
            encoded += letter;
        } else {
            const auto byte = static_cast<unsigned char>(letter);
            encoded += '%';
            encoded += kDigits[byte >> 4U];
            encoded += kDigits[byte & 15U];
        }
    }
    return encoded;
}

std::string json_encoded(std::string_view text) {
    const auto quoted = boost::json::serialize(boost::json::string(text.data(), text.size()));
    return quoted.substr(1, quoted.size() - 2);
}

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
    keep(json_encoded(value));
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
