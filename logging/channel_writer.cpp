#include "logging/channel_writer.hpp"

#include <utility>

#include "logging/field.hpp"

namespace aifp::logging {

ChannelWriter::ChannelWriter(std::filesystem::path folder,
                             const Clock& clock,
                             const OnTrouble& on_trouble)
    : channel_(std::move(folder)), clock_(clock), on_trouble_(on_trouble) {}

Channel::Appended ChannelWriter::write(const Batch& batch, bool is_last) {
    Channel::Appended appended = channel_.append(batch.text, batch.max_file_bytes);
    unreported_ += batch.dropped + appended.lost;
    const bool is_flood_over = batch.dropped == 0 || is_last;
    if (unreported_ > 0 && appended.lost == 0 && is_flood_over) {
        report_losses(batch.max_file_bytes, appended);
    }
    tell_about(appended);
    return appended;
}

void ChannelWriter::report_losses(std::uint64_t max_file_bytes, Channel::Appended& appended) {
    const Field count("count", unreported_);
    std::string line;
    append_line(line, {clock_.wall(), Level::warning, "log_lines_dropped"}, {&count, 1}, {});
    Channel::Appended reported = channel_.append(line, max_file_bytes);
    appended.bytes += reported.bytes;
    appended.has_rotated = appended.has_rotated || reported.has_rotated;
    if (reported.lost == 0) {
        unreported_ = 0;
    } else {
        appended.problem = std::move(reported.problem);  // the next round tries again
    }
}

void ChannelWriter::tell_about(const Channel::Appended& appended) {
    if (!appended.problem.empty() && !is_failing_) {
        is_failing_ = true;
        on_trouble_("logs: " + appended.problem +
                    "; the engine goes on, lines that are lost are counted");
    } else if (appended.problem.empty() && is_failing_ && appended.bytes > 0) {
        is_failing_ = false;
        on_trouble_("logs: writing works again");
    }
}

}  // namespace aifp::logging
