#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/hash.hpp"
#include "prompts/assemble.hpp"

// Requests for the tests of this room.

namespace aifp::llm::requests {

inline prompts::Message said(prompts::Role role, std::string text) {
    prompts::Message message;
    message.role = role;
    message.text = std::move(text);
    return message;
}

inline prompts::Assembled asking(std::string text) {
    prompts::Assembled request;
    request.messages = {said(prompts::Role::user, std::move(text))};
    return request;
}

/// The user asks, the assistant calls a tool twice, the second call fails.
inline prompts::Assembled with_tool_calls() {
    prompts::Assembled request = asking("U1");
    request.messages.push_back(said(prompts::Role::assistant, ""));
    request.messages.back().tool_calls = {{"c1", "look", R"({"at":1})"}, {"c2", "look", "oops"}};
    request.messages.push_back(said(prompts::Role::tool, "seen"));
    request.messages.back().tool_call_id = "c1";
    request.messages.push_back(said(prompts::Role::tool, "no"));
    request.messages.back().tool_call_id = "c2";
    request.messages.back().is_error = true;
    request.tools = {{"look", "Looks.", {}, "", {}}};
    return request;
}

inline prompts::Message attached(std::string name, std::string mime, std::string content) {
    auto file = std::make_shared<prompts::ContextFile>();
    file->kind = mime == "application/pdf" ? prompts::FileKind::pdf : prompts::FileKind::image;
    file->name = name;
    file->mime = std::move(mime);
    file->content = std::move(content);
    file->sha256 = sha256_hex(file->content);
    prompts::Message message = said(prompts::Role::system, "About " + std::move(name));
    message.file = std::move(file);
    message.directive = "files";
    return message;
}

/// An image, a PDF and what the user says.
inline prompts::Assembled with_files() {
    prompts::Assembled request;
    request.messages = {attached("a.png", "image/png", "pixels"),
                        attached("b.pdf", "application/pdf", "pages"),
                        said(prompts::Role::user, "U1")};
    return request;
}

/// One message for each id, which is its text.
inline prompts::Assembled with_directives(
    const std::vector<std::pair<std::string, prompts::Volatility>>& directives) {
    prompts::Assembled request;
    for (const auto& [id, volatility] : directives) {
        request.messages.push_back(said(prompts::Role::system, id));
        request.messages.back().directive = id;
        prompts::ManifestEntry entry;
        entry.id = id;
        entry.volatility = volatility;
        request.manifest.push_back(std::move(entry));
    }
    return request;
}

}  // namespace aifp::llm::requests
