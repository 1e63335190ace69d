#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "model/directive.hpp"

namespace aifp::triggers {

/// A directive that wants to hear of an event.
struct Subscription {
    DirectiveId directive;
    std::uint32_t trigger_index = 0;
    std::string filter;  ///< Expression over `trigger`; empty: every one.
    friend bool operator==(const Subscription&, const Subscription&) = default;
};

/// Event name -> who hears of it, in the order they subscribed. Pure; loop thread only; owned by
/// the engine.
class EventRouter {
public:
    /// Takes a trigger of kind "event". Errors: invalid_input without a name.
    [[nodiscard]] Status add(DirectiveId directive,
                             std::uint32_t trigger_index,
                             const model::Trigger& trigger);
    void remove(DirectiveId directive);
    /// Valid until the next add or remove.
    [[nodiscard]] std::span<const Subscription> subscribers(std::string_view event) const;

private:
    struct NameHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view name) const noexcept {
            return std::hash<std::string_view>{}(name);
        }
    };
    std::unordered_map<std::string, std::vector<Subscription>, NameHash, std::equal_to<>> events_;
    std::unordered_multimap<DirectiveId, std::string> names_;
};

}  // namespace aifp::triggers
