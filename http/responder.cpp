#include "http/responder.hpp"

namespace aifp::http {

Responder& Responder::operator=(Responder&& other) noexcept {
    if (this != &other) {
        give_up();
        sink_ = std::move(other.sink_);
        slot_ = other.slot_;
    }
    return *this;
}

Responder::~Responder() {
    give_up();
}

void Responder::operator()(Response response) {
    if (const auto sink = std::exchange(sink_, nullptr)) {
        sink->answer(slot_, std::move(response));
    }
}

void Responder::watch(std::function<void()> on_closed) {
    if (sink_) {
        sink_->watch(slot_, std::move(on_closed));
    }
}

ResponseStream Responder::stream(Response head, std::function<void()> on_closed) {
    const auto sink = std::exchange(sink_, nullptr);
    if (sink) {
        sink->begin_stream(slot_, std::move(head), std::move(on_closed));
    }
    return ResponseStream(sink, slot_);
}

ResponseStream& ResponseStream::operator=(ResponseStream&& other) noexcept {
    if (this != &other) {
        finish();
        sink_ = std::move(other.sink_);
        slot_ = other.slot_;
    }
    return *this;
}

void ResponseStream::write(std::string_view piece) {
    if (sink_ && !piece.empty()) {
        sink_->stream_piece(slot_, piece);
    }
}

void ResponseStream::finish() noexcept {
    try {
        if (const auto sink = std::exchange(sink_, nullptr)) {
            sink->end_stream(slot_);
        }
    } catch (...) {
        // Out of memory: the client sees an answer that never ends, and hangs up.
    }
}

void Responder::give_up() noexcept {
    if (sink_ == nullptr) {
        return;
    }
    try {
        (*this)(error_response(500, "the request was dropped without an answer"));
    } catch (...) {
        // Out of memory: the connection's own bounds end the client's wait.
    }
}

}  // namespace aifp::http
