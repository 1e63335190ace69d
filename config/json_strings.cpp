#include "config/json_strings.hpp"

#include <algorithm>

namespace aifp::config {
namespace {

// Where the string that begins behind a quote ends.
std::size_t end_of_string(std::string_view json, std::size_t at) {
    while (at < json.size() && json[at] != '"') {
        at += json[at] == '\\' ? 2 : 1;
    }
    return std::min(at, json.size());
}

bool is_key_before(std::string_view json, std::size_t at) {
    const auto next = json.find_first_not_of(" \t\r\n", at);
    return next != std::string_view::npos && json[next] == ':';
}

}  // namespace

bool is_escaped(std::string_view text, std::size_t at) noexcept {
    std::size_t backslashes = 0;
    while (backslashes < at && text[at - backslashes - 1] == '\\') {
        ++backslashes;
    }
    return backslashes % 2 == 1;
}

bool cuts_escape(std::string_view text, std::size_t at) noexcept {
    if (at > 0 && at <= text.size() && is_escaped(text, at)) {
        return true;
    }
    constexpr std::size_t kLongest = 6;  // \u00e9
    for (std::size_t back = 2; back < kLongest && back <= at; ++back) {
        const auto begin = at - back;
        if (text[begin] == '\\' && text[begin + 1] == 'u' && !is_escaped(text, begin)) {
            return true;
        }
    }
    return false;
}

std::string with_strings(std::string_view json,
                         const std::function<std::string(const JsonString& string)>& change) {
    std::string result;
    std::size_t done = 0;
    for (auto quote = json.find('"'); quote != std::string_view::npos;
         quote = json.find('"', done)) {
        const auto end = end_of_string(json, quote + 1);
        result += json.substr(done, quote + 1 - done);
        result += change({json.substr(quote + 1, end - quote - 1), is_key_before(json, end + 1)});
        done = end;
        if (done < json.size()) {
            result += json[done++];
        }
    }
    return result += json.substr(done);
}

}  // namespace aifp::config
