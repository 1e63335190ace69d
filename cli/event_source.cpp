#include "cli/event_source.hpp"

#include <fmt/format.h>

#include <istream>
#include <string_view>

#include "base/text.hpp"
#include "cli/terminal.hpp"

namespace aifp::cli {
namespace {

constexpr std::size_t kMaxError = 1'024;

bool take_field(std::string_view line, std::string_view name, std::string& value) {
    if (!line.starts_with(name)) {
        return false;
    }
    value = line.substr(name.size());
    return true;
}

}  // namespace

Status EventSource::blocking_open(const std::filesystem::path& socket,
                                  const std::string& target,
                                  const std::string& last_id) {
    last_id_ = last_id;
    last_comment_.clear();
    stream_.emplace();
    stream_->connect(boost::asio::local::stream_protocol::endpoint(socket.native()));
    if (!*stream_) {
        return fail(
            ErrorCode::unreachable,
            fmt::format("cannot reach {}: {}", socket.native(), stream_->error().message()));
    }
    stream_->expires_after(silence_);
    *stream_ << fmt::format("GET {} HTTP/1.1\r\nHost: localhost\r\n{}\r\n",
                            target,
                            last_id.empty() ? "" : fmt::format("Last-Event-ID: {}\r\n", last_id))
             << std::flush;
    std::string status;
    std::getline(*stream_, status);
    if (status.find(" 200 ") != std::string::npos) {
        return {};
    }
    std::string line;
    while (std::getline(*stream_, line) && trim(line) != "") {
    }
    std::string text(kMaxError, '\0');
    text.resize(static_cast<std::size_t>(
        stream_->readsome(text.data(), static_cast<std::streamsize>(text.size()))));
    return fail(
        status.find(" 503 ") != std::string::npos ? ErrorCode::busy : ErrorCode::invalid_input,
        fmt::format("the daemon answered {}{}{}",
                    one_line(trim(status)),
                    text.empty() ? "" : ": ",
                    one_line(trim(text))));
}

// Between events stand the sizes of chunks: lines that are no field are passed over.
std::optional<ServerEvent> EventSource::blocking_next() {
    ServerEvent event;
    std::string line;
    stream_->expires_after(silence_);
    while (std::getline(*stream_, line)) {
        const auto text = std::string_view(line).substr(0, line.find('\r'));
        if (take_field(text, "id: ", event.id)) {
            last_id_ = event.id;
        } else if (take_field(text, ": ", last_comment_)) {
            stream_->expires_after(silence_);
        } else if (!take_field(text, "event: ", event.kind)) {
            take_field(text, "data: ", event.data);
        }
        if (text.empty() && !event.data.empty()) {
            return event;
        }
        if (text.empty()) {
            event = ServerEvent();
        }
    }
    return std::nullopt;
}

}  // namespace aifp::cli
