#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "logging/field.hpp"

namespace aifp::logging {

/// The three channels of the spec's `logging_config`.
enum class LogType {
    execution,  ///< What runs did. In execution/.
    error,      ///< What went wrong. In errors/ (reference: decisions, Executions).
    lifecycle,  ///< Directives loaded, approved, paused; the engine started and stopped.
};
inline constexpr std::array kLogTypes{LogType::execution, LogType::error, LogType::lifecycle};

/// "execution", "error", "lifecycle".
[[nodiscard]] std::string_view name_of(LogType type) noexcept;
[[nodiscard]] std::optional<LogType> log_type_from(std::string_view name) noexcept;
/// The channel's folder below `.aifp-project/logs`: "execution", "errors", "lifecycle".
[[nodiscard]] std::string_view folder_of(LogType type) noexcept;

/// A row of `logging_config`.
struct LogConfig {
    int retention_days = 30;    ///< 1-36,500. Rotated files of an older UTC day are removed.
    int rotation_size_mb = 50;  ///< 1-10,240, in MiB. A file is rotated before it grows past this.
    bool enabled = true;        ///< false: the next line is not written, and not counted as lost.
    friend bool operator==(const LogConfig&, const LogConfig&) = default;
};
/// 30, 90 and 180 days; 50 MiB; on.
[[nodiscard]] LogConfig default_config(LogType type) noexcept;

/// What became of the lines of one channel since the start.
struct LogStatistics {
    std::uint64_t written = 0;  ///< Lines handed to the operating system.
    std::uint64_t bytes = 0;    ///< Of these lines.
    std::uint64_t dropped = 0;  ///< Lines lost: queue full, or the disk refused them.
};

/// The JSON Lines channels of one project: one line is one event, current.jsonl holds today's.
/// A line: {"ts":"2026-11-22T17:00:00.123Z","level":"info","event":"run_ended", fields ...}.
/// Thread-safe. Owned by the wiring. Destroying it writes what is queued and joins its thread.
class Log {
public:
    virtual ~Log() = default;

    /// Formats the line on the calling thread (well under 1 us) and queues it; never waits for the
    /// disk. When the channel's queue is full the new line is dropped and counted: the lines that
    /// tell how a flood began stay. The values of `fields` are only read during the call.
    virtual void write(LogType type,
                       Level level,
                       std::string_view event,
                       std::span<const Field> fields) = 0;
    void write(LogType type,
               Level level,
               std::string_view event,
               std::initializer_list<Field> fields = {}) {
        write(type, level, event, std::span<const Field>(fields.begin(), fields.size()));
    }

    /// Takes effect with the next line. Errors: invalid_input with the allowed range; then nothing
    /// changes.
    [[nodiscard]] virtual Status configure(LogType type, const LogConfig& config) = 0;
    [[nodiscard]] virtual LogConfig config(LogType type) const = 0;

    [[nodiscard]] virtual LogStatistics statistics(LogType type) const = 0;

    /// Waits until every line queued so far is in its file and compression and retention are done.
    /// For shutdown and tests: not on the loop.
    virtual void blocking_flush() = 0;
};

/// Whole lines, each with its line feed, that have just gone to one channel's file (or were to: a
/// full disk does not silence them), and how many a full queue refused before them. Called on the
/// log's own thread; may not log.
using OnLines = std::function<void(LogType type, std::string_view lines, std::uint64_t refused)>;

/// How a project's log is set up.
struct LogOptions {
    std::filesystem::path directory;  ///< `.aifp-project/logs`; created when missing (0750).
    std::array<LogConfig, 3> configs{default_config(LogType::execution),
                                     default_config(LogType::error),
                                     default_config(LogType::lifecycle)};
    std::size_t max_queued_lines = 1'024;       ///< Per channel.
    std::size_t max_queued_bytes = 512 * 1024;  ///< Per channel.
    /// Takes secrets out of text values; empty: nothing to take out. Called on any thread.
    Redact redact;
    /// Told once when lines begin to be lost on the disk, and once when that is over. Called on the
    /// log's own thread. Empty: a line on standard error.
    std::function<void(std::string_view)> on_trouble;
    OnLines on_lines = {};  ///< Who follows the lines live; empty: nobody.
};

/// Starts the log's thread. `clock` must outlive the log. A folder that cannot be written is not an
/// error here: the engine goes on, lines are counted as dropped and it is said once.
[[nodiscard]] std::unique_ptr<Log> open_log(LogOptions options, const Clock& clock);

}  // namespace aifp::logging
