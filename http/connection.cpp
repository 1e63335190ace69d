#include "http/connection.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <cstring>
#include <utility>

namespace aifp::http {
namespace {

namespace asio = boost::asio;

constexpr std::size_t kFirstInput = 4'096;
/// Unsent answers above which nothing more is taken in, and the buffer worth keeping.
constexpr std::size_t kMaxUnsent = 262'144;
constexpr std::size_t kKeptOutput = 65'536;
constexpr std::size_t kMaxDiscarded = 4'194'304;
constexpr int kTooLarge = 413;

std::string_view text_of(int refused_status) noexcept {
    switch (refused_status) {
        case 408:
            return "the request took too long";
        case kTooLarge:
            return "the body is too large";
        case 431:
            return "the header is too large";
        default:
            return "not a proper HTTP request";
    }
}

}  // namespace

Connection::Connection(Socket socket, Peer peer, std::shared_ptr<ConnectionHost> host)
    : socket_(std::move(socket)),
      peer_(std::move(peer)),
      host_(std::move(host)),
      input_(kFirstInput),
      slots_(std::max<std::size_t>(host_->limits.max_pipelined, 1)) {
    reader_.emplace(host_->limits, host_->body_limit);
}

void Connection::start() {
    now_ = host_->clock.mono();
    // A new connection has the time of a header to say what it wants.
    deadline_phase_ = Phase::idle;
    deadline_ = now_ + host_->limits.header_timeout;
    read_more();
}

bool Connection::may_take_request() const noexcept {
    return !last_request_ && in_flight() < slots_.size() && unsent() < kMaxUnsent;
}

bool Connection::make_room() {
    if (input_begin_ == input_end_) {
        input_begin_ = input_end_ = 0;
    }
    if (input_end_ < input_.size()) {
        return true;
    }
    if (input_begin_ > 0) {
        std::memmove(input_.data(), input_.data() + input_begin_, unread());
        input_end_ = unread();
        input_begin_ = 0;
        return true;
    }
    const std::size_t most = host_->limits.max_header_bytes + kFirstInput;
    if (input_.size() >= most) {
        return false;
    }
    input_.resize(std::min(most, input_.size() * 2));
    return true;
}

void Connection::read_more() {
    if (reading_ || end_of_input_ || !socket_ ||
        (!lingering_ && !is_watching() && !may_take_request())) {
        return;
    }
    if (!make_room()) {
        // A full buffer in which the parser finds neither a header nor a chunk.
        refuse(431);
        go_on();
        return;
    }
    reading_ = true;
    socket_->async_read_some(
        asio::buffer(input_.data() + input_end_, input_.size() - input_end_),
        [self = shared_from_this()](const boost::system::error_code& error, std::size_t count) {
            self->on_read(error, count);
        });
}

void Connection::on_read(const boost::system::error_code& error, std::size_t count) {
    reading_ = false;
    if (!socket_) {
        return;
    }
    now_ = host_->clock.mono();
    if (error && error != asio::error::eof) {
        close();
        return;
    }
    end_of_input_ = error == asio::error::eof;
    input_end_ += count;
    if (lingering_ || is_watching()) {
        discarded_ += count;
        input_begin_ = input_end_;
        if (end_of_input_ || discarded_ > kMaxDiscarded) {
            close();
        } else {
            read_more();
        }
        return;
    }
    go_on();
}

bool Connection::parse() {
    if (!reader_->got_some()) {
        // Empty lines before a request are not part of it (RFC 9112 2.2).
        while (unread() > 0 && (input_[input_begin_] == '\r' || input_[input_begin_] == '\n')) {
            ++input_begin_;
        }
    }
    if (unread() == 0) {
        return false;
    }
    boost::system::error_code error;
    input_begin_ += reader_->put(asio::const_buffer(input_.data() + input_begin_, unread()), error);
    if (error && error != boost::beast::http::error::need_more) {
        const int status = RequestReader::status_of(error);
        if (status == kTooLarge) {
            host_->on_too_large(reader_->target());
        }
        refuse(status);
        return false;
    }
    if (reader_->is_done()) {
        continue_owed_ = continue_seen_ = false;
        dispatch();
        return true;
    }
    if (reader_->is_header_done() && reader_->expects_continue() &&
        !std::exchange(continue_seen_, true)) {
        continue_owed_ = true;
    }
    return !error && unread() > 0;
}

void Connection::dispatch() {
    const std::uint64_t number = next_++;
    Slot& slot = slots_[number % slots_.size()];
    slot.framing.head = reader_->is_head();
    slot.framing.keep_alive = reader_->keep_alive();
    slot.framing.http_1_0 = reader_->is_http_1_0();
    slot.framing.in_pieces = false;
    slot.response.reset();
    slot.stream.reset();
    last_request_ = !slot.framing.keep_alive;
    Request request = reader_->take();
    reader_.emplace(host_->limits, host_->body_limit);
    request.peer = peer_.address;
    request.credentials = peer_.credentials;
    request.received = now_;
    ++host_->statistics.requests;
    try {
        host_->handler(std::move(request), Responder(shared_from_this(), number));
    } catch (const std::exception& defect) {
        // One request is a fence: the responder, destroyed on the way here, has answered 500.
        host_->on_defect(defect.what());
    }
}

void Connection::refuse(int status) {
    ++host_->statistics.refused;
    last_request_ = true;
    continue_owed_ = false;
    const std::uint64_t number = next_++;
    Slot& slot = slots_[number % slots_.size()];
    slot.framing = Framing();
    slot.framing.keep_alive = false;
    slot.response.reset();
    slot.stream.reset();
    const bool was_in_turn = std::exchange(in_turn_, true);
    answer(number, error_response(status, text_of(status)));
    in_turn_ = was_in_turn;
}

void Connection::answer(std::uint64_t slot, Response response) {
    if (!socket_ || last_answer_ || slot < first_ || slot >= next_) {
        return;
    }
    Slot& own = slots_[slot % slots_.size()];
    if (own.stream) {
        return;
    }
    end_watch(own);
    if (slot != first_) {
        if (!own.response) {
            own.response.emplace(std::move(response));
        }
        return;
    }
    emit(own, response);
    advance();
    flush_later();
}

// What can go out now: answers are in the order of their requests.
void Connection::advance() {
    while (in_flight() > 0 && !last_answer_) {
        Slot& next = slots_[first_ % slots_.size()];
        if (next.stream) {
            if (!emit_stream(next)) {
                break;
            }
        } else if (next.response) {
            emit(next, *next.response);
            next.response.reset();
        } else {
            break;
        }
    }
}

void Connection::flush_later() {
    if (!in_turn_ && !flush_asked_) {
        flush_asked_ = true;
        host_->flush_soon(shared_from_this());
    }
}

void Connection::emit(Slot& slot, const Response& response) {
    slot.framing.keep_alive = slot.framing.keep_alive && !response.close;
    append_response(output_, response, slot.framing);
    end_slot(slot);
}

void Connection::end_slot(Slot& slot) {
    ++first_;
    if (!slot.framing.keep_alive) {
        last_request_ = true;
        last_answer_ = true;
    }
}

void Connection::flush() {
    flush_asked_ = false;
    if (!socket_) {
        return;
    }
    now_ = host_->clock.mono();
    go_on();
}

void Connection::write() {
    if (continue_owed_ && in_flight() == 0) {
        continue_owed_ = false;
        output_ += "HTTP/1.1 100 Continue\r\n\r\n";
    }
    while (unsent() > 0 && !write_waiting_) {
        boost::system::error_code error;
        sent_ += socket_->write_some(asio::buffer(output_.data() + sent_, unsent()), error);
        if (error == asio::error::would_block) {
            write_waiting_ = true;
            deadline_phase_ = Phase::idle;  // The client took something: the time starts anew.
            socket_->async_wait(Socket::wait_write,
                                [self = shared_from_this()](const boost::system::error_code&) {
                                    self->write_waiting_ = false;
                                    self->flush();
                                });
        } else if (error) {
            close();
            return;
        }
    }
    if (unsent() == 0) {
        sent_ = 0;
        output_.clear();
        if (output_.capacity() > kKeptOutput) {
            output_.shrink_to_fit();
        }
    }
}

void Connection::go_on() {
    const auto self = shared_from_this();
    in_turn_ = true;
    bool blocked = true;
    while (blocked && socket_) {
        bool more = true;
        while (more && may_take_request() && socket_) {
            more = parse();
        }
        blocked = more && unread() > 0;
        if (socket_) {
            write();
        }
        blocked = blocked && may_take_request();
    }
    in_turn_ = false;
    if (socket_) {
        end_or_read();
    }
}

void Connection::end_or_read() {
    const bool all_sent = unsent() == 0;
    if (all_sent && last_answer_ && !lingering_) {
        begin_linger();
    } else if (end_of_input_ && (watched_ > 0 || (all_sent && in_flight() == 0))) {
        close();
    } else {
        read_more();
    }
    if (socket_) {
        set_deadline(now_);
    }
}

void Connection::begin_linger() {
    // Closing with unread input would reset the connection and could take the answer with it
    // (RFC 9112 9.6).
    if (end_of_input_) {
        close();
        return;
    }
    boost::system::error_code ignored;
    socket_->shutdown(Socket::shutdown_send, ignored);
    lingering_ = true;
    input_begin_ = input_end_ = 0;
    read_more();
}

}  // namespace aifp::http
