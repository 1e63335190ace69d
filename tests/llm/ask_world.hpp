#pragma once

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "http/client.hpp"
#include "llm/client.hpp"
#include "llm/file_shelf.hpp"
#include "tests/http/running_server.hpp"
#include "tests/support/fake_clock.hpp"

// A provider on loopback and a client that asks it.

namespace aifp::llm::testing {

/// Answers requests in the order of its replies and keeps what it was sent.
class Provider {
public:
    using Reply = std::function<void(http::Responder)>;

    /// After `replies` it gives `afterwards` each time.
    explicit Provider(std::vector<Reply> replies,
                      Reply afterwards = say(500, "asked once too often", {}))
        : left_(replies.begin(), replies.end()),
          afterwards_(std::move(afterwards)),
          server_([this](auto request, auto respond) {
              answer(std::move(request), std::move(respond));
          }) {}

    [[nodiscard]] std::string url() const { return server_.url("/v1"); }
    [[nodiscard]] std::vector<http::Request> requests() const {
        const std::lock_guard lock(mutex_);
        return requests_;
    }

    static Reply say(int status, std::string body, std::vector<http::Header> headers = {}) {
        return [status, body = std::move(body), headers = std::move(headers)](
                   http::Responder respond) {
            http::Response response = http::json_response(status, body);
            response.headers = headers;
            respond(std::move(response));
        };
    }
    /// A stream of events, one for each text, that ends with the last.
    static Reply stream(std::vector<std::string> events) {
        return [events = std::move(events)](http::Responder respond) {
            http::Response head;
            head.content_type = "text/event-stream";
            auto stream = respond.stream(std::move(head), [] {});
            for (const std::string& event : events) {
                stream.write("data: " + event + "\n\n");
            }
            stream.finish();
        };
    }
    /// Never answers.
    static Reply hold() { return {}; }

private:
    void answer(http::Request request, http::Responder respond) {
        const std::lock_guard lock(mutex_);
        requests_.push_back(std::move(request));
        Reply reply = afterwards_;
        if (!left_.empty()) {
            reply = std::move(left_.front());
            left_.pop_front();
        }
        if (reply) {
            reply(std::move(respond));
        } else {
            held_.push_back(std::move(respond));
        }
    }

    mutable std::mutex mutex_;  // the server has a thread of its own
    std::vector<http::Request> requests_;
    std::deque<Reply> left_;
    Reply afterwards_;
    std::vector<http::Responder> held_;
    aifp::testing::RunningServer server_;
};

class MemoryBook final : public TokenBook {
public:
    [[nodiscard]] std::int64_t spent_in_month(WallTime) const override { return spent; }
    void add(const Spending& spending) override {
        spent += spending.usage.input_tokens + spending.usage.output_tokens;
        all.push_back(spending);
    }
    std::int64_t spent = 0;
    std::vector<Spending> all;
};

/// A client, the loop it lives on and everything it is built from.
class Asking {
public:
    explicit Asking(config::Llm start) : settings(std::move(start)) {
        ClientParts parts;
        parts.http = http_.get();
        parts.clock = &clock;
        parts.book = &book;
        parts.shelf = &shelf;
        parts.settings = [this] { return settings; };
        parts.resolve = [](const boost::json::value& value) -> Result<std::string> {
            return std::string(value.as_string());
        };
        parts.redact = [](std::string text) {
            const auto at = text.find("hunter2");
            return at == std::string::npos ? text : text.replace(at, 7, "***");
        };
        parts.tell = [this](const prompts::Notice& notice) { notices.push_back(notice); };
        model = create_client(std::move(parts));
    }

    /// Asks and waits for what comes of it.
    Result<Reply> ask(Request request, boost::asio::cancellation_signal* cancel = nullptr) {
        std::optional<Result<Reply>> reply;
        const auto done = [&reply](std::exception_ptr thrown) {
            if (thrown && !reply) {
                reply.emplace(fail(ErrorCode::internal, "it threw"));
            }
        };
        auto work = keep(model.get(), std::move(request), &reply);
        if (cancel != nullptr) {
            boost::asio::co_spawn(
                loop, std::move(work), boost::asio::bind_cancellation_slot(cancel->slot(), done));
        } else {
            boost::asio::co_spawn(loop, std::move(work), done);
        }
        loop.restart();
        while (!reply && loop.run_one() > 0) {
        }
        return std::move(*reply);
    }

    boost::asio::io_context loop{1};
    config::Llm settings;
    MemoryBook book;
    FileShelf shelf;
    prompts::Notices notices;
    SystemClock clock;
    std::unique_ptr<Model> model;

private:
    static boost::asio::awaitable<void> keep(Model* model,
                                             Request request,
                                             std::optional<Result<Reply>>* slot) {
        Result<Reply> reply = co_await model->ask(std::move(request));
        slot->emplace(std::move(reply));
    }

    std::unique_ptr<http::Client> http_ = http::create_client(loop, clock, {});
};

inline config::Llm settings_for(const Provider& provider,
                                config::LlmProvider kind = config::LlmProvider::compatible) {
    config::Llm settings;
    settings.provider = kind;
    settings.base_url = provider.url();
    settings.model = "m";
    settings.api_key = "k-123";
    return settings;
}

inline Request request_of(prompts::Assembled assembled) {
    return Request(std::make_shared<const prompts::Assembled>(std::move(assembled)));
}

inline const std::string kChatAnswer =
    R"({"choices":[{"message":{"content":"Yes."},"finish_reason":"stop"}],)"
    R"("usage":{"prompt_tokens":7,"completion_tokens":2}})";
inline const std::string kMessageAnswer =
    R"({"type":"message","content":[{"type":"text","text":"Yes."}],"stop_reason":"end_turn",)"
    R"("usage":{"input_tokens":5,"output_tokens":1}})";
inline const std::string kGeminiAnswer =
    R"({"candidates":[{"content":{"role":"model","parts":[{"text":"Yes."}]},"finishReason":"STOP"}],)"
    R"("usageMetadata":{"promptTokenCount":6,"candidatesTokenCount":2,"totalTokenCount":8}})";

/// "Yes." as this provider says it.
inline const std::string& answer_of(config::LlmProvider provider) {
    switch (provider) {
        case config::LlmProvider::anthropic:
            return kMessageAnswer;
        case config::LlmProvider::gemini:
            return kGeminiAnswer;
        default:
            return kChatAnswer;
    }
}

}  // namespace aifp::llm::testing
