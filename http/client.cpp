#include "http/client.hpp"

#include <algorithm>
#include <boost/beast/http/error.hpp>
#include <boost/system/system_error.hpp>
#include <optional>
#include <utility>

#include "base/quantity.hpp"
#include "http/client_pool.hpp"
#include "http/request_text.hpp"
#include "http/response_reader.hpp"
#include "http/tls_contexts.hpp"

namespace aifp::http {
namespace {

namespace asio = boost::asio;
namespace beast_http = boost::beast::http;

/// Waiting for its end: a header line, the extension of a chunk, a trailer. None of them is body.
constexpr std::size_t kMaxUnread = std::size_t{64} * 1024;

/// Feeds what was received to the parser. True: the answer is complete.
Result<bool> feed(ResponseReader& reader, std::string& input, const Url& url) {
    boost::system::error_code error;
    std::size_t used = 0;
    while (!error && used < input.size() && !reader.is_done()) {
        used += reader.put(asio::const_buffer(input.data() + used, input.size() - used), error);
    }
    input.erase(0, used);
    if (error == beast_http::error::body_limit) {
        return fail(ErrorCode::invalid_input,
                    "the answer of " + url.text() + " is larger than max_response allows");
    }
    if (error && error != beast_http::error::need_more) {
        return fail(ErrorCode::unreachable,
                    url.text() + " did not answer in proper HTTP: " + error.message());
    }
    if (!reader.is_done() && input.size() > kMaxUnread) {
        return fail(ErrorCode::unreachable,
                    url.text() + " did not answer in proper HTTP: a line or a trailer without end");
    }
    return reader.is_done();
}

/// The other side hung up. True: that is how this answer ends.
bool ends_with_hang_up(ResponseReader& reader) {
    boost::system::error_code error;
    if (reader.got_some()) {
        reader.put_eof(error);
    }
    return reader.got_some() && !error && reader.is_done();
}

/// Hands on what has come of the body, if somebody takes it in pieces.
Status hand_on(const ClientRequest& request, ResponseReader& reader) {
    if (!request.on_body) {
        return {};
    }
    const std::string piece = reader.take_body();
    return piece.empty() ? Status() : request.on_body(piece);
}

/// One request on its way, through redirects.
struct Journey {
    Journey(ClientRequest wanted, Url first, MonoTime until)
        : request(std::move(wanted)), url(std::move(first)), deadline(until) {}

    ClientRequest request;
    Url url;
    MonoTime deadline;
    std::string text;         ///< What goes over the wire now.
    bool was_kept = false;    ///< The connection in use is a kept one.
    bool heard_back = false;  ///< A byte of the answer has come.
    int redirects = 0;
};

class ClientImpl final : public Client {
public:
    ClientImpl(asio::io_context& loop, const Clock& clock, ClientOptions options)
        : loop_(loop), clock_(clock), options_(std::move(options)), pool_(loop, clock, options_) {}

    [[nodiscard]] asio::awaitable<Result<ClientResponse>> send(ClientRequest request) override;
    [[nodiscard]] ClientStatistics statistics() const noexcept override {
        ClientStatistics statistics = statistics_;
        statistics.idle = pool_.size();
        return statistics;
    }

private:
    using LinkResult = Result<std::shared_ptr<Link>>;

    asio::awaitable<Result<ClientResponse>> travel(Journey& journey);
    asio::awaitable<Result<ClientResponse>> one_hop(Journey& journey);
    asio::awaitable<LinkResult> obtain_link(Journey& journey, bool may_be_kept);
    asio::awaitable<Result<ClientResponse>> exchange(Journey& journey, std::shared_ptr<Link> link);
    [[nodiscard]] Result<std::shared_ptr<Link>> make_link(const Journey& journey);
    void set_alarm(Link& link, const Journey& journey) const;
    void set_silence_alarm(Link& link, const Journey& journey) const;

    asio::io_context& loop_;
    const Clock& clock_;
    const ClientOptions options_;
    TlsContexts tls_;
    LinkPool pool_;
    ClientStatistics statistics_;
};

std::string place_of(const Journey& journey) {
    return (journey.url.tls ? "https " : "http ") + journey.url.host + " " +
           std::to_string(journey.url.port) + " " + journey.request.ca_file;
}

/// A dead kept connection is nobody's fault; but what may have been carried out is not repeated.
bool may_try_again(const Journey& journey, const Link& link, const Error& error) {
    return journey.was_kept && !journey.heard_back && error.code() == ErrorCode::unreachable &&
           (is_idempotent(journey.request.method) || link.bytes_written() == 0);
}

asio::awaitable<Result<ClientResponse>> ClientImpl::send(ClientRequest request) {
    Result<Url> url = parse_url(request.url);
    if (!url) {
        co_return fail(url.error());
    }
    const MonoTime deadline = clock_.mono() + request.timeout;
    Journey journey(std::move(request), std::move(*url), deadline);
    std::string problem;
    try {
        Result<ClientResponse> response = co_await travel(journey);
        co_return response;
    } catch (const boost::system::system_error& error) {
        if (error.code() == asio::error::operation_aborted) {
            co_return fail(ErrorCode::cancelled, "the request was cancelled");
        }
        problem = error.what();
    } catch (const std::exception& error) {
        problem = error.what();
    }
    co_return fail(ErrorCode::internal, "sending a request: " + problem);
}

asio::awaitable<Result<ClientResponse>> ClientImpl::travel(Journey& journey) {
    for (;;) {
        Result<ClientResponse> response = co_await one_hop(journey);
        if (!response) {
            co_return response;
        }
        response->url = journey.url.text();
        response->redirects = journey.redirects;
        if (journey.request.max_redirects == 0) {
            co_return response;
        }
        const Result<bool> goes_on = follow_redirect(*response, journey.request, journey.url);
        if (!goes_on) {
            co_return fail(goes_on.error());
        }
        if (!*goes_on) {
            co_return response;
        }
        if (++journey.redirects > journey.request.max_redirects) {
            co_return fail(ErrorCode::invalid_input,
                           "more than " + std::to_string(journey.request.max_redirects) +
                               " redirects, the last to " + journey.url.origin());
        }
    }
}

asio::awaitable<Result<ClientResponse>> ClientImpl::one_hop(Journey& journey) {
    Result<std::string> text = request_text(journey.request, journey.url, options_.user_agent);
    if (!text) {
        co_return fail(text.error());
    }
    journey.text = std::move(*text);
    journey.heard_back = false;
    LinkResult link = co_await obtain_link(journey, true);
    if (!link) {
        co_return fail(link.error());
    }
    Result<ClientResponse> response = co_await exchange(journey, *link);
    if (response || !may_try_again(journey, **link, response.error())) {
        co_return response;
    }
    LinkResult new_link = co_await obtain_link(journey, false);
    if (!new_link) {
        co_return fail(new_link.error());
    }
    Result<ClientResponse> second = co_await exchange(journey, *new_link);
    co_return second;
}

Result<std::shared_ptr<Link>> ClientImpl::make_link(const Journey& journey) {
    std::shared_ptr<asio::ssl::context> context;
    if (journey.url.tls) {
        auto found = tls_.get(journey.request.ca_file);
        if (!found) {
            return fail(found.error());
        }
        context = std::move(*found);
    }
    return std::make_shared<Link>(loop_, journey.url, std::move(context));
}

asio::awaitable<ClientImpl::LinkResult> ClientImpl::obtain_link(Journey& journey,
                                                                bool may_be_kept) {
    std::shared_ptr<Link> kept = may_be_kept ? pool_.take(place_of(journey)) : nullptr;
    journey.was_kept = kept != nullptr;
    if (kept) {
        ++statistics_.reused;
        co_return kept;
    }
    LinkResult link = make_link(journey);
    if (!link) {
        co_return link;
    }
    const auto left = std::chrono::ceil<Milliseconds>(journey.deadline - clock_.mono());
    const Milliseconds limit = std::min(left, journey.request.connect_timeout);
    (*link)->set_alarm(
        std::max(limit, Milliseconds(0)),
        "no connection to " + journey.url.authority() + " within " +
            format_duration(std::min(journey.request.timeout, journey.request.connect_timeout)));
    const Status opened = co_await (*link)->open();
    if (!opened) {
        co_return fail(opened.error());
    }
    ++statistics_.connects;
    co_return link;
}

void ClientImpl::set_alarm(Link& link, const Journey& journey) const {
    const auto left = std::chrono::ceil<Milliseconds>(journey.deadline - clock_.mono());
    link.set_alarm(std::max(left, Milliseconds(0)),
                   "no complete answer from " + journey.url.text() + " within " +
                       format_duration(journey.request.timeout));
}

// Before each read, where silence has a bound of its own.
void ClientImpl::set_silence_alarm(Link& link, const Journey& journey) const {
    const ClientRequest& request = journey.request;
    const Milliseconds silence =
        journey.heard_back ? request.idle_timeout : request.first_byte_timeout;
    if (silence > Milliseconds(0) && clock_.mono() + silence < journey.deadline) {
        link.set_alarm(
            silence,
            "nothing came from " + journey.url.text() + " within " + format_duration(silence));
    } else if (request.first_byte_timeout + request.idle_timeout > Milliseconds(0)) {
        set_alarm(link, journey);
    }
}

asio::awaitable<Result<ClientResponse>> ClientImpl::exchange(Journey& journey,
                                                             std::shared_ptr<Link> link) {
    set_alarm(*link, journey);
    const Status written = co_await link->write(journey.text);
    if (!written && written.error().code() != ErrorCode::unreachable) {
        co_return fail(written.error());
    }
    // A server may refuse (413) and hang up before it has read everything: its answer counts.
    const bool is_head = journey.request.method == "HEAD";
    std::optional<ResponseReader> reader(
        std::in_place, journey.request.max_response_bytes, is_head);
    for (;;) {
        Result<bool> done = feed(*reader, link->input(), journey.url);
        const Status handed = hand_on(journey.request, *reader);
        if (!done || !handed) {
            co_return fail(done ? handed.error() : done.error());
        }
        if (*done && reader->is_interim()) {
            reader.emplace(journey.request.max_response_bytes, is_head);
            continue;
        }
        if (*done) {
            break;
        }
        set_silence_alarm(*link, journey);
        Result<bool> more = co_await link->read();
        if (!more) {
            co_return fail(written ? more.error() : written.error());
        }
        journey.heard_back = journey.heard_back || !link->input().empty();
        if (!*more && !ends_with_hang_up(*reader)) {
            co_return fail(ErrorCode::unreachable,
                           journey.url.text() + " hung up before its answer was complete");
        }
        if (!*more) {
            co_return reader->take();
        }
    }
    link->clear_alarm();
    if (written && reader->keep_alive() && link->input().empty()) {
        pool_.keep(place_of(journey), link);
    }
    co_return reader->take();
}

}  // namespace

std::unique_ptr<Client> create_client(asio::io_context& loop,
                                      const Clock& clock,
                                      ClientOptions options) {
    return std::make_unique<ClientImpl>(loop, clock, std::move(options));
}

}  // namespace aifp::http
