// How long a connection may wait, and how it ends.
#include "http/connection.hpp"

namespace aifp::http {

Connection::Phase Connection::phase() const {
    if (lingering_) {
        return Phase::lingering;
    }
    if (unsent() > 0) {
        return Phase::writing;
    }
    if (in_flight() > 0) {
        return Phase::working;
    }
    if (reader_->is_header_done()) {
        return Phase::body;
    }
    return reader_->got_some() || unread() > 0 ? Phase::header : Phase::idle;
}

Milliseconds Connection::timeout_of(Phase phase) const noexcept {
    switch (phase) {
        case Phase::header:
            return host_->limits.header_timeout;
        case Phase::body:
            return host_->limits.body_timeout;
        case Phase::writing:
            return host_->limits.write_timeout;
        case Phase::lingering:
            return host_->limits.linger_timeout;
        case Phase::idle:
        case Phase::working:
            break;
    }
    return host_->limits.idle_timeout;
}

void Connection::set_deadline(MonoTime now) {
    const Phase current = phase();
    // A byte now and then does not buy time: only a new phase or a new request does.
    if (current == deadline_phase_ && next_ == deadline_request_) {
        return;
    }
    deadline_phase_ = current;
    deadline_request_ = next_;
    deadline_ = now + timeout_of(current);
}

void Connection::check_deadline(MonoTime now) {
    if (!socket_ || deadline_phase_ == Phase::working || now < deadline_) {
        return;
    }
    now_ = now;
    if (deadline_phase_ == Phase::header || deadline_phase_ == Phase::body) {
        refuse(408);
        go_on();
        return;
    }
    close();
}

void Connection::drain() {
    if (!socket_) {
        return;
    }
    last_request_ = true;
    if (in_flight() > 0) {
        slots_[(next_ - 1) % slots_.size()].framing.keep_alive = false;
    } else if (unsent() == 0 && !lingering_) {
        close();
    } else {
        last_answer_ = true;
    }
}

void Connection::close() {
    if (!socket_) {
        return;
    }
    boost::system::error_code ignored;
    socket_->close(ignored);
    socket_.reset();
    const auto self = shared_from_this();
    tell_watches();
    host_->forget(*this);
}

}  // namespace aifp::http
