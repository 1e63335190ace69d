#include "llm/wire.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "http/ip_address.hpp"
#include "http/url.hpp"
#include "llm/adapter.hpp"

namespace aifp::llm {
namespace {

using config::LlmProvider;

bool is_here(const std::string& host) {
    const auto address = http::IpAddress::parse(host);
    return address ? address->is_loopback() : host == "localhost";
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

bool is_key_header(std::string_view name) {
    constexpr std::array<std::string_view, 3> kNames = {
        "x-api-key", "x-goog-api-key", "authorization"};
    return std::any_of(kNames.begin(), kNames.end(), [name](std::string_view each) {
        return http::equal_ignoring_case(name, each);
    });
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

Status check_address(const config::Llm& settings) {
    const auto url = http::parse_url(base_of(*find_adapter(settings.provider), settings));
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

Result<Wire> make_wire(const config::Llm& settings,
                       const prompts::Assembled& request,
                       const WireOptions& options) {
    if (auto checked = check_provider(settings); !checked) {
        return fail(checked.error());
    }
    if (auto checked = check_address(settings); !checked) {
        return fail(checked.error());
    }
    const Adapter& adapter = *find_adapter(settings.provider);
    Wire wire;
    wire.url = base_of(adapter, settings) + adapter.path(settings, options.is_streamed);
    wire.headers = {{"Content-Type", "application/json"}};
    for (http::Header& header : headers_of(adapter, settings, options)) {
        wire.headers.push_back(std::move(header));
    }
    wire.body = options.redact
                    ? adapter.body(settings, without_secrets(request, options.redact), options)
                    : adapter.body(settings, request, options);
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
        const bool is_key = is_key_header(header.name);
        const bool is_bearer = is_key && header.value.starts_with("Bearer ");
        text += fmt::format(
            "{}: {}\n", header.name, is_key ? (is_bearer ? "Bearer ***" : "***") : header.value);
    }
    return text + "\n" + wire.body;
}

}  // namespace aifp::llm
