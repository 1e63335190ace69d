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
