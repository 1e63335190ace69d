#include "engine/host_boot.hpp"

#include <charconv>

#include "base/file.hpp"
#include "base/text.hpp"

namespace aifp::engine {

HostBoot read_host_boot() {
    constexpr std::uint64_t kMost = 4'096;
    HostBoot boot;
    if (const auto id = read_file("/proc/sys/kernel/random/boot_id", kMost)) {
        boot.id = std::string(trim(*id));
    }
    if (const auto uptime = read_file("/proc/uptime", kMost)) {
        std::int64_t seconds = 0;
        std::from_chars(uptime->data(), uptime->data() + uptime->size(), seconds);
        boot.uptime = Seconds(seconds);
    }
    return boot;
}

}  // namespace aifp::engine
