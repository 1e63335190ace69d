#pragma once

#include <boost/asio/local/stream_protocol.hpp>
#include <filesystem>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace aifp::cli {

/// One server-sent event.
struct ServerEvent {
    std::string id;
    std::string kind;
    std::string data;
};

/// Reads server-sent events of the admin API from its unix socket (HTML, 9.2; each event's fields
/// are one line, as this API writes them). One thread; blocks.
class EventSource {
public:
    /// A stream that says nothing for so long is taken for dead: the API says something sooner.
    static constexpr Seconds kSilence{60};

    explicit EventSource(Milliseconds silence = kSilence) : silence_(silence) {}

    /// `last_id`: of the last event that is known; empty: none. Errors: unreachable; invalid_input
    /// or busy with what the API answered instead of a stream.
    [[nodiscard]] Status blocking_open(const std::filesystem::path& socket,
                                       const std::string& target,
                                       const std::string& last_id = {});
    /// The next event; nothing: the stream has ended, or is silent.
    [[nodiscard]] std::optional<ServerEvent> blocking_next();

    /// To come again with: the newest that was told, by an event or alone.
    [[nodiscard]] const std::string& last_id() const noexcept { return last_id_; }
    /// What the stream said in its last comment: why it ended, as a rule.
    [[nodiscard]] const std::string& last_comment() const noexcept { return last_comment_; }

private:
    std::optional<boost::asio::local::stream_protocol::iostream> stream_;
    Milliseconds silence_;
    std::string last_id_;
    std::string last_comment_;
};

}  // namespace aifp::cli
