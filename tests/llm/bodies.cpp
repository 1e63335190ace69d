// Prints what the adapters would send, one JSON line each: {"name", "api", "body"}. schemas.py
// holds the bodies against the providers' own schemas.
#include <boost/json/serialize.hpp>
#include <iostream>

#include "llm/request.hpp"
#include "prompts/builtin.hpp"
#include "requests.hpp"

namespace {

using namespace aifp;
namespace json = boost::json;

void print(const std::string& name, const char* api, json::object body) {
    std::cout << json::serialize(
                     json::object{{"name", name}, {"api", api}, {"body", std::move(body)}})
              << '\n';
}

void print_all(const std::string& name,
               const prompts::Assembled& request,
               const llm::FileIds& ids = {}) {
    llm::ChatOptions openai;
    openai.model = "gpt-5";
    openai.system_mode = llm::SystemMode::multi;
    openai.max_tokens = 1'000;
    openai.is_openai = true;
    openai.is_streamed = true;
    openai.takes_pdf = true;
    openai.file_ids = ids;
    print(name + ", OpenAI", "openai", llm::chat_completions_body(request, openai));
    llm::ChatOptions local;
    local.model = "qwen";
    local.max_tokens = 1'000;
    local.temperature = 0.2;
    print(name + ", a local server", "openai", llm::chat_completions_body(request, local));
    llm::MessagesOptions anthropic;
    anthropic.model = "claude";
    anthropic.file_ids = ids;
    print(name + ", Anthropic", "anthropic", llm::messages_body(request, anthropic));
    anthropic.is_streamed = true;
    print(name + ", Anthropic streamed", "anthropic", llm::messages_body(request, anthropic));
}

// Under which a provider has the attachments.
llm::FileIds ids_for(const prompts::Assembled& request) {
    llm::FileIds ids;
    for (const prompts::Message& message : request.messages) {
        if (message.file) {
            ids.emplace(message.file->sha256, "file_" + message.file->name);
        }
    }
    return ids;
}

// All seven, as a step of a pipeline has them.
prompts::Assembled with_everything() {
    prompts::Context context;
    context.agent = "pipeline";
    context.settings.global_system_prompt = "Be brief.";
    auto pipeline = std::make_shared<prompts::Pipeline>();
    pipeline->prompt = "Write posts.";
    pipeline->steps = {{"a", "fetch", "rss"}, {"b", "ai", ""}};
    pipeline->current_step = "b";
    context.pipeline = std::shared_ptr<const prompts::Pipeline>(std::move(pipeline));
    const prompts::Assembled files = llm::requests::with_files();
    for (const prompts::Message& message : files.messages) {
        if (message.file) {
            context.files.files.push_back(message.file);
        }
    }
    context.tools = {{"look", "Looks.", {}, "", {}},
                     {"publish",
                      "Publishes.",
                      {{"type", "object"},
                       {"properties", {{"text", {{"type", "string"}}}}},
                       {"required", {"text"}}},
                      "wordpress",
                      {}}};
    auto site = std::make_shared<prompts::SiteView>();
    site->data = {{"site", {{"name", "home"}}}};
    context.site = std::move(site);
    const auto conversation = llm::requests::with_tool_calls().messages;
    return prompts::assemble(conversation, context, prompts::builtin_directives(), {}).value();
}

}  // namespace

int main() {
    print_all("a question", llm::requests::asking("U1"));
    print_all("calls of tools", llm::requests::with_tool_calls());
    const prompts::Assembled files = llm::requests::with_files();
    print_all("files", files);
    print_all("stored files", files, ids_for(files));
    print_all("nobody spoke", llm::requests::with_directives({{"one", {}}}));
    print_all("everything", with_everything());
    return 0;
}
