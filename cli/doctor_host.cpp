#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <system_error>
#include <utility>

#include "base/file.hpp"
#include "base/project_lock.hpp"
#include "base/read_number.hpp"
#include "base/text.hpp"
#include "cli/doctor.hpp"
#include "cli/times.hpp"
#include "config/settings.hpp"
#include "http/ip_address.hpp"
#include "storage/snapshot.hpp"

namespace aifp::cli {
namespace {

namespace fs = std::filesystem;
using Level = Finding::Level;

constexpr std::uint64_t kMiB = 1024 * 1024;
constexpr std::uint64_t kTooLittle = 64 * kMiB;
constexpr std::uint64_t kLittle = 512 * kMiB;
constexpr std::uint64_t kFewFiles = 1'000;
constexpr std::uint64_t kWatches =
    8'192;                                // a watch for each folder of directives and file triggers
constexpr std::uint64_t kInstances = 64;  // of all programs of one user
constexpr std::uint64_t kOpenFiles = 4'096;  // a connection and a child take one or two each
constexpr Seconds kSlack{60};
constexpr WallTime kEarliest = from_unix_ms(1'767'225'600'000);  // 2026: this program is younger

std::optional<std::uint64_t> number_in(const fs::path& file) {
    const auto text = read_file(file, 4096);
    return text ? read_number<std::uint64_t>(trim(*text)) : std::nullopt;
}

/// Why nobody could listen there now; nothing if one could.
std::optional<std::string> why_taken(const http::TcpEndpoint& endpoint) {
    if (endpoint.port == 0) {
        return std::nullopt;
    }
    const auto& bytes = endpoint.address.bytes();
    sockaddr_storage storage{};
    socklen_t size = 0;
    if (endpoint.address.is_v4()) {
        auto& v4 = reinterpret_cast<sockaddr_in&>(storage);
        v4.sin_family = AF_INET;
        v4.sin_port = htons(endpoint.port);
        std::memcpy(
            &v4.sin_addr, bytes.data() + bytes.size() - sizeof v4.sin_addr, sizeof v4.sin_addr);
        size = sizeof v4;
    } else {
        auto& v6 = reinterpret_cast<sockaddr_in6&>(storage);
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(endpoint.port);
        std::memcpy(&v6.sin6_addr, bytes.data(), sizeof v6.sin6_addr);
        size = sizeof v6;
    }
    const int family = storage.ss_family;
    const FileDescriptor socket(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const int yes = 1;
    ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (::bind(socket.get(), reinterpret_cast<sockaddr*>(&storage), size) == 0 &&
        ::listen(socket.get(), 1) == 0) {
        return std::nullopt;
    }
    return errno == EADDRINUSE ? "another program listens there" : std::strerror(errno);
}

Finding look_at_port(const std::string& setting, const std::string& address) {
    const auto endpoint = http::parse_tcp_endpoint(address);
    const auto why = endpoint ? why_taken(*endpoint) : std::optional(endpoint.error().detail());
    if (!why) {
        return {"port", Level::ok, fmt::format("{} ({}) is free", address, setting)};
    }
    return {"port",
            Level::fail,
            fmt::format("{} ({}): {}", address, setting, *why),
            fmt::format("who it is: ss -ltnp; or write another {} into engine.yaml", setting)};
}

bool is_a_unit_of(const fs::path& system, const std::string& name) {
    for (const char* folder : {"etc/systemd/system",
                               "run/systemd/system",
                               "usr/local/lib/systemd/system",
                               "usr/lib/systemd/system",
                               "lib/systemd/system"}) {
        std::error_code ignored;
        if (fs::exists(system / folder / name, ignored)) {
            return true;
        }
    }
    return false;
}

Finding limit(const std::string& name, std::uint64_t is, std::uint64_t least, std::string cure) {
    const auto said = fmt::format("{} is {}", name, is);
    return is >= least ? Finding{"limits", Level::ok, said}
                       : Finding{"limits",
                                 Level::warn,
                                 fmt::format("{}, that is little: {} is enough", said, least),
                                 std::move(cure)};
}

}  // namespace

Findings look_at_clock(const Patient& patient) {
    const std::string cure = "set it: timedatectl set-ntp true";
    if (patient.now < kEarliest) {
        return {{"clock",
                 Level::fail,
                 fmt::format("it says {}, which cannot be",
                             format_rfc3339(patient.now, TimeZone::utc())),
                 cure}};
    }
    const auto facts = storage::examine_database(patient.paths.database());
    if (facts && facts->newest_row > patient.now + kSlack) {
        return {{"clock",
                 Level::fail,
                 fmt::format("it says {}, but something happened at {}",
                             format_rfc3339(patient.now, TimeZone::utc()),
                             format_rfc3339(facts->newest_row, TimeZone::utc())),
                 cure}};
    }
    timex kernel{};
    if (::adjtimex(&kernel) == TIME_ERROR) {
        return {{"clock", Level::warn, "nothing keeps it right: it will drift", cure}};
    }
    return {{"clock", Level::ok, "plausible, and kept right"}};
}

Findings look_at_zones(const Patient& patient) {
    const auto settings = config::load_settings(config::settings_file(patient.paths)).settings;
    // Two zones that every zone database has, one on each side of UTC.
    for (const char* name : {"Europe/Berlin", "America/New_York"}) {
        const auto zone = TimeZone::load(name);
        if (!zone || !zone->next_transition(patient.now)) {
            return {{"zones",
                     Level::fail,
                     fmt::format("the zone database has no {}", name),
                     "apt-get install tzdata"}};
        }
    }
    return {
        {"zones", Level::ok, fmt::format("there; the project is in {}", settings.timezone.name())}};
}

Findings look_at_disk(const Patient& patient) {
    struct statvfs facts {};
    if (::statvfs(patient.paths.root().c_str(), &facts) != 0) {
        return {{"disk",
                 Level::fail,
                 fmt::format("{}: {}", patient.paths.root().string(), std::strerror(errno)),
                 "name the project: aifp --project FOLDER doctor"}};
    }
    if ((facts.f_flag & ST_RDONLY) != 0) {
        return {{"disk",
                 Level::fail,
                 fmt::format("{} is on a file system that takes no writes",
                             patient.paths.root().string()),
                 "after an error of the disk (dmesg) mend it first; then: mount -o remount,rw"}};
    }
    const std::uint64_t free = std::uint64_t{facts.f_bavail} * facts.f_frsize;
    const bool has_files = facts.f_files == 0 || facts.f_favail > kFewFiles;
    const auto level = free < kTooLittle || !has_files ? Level::fail
                       : free < kLittle                ? Level::warn
                                                       : Level::ok;
    auto text = fmt::format("{} MiB free", free / kMiB);
    if (!has_files) {
        text += fmt::format(", and only {} more files can be made", facts.f_favail);
    }
    return {{"disk",
             level,
             std::move(text),
             level == Level::ok ? "" : "what takes the room: du -xh / | sort -h | tail"}};
}

Findings look_at_ports(const Patient& patient) {
    if (ProjectLock::holder(patient.paths.lock())) {
        return {{"port", Level::ok, "aifpd has them"}};
    }
    const auto settings = config::load_settings(config::settings_file(patient.paths)).settings;
    return {look_at_port("admin.address", settings.admin_address),
            look_at_port("hooks.listen", settings.hooks_listen)};
}

Findings look_at_unit(const Patient& patient) {
    const fs::path& root = patient.paths.root();
    std::error_code ignored;
    if (!fs::is_directory(patient.system / "run/systemd/system", ignored)) {
        return {{"unit", Level::ok, "no systemd runs here"}};
    }
    if (root.parent_path() != "/var/lib/aifp") {
        return {{"unit",
                 Level::warn,
                 "no project of the system service: nothing starts it after a reboot",
                 "projects of the service live in /var/lib/aifp (docs/service.md)"}};
    }
    const std::string unit = fmt::format("aifpd@{}.service", root.filename().string());
    if (!is_a_unit_of(patient.system, "aifpd@.service")) {
        return {{"unit", Level::fail, "aifpd@.service is not installed", "apt-get install aifp"}};
    }
    const auto wanted = patient.system / "etc/systemd/system/multi-user.target.wants" / unit;
    if (!fs::exists(fs::symlink_status(wanted, ignored))) {
        return {{"unit",
                 Level::warn,
                 fmt::format("{} is not enabled: nothing starts it after a reboot", unit),
                 fmt::format("systemctl enable --now {}", unit)}};
    }
    const auto holder = ProjectLock::holder(patient.paths.lock());
    const auto group =
        holder ? read_file(patient.system / fmt::format("proc/{}/cgroup", *holder), 4096)
               : Result<std::string>(std::string());
    if (!group || group->find(unit) == std::string::npos) {
        return {{"unit",
                 Level::fail,
                 holder ? fmt::format("process {} runs the project, not {}", *holder, unit)
                        : fmt::format("{} is enabled, but does not run", unit),
                 holder ? fmt::format("kill {}, then: systemctl start {}", *holder, unit)
                        : fmt::format("why: systemctl status {}", unit)}};
    }
    return {{"unit", Level::ok, fmt::format("{} is enabled and runs", unit)}};
}

Findings look_at_limits(const Patient& patient) {
    Findings findings;
    constexpr std::array kNames{std::pair{"max_user_watches", kWatches},
                                std::pair{"max_user_instances", kInstances}};
    for (const auto& [name, least] : kNames) {
        const auto is = number_in(patient.system / "proc/sys/fs/inotify" / name);
        if (is) {
            findings.push_back(limit(fmt::format("fs.inotify.{}", name),
                                     *is,
                                     least,
                                     fmt::format("sysctl -w fs.inotify.{}={}", name, least)));
        }
    }
    rlimit files{};
    if (::getrlimit(RLIMIT_NOFILE, &files) == 0) {
        findings.push_back(limit("the limit of open files",
                                 files.rlim_max,
                                 kOpenFiles,
                                 "LimitNOFILE=65536 in the unit, or ulimit -Hn"));
    }
    return findings;
}

}  // namespace aifp::cli
