#include "config/private_settings.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <string_view>

#include "config/settings.hpp"

namespace aifp::config {
namespace {

namespace json = boost::json;

/// The last words of the keys: "http", "base_url", "headers", "command", "api_key" ...
std::set<std::string, std::less<>> private_keys() {
    constexpr std::array<std::string_view, 3> kPrivateUnits{"URL", "!secret", "arguments"};
    std::set<std::string, std::less<>> keys;
    for (const auto& setting : describe_settings()) {
        const std::string_view unit = setting.at("unit").as_string();
        const std::string_view name = setting.at("name").as_string();
        if (std::any_of(kPrivateUnits.begin(), kPrivateUnits.end(), [unit](std::string_view word) {
                return unit.find(word) != std::string_view::npos;
            })) {
            keys.emplace(name.substr(name.rfind('.') + 1));
        }
    }
    return keys;
}

class Hider {
public:
    void hide(json::value& value, bool is_private) {
        if (auto* object = value.if_object()) {
            const bool is_name = object->size() == 1 && object->contains("$secret");
            for (auto& member : *object) {
                hide(member.value(), !is_name && (is_private || keys_.contains(member.key())));
            }
        } else if (auto* array = value.if_array()) {
            for (auto& item : *array) {
                hide(item, is_private);
            }
        } else if (!value.is_null() && (is_private || is_address(value))) {
            value = kHiddenValue;
        }
    }

private:
    static bool is_address(const json::value& value) {
        return value.is_string() && value.get_string().find("://") != json::string::npos;
    }

    std::set<std::string, std::less<>> keys_ = private_keys();
};

}  // namespace

void hide_private_values(json::value& written) {
    Hider().hide(written, false);
}

}  // namespace aifp::config
