#include "mcp/line_connection.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <utility>

namespace aifp::mcp {

namespace asio = boost::asio;

LineConnection::LineConnection(http::Socket socket,
                               std::string who,
                               Dispatcher& dispatcher,
                               const LineServerOptions& options,
                               std::function<void(LineConnection&)> closed)
    : socket_(std::move(socket)),
      peer_(std::make_shared<Peer>(helpers::Caller{std::move(who)})),
      dispatcher_(dispatcher),
      max_unsent_(options.max_unsent_bytes),
      filter_(options.filter),
      closed_(std::move(closed)) {}

void LineConnection::start() {
    peer_->side = weak_from_this();
    read();
}

// A client that asks faster than it is answered waits.
bool LineConnection::is_full() const {
    return peer_->open.size() >= kMaxOpenCalls;
}

void LineConnection::read() {
    if (reading_ || ended_ || !socket_ || is_full()) {
        return;
    }
    reading_ = true;
    socket_->async_read_some(
        asio::buffer(input_),
        [self = shared_from_this()](const boost::system::error_code& error, std::size_t count) {
            self->on_read(error, count);
        });
}

void LineConnection::on_read(const boost::system::error_code& error, std::size_t count) {
    reading_ = false;
    if (!socket_) {
        return;
    }
    if (error && error != asio::error::eof) {
        close();
        return;
    }
    reader_.put(std::string_view(input_.data(), count));
    ended_ = ended_ || error == asio::error::eof;
    take_lines();
    read();
    close_when_done();
}

void LineConnection::take_lines() {
    const auto self = shared_from_this();
    while (socket_ && !is_full()) {
        const auto next = reader_.next();
        if (const auto* line = std::get_if<LineReader::Line>(&next)) {
            dispatcher_.receive(peer_, line->text, self);
        } else if (std::holds_alternative<LineReader::TooLong>(next)) {
            Dispatcher::refuse_long(*this);
        } else {
            return;
        }
    }
}

void LineConnection::send(std::string message) {
    if (!socket_) {
        return;
    }
    waiting_ += filter_ ? filter_(std::move(message)) : message;
    waiting_ += '\n';
    if (waiting_.size() > max_unsent_) {
        close();
        return;
    }
    write();
}

void LineConnection::finish(std::string message, int) {
    send(std::move(message));
    abandon();
}

// An answer is out (or will not come): there may be lines that waited for it.
void LineConnection::abandon() {
    if (!socket_) {
        return;
    }
    asio::post(socket_->get_executor(), [self = shared_from_this()] {
        self->take_lines();
        self->read();
        self->close_when_done();
    });
}

void LineConnection::write() {
    if (!writing_.empty() || waiting_.empty() || !socket_) {
        return;
    }
    writing_.swap(waiting_);
    asio::async_write(*socket_,
                      asio::buffer(writing_),
                      [self = shared_from_this()](const boost::system::error_code& error, auto) {
                          self->writing_.clear();
                          if (error) {
                              self->close();
                              return;
                          }
                          self->write();
                          self->close_when_done();
                      });
}

void LineConnection::drain() {
    ended_ = true;
    close_when_done();
}

void LineConnection::close_when_done() {
    if (socket_ && ended_ && writing_.empty() && waiting_.empty() && !peer_->waits_for_answers()) {
        close();
    }
}

void LineConnection::close() {
    if (!socket_) {
        return;
    }
    const auto self = shared_from_this();
    boost::system::error_code ignored;
    socket_->close(ignored);
    socket_.reset();
    Dispatcher::leave(*peer_);
    if (const auto closed = std::exchange(closed_, nullptr)) {
        closed(*this);
    }
}

}  // namespace aifp::mcp
