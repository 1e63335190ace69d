#include <fmt/format.h>
#include <unistd.h>

#include <memory>
#include <utility>
#include <vector>

#include "daemon/project_host.hpp"
#include "storage/database.hpp"
#include "storage/logging_config.hpp"

// The part of ProjectHost that deals with log files and the terminal.
namespace aifp::daemon {

void ProjectHost::open_logs(const std::string& label) {
    const auto redact = [keeper = keeper_](std::string_view text, std::string& clean) {
        auto cleaned = keeper->cleaned(text);
        if (cleaned) {
            clean = std::move(*cleaned);
        }
        return cleaned.has_value();
    };
    logging::LogOptions log_options;
    log_options.directory = paths_.logs();
    log_options.redact = redact;
    log_options.on_lines = log_feed_.intake();
    log_ = logging::open_log(std::move(log_options), clock_);
    logging::Console::Options console_options;
    console_options.fd = STDOUT_FILENO;
    console_options.style = logging::detect_console_style(STDOUT_FILENO);
    console_options.zone = settings_.timezone;
    console_options.redact = redact;
    console_options.label = label;
    console_.emplace(std::move(console_options), clock_);
}

void ProjectHost::apply_logging_config() {
    auto rows = std::make_shared<std::vector<storage::LoggingConfigRow>>();
    store_->read(
        [rows](storage::Database& database) { *rows = storage::load_logging_config(database); },
        [this, rows](const Status&) {
            for (const auto& row : *rows) {
                const auto type = logging::log_type_from(row.log_type);
                const logging::LogConfig config{
                    row.retention_days,
                    row.rotation_size_mb,
                    row.enabled && (!type || neighbours_.is_tracked(*type))};
                if (type && !log_->configure(*type, config)) {
                    console_->say(
                        logging::Level::warning,
                        fmt::format("logging_config: the row {} is not usable", row.log_type));
                }
            }
        });
}

void ProjectHost::warn(const std::string& event, const std::string& text) {
    log_->write(logging::LogType::lifecycle,
                logging::Level::warning,
                event,
                {logging::Field("text", text)});
    console_->say(logging::Level::warning, text);
}

}  // namespace aifp::daemon
