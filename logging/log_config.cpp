#include "base/enum_names.hpp"
#include "logging/log.hpp"

namespace aifp::logging {

namespace {

constexpr EnumNames<kLogTypes.size()> kNames{"execution", "error", "lifecycle"};

}  // namespace

std::string_view name_of(LogType type) noexcept {
    return name_in(kNames, type);
}

std::optional<LogType> log_type_from(std::string_view name) noexcept {
    return find_by_name<LogType>(kNames, name);
}

std::string_view folder_of(LogType type) noexcept {
    return type == LogType::error ? "errors" : name_of(type);
}

LogConfig default_config(LogType type) noexcept {
    LogConfig config;
    if (type == LogType::error) {
        config.retention_days = 90;
    } else if (type == LogType::lifecycle) {
        config.retention_days = 180;
    }
    return config;
}

}  // namespace aifp::logging
