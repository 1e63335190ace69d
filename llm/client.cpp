#include "llm/client.hpp"

#include <fmt/format.h>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <chrono>
#include <random>
#include <utility>

#include "base/quantity.hpp"
#include "http/client.hpp"
#include "llm/breaker.hpp"
#include "llm/call.hpp"
#include "llm/failure.hpp"
#include "llm/file_shelf.hpp"
#include "llm/upload.hpp"
#include "llm/wire.hpp"

namespace aifp::llm {
namespace {

namespace asio = boost::asio;
using logging::Level;

/// Tells the breaker of every end, also of one by cancellation.
class BreakerGuard {
public:
    explicit BreakerGuard(std::shared_ptr<Breaker> breaker) : breaker_(std::move(breaker)) {}
    BreakerGuard(const BreakerGuard&) = delete;
    BreakerGuard& operator=(const BreakerGuard&) = delete;
    ~BreakerGuard() {
        if (breaker_) {
            breaker_->said_nothing();
        }
    }
    void succeeded() {
        breaker_->succeeded();
        breaker_.reset();
    }
    void failed(const Error& error, MonoTime now) {
        const bool is_down =
            error.code() == ErrorCode::unreachable || error.code() == ErrorCode::timed_out;
        if (is_down) {
            breaker_->failed(now);
            breaker_.reset();
        }
    }

private:
    std::shared_ptr<Breaker> breaker_;  // a request that is never ended may outlive the client
};

class ClientImpl final : public Model {
public:
    explicit ClientImpl(ClientParts parts) : parts_(std::move(parts)) {}

    [[nodiscard]] std::optional<ModelName> name() const override;
    [[nodiscard]] asio::awaitable<Result<Reply>> ask(Request request) override;

private:
    asio::awaitable<Result<Reply>> run(Request request);
    asio::awaitable<Result<Reply>> converse(Call* call, WireOptions options);
    asio::awaitable<void> store_files(Call* call, std::string api_key);
    asio::awaitable<Status> store_file(Call* call, Wire wire, std::string sha256);
    asio::awaitable<void> pause(Milliseconds duration);

    [[nodiscard]] Result<WireOptions> prepare(const Call& call);
    [[nodiscard]] Status put_wire(Call& call, WireOptions& options) const;
    [[nodiscard]] bool forget_lost_files(Call& call);
    [[nodiscard]] Status check_budget(const config::Llm& settings) const;
    [[nodiscard]] Status check_breaker(const config::Llm& settings);
    void count(const Call& call);
    void tell(Level level, std::string message, const Call& call, boost::json::object fields) const;
    void tell_of_retry(const Call& call, const RetryDecision& decision) const;
    [[nodiscard]] Reply conclude(Call& call);
    [[nodiscard]] Error give_up(const Call& call, const RetryDecision& decision);
    [[nodiscard]] double chance();

    ClientParts parts_;
    std::shared_ptr<Breaker> breaker_ = std::make_shared<Breaker>();
    std::string breaker_for_;  // the provider that it knows about
    std::minstd_rand random_{std::random_device{}()};
};

std::optional<ModelName> ClientImpl::name() const {
    const config::Llm settings = parts_.settings();
    if (!check_provider(settings)) {
        return std::nullopt;
    }
    return ModelName{std::string(config::name_of(settings.provider)), settings.model};
}

double ClientImpl::chance() {
    return std::uniform_real_distribution<double>(0.0, 1.0)(random_);
}

Status ClientImpl::check_budget(const config::Llm& settings) const {
    const std::int64_t budget = settings.monthly_token_budget;
    const WallTime now = parts_.clock->wall();
    const std::int64_t spent = budget > 0 ? parts_.book->spent_in_month(now) : 0;
    if (budget == 0 || spent < budget) {
        return {};
    }
    const std::chrono::year_month_day today(std::chrono::floor<std::chrono::days>(now));
    const auto next = today.year() / today.month() + std::chrono::months(1);
    return fail(ErrorCode::busy,
                fmt::format("this month's tokens are used up: {} of {}; it goes on with {:04}-{:02}"
                            "-01 (UTC), or with a higher llm.monthly_token_budget in engine.yaml",
                            spent,
                            budget,
                            static_cast<int>(next.year()),
                            static_cast<unsigned>(next.month())));
}

Status ClientImpl::check_breaker(const config::Llm& settings) {
    std::string provider =
        fmt::format("{} {}", static_cast<int>(settings.provider), settings.base_url);
    if (provider != breaker_for_) {
        breaker_for_ = std::move(provider);
        breaker_ = std::make_shared<Breaker>();
    }
    if (const auto wait = breaker_->begin(parts_.clock->mono())) {
        return fail(ErrorCode::busy,
                    fmt::format("{} failed {} times in a row and is left alone: it is tried again "
                                "in {}",
                                describe_provider(settings),
                                Breaker::kFailures,
                                format_duration(*wait)));
    }
    return {};
}

// The breaker is asked last: what it lets begin has to end.
Result<WireOptions> ClientImpl::prepare(const Call& call) {
    const config::Llm& settings = call.settings();
    if (auto checked = check_provider(settings); !checked) {
        return fail(checked.error());
    }
    if (auto checked = check_budget(settings); !checked) {
        return fail(checked.error());
    }
    WireOptions options;
    options.max_tokens = call.request().max_tokens;
    options.is_streamed = call.is_streamed();
    options.redact = parts_.redact;
    if (!settings.api_key.is_null()) {
        auto key = parts_.resolve(settings.api_key);
        if (!key) {
            return fail(key.error().with_context("llm.api_key"));
        }
        options.api_key = std::move(*key);
    }
    if (auto checked = check_address(settings); !checked) {
        return fail(checked.error());
    }
    if (auto checked = check_breaker(settings); !checked) {
        return fail(checked.error());
    }
    return options;
}

Status ClientImpl::put_wire(Call& call, WireOptions& options) const {
    const prompts::Assembled& request = *call.request().assembled;
    options.file_ids = parts_.shelf->known(call.settings(), request);
    auto wire = make_wire(call.settings(), request, options);
    if (!wire) {
        return fail(std::move(wire).error());
    }
    call.set_wire(std::move(*wire), options.file_ids);
    return {};
}

// What cannot be stored goes with the request.
asio::awaitable<void> ClientImpl::store_files(Call* call, std::string api_key) {
    const auto files = parts_.shelf->missing(call->settings(), *call->request().assembled);
    for (const auto& file : files) {
        Wire wire = make_upload(call->settings(), *file, api_key);
        const Status stored = co_await store_file(call, std::move(wire), file->sha256);
        if (!stored && stored.error().code() == ErrorCode::cancelled) {
            co_return;
        }
        if (!stored) {
            boost::json::object fields;
            fields["file_path"] = file->path;
            fields["reason"] = parts_.redact(stored.error().detail());
            tell(Level::warning,
                 "AI request: a file could not be stored at the provider",
                 *call,
                 std::move(fields));
        }
    }
}

asio::awaitable<Status> ClientImpl::store_file(Call* call, Wire wire, std::string sha256) {
    http::ClientRequest request = call->sending(std::move(wire));
    const Result<http::ClientResponse> response = co_await parts_.http->send(std::move(request));
    if (!response) {
        co_return fail(response.error());
    }
    if (response->status < 200 || response->status >= 300) {
        FailedTry failed;
        failed.status = response->status;
        failed.body = response->body;
        co_return fail(ErrorCode::unreachable, "it answered " + describe_answer(failed));
    }
    auto id = read_upload(response->body);
    if (!id) {
        co_return fail(id.error());
    }
    parts_.shelf->keep(call->settings(), sha256, std::move(*id));
    co_return Status();
}

// Once for a call: a provider that loses a file again has to be looked at.
bool ClientImpl::forget_lost_files(Call& call) {
    const FileIds lost = call.take_lost_files();
    parts_.shelf->forget(call.settings(), lost);
    return !lost.empty();
}

asio::awaitable<Result<Reply>> ClientImpl::ask(Request request) {
    std::string problem;
    try {
        Result<Reply> reply = co_await run(std::move(request));
        co_return reply;
    } catch (const boost::system::system_error& error) {
        if (error.code() == asio::error::operation_aborted) {
            co_return fail(ErrorCode::cancelled, "the request to the AI was cancelled");
        }
        problem = error.what();
    }
    co_return fail(ErrorCode::internal, "asking the AI: " + problem);
}

asio::awaitable<Result<Reply>> ClientImpl::run(Request request) {
    Call call(parts_.settings(), std::move(request), parts_.clock->mono());
    Result<WireOptions> options = prepare(call);
    if (!options) {
        co_return fail(options.error());
    }
    Result<Reply> reply = co_await converse(&call, std::move(*options));
    co_return reply;
}

asio::awaitable<Result<Reply>> ClientImpl::converse(Call* call, WireOptions options) {
    BreakerGuard guard(breaker_);
    co_await store_files(call, options.api_key);
    Status ready = put_wire(*call, options);
    while (ready) {
        http::ClientRequest sent = call->begin_try(parts_.clock->mono());
        Result<http::ClientResponse> response = co_await parts_.http->send(std::move(sent));
        const bool is_done = call->end_try(std::move(response));
        count(*call);
        if (is_done) {
            guard.succeeded();
            Reply reply = conclude(*call);
            co_return reply;
        }
        const RetryDecision decision =
            call->decide(parts_.clock->mono(), parts_.clock->wall(), chance());
        if (decision.step == RetryStep::again) {
            tell_of_retry(*call, decision);
            co_await pause(decision.wait);
        } else if (forget_lost_files(*call)) {
            co_await store_files(call, options.api_key);
            ready = put_wire(*call, options);
        } else {
            const Error error = give_up(*call, decision);
            guard.failed(error, parts_.clock->mono());
            co_return fail(error);
        }
    }
    co_return fail(ready.error());
}

asio::awaitable<void> ClientImpl::pause(Milliseconds duration) {
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(executor, duration);
    co_await timer.async_wait(asio::use_awaitable);
}

void ClientImpl::count(const Call& call) {
    const auto usage = call.spent();
    if (!usage) {
        return;
    }
    Spending spending;
    spending.at = parts_.clock->wall();
    spending.provider = std::string(config::name_of(call.settings().provider));
    spending.model = call.settings().model;
    spending.usage = *usage;
    parts_.book->add(spending);
}

void ClientImpl::tell(Level level,
                      std::string message,
                      const Call& call,
                      boost::json::object fields) const {
    prompts::Notice notice;
    notice.level = level;
    notice.message = std::move(message);
    notice.fields["provider"] = config::name_of(call.settings().provider);
    notice.fields["model"] = call.settings().model;
    notice.fields["request_id"] = call.request_id();
    for (auto& member : fields) {
        notice.fields[member.key()] = std::move(member.value());
    }
    parts_.tell(notice);
}

void ClientImpl::tell_of_retry(const Call& call, const RetryDecision& decision) const {
    boost::json::object fields;
    fields["reason"] = parts_.redact(call.describe_last());
    fields["wait_ms"] = decision.wait.count();
    tell(Level::warning, "AI request: sent again", call, std::move(fields));
}

Reply ClientImpl::conclude(Call& call) {
    Reply reply = call.take_reply(parts_.clock->mono());
    boost::json::object fields;
    fields["input_tokens"] = reply.answer.usage.input_tokens;
    fields["output_tokens"] = reply.answer.usage.output_tokens;
    fields["cached_tokens"] = reply.answer.usage.cached_tokens;
    fields["tries"] = reply.tries;
    fields["duration_ms"] = reply.duration.count();
    tell(Level::info, "AI request: answered", call, std::move(fields));
    return reply;
}

Error ClientImpl::give_up(const Call& call, const RetryDecision& decision) {
    const Error raw = call.failure(decision);
    Error error(raw.code(), parts_.redact(raw.detail()));
    if (error.code() != ErrorCode::cancelled) {
        boost::json::object fields;
        fields["reason"] = error.detail();
        tell(Level::error, "AI request: failed", call, std::move(fields));
    }
    return error;
}

}  // namespace

std::unique_ptr<Model> create_client(ClientParts parts) {
    return std::make_unique<ClientImpl>(std::move(parts));
}

}  // namespace aifp::llm
