#pragma once

#include <optional>
#include <string_view>

#include "base/enum_names.hpp"

namespace aifp::mcp {

/// The published revisions of the protocol, oldest first. (reference: MCP 1.1)
enum class Revision { y2024_11_05, y2025_03_26, y2025_06_18, y2025_11_25, y2026_07_28 };
inline constexpr EnumNames<5> kRevisionNames{
    "2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"};

inline constexpr Revision kNewestLegacy = Revision::y2025_11_25;
inline constexpr Revision kModern = Revision::y2026_07_28;

/// Modern: every request tells its revision and what the client can do. Legacy: `initialize` did.
[[nodiscard]] constexpr bool is_modern(Revision revision) noexcept {
    return revision >= kModern;
}

/// What a revision brought or took away, as far as an answer depends on it.
struct Features {
    bool batches = false;     ///< JSON-RPC batches.
    bool hints = false;       ///< Tool annotations; `message` of progress; completions capability.
    bool structured = false;  ///< structuredContent, outputSchema, titles.
    bool any_structure = false;    ///< structuredContent may be anything; before, an object.
    bool plain_not_found = false;  ///< An unknown resource is -32602; before, -32002.
};
[[nodiscard]] constexpr Features features_of(Revision revision) noexcept {
    Features features;
    features.batches = revision == Revision::y2025_03_26;
    features.hints = revision >= Revision::y2025_03_26;
    features.structured = revision >= Revision::y2025_06_18;
    features.any_structure = revision >= kModern;
    features.plain_not_found = revision >= kModern;
    return features;
}

[[nodiscard]] constexpr std::string_view name_of(Revision revision) noexcept {
    return name_in(kRevisionNames, revision);
}
[[nodiscard]] constexpr std::optional<Revision> find_revision(std::string_view name) noexcept {
    return find_by_name<Revision>(kRevisionNames, name);
}

}  // namespace aifp::mcp
