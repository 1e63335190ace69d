#include "actions/calls.hpp"

#include <fmt/format.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/json/array.hpp>
#include <exception>
#include <memory>
#include <utility>

#include "base/text.hpp"

namespace aifp::actions {
namespace {

constexpr std::size_t kMaxQuotedOutput = 300;

std::string_view last_line(std::string_view text) {
    text = trim(text);
    const auto start = text.rfind('\n');
    return start == std::string_view::npos ? text : text.substr(start + 1);
}

// Bytes that are not text must not reach a trace.
std::string text_or_size(const std::string& text) {
    return first_invalid_utf8(text) ? fmt::format("({} bytes)", text.size()) : text;
}

}  // namespace

Cancel call_http(const Services& services,
                 http::ClientRequest request,
                 std::function<void(Result<http::ClientResponse>)> done) {
    auto signal = std::make_shared<boost::asio::cancellation_signal>();
    auto finish = [done = std::move(done), signal](std::exception_ptr failure,
                                                   Result<http::ClientResponse> response) {
        if (failure) {
            done(fail(ErrorCode::internal, "the HTTP client failed unexpectedly"));
        } else {
            done(std::move(response));
        }
    };
    boost::asio::co_spawn(services.executor,
                          services.client.send(std::move(request)),
                          boost::asio::bind_cancellation_slot(signal->slot(), std::move(finish)));
    return [signal] { signal->emit(boost::asio::cancellation_type::terminal); };
}

Cancel call_process(const Services& services,
                    process::ProcessRequest request,
                    std::function<void(Result<process::ProcessResult>)> done) {
    if (request.working_directory.empty()) {
        request.working_directory = services.paths.root().string();
    }
    auto finish = [done = std::move(done)](Result<process::ProcessResult> result) {
        if (result && result->cancelled) {
            done(fail(ErrorCode::cancelled, "stopped before it ended"));
        } else {
            done(std::move(result));
        }
    };
    auto handle = process::start_process(
        services.executor, services.clock, std::move(request), std::move(finish));
    return [handle]() mutable { handle.terminate(); };
}

boost::json::value view_of(const http::ClientRequest& request) {
    boost::json::object headers;
    for (const auto& field : request.headers) {
        headers[field.name] = field.value;
    }
    boost::json::object view;
    view["method"] = request.method;
    view["url"] = request.url;
    view["headers"] = std::move(headers);
    if (!request.body.empty()) {
        view["body"] = text_or_size(request.body);
    }
    return view;
}

boost::json::value view_of(const process::ProcessRequest& request) {
    boost::json::object environment;
    for (const auto& [name, value] : request.environment) {
        environment[name] = value;
    }
    boost::json::object view;
    view["argv"] = boost::json::array(request.argv.begin(), request.argv.end());
    view["env"] = std::move(environment);
    if (!request.stdin_text.empty()) {
        view["stdin"] = text_or_size(request.stdin_text);
    }
    if (!request.working_directory.empty()) {
        view["working_dir"] = request.working_directory;
    }
    return view;
}

tl::expected<void, StepError> check_process(const process::ProcessResult& result) {
    if (result.succeeded()) {
        return {};
    }
    const auto said = last_line(result.err.empty() ? result.out : result.err);
    const auto how = result.signal != 0 ? fmt::format("was ended by signal {}", result.signal)
                                        : fmt::format("ended with exit code {}", result.exit_code);
    const auto tail = truncate_utf8(said, kMaxQuotedOutput);
    return fail_step(ErrorCode::io_failure,
                     tail.empty() ? how : fmt::format("{}: {}", how, tail),
                     result.signal != 0 ? "exit" : fmt::format("exit:{}", result.exit_code));
}

}  // namespace aifp::actions
