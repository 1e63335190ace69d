#include "llm/wire.hpp"

#include <fmt/format.h>

#include <boost/json/serialize.hpp>
#include <utility>

#include "http/ip_address.hpp"
#include "http/url.hpp"
#include "llm/request.hpp"

namespace aifp::llm {
namespace {

using config::LlmProvider;
using config::Projection;

constexpr std::string_view kOpenAi = "https://api.openai.com/v1";
constexpr std::string_view kAnthropic = "https://api.anthropic.com/v1";

bool is_here(const std::string& host) {
    const auto address = http::IpAddress::parse(host);
    return address ? address->is_loopback() : host == "localhost";
}

std::string address_of(const config::Llm& settings) {
    std::string base = settings.base_url;
    while (base.ends_with('/')) {
        base.pop_back();
    }
    if (settings.provider != LlmProvider::anthropic) {
        return (base.empty() ? std::string(kOpenAi) : base) + "/chat/completions";
    }
    // People give it with and without the version.
    if (!base.empty() && !base.ends_with("/v1")) {
        base += "/v1";
    }
    return (base.empty() ? std::string(kAnthropic) : base) + "/messages";
}

Status check_address(const config::Llm& settings, const std::string& address) {
    const auto url = http::parse_url(address);
    if (!url) {
        return fail(url.error().with_context("llm.base_url"));
    }
    if (!url->tls && !is_here(url->host) && !settings.allow_plain_http) {
        return fail(ErrorCode::invalid_input,
                    fmt::format("llm.base_url leads to {} without encryption: everybody on the way "
                                "could read the key and the text; write https://, or \"allow_plain_"
                                "http: true\" below llm: for a server in your own network",
                                url->host));
    }
    return {};
}

SystemMode mode_of(const config::Llm& settings) {
    const bool is_multi =
        settings.projection == Projection::multi ||
        (settings.projection == Projection::automatic && settings.provider == LlmProvider::openai);
    return is_multi ? SystemMode::multi : SystemMode::single_first;
}

std::string chat_body(const config::Llm& settings,
                      const prompts::Assembled& request,
                      const WireOptions& options) {
    const bool is_openai = settings.provider == LlmProvider::openai;
    ChatOptions chat;
    chat.model = settings.model;
    chat.system_mode = mode_of(settings);
    chat.max_tokens = options.max_tokens.value_or(settings.max_tokens);
    chat.is_openai = is_openai;
    chat.temperature = settings.temperature;
    chat.is_streamed = options.is_streamed;
    chat.takes_images = settings.takes_images;
    chat.takes_pdf = settings.takes_pdf.value_or(is_openai);
    return boost::json::serialize(chat_completions_body(request, chat));
}

std::string anthropic_body(const config::Llm& settings,
                           const prompts::Assembled& request,
                           const WireOptions& options) {
    MessagesOptions messages;
    messages.model = settings.model;
    messages.max_tokens = options.max_tokens.value_or(settings.max_tokens);
    messages.is_streamed = options.is_streamed;
    return boost::json::serialize(messages_body(request, messages));
}

prompts::Assembled without_secrets(const prompts::Assembled& request,
                                   const std::function<std::string(std::string)>& redact) {
    prompts::Assembled clean = request;
    for (prompts::Message& message : clean.messages) {
        message.text = redact(std::move(message.text));
        for (prompts::ToolCall& call : message.tool_calls) {
            call.arguments = redact(std::move(call.arguments));
        }
    }
    for (prompts::Tool& tool : clean.tools) {
        tool.description = redact(std::move(tool.description));
    }
    return clean;
}

std::string body_of(const config::Llm& settings,
                    const prompts::Assembled& request,
                    const WireOptions& options) {
    return settings.provider == LlmProvider::anthropic ? anthropic_body(settings, request, options)
                                                       : chat_body(settings, request, options);
}

std::vector<http::Header> headers_of(const config::Llm& settings, const WireOptions& options) {
    std::vector<http::Header> headers;
    headers.push_back({"Content-Type", "application/json"});
    headers.push_back({"Accept", options.is_streamed ? "text/event-stream" : "application/json"});
    const bool is_anthropic = settings.provider == LlmProvider::anthropic;
    if (is_anthropic) {
        headers.push_back(
            {"anthropic-version",
             settings.api_version.empty() ? kAnthropicVersion : settings.api_version});
    }
    if (!options.api_key.empty()) {
        headers.push_back(is_anthropic
                              ? http::Header{"x-api-key", options.api_key}
                              : http::Header{"Authorization", "Bearer " + options.api_key});
    }
    return headers;
}

}  // namespace

Status check_provider(const config::Llm& settings) {
    if (settings.provider == LlmProvider::none) {
        return fail(ErrorCode::conflict,
                    "no AI is set up: write into .aifp-project/engine.yaml, for example, \"llm: "
                    "{provider: anthropic, model: NAME, api_key: !secret anthropic_key}\", or for "
                    "a server of your own \"llm: {provider: compatible, base_url: "
                    "\"http://localhost:11434/v1\", model: NAME}\"");
    }
    if (settings.model.empty()) {
        return fail(ErrorCode::conflict,
                    "no model is named: write \"model: NAME\" below \"llm:\" in engine.yaml, as "
                    "the provider calls it");
    }
    if (settings.provider == LlmProvider::compatible && settings.base_url.empty()) {
        return fail(ErrorCode::conflict,
                    "nobody knows where the AI is: write \"base_url: http://localhost:11434/v1\" "
                    "(Ollama) or the like below \"llm:\" in engine.yaml");
    }
    return {};
}

Result<Wire> make_wire(const config::Llm& settings,
                       const prompts::Assembled& request,
                       const WireOptions& options) {
    if (auto checked = check_provider(settings); !checked) {
        return fail(checked.error());
    }
    Wire wire;
    wire.url = address_of(settings);
    if (auto checked = check_address(settings, wire.url); !checked) {
        return fail(checked.error());
    }
    wire.headers = headers_of(settings, options);
    wire.body = options.redact
                    ? body_of(settings, without_secrets(request, options.redact), options)
                    : body_of(settings, request, options);
    if (wire.body.size() > kMaxRequestBytes) {
        return fail(
            ErrorCode::invalid_input,
            fmt::format("the request has {} MiB, a provider takes {}: list fewer or smaller "
                        "context files",
                        wire.body.size() >> 20,
                        kMaxRequestBytes >> 20));
    }
    return wire;
}

std::string shown(const Wire& wire) {
    std::string text = fmt::format("POST {}\n", wire.url);
    for (const http::Header& header : wire.headers) {
        const bool is_key = http::equal_ignoring_case(header.name, "x-api-key") ||
                            http::equal_ignoring_case(header.name, "authorization");
        const bool is_bearer = is_key && header.value.starts_with("Bearer ");
        text += fmt::format(
            "{}: {}\n", header.name, is_key ? (is_bearer ? "Bearer ***" : "***") : header.value);
    }
    return text + "\n" + wire.body;
}

}  // namespace aifp::llm
