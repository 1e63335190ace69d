#include "mcp/http_outlet.hpp"

namespace aifp::mcp {
namespace {

std::string event_text(std::string_view message) {
    return std::string("event: message\ndata: ").append(message).append("\n\n");
}

}  // namespace

void HttpOutlet::open() {
    if (stream_ || !may_stream_) {
        return;
    }
    http::Response head;
    head.content_type = "text/event-stream";
    head.headers = std::move(headers_);
    head.headers.push_back({"Cache-Control", "no-cache"});
    head.headers.push_back({"X-Accel-Buffering", "no"});
    stream_.emplace(responder_.stream(std::move(head), [weak = std::weak_ptr(self_)] {
        if (const auto self = weak.lock()) {
            (*self)->client_left();
        }
    }));
    may_stream_ = false;
}

void HttpOutlet::client_left() {
    stream_.reset();
    if (const auto listener = std::exchange(on_closed_, nullptr)) {
        listener();
    }
}

void HttpOutlet::send(std::string message) {
    open();
    if (stream_) {
        stream_->write(event_text(message));
    }
}

void HttpOutlet::keep_alive() {
    if (stream_) {
        stream_->write(":\r\n\r\n");
    }
}

void HttpOutlet::finish(std::string message, int http_status) {
    if (stream_) {
        stream_->write(event_text(message));
        stream_.reset();
        return;
    }
    auto response = http::json_response(http_status, std::move(message));
    response.headers = std::move(headers_);
    responder_(std::move(response));
}

void HttpOutlet::abandon() {
    if (stream_) {
        stream_.reset();
        return;
    }
    http::Response response;
    response.status = 202;
    response.headers = std::move(headers_);
    responder_(std::move(response));
}

}  // namespace aifp::mcp
