#include "base/time_zone.hpp"

#include <cctz/civil_time.h>
#include <cctz/time_zone.h>
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <type_traits>

#include "base/machine_zone.hpp"
#include "base/text.hpp"

namespace aifp {
namespace {

using CctzSeconds = cctz::time_point<cctz::seconds>;

// A CCTZ zone is one pointer to a record that is never freed; so is ours, without its header.
static_assert(sizeof(cctz::time_zone) == sizeof(const void*));
static_assert(std::is_trivially_copyable_v<cctz::time_zone>);

cctz::time_zone zone_of(const void* impl) noexcept {
    return std::bit_cast<cctz::time_zone>(impl);
}
const void* impl_of(const cctz::time_zone& zone) noexcept {
    return std::bit_cast<const void*>(zone);
}

CctzSeconds to_cctz(WallTime instant) noexcept {
    return std::chrono::floor<cctz::seconds>(instant);
}

cctz::civil_second to_cctz(const CivilTime& civil) noexcept {
    return cctz::civil_second(
        civil.year, civil.month, civil.day, civil.hour, civil.minute, civil.second);
}

CivilTime from_cctz(const cctz::civil_second& civil) noexcept {
    return CivilTime{.year = civil.year(),
                     .month = civil.month(),
                     .day = civil.day(),
                     .hour = civil.hour(),
                     .minute = civil.minute(),
                     .second = civil.second()};
}

// CCTZ opens whatever file a name leads to; only names inside the zone database are let through.
bool is_zone_name(std::string_view name) noexcept {
    const auto allowed = [](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
               (letter >= '0' && letter <= '9') || letter == '_' || letter == '+' ||
               letter == '-' || letter == '/';
    };
    return !name.empty() && name.size() <= 64 && name.front() != '/' &&
           std::all_of(name.begin(), name.end(), allowed);
}

std::string machine_zone_name() {
    if (const char* from_environment = std::getenv("TZ"); from_environment != nullptr) {
        std::string_view name = from_environment;
        if (name.starts_with(':')) {
            name.remove_prefix(1);
        }
        return std::string(name);
    }
    return zone_name_in("/etc");
}

}  // namespace

Result<TimeZone> TimeZone::load(const std::string& name) {
    cctz::time_zone zone;
    if (!is_zone_name(name) || !cctz::load_time_zone(name, &zone)) {
        return fail(ErrorCode::invalid_input,
                    fmt::format("\"{}\" is not a time zone; write a name like \"Europe/Berlin\", "
                                "\"America/New_York\" or \"UTC\"",
                                truncate_utf8(name, 64)));
    }
    return TimeZone(impl_of(zone));
}

TimeZone TimeZone::utc() {
    return TimeZone(impl_of(cctz::utc_time_zone()));
}

TimeZone TimeZone::system() {
    if (const auto named = load(machine_zone_name())) {
        return *named;
    }
    return TimeZone(impl_of(cctz::local_time_zone()));
}

std::string TimeZone::name() const {
    return zone_of(impl_).name();
}

LocalTime TimeZone::to_local(WallTime instant) const {
    const auto seen = zone_of(impl_).lookup(to_cctz(instant));
    return LocalTime{.civil = from_cctz(seen.cs), .offset_seconds = seen.offset};
}

CivilMapping TimeZone::to_instants(const CivilTime& civil) const {
    const auto found = zone_of(impl_).lookup(to_cctz(civil));
    CivilMapping mapping;
    mapping.transition = found.trans;
    switch (found.kind) {
        case cctz::time_zone::civil_lookup::UNIQUE:
            mapping.kind = CivilMapping::Kind::unique;
            mapping.first = mapping.second = found.pre;
            break;
        case cctz::time_zone::civil_lookup::SKIPPED:
            mapping.kind = CivilMapping::Kind::skipped;
            mapping.first = mapping.second = found.trans;
            break;
        case cctz::time_zone::civil_lookup::REPEATED:
            mapping.kind = CivilMapping::Kind::repeated;
            mapping.first = found.pre;
            mapping.second = found.post;
            break;
    }
    return mapping;
}

std::optional<ZoneTransition> TimeZone::next_transition(WallTime instant) const {
    const cctz::time_zone zone = zone_of(impl_);
    CctzSeconds after = to_cctz(instant);
    cctz::time_zone::civil_transition change;
    while (zone.next_transition(after, &change)) {
        // `to` is the first second after the change: unique after a gap, repeated in an overlap.
        after = zone.lookup(change.to).trans;
        const int offset_after = zone.lookup(after).offset;
        const auto moved = static_cast<int>(change.to - change.from);
        if (moved != 0) {  // else only the zone's abbreviation changed
            return ZoneTransition{.at = after,
                                  .offset_before_seconds = offset_after - moved,
                                  .offset_after_seconds = offset_after};
        }
    }
    return std::nullopt;
}

}  // namespace aifp
