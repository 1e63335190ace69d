// The compiled parts of Beast live in room http; here only its parser is used, from the headers.
#undef BOOST_BEAST_SEPARATE_COMPILATION

#include "cli/api_client.hpp"
#include "base/json_member.hpp"

#include <fmt/format.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/json/parse.hpp>
#include <optional>
#include <utility>

#include "base/deadline.hpp"
#include "base/file.hpp"

namespace aifp::cli {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using Socket = asio::local::stream_protocol::socket;

constexpr std::uint64_t kMaxEndpointsBytes = 64 * 1024;
constexpr std::uint64_t kMaxAnswerBytes = 16 << 20;
constexpr unsigned kHttp11 = 11;

tl::unexpected<Error> connect_error(const std::filesystem::path& socket,
                                    const boost::system::error_code& error) {
    namespace errc = boost::system::errc;
    if (error == errc::permission_denied) {
        return fail(ErrorCode::denied,
                    fmt::format("{} belongs to another user; run aifp as the user of the daemon",
                                socket.native()));
    }
    return fail(ErrorCode::unreachable,
                fmt::format("cannot reach {}: {}", socket.native(), error.message()));
}

tl::unexpected<Error> broken_off(const boost::system::error_code& error) {
    return fail(ErrorCode::io_failure,
                fmt::format("the daemon's answer is broken: {}", error.message()));
}

asio::awaitable<Result<ApiAnswer>> exchange(std::filesystem::path path, ApiRequest request) {
    const auto executor = co_await asio::this_coro::executor;
    Socket socket(executor);
    boost::system::error_code error;
    const asio::local::stream_protocol::endpoint endpoint(path.native());
    co_await socket.async_connect(endpoint, asio::redirect_error(asio::use_awaitable, error));
    if (error) {
        co_return connect_error(path, error);
    }
    beast::http::request<beast::http::string_body> message;
    message.version(kHttp11);
    message.method_string(request.method);
    message.target(request.target);
    message.set(beast::http::field::host, "localhost");
    message.keep_alive(false);
    if (!request.body.empty()) {
        message.set(beast::http::field::content_type, "application/json");
        message.body() = std::move(request.body);
    }
    message.prepare_payload();
    co_await beast::http::async_write(
        socket, message, asio::redirect_error(asio::use_awaitable, error));
    if (error) {
        co_return broken_off(error);
    }
    beast::flat_buffer buffer;
    beast::http::response_parser<beast::http::string_body> parser;
    parser.body_limit(kMaxAnswerBytes);
    co_await beast::http::async_read(
        socket, buffer, parser, asio::redirect_error(asio::use_awaitable, error));
    if (error) {
        co_return broken_off(error);
    }
    ApiAnswer answer;
    answer.status = static_cast<int>(parser.get().result_int());
    answer.body = std::move(parser.get().body());
    co_return answer;
}

}  // namespace

std::filesystem::path find_socket(const ProjectPaths& paths) {
    const auto usual = paths.run() / "admin.sock";
    const auto text = read_file(paths.endpoints(), kMaxEndpointsBytes);
    if (!text) {
        return usual;
    }
    boost::system::error_code error;
    const auto value = boost::json::parse(*text, error);
    const auto* named = error ? nullptr : member_in(value, "socket");
    return named != nullptr && named->is_string() && !named->get_string().empty()
               ? std::filesystem::path(std::string(named->get_string()))
               : usual;
}

Result<ApiAnswer> blocking_ask(const std::filesystem::path& socket,
                               const ApiRequest& request,
                               Milliseconds limit) {
    std::optional<Result<ApiAnswer>> answer;
    try {
        asio::io_context loop(1);
        auto work = with_deadline(exchange(socket, request), limit);
        asio::co_spawn(
            loop, std::move(work), [&answer](std::exception_ptr thrown, Result<ApiAnswer> result) {
                if (thrown) {
                    std::rethrow_exception(thrown);
                }
                answer.emplace(std::move(result));
            });
        loop.run();
    } catch (const std::exception& thrown) {
        // Asio throws when the path is too long for a socket.
        return fail(ErrorCode::unreachable,
                    fmt::format("cannot reach {}: {}", socket.native(), thrown.what()));
    }
    if (!*answer && answer->error().code() == ErrorCode::timed_out) {
        return fail(ErrorCode::timed_out, "the daemon did not answer: " + answer->error().detail());
    }
    return std::move(*answer);
}

std::string with_query(std::string_view path,
                       std::initializer_list<std::pair<std::string_view, std::string>> query) {
    std::string target(path);
    char before = '?';
    for (const auto& [name, value] : query) {
        if (!value.empty()) {
            target += fmt::format("{}{}={}", before, name, percent_encode(value));
            before = '&';
        }
    }
    return target;
}

}  // namespace aifp::cli
