#include "logging/rotated_name.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>

#include "base/time_zone.hpp"

namespace aifp::logging {

namespace {

constexpr std::string_view kLineStart = R"({"ts":")";
constexpr std::size_t kDayLength = 10;
constexpr int kMaxNumber = 999'999'999;
constexpr std::string_view kExtension = ".jsonl";
constexpr std::string_view kCompressedExtension = ".jsonl.gz";

bool is_day(std::string_view text) {
    if (text.size() != kDayLength) {
        return false;
    }
    for (std::size_t i = 0; i < kDayLength; ++i) {
        const bool is_dash = i == 4 || i == 7;
        if (is_dash ? text[i] != '-' : (text[i] < '0' || text[i] > '9')) {
            return false;
        }
    }
    return true;
}

std::chrono::sys_days to_days(std::string_view day) {
    int year = 0;
    unsigned month = 0;
    unsigned day_of_month = 0;
    std::from_chars(day.data(), day.data() + 4, year);
    std::from_chars(day.data() + 5, day.data() + 7, month);
    std::from_chars(day.data() + 8, day.data() + 10, day_of_month);
    return std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(day_of_month);
}

}  // namespace

std::string RotatedName::text() const {
    std::string text = day;
    if (number > 0) {
        text += '.' + std::to_string(number);
    }
    return text.append(is_compressed ? kCompressedExtension : kExtension);
}

std::optional<RotatedName> parse_rotated_name(std::string_view name) {
    RotatedName rotated;
    rotated.is_compressed = name.ends_with(kCompressedExtension);
    const std::string_view extension = rotated.is_compressed ? kCompressedExtension : kExtension;
    if (!name.ends_with(extension)) {
        return std::nullopt;
    }
    name.remove_suffix(extension.size());
    if (!is_day(name.substr(0, kDayLength))) {
        return std::nullopt;
    }
    rotated.day = name.substr(0, kDayLength);
    name.remove_prefix(kDayLength);
    if (name.empty()) {
        return rotated;
    }
    const char* const end = name.data() + name.size();
    const auto parsed = std::from_chars(name.data() + 1, end, rotated.number);
    const bool is_number = name.front() == '.' && parsed.ec == std::errc() && parsed.ptr == end;
    return is_number && rotated.number > 0 && rotated.number <= kMaxNumber ? std::optional(rotated)
                                                                           : std::nullopt;
}

std::vector<RotatedName> blocking_list_rotated(const std::filesystem::path& folder) {
    std::vector<RotatedName> found;
    std::error_code error;
    std::filesystem::directory_iterator entry(folder, error);
    for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
        if (auto name = parse_rotated_name(entry->path().filename().string())) {
            found.push_back(std::move(*name));
        }
    }
    std::sort(found.begin(), found.end());
    return found;
}

std::string utc_day(WallTime time) {
    return format_utc_seconds(time).substr(0, kDayLength);
}

std::string_view day_of_line(std::string_view line) noexcept {
    if (!line.starts_with(kLineStart)) {
        return {};
    }
    const std::string_view day = line.substr(kLineStart.size(), kDayLength);
    return is_day(day) ? day : std::string_view{};
}

bool needs_new_file(std::string_view file_day, std::string_view line_day) {
    if (line_day == file_day || !is_day(file_day) || !is_day(line_day)) {
        return false;
    }
    return line_day > file_day || to_days(file_day) - to_days(line_day) > std::chrono::days(1);
}

bool is_expired(std::string_view day, int retention_days, WallTime now) {
    const auto today = std::chrono::floor<std::chrono::days>(now);
    return is_day(day) && to_days(day) < today - std::chrono::days(retention_days);
}

}  // namespace aifp::logging
