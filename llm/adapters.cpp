#include <array>

#include "base/json_text.hpp"
#include "http/encoding.hpp"
#include "llm/adapter.hpp"
#include "llm/request.hpp"

namespace aifp::llm {
namespace {

using config::LlmProvider;
using config::Projection;
using prompts::FileKind;

std::string chat_path(const config::Llm& /*settings*/, bool /*is_streamed*/) {
    return "/chat/completions";
}

std::string messages_path(const config::Llm& /*settings*/, bool /*is_streamed*/) {
    return "/messages";
}

// People copy the model with and without its folder.
std::string gemini_path(const config::Llm& settings, bool is_streamed) {
    constexpr std::string_view kFolder = "models/";
    std::string_view model = settings.model;
    model.remove_prefix(model.starts_with(kFolder) ? kFolder.size() : 0);
    return "/models/" + http::form_encode(model) +
           (is_streamed ? ":streamGenerateContent?alt=sse" : ":generateContent");
}

http::Header bearer(const std::string& api_key) {
    return {"Authorization", "Bearer " + api_key};
}

http::Header anthropic_key(const std::string& api_key) {
    return {"x-api-key", api_key};
}

http::Header google_key(const std::string& api_key) {
    return {"x-goog-api-key", api_key};
}

std::vector<http::Header> no_headers(const config::Llm& /*settings*/,
                                     const WireOptions& /*options*/) {
    return {};
}

std::vector<http::Header> anthropic_headers(const config::Llm& settings,
                                            const WireOptions& options) {
    std::vector<http::Header> headers = {
        {"anthropic-version",
         settings.api_version.empty() ? kAnthropicVersion : settings.api_version}};
    if (!options.file_ids.empty() || options.is_upload) {
        headers.push_back({"anthropic-beta", "files-api-2025-04-14"});
    }
    return headers;
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
    chat.file_ids = options.file_ids;
    return json_text(chat_completions_body(request, chat));
}

std::string anthropic_body(const config::Llm& settings,
                           const prompts::Assembled& request,
                           const WireOptions& options) {
    MessagesOptions messages;
    messages.model = settings.model;
    messages.max_tokens = options.max_tokens.value_or(settings.max_tokens);
    messages.is_streamed = options.is_streamed;
    messages.file_ids = options.file_ids;
    return json_text(messages_body(request, messages));
}

std::string google_body(const config::Llm& settings,
                        const prompts::Assembled& request,
                        const WireOptions& options) {
    GeminiOptions gemini;
    gemini.max_tokens = options.max_tokens.value_or(settings.max_tokens);
    gemini.temperature = settings.temperature;
    return json_text(gemini_body(request, gemini));
}

bool stores_nothing(FileKind /*kind*/) {
    return false;
}
// Chat Completions names an image by an address only.
bool stores_pdf(FileKind kind) {
    return kind == FileKind::pdf;
}
bool stores_attachments(FileKind kind) {
    return kind != FileKind::text;
}

constexpr std::array kAdapters = {
    Adapter{LlmProvider::openai,
            "https://api.openai.com/v1",
            "",
            chat_path,
            bearer,
            no_headers,
            chat_body,
            read_chat_completion,
            make_chat_stream,
            stores_pdf},
    Adapter{LlmProvider::compatible,
            "",
            "",
            chat_path,
            bearer,
            no_headers,
            chat_body,
            read_chat_completion,
            make_chat_stream,
            stores_nothing},
    Adapter{LlmProvider::anthropic,
            "https://api.anthropic.com/v1",
            "/v1",
            messages_path,
            anthropic_key,
            anthropic_headers,
            anthropic_body,
            read_message,
            make_message_stream,
            stores_attachments},
    Adapter{LlmProvider::gemini,
            "https://generativelanguage.googleapis.com/v1beta",
            "/v1beta",
            gemini_path,
            google_key,
            no_headers,
            google_body,
            read_gemini,
            make_gemini_stream,
            stores_nothing},
};

}  // namespace

const Adapter* find_adapter(LlmProvider provider) noexcept {
    for (const Adapter& adapter : kAdapters) {
        if (adapter.provider == provider) {
            return &adapter;
        }
    }
    return nullptr;
}

std::string base_of(const Adapter& adapter, const config::Llm& settings) {
    std::string base = settings.base_url;
    while (base.ends_with('/')) {
        base.pop_back();
    }
    if (base.empty()) {
        return std::string(adapter.own_base);
    }
    return base.ends_with(adapter.version_path) ? base : base.append(adapter.version_path);
}

std::vector<http::Header> headers_of(const Adapter& adapter,
                                     const config::Llm& settings,
                                     const WireOptions& options) {
    std::vector<http::Header> headers;
    headers.push_back({"Accept", options.is_streamed ? "text/event-stream" : "application/json"});
    for (http::Header& header : adapter.own_headers(settings, options)) {
        headers.push_back(std::move(header));
    }
    if (!options.api_key.empty()) {
        headers.push_back(adapter.key_header(options.api_key));
    }
    return headers;
}

}  // namespace aifp::llm
