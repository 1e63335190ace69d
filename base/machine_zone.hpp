#pragma once

#include <filesystem>
#include <string>

#include "base/time_zone.hpp"

namespace aifp {

/// What the machine calls its zone, in a folder such as /etc (localtime(5)): where `localtime`
/// links into the zone database, else, where that is a copy, what Debian's `timezone` says. Empty:
/// neither tells. Blocks.
[[nodiscard]] std::string zone_name_in(const std::filesystem::path& folder);
/// The zone of that name; UTC if there is none. $TZ is not asked. Blocks.
[[nodiscard]] TimeZone zone_of_folder(const std::filesystem::path& folder);

}  // namespace aifp
