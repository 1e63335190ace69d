#include "engine/host_boot.hpp"

#include <unistd.h>

#include <array>
#include <charconv>
#include <string>

#include "base/file.hpp"
#include "base/hash.hpp"
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

std::uint64_t read_host_place() {
    constexpr std::uint64_t kMost = 256;
    constexpr std::size_t kDigits = 16;  // of the hash: 64 bits
    const auto id = read_file("/etc/machine-id", kMost);
    std::array<char, 256> name{};
    if (!id) {
        static_cast<void>(::gethostname(name.data(), name.size() - 1));
    }
    const std::string known = id ? std::string(trim(*id)) : std::string(name.data());
    const auto hash = sha256_hex("aifp accuracy " + known).substr(0, kDigits);
    std::uint64_t place = 0;
    std::from_chars(hash.data(), hash.data() + hash.size(), place, 16);
    return place;
}

}  // namespace aifp::engine
