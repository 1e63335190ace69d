#include "llm/upload.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/hash.hpp"
#include "llm/adapter.hpp"
#include "llm/answer_parts.hpp"

namespace aifp::llm {
namespace {

// Anthropic refuses these, and no header may hold a quote or a line's end.
constexpr std::string_view kRefused = "<>:\"|?*\\/";

std::string safe_name(const std::string& name) {
    constexpr std::size_t kMost = 200;
    std::string safe = name.substr(0, kMost);
    std::replace_if(
        safe.begin(),
        safe.end(),
        [](char letter) {
            const auto byte = static_cast<unsigned char>(letter);
            return byte < 0x20 || byte >= 0x7f || kRefused.find(letter) != kRefused.npos;
        },
        '_');
    return safe.empty() ? "file" : safe;
}

// One that does not stand in the file.
std::string boundary_for(const std::string& content) {
    std::string boundary = "aifp-" + sha256_hex(content);
    while (content.find(boundary) != content.npos) {
        boundary = "aifp-" + sha256_hex(boundary);
    }
    return boundary;
}

std::string field(const std::string& boundary, std::string_view name, std::string_view value) {
    return fmt::format(
        "--{}\r\nContent-Disposition: form-data; name=\"{}\"\r\n\r\n{}\r\n", boundary, name, value);
}

}  // namespace

Wire make_upload(const config::Llm& settings,
                 const prompts::ContextFile& file,
                 const std::string& api_key) {
    const Adapter& adapter = *find_adapter(settings.provider);
    const std::string boundary = boundary_for(file.content);
    Wire wire;
    wire.url = base_of(adapter, settings) + "/files";
    wire.headers = {{"Content-Type", "multipart/form-data; boundary=" + boundary}};
    WireOptions options;
    options.api_key = api_key;
    options.is_upload = true;
    for (http::Header& header : headers_of(adapter, settings, options)) {
        wire.headers.push_back(std::move(header));
    }
    if (settings.provider == config::LlmProvider::openai) {
        wire.body += field(boundary, "purpose", "user_data");
        wire.body += field(boundary, "expires_after[anchor]", "created_at");
        wire.body += field(boundary, "expires_after[seconds]", std::to_string(kStoredSeconds));
    }
    wire.body += fmt::format(
        "--{}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{}\"\r\n"
        "Content-Type: {}\r\n\r\n",
        boundary,
        safe_name(file.name),
        file.mime);
    wire.body += file.content;
    wire.body += fmt::format("\r\n--{}--\r\n", boundary);
    return wire;
}

Result<std::string> read_upload(std::string_view body) {
    const auto stored = read_object(body);
    if (!stored) {
        return fail(stored.error());
    }
    std::string id = text_in(*stored, "id");
    constexpr std::size_t kLongestId = 256;
    if (id.empty() || id.size() > kLongestId) {
        return fail(ErrorCode::invalid_input, "the provider's store gave no id for the file");
    }
    return id;
}

}  // namespace aifp::llm
