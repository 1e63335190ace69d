#include "expression/nearest.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace aifp::expression {

namespace {

bool is_plain_name(std::string_view name) {
    return std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_';
    });
}

std::string did_you_mean(std::string_view name) {
    if (is_plain_name(name)) {
        return "; did you mean " + std::string(name) + "?";
    }
    return "; did you mean [\"" + std::string(name) + "\"]?";
}

}  // namespace

std::string Candidates::hint_for(std::string_view key) const {
    constexpr std::size_t kLongestKey = 64;
    if (key.empty() || key.size() > kLongestKey) {
        return {};
    }
    if (const auto near = nearest_name(key, names_)) {
        return did_you_mean(*near);
    }
    // living-room is read as living minus room
    const std::string hyphenated = std::string(key) + "-";
    const auto found = std::find_if(names_.begin(), names_.end(), [&](std::string_view name) {
        return name.starts_with(hyphenated);
    });
    return found != names_.end() ? did_you_mean(*found) : std::string();
}

}  // namespace aifp::expression
