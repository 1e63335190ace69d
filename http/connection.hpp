#pragma once

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "http/request_reader.hpp"
#include "http/responder.hpp"
#include "http/response_text.hpp"
#include "http/server.hpp"

namespace aifp::http {

/// TCP and unix sockets alike, without a virtual executor.
using Socket = boost::asio::basic_stream_socket<boost::asio::generic::stream_protocol,
                                                boost::asio::io_context::executor_type>;

class Connection;

/// What the connections of one server share. Private to the room.
class ConnectionHost {
public:
    ConnectionHost(const Clock& used_clock, ServerOptions options, Handler used_handler)
        : clock(used_clock),
          limits(options.limits),
          body_limit(std::move(options.body_limit)),
          on_too_large(std::move(options.on_too_large)),
          on_defect(std::move(options.on_defect)),
          handler(std::move(used_handler)) {}
    virtual ~ConnectionHost() = default;

    /// Asks for the connection's flush() once what runs now is done.
    virtual void flush_soon(std::shared_ptr<Connection> connection) = 0;
    /// The connection is closed. The host may drop its share in it.
    virtual void forget(Connection& connection) = 0;

    const Clock& clock;
    const ServerLimits limits;
    const BodyLimit body_limit;
    const std::function<void(std::string_view)> on_too_large;
    const std::function<void(const std::string&)> on_defect;
    const Handler handler;
    ServerStatistics statistics;
};

struct Peer {
    std::optional<TcpEndpoint> address;
    std::optional<PeerCredentials> credentials;
};

/// One client: reads requests, keeps their answers in order, writes them. Loop thread only. Shared
/// by the host, its pending operations and the responders.
class Connection final : public AnswerSink, public std::enable_shared_from_this<Connection> {
public:
    Connection(Socket socket, Peer peer, std::shared_ptr<ConnectionHost> host);

    void start();
    void answer(std::uint64_t slot, Response response) override;
    void watch(std::uint64_t slot, std::function<void()> on_closed) override;
    void begin_stream(std::uint64_t slot, Response head, std::function<void()> on_closed) override;
    void stream_piece(std::uint64_t slot, std::string_view piece) override;
    void end_stream(std::uint64_t slot) override;
    [[nodiscard]] std::size_t stream_backlog(std::uint64_t slot) const override;
    /// Writes what was answered and goes on reading.
    void flush();
    /// Ends it if a client's time is up.
    void check_deadline(MonoTime now);
    /// No more requests: closes at once if nothing is being answered, else after the last answer.
    void drain();
    void close();

private:
    /// An answer in pieces: what waits until its turn on the wire has come.
    struct Stream {
        std::string waiting;
        bool ended = false;
    };
    struct Slot {
        Framing framing;
        std::optional<Response> response;  ///< Of a stream: its head, until that is written.
        std::unique_ptr<Stream> stream;
        std::function<void()> on_closed;
        bool is_watched = false;  ///< Who answers is told when the client hangs up before the end.
    };
    /// What is being waited for, and so which timeout counts.
    enum class Phase { idle, header, body, working, writing, lingering };

    [[nodiscard]] std::uint64_t in_flight() const noexcept { return next_ - first_; }
    [[nodiscard]] std::size_t unread() const noexcept { return input_end_ - input_begin_; }
    [[nodiscard]] std::size_t unsent() const noexcept { return output_.size() - sent_; }
    [[nodiscard]] bool may_take_request() const noexcept;

    void read_more();
    void on_read(const boost::system::error_code& error, std::size_t count);
    bool make_room();
    bool parse();
    void dispatch();
    void refuse(int status);
    void emit(Slot& slot, const Response& response);
    void end_slot(Slot& slot);
    void advance();
    void flush_later();
    [[nodiscard]] Slot* open_stream(std::uint64_t slot);
    [[nodiscard]] bool emit_stream(Slot& slot);
    /// Null: it is answered, or the connection closed.
    [[nodiscard]] Slot* open_slot(std::uint64_t slot);
    void begin_watch(Slot& slot, std::function<void()> on_closed);
    void end_watch(Slot& slot);
    void tell_watches();
    /// Nothing more is read but a client is watched: reading only tells when it hangs up.
    [[nodiscard]] bool is_watching() const noexcept { return watched_ > 0 && last_request_; }
    void write();
    void go_on();
    void end_or_read();
    void begin_linger();
    [[nodiscard]] Phase phase() const;
    void set_deadline(MonoTime now);
    [[nodiscard]] Milliseconds timeout_of(Phase phase) const noexcept;

    std::optional<Socket> socket_;  ///< Empty once closed: responders may outlive the loop.
    Peer peer_;
    std::shared_ptr<ConnectionHost> host_;
    std::optional<RequestReader> reader_;

    std::vector<char> input_;
    std::size_t input_begin_ = 0;
    std::size_t input_end_ = 0;
    std::string output_;
    std::size_t sent_ = 0;

    std::vector<Slot> slots_;  ///< A ring: request n is at n % size.
    std::uint64_t first_ = 0;  ///< The oldest request not answered on the wire.
    std::uint64_t next_ = 0;

    MonoTime now_;  ///< When this turn began.
    MonoTime deadline_;
    Phase deadline_phase_ = Phase::idle;
    std::uint64_t deadline_request_ = 0;
    std::size_t discarded_ = 0;
    std::size_t watched_ = 0;  ///< How many slots are.

    bool reading_ = false;
    bool write_waiting_ = false;
    bool in_turn_ = false;  ///< Answers given now are written at the end of the turn.
    bool flush_asked_ = false;
    bool last_request_ = false;   ///< Nothing more is parsed.
    bool last_answer_ = false;    ///< What is in output_ is the end.
    bool continue_seen_ = false;  ///< This request's Expect was noted.
    bool continue_owed_ = false;  ///< "100 Continue" goes out once its turn has come.
    bool end_of_input_ = false;
    bool lingering_ = false;
};

}  // namespace aifp::http
