#include "admin/client_stream.hpp"

#include <fmt/format.h>

#include <utility>

namespace aifp::admin {
namespace {

/// How long a client waits before it comes again, in ms.
constexpr int kRetry = 2'000;

}  // namespace

void ClientStream::begin(http::Responder& responder,
                         std::string_view body,
                         std::shared_ptr<void> owner) {
    owner_ = owner;
    http::Response head;
    head.content_type = "text/event-stream";
    head.headers.push_back({"Cache-Control", "no-store"});
    head.headers.push_back({"X-Accel-Buffering", "no"});
    head.body = fmt::format("retry: {}\n{}", kRetry, body);
    stream_.emplace(responder.stream(std::move(head), [this, owner = std::move(owner)] {
        stream_.reset();
        leave();
    }));
}

void ClientStream::write(std::string_view text) {
    if (over_) {
        return;
    }
    if (manners_.may_go_on && !manners_.may_go_on()) {
        finish(": cut off: the token was revoked or has expired\n\n");
        return;
    }
    const auto owner = owner_.lock();  // a connection that breaks lets go of it
    stream_->write(text);
    if (stream_ && stream_->backlog() > kMaxBacklog) {
        finish(manners_.cut_off(
            fmt::format("cut off: more than {} bytes were not read; come again with the last id "
                        "and read faster, or ask for less",
                        kMaxBacklog)));
    }
}

void ClientStream::finish(std::string_view text) {
    const auto owner = owner_.lock();  // the stream may be the last that holds it
    leave();
    if (stream_) {
        stream_->write(text);
        stream_.reset();
    }
}

void ClientStream::leave() {
    over_ = true;
    if (const auto stop = std::exchange(stop_, nullptr)) {
        stop();
    }
}

}  // namespace aifp::admin
