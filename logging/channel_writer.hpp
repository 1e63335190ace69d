#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "logging/channel.hpp"

namespace aifp::logging {

/// Lines on their way to one channel.
struct Batch {
    std::string text;  ///< Whole lines.
    std::size_t lines = 0;
    std::uint64_t dropped = 0;  ///< Refused by the full queue since the batch before.
    std::uint64_t max_file_bytes = 0;
};

/// Writes batches to a channel and accounts for what is lost: one log_lines_dropped line with the
/// count once lines go through again, one word to `on_trouble` when the disk begins to refuse lines
/// and one when that is over. Log's thread only.
class ChannelWriter {
public:
    using OnTrouble = std::function<void(std::string_view)>;

    /// `clock` and `on_trouble` must outlive the writer.
    ChannelWriter(std::filesystem::path folder, const Clock& clock, const OnTrouble& on_trouble);

    /// Also to be called without lines while has_unreported(). `is_last`: report losses now,
    /// although the queue is still full (a flush, the end).
    [[nodiscard]] Channel::Appended write(const Batch& batch, bool is_last);
    /// Rotates a file of an earlier day although nothing came. Returns whether it did.
    [[nodiscard]] bool rotate_if_old() { return channel_.rotate_if_old(clock_.wall()); }
    /// Whether lines were lost that no line in the file tells of yet.
    [[nodiscard]] bool has_unreported() const noexcept { return unreported_ > 0; }

private:
    void report_losses(std::uint64_t max_file_bytes, Channel::Appended& appended);
    void tell_about(const Channel::Appended& appended);

    Channel channel_;
    const Clock& clock_;
    const OnTrouble& on_trouble_;
    std::uint64_t unreported_ = 0;
    bool is_failing_ = false;
};

}  // namespace aifp::logging
