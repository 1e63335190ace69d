#include "base/machine_zone.hpp"

#include <string_view>
#include <system_error>

#include "base/file.hpp"
#include "base/text.hpp"

namespace aifp {

// "/etc/localtime" -> "/usr/share/zoneinfo/Europe/Berlin" -> "Europe/Berlin"
std::string zone_name_in(const std::filesystem::path& folder) {
    constexpr std::string_view kFolder = "/zoneinfo/";
    constexpr std::uint64_t kMost = 4'096;
    std::error_code error;
    const auto target = std::filesystem::canonical(folder / "localtime", error).native();
    const auto at = error ? std::string::npos : target.find(kFolder);
    if (at != std::string::npos) {
        return target.substr(at + kFolder.size());
    }
    const auto named = read_file(folder / "timezone", kMost);
    return named ? std::string(trim(*named)) : std::string();
}

TimeZone zone_of_folder(const std::filesystem::path& folder) {
    return TimeZone::load(zone_name_in(folder)).value_or(TimeZone::utc());
}

}  // namespace aifp
