#include "engine/host_figures.hpp"

#include <sys/statvfs.h>

#include <cmath>
#include <sstream>
#include <string>

#include "base/file.hpp"

namespace aifp::engine {
namespace {

constexpr std::uint64_t kMostBytes = 64 * 1024;

std::istringstream proc_file(const char* path) {
    const auto text = read_file(path, kMostBytes);
    return std::istringstream(text ? *text : std::string());
}

double one_decimal(double value) {
    constexpr double kTenth = 10;
    return std::round(value * kTenth) / kTenth;
}

double percent(double part, double whole) {
    constexpr double kHundred = 100;
    return whole > 0 ? one_decimal(part / whole * kHundred) : 0;
}

void add_memory(boost::json::object& figures) {
    constexpr std::int64_t kKibPerMib = 1'024;
    auto file = proc_file("/proc/meminfo");
    std::string name;
    std::string unit;
    std::int64_t kib = 0;
    std::int64_t total = 0;
    while (file >> name >> kib && std::getline(file, unit)) {
        if (name == "MemTotal:") {
            total = kib;
        } else if (name == "MemAvailable:" && total > 0) {
            figures["memory_percent"] =
                percent(static_cast<double>(total - kib), static_cast<double>(total));
            figures["memory_available_mb"] = kib / kKibPerMib;
        }
    }
}

void add_load(boost::json::object& figures) {
    auto file = proc_file("/proc/loadavg");
    double one = 0;
    double five = 0;
    double fifteen = 0;
    if (file >> one >> five >> fifteen) {
        figures["load_1"] = one;
        figures["load_5"] = five;
        figures["load_15"] = fifteen;
    }
}

}  // namespace

void HostFigures::add_cpu(boost::json::object& figures) {
    auto file = proc_file("/proc/stat");
    std::string word;
    std::int64_t busy = 0;
    std::int64_t total = 0;
    std::int64_t ticks = 0;
    file >> word;
    // user nice system idle iowait irq softirq steal; guest time is part of user.
    for (int field = 0; field < 8 && file >> ticks; ++field) {
        const bool is_idle = field == 3 || field == 4;
        total += ticks;
        busy += is_idle ? 0 : ticks;
    }
    if (total > total_) {
        figures["cpu_percent"] =
            percent(static_cast<double>(busy - busy_), static_cast<double>(total - total_));
        busy_ = busy;
        total_ = total;
    }
}

void HostFigures::add_disk(boost::json::object& figures) const {
    constexpr std::uint64_t kMib = 1'048'576;
    struct statvfs info {};
    if (::statvfs(project_.c_str(), &info) != 0 || info.f_blocks == 0) {
        return;
    }
    const auto used = info.f_blocks - info.f_bfree;
    figures["disk_percent"] =
        percent(static_cast<double>(used), static_cast<double>(used + info.f_bavail));
    figures["disk_free_mb"] = info.f_bavail * info.f_frsize / kMib;
}

boost::json::object HostFigures::sample(WallTime now) {
    sampled_at_ = now;
    boost::json::object figures;
    add_cpu(figures);
    add_memory(figures);
    add_disk(figures);
    add_load(figures);
    return figures;
}

}  // namespace aifp::engine
