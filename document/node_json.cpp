#include "document/node_json.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <charconv>

#include "document/scalar.hpp"

namespace aifp::document {
namespace {

constexpr std::string_view kSecretTag = "!secret";
constexpr std::string_view kSecretKey = "$secret";

boost::json::value integer_to_json(const Node& node) {
    if (const auto value = integer_value(node)) {
        return *value;
    }
    std::uint64_t large = 0;
    const char* const end = node.text.data() + node.text.size();
    const auto [stop, error] = std::from_chars(node.text.data(), end, large);
    if (error == std::errc() && stop == end) {
        return large;
    }
    if (const auto value = real_value(node)) {
        return *value;
    }
    return boost::json::string(node.text);
}

boost::json::value scalar_to_json(const Node& node) {
    switch (node.type) {
        case Node::Type::null:
            return nullptr;
        case Node::Type::boolean:
            return node.text.starts_with('t') || node.text.starts_with('T');
        case Node::Type::integer:
            return integer_to_json(node);
        case Node::Type::real:
            if (const auto value = real_value(node)) {
                return *value;
            }
            return boost::json::string(node.text);
        default:
            return boost::json::string(node.text);
    }
}

}  // namespace

boost::json::value to_json(const Node& node) {
    if (const auto secret = secret_name(node)) {
        return boost::json::object{{kSecretKey, *secret}};
    }
    if (node.type == Node::Type::sequence) {
        boost::json::array items;
        for (const auto& item : node.items) {
            items.push_back(to_json(*item));
        }
        return items;
    }
    if (node.type == Node::Type::mapping) {
        boost::json::object members;
        for (const Node::Member& member : node.members) {
            members[member.key] = to_json(*member.value);
        }
        return members;
    }
    return scalar_to_json(node);
}

std::optional<std::string> secret_name(const Node& node) {
    if (node.is_scalar()) {
        return node.tag == kSecretTag ? std::optional(node.text) : std::nullopt;
    }
    if (node.members.size() != 1 || node.members.front().key != kSecretKey) {
        return std::nullopt;
    }
    const Node& name = *node.members.front().value;
    return name.type == Node::Type::string ? std::optional(name.text) : std::nullopt;
}

}  // namespace aifp::document
