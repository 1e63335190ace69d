// Any text: parse_cron never crashes or stalls, points inside the text when it refuses, and what
// it takes fires strictly after the instant asked for.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "schedule/schedule.hpp"

namespace {

void require(bool claim) {
    if (!claim) {
        std::abort();
    }
}

void check_instants(const aifp::schedule::CronFields& fields) {
    static const auto zone = aifp::TimeZone::load("Australia/Lord_Howe");
    require(zone.has_value());
    const aifp::schedule::Schedule schedule(fields, *zone, {});
    aifp::WallTime at = std::chrono::sys_days(std::chrono::year(2026) / 9 / 1);
    for (int i = 0; i < 50; ++i) {
        const auto next = schedule.next_after(at);
        if (!next) {
            require(!fields.can_fire);
            return;
        }
        require(next->at > at);
        (void)describe(*next);
        at = next->at;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto fields = aifp::schedule::parse_cron(text, "fuzz");
    if (fields) {
        check_instants(*fields);
        return 0;
    }
    require(!fields.error().message.empty());
    require(fields.error().offset + fields.error().size <= size + 1);
    (void)format_cron_error(text, fields.error());
    return 0;
}
