#include "daemon/project_name.hpp"

#include <fmt/format.h>

#include <set>

#include "base/latin_letters.hpp"
#include "base/text.hpp"

namespace aifp::daemon {
namespace {

constexpr std::string_view kPrefix = "/p/";
constexpr std::size_t kMaxName = 64;
constexpr std::size_t kRoomForNumber = 6;

bool is_letter_or_digit(char letter) noexcept {
    return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9');
}

class Names {
public:
    std::string take(const std::string& wish) {
        auto name = wish;
        for (int i = 2; !taken_.insert(name).second; ++i) {
            name = fmt::format("{}-{}", wish.substr(0, kMaxName - kRoomForNumber), i);
        }
        return name;
    }

private:
    std::set<std::string> taken_;
};

}  // namespace

std::string url_name(std::string_view folder_name) {
    std::string name;
    for (const char letter : to_lower_ascii(with_plain_letters(folder_name))) {
        const bool is_mark = letter == '_' || letter == '.' || letter == '-';
        if (is_letter_or_digit(letter) || (is_mark && !name.empty())) {
            name += letter;
        } else if (!name.empty() && name.back() != '-') {
            name += '-';
        }
    }
    name.resize(std::min(name.size(), kMaxName));
    while (name.ends_with('-')) {
        name.pop_back();
    }
    return name.empty() ? "project" : name;
}

std::vector<std::string> choose_names(const std::vector<NameWish>& wishes) {
    std::vector<std::string> chosen(wishes.size());
    Names names;
    for (const bool given : {true, false}) {
        for (std::size_t i = 0; i < wishes.size(); ++i) {
            const auto& wish = wishes[i];
            if (wish.given.empty() != given) {
                chosen[i] =
                    names.take(given ? wish.given : url_name(wish.folder.filename().string()));
            }
        }
    }
    return chosen;
}

std::optional<ProjectTarget> split_target(std::string_view target) {
    if (!target.starts_with(kPrefix)) {
        return std::nullopt;
    }
    target.remove_prefix(kPrefix.size());
    const auto end = std::min(target.find_first_of("/?"), target.size());
    std::string rest(target.substr(end));
    if (!rest.starts_with('/')) {
        rest.insert(0, "/");
    }
    return ProjectTarget{target.substr(0, end), std::move(rest)};
}

std::string prefix_of(std::string_view project) {
    return fmt::format("{}{}", kPrefix, project);
}

}  // namespace aifp::daemon
