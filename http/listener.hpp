#pragma once

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>

#include "http/connection.hpp"

namespace aifp::http {

using Acceptor = boost::asio::basic_socket_acceptor<boost::asio::generic::stream_protocol,
                                                    boost::asio::io_context::executor_type>;

/// A listening socket and what it listens on, the port filled in.
struct Listening {
    Acceptor acceptor;
    Endpoint endpoint;
    ino_t inode = 0;  ///< Of a unix socket's file: what we may remove at the end.
};

/// Errors: as create_server. For the servers of this room and for
/// byte streams of other rooms (mcp).
[[nodiscard]] Result<Listening> listen_on(boost::asio::io_context& loop, const Endpoint& endpoint);

/// Takes over a stream socket that listens already, and owns it, whatever comes of it. Its file, if
/// it has one, is not ours to remove. Errors: invalid_input when it is none.
[[nodiscard]] Result<Listening> adopt_listening(boost::asio::io_context& loop, int descriptor);

/// Removes the file of a unix socket if it is still the one that was made.
void remove_socket_file(const Endpoint& endpoint, ino_t inode) noexcept;

/// Who has connected. `raw` is what accept gave; for a unix socket the socket itself is asked.
[[nodiscard]] Peer peer_of(Socket& socket,
                           const boost::asio::generic::stream_protocol::endpoint& raw);

}  // namespace aifp::http
