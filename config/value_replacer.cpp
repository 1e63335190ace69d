#include "config/value_replacer.hpp"

#include <algorithm>
#include <vector>

namespace aifp::config {
namespace {

struct Hit {
    const Sought* sought;
    std::size_t at;
};

bool comes_before(const Hit& left, const Hit& right) {
    return left.at != right.at ? left.at < right.at
                               : left.sought->text.size() > right.sought->text.size();
}

std::size_t find_from(std::string_view text,
                      const std::string& sought,
                      std::size_t at,
                      Inside inside) {
    at = text.find(sought, at);
    while (inside == Inside::json_string && at != std::string_view::npos && is_escaped(text, at)) {
        at = text.find(sought, at + 1);
    }
    return at;
}

// Those found from `at` on; the rest need not be looked for again.
void move_on(std::vector<Hit>& hits, std::string_view text, std::size_t at, Inside inside) {
    for (auto& hit : hits) {
        if (hit.at < at) {
            hit.at = find_from(text, hit.sought->text, at, inside);
        }
    }
    hits.erase(std::remove_if(hits.begin(),
                              hits.end(),
                              [](const Hit& hit) { return hit.at == std::string_view::npos; }),
               hits.end());
}

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

std::string replaced(std::string_view text,
                     std::span<const Sought> sought,
                     Inside inside,
                     const Replacement& replacement) {
    std::vector<Hit> hits;
    for (const auto& one : sought) {
        const bool may_stand = inside == Inside::text || one.fits_json;
        const auto at = may_stand ? find_from(text, one.text, 0, inside) : std::string_view::npos;
        if (at != std::string_view::npos) {
            hits.push_back({&one, at});
        }
    }
    std::string result;
    std::size_t done = 0;
    while (!hits.empty()) {
        const auto first = *std::min_element(hits.begin(), hits.end(), comes_before);
        result += text.substr(done, first.at - done);
        result += replacement(*first.sought);
        done = first.at + first.sought->text.size();
        move_on(hits, text, done, inside);
    }
    return result += text.substr(done);
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
