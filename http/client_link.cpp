#include "http/client_link.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <utility>

namespace aifp::http {
namespace {

namespace asio = boost::asio;
using asio::redirect_error;
using asio::use_awaitable;

constexpr std::size_t kReadBytes = 16'384;

bool is_address(const std::string& host) {
    return IpAddress::parse(host).has_value();
}

std::string look_up_problem(const std::string& host, const boost::system::error_code& error) {
    if (error == asio::error::host_not_found_try_again) {
        return "the name server did not answer for \"" + host +
               "\" (DNS); check this machine's network";
    }
    return "the name \"" + host + "\" could not be found (DNS): " + error.message() +
           "; check how it is written, or write the address";
}

// What a person can do about a certificate that was refused (x509_vfy.h).
std::string_view cure_of(long verdict) {
    switch (verdict) {
        case X509_V_ERR_CERT_HAS_EXPIRED:
            return "; it has to be renewed there, unless the clock of this machine is wrong";
        case X509_V_ERR_CERT_NOT_YET_VALID:
            return "; check the clock of this machine";
        case X509_V_ERR_HOSTNAME_MISMATCH:
        case X509_V_ERR_IP_ADDRESS_MISMATCH:
            return "; write the name that it was made for in the URL";
        default:
            return "; if it is your own, name its authority with ca_file";
    }
}

// The peer answered in something else than TLS.
bool speaks_no_tls(const boost::system::error_code& error) {
    return error.category() == asio::error::get_ssl_category() &&
           ERR_GET_REASON(static_cast<unsigned long>(error.value())) == SSL_R_WRONG_VERSION_NUMBER;
}

}  // namespace

Link::Link(asio::io_context& loop, Url url, std::shared_ptr<asio::ssl::context> tls)
    : url_(std::move(url)),
      tls_context_(std::move(tls)),
      socket_(loop),
      resolver_(loop),
      alarm_(loop),
      found_signal_(loop) {
    if (tls_context_) {
        tls_.emplace(socket_, *tls_context_);
    }
}

std::string Link::where() const {
    const std::string name =
        url_.host.find(':') == std::string::npos ? url_.host : "[" + url_.host + "]";
    return name + ":" + std::to_string(url_.port);
}

Error Link::failure(const boost::system::error_code& error, const std::string& text) const {
    if (rang_) {
        return Error(ErrorCode::timed_out, alarm_text_);
    }
    if (error == asio::error::operation_aborted) {
        return Error(ErrorCode::cancelled, "the request to " + where() + " was cancelled");
    }
    return Error(ErrorCode::unreachable, text);
}

void Link::set_alarm(Milliseconds duration, std::string text) {
    alarm_text_ = std::move(text);
    alarm_.expires_after(duration);
    alarm_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
        const auto self = weak.lock();
        if (self && !error) {
            self->rang_ = true;
            self->cut();
        }
    });
}

void Link::clear_alarm() {
    alarm_.cancel();
}

void Link::cut() {
    boost::system::error_code ignored;
    socket_.close(ignored);
    resolver_.cancel();
    found_signal_.cancel();
}

bool Link::is_fresh() {
    char byte = 0;
    const auto seen = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return seen < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) && input_.empty();
}

asio::awaitable<Status> Link::open() {
    Status connected = co_await connect();
    if (connected && tls_) {
        Status shaken = co_await shake_hands();
        co_return shaken;
    }
    co_return connected;
}

void Link::start_look_up() {
    resolver_.async_resolve(
        url_.host,
        std::to_string(url_.port),
        Tcp::resolver::numeric_service,
        [self = shared_from_this()](const boost::system::error_code& error,
                                    const Tcp::resolver::results_type& results) {
            self->found_.emplace();
            self->found_->error = error;
            for (const auto& result : results) {
                self->found_->endpoints.push_back(result.endpoint());
            }
            self->found_signal_.cancel();
        });
}

asio::awaitable<Result<std::vector<asio::ip::tcp::endpoint>>> Link::look_up() {
    boost::system::error_code error;
    const auto literal = asio::ip::make_address(url_.host, error);
    if (!error) {
        std::vector<Tcp::endpoint> endpoints(1, Tcp::endpoint(literal, url_.port));
        co_return endpoints;
    }
    // getaddrinfo cannot be interrupted, so it is not awaited itself: the alarm and a
    // cancellation must be able to leave it behind.
    found_signal_.expires_at(asio::steady_timer::time_point::max());
    start_look_up();
    co_await found_signal_.async_wait(redirect_error(use_awaitable, error));
    if (!found_) {
        co_return fail(failure(asio::error::operation_aborted, ""));
    }
    if (found_->error || found_->endpoints.empty()) {
        co_return fail(failure(found_->error, look_up_problem(url_.host, found_->error)));
    }
    co_return std::move(found_->endpoints);
}

asio::awaitable<Status> Link::connect() {
    Result<std::vector<Tcp::endpoint>> endpoints = co_await look_up();
    if (!endpoints) {
        co_return fail(endpoints.error());
    }
    boost::system::error_code error;
    for (const Tcp::endpoint& endpoint : *endpoints) {
        socket_.close(error);
        co_await socket_.async_connect(endpoint, redirect_error(use_awaitable, error));
        if (!error || rang_ || error == asio::error::operation_aborted) {
            break;
        }
    }
    if (error || rang_) {
        co_return fail(
            failure(error,
                    error == asio::error::connection_refused
                        ? where() + " refused the connection: is it running, and is the port right?"
                        : "no connection to " + where() + ": " + error.message()));
    }
    socket_.set_option(Tcp::no_delay(true), error);
    co_return Status();
}

asio::awaitable<Status> Link::shake_hands() {
    SSL* const handle = tls_->native_handle();
    if (is_address(url_.host)) {
        X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(handle), url_.host.c_str());
    } else {
        SSL_set_tlsext_host_name(handle, url_.host.c_str());
        SSL_set1_host(handle, url_.host.c_str());
    }
    boost::system::error_code error;
    co_await tls_->async_handshake(asio::ssl::stream_base::client,
                                   redirect_error(use_awaitable, error));
    if (error) {
        co_return fail(failure(error, handshake_problem(error)));
    }
    co_return Status();
}

std::string Link::handshake_problem(const boost::system::error_code& error) {
    const long verdict = SSL_get_verify_result(tls_->native_handle());
    if (verdict != X509_V_OK) {
        return "the TLS certificate of " + where() +
               " is not trusted: " + X509_verify_cert_error_string(verdict) +
               std::string(cure_of(verdict));
    }
    if (speaks_no_tls(error)) {
        return "no TLS with " + where() +
               ": it speaks no TLS there; write http://, or check the port";
    }
    return "no TLS with " + where() + ": " + error.message();
}

asio::awaitable<Status> Link::write(std::string_view text) {
    boost::system::error_code error;
    const asio::const_buffer buffer(text.data(), text.size());
    bytes_written_ = 0;
    if (tls_) {
        bytes_written_ =
            co_await asio::async_write(*tls_, buffer, redirect_error(use_awaitable, error));
    } else {
        bytes_written_ =
            co_await asio::async_write(socket_, buffer, redirect_error(use_awaitable, error));
    }
    if (error) {
        co_return fail(failure(error, where() + " broke the connection off: " + error.message()));
    }
    co_return Status();
}

asio::awaitable<Result<bool>> Link::read() {
    boost::system::error_code error;
    const std::size_t before = input_.size();
    input_.resize(before + kReadBytes);
    const asio::mutable_buffer buffer(input_.data() + before, kReadBytes);
    std::size_t count = 0;
    if (tls_) {
        count = co_await tls_->async_read_some(buffer, redirect_error(use_awaitable, error));
    } else {
        count = co_await socket_.async_read_some(buffer, redirect_error(use_awaitable, error));
    }
    input_.resize(before + count);
    if (error == asio::error::eof) {
        co_return false;
    }
    if (error) {
        co_return fail(failure(error, where() + " broke the connection off: " + error.message()));
    }
    co_return true;
}

}  // namespace aifp::http
