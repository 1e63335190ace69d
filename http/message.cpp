#include "http/message.hpp"

#include <algorithm>

#include "http/problem.hpp"

namespace aifp::http {
namespace {

constexpr char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

bool equal_ignoring_case(std::string_view left, std::string_view right) noexcept {
    return left.size() == right.size() &&
           std::equal(left.begin(), left.end(), right.begin(), [](char a, char b) {
               return lower(a) == lower(b);
           });
}

void Headers::add(std::string_view name, std::string_view value) {
    if (entries_.empty()) {
        entries_.reserve(8);
        text_.reserve(256);
    }
    Entry entry{};
    entry.name_at = static_cast<std::uint32_t>(text_.size());
    entry.name_size = static_cast<std::uint32_t>(name.size());
    entry.value_size = static_cast<std::uint32_t>(value.size());
    text_.append(name).append(value);
    entries_.push_back(entry);
}

Headers::Field Headers::operator[](std::size_t index) const noexcept {
    const Entry& entry = entries_[index];
    const char* name = text_.data() + entry.name_at;
    return Field{{name, entry.name_size}, {name + entry.name_size, entry.value_size}};
}

std::optional<std::string_view> Headers::find(std::string_view name) const noexcept {
    for (std::size_t i = 0; i < entries_.size(); ++i) {
        const Field field = (*this)[i];
        if (equal_ignoring_case(field.name, name)) {
            return field.value;
        }
    }
    return std::nullopt;
}

std::size_t Headers::count(std::string_view name) const noexcept {
    std::size_t found = 0;
    for (std::size_t i = 0; i < entries_.size(); ++i) {
        found += equal_ignoring_case((*this)[i].name, name) ? 1 : 0;
    }
    return found;
}

std::string_view Request::path() const noexcept {
    return std::string_view(target).substr(0, target.find('?'));
}

std::string_view Request::query() const noexcept {
    const std::size_t mark = target.find('?');
    return mark == std::string::npos ? std::string_view()
                                     : std::string_view(target).substr(mark + 1);
}

Response json_response(int status, std::string body) {
    Response response;
    response.status = status;
    response.content_type = "application/json";
    response.body = std::move(body);
    return response;
}

Response text_response(int status, std::string body) {
    Response response;
    response.status = status;
    response.content_type = "text/plain; charset=utf-8";
    response.body = std::move(body);
    return response;
}

Response error_response(int status, std::string_view text) {
    return problem_response(Problem{status, text, {}, {}});
}

}  // namespace aifp::http
