#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace aifp::triggers {

/// Where the firing of a trigger comes from.
enum class Source {
    clock,    ///< A due instant: room schedule computes it.
    webhook,  ///< A request: WebhookRouter.
    event,    ///< An event by name: EventRouter.
    sensor,   ///< Something that the engine knows or watches: Sensor.
    manual,   ///< A person or a program asks for it.
};

struct KindRow {
    std::string_view kind;
    Source source;
};

/// Every kind of trigger that is built (docs/directive-kinds.md, Triggers). A test holds it equal
/// to the grammar's table.
inline constexpr std::array kKinds = std::to_array<KindRow>({
    {"at", Source::clock},
    {"cron", Source::clock},
    {"every", Source::clock},
    {"sun", Source::clock},
    {"webhook", Source::webhook},
    {"event", Source::event},
    {"manual", Source::manual},
    {"state", Source::sensor},
    {"numeric_state", Source::sensor},
    {"template", Source::sensor},
    {"condition", Source::sensor},
    {"watchdog", Source::sensor},
    {"while", Source::sensor},
    {"after", Source::sensor},
    {"file", Source::sensor},
    {"poll", Source::sensor},
    {"engine_start", Source::sensor},
    {"host_boot", Source::sensor},
    {"clock_changed", Source::sensor},
    {"timezone_changed", Source::sensor},
});

[[nodiscard]] constexpr std::optional<Source> source_of(std::string_view kind) noexcept {
    for (const KindRow& row : kKinds) {
        if (row.kind == kind) {
            return row.source;
        }
    }
    return std::nullopt;
}

}  // namespace aifp::triggers
