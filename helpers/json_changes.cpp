#include "helpers/json_changes.hpp"

#include <algorithm>
#include <boost/json/object.hpp>
#include <string>
#include <utility>

namespace aifp::helpers {
namespace {

namespace json = boost::json;

constexpr int kMaxDepth = 64;

/// Collects the differences below one path.
class Comparison {
public:
    void compare(const std::string& path,
                 const json::value* before,
                 const json::value* after,
                 int depth) {
        if (before != nullptr && after != nullptr && *before == *after) {
            return;
        }
        const bool may_go_down = before != nullptr && after != nullptr && depth < kMaxDepth;
        if (may_go_down && before->is_object() && after->is_object()) {
            compare_members(path, before->get_object(), after->get_object(), depth);
        } else if (may_go_down && before->is_array() && after->is_array()) {
            compare_items(path, before->get_array(), after->get_array(), depth);
        } else {
            note(path, before, after);
        }
    }

    [[nodiscard]] json::array take() { return std::move(found_); }

private:
    void compare_members(const std::string& path,
                         const json::object& before,
                         const json::object& after,
                         int depth) {
        for (const auto& member : before) {
            compare(below(path, member.key()),
                    &member.value(),
                    after.if_contains(member.key()),
                    depth + 1);
        }
        for (const auto& member : after) {
            if (!before.contains(member.key())) {
                compare(below(path, member.key()), nullptr, &member.value(), depth + 1);
            }
        }
    }

    void compare_items(const std::string& path,
                       const json::array& before,
                       const json::array& after,
                       int depth) {
        for (std::size_t i = 0; i < std::max(before.size(), after.size()); ++i) {
            compare(below(path, std::to_string(i)),
                    i < before.size() ? &before[i] : nullptr,
                    i < after.size() ? &after[i] : nullptr,
                    depth + 1);
        }
    }

    static std::string below(const std::string& path, std::string_view name) {
        return path.empty() ? std::string(name) : path + "." + std::string(name);
    }

    void note(const std::string& path, const json::value* before, const json::value* after) {
        json::object change;
        change["path"] = path;
        if (before != nullptr) {
            change["before"] = *before;
        }
        if (after != nullptr) {
            change["after"] = *after;
        }
        found_.push_back(std::move(change));
    }

    json::array found_;
};

}  // namespace

json::array changes_between(const json::value& before, const json::value& after) {
    Comparison comparison;
    comparison.compare("", &before, &after, 0);
    return comparison.take();
}

}  // namespace aifp::helpers
