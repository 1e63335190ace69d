#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "admin/client_stream.hpp"
#include "admin/log_feed.hpp"
#include "base/result.hpp"
#include "http/encoding.hpp"
#include "http/responder.hpp"
#include "logging/reader.hpp"
#include "logging/recent_lines.hpp"
#include "storage/store.hpp"

namespace aifp::admin {

/// `?type=error&level=warning`, for whatever reads the log. Errors: invalid_input with what is
/// allowed.
[[nodiscard]] Status read_log_kind(const std::vector<http::Parameter>& parameters,
                                   logging::LogQuery& query);

/// Which lines a client follows.
struct LogStreamQuery {
    /// Types, level and directive; `count` of those that are there already. The folder is filled in
    /// by the route.
    logging::LogQuery log = {};
    /// The id of the last line it has: what came since is told first, at most kMaxReplay lines.
    std::string last = {};
};

/// From `?type=&level=&directive=&lines=N` and the header Last-Event-ID, or `?last=ID` for those
/// who cannot set it. Errors: invalid_input with what is allowed.
[[nodiscard]] Result<LogStreamQuery> log_stream_query_from(
    const std::vector<http::Parameter>& parameters, std::string_view last_event_id);

/// The id of a line: when it was written, and which of that millisecond. It holds over a restart.
[[nodiscard]] std::string log_line_id(std::string_view stamp, std::string_view line);

/// One client of GET /api/v1/logs/stream: first lines of the files, then what is written, as
/// server-sent events (docs/events.md). A line comes once although two channels have it. Who is cut
/// off (ClientStream) is told in a gap with which id to come again. Loop thread only; kept by its
/// connection.
class LogClient final : public LogListener, public std::enable_shared_from_this<LogClient> {
public:
    static constexpr std::size_t kMaxReplay = 1'000;

    /// `now`: from when on lines are told, for a client that has none. `may_go_on` as
    /// ClientStream's.
    LogClient(LogStreamQuery query, WallTime now, std::function<bool()> may_go_on = {});

    /// Answers the request: a stream, 503 when too many follow, 500 when the files cannot be read.
    /// The files are read on the store's reading thread.
    void begin(LogFeed& feed, storage::Store& store, std::shared_ptr<http::Responder> responder);

    void on_lines(const std::vector<LogLine>& lines) override;
    void on_lost(std::uint64_t count) override;
    void on_quiet() override;
    void on_log_ended() override;

private:
    void read_files(storage::Store& store, std::shared_ptr<http::Responder> responder);
    void begin_stream(const std::vector<std::string>& lines, http::Responder& responder);
    [[nodiscard]] std::string backlog_text(const std::vector<std::string>& lines);
    [[nodiscard]] bool wants(const LogLine& line) const;
    [[nodiscard]] std::string text_of(std::string_view stamp, std::string_view line);
    [[nodiscard]] std::string gap(const std::string& text) const;

    LogStreamQuery query_;
    std::string last_id_;
    logging::RecentLines recent_;
    std::vector<LogLine> early_;  ///< What came while the files were read.
    std::size_t early_bytes_ = 0;
    std::uint64_t early_lost_ = 0;
    ClientStream stream_;
};

}  // namespace aifp::admin
