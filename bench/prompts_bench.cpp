// What it costs to put a request to an AI together: 50 prompt directives and 1 MB of context.
#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <vector>

#include "base/hash.hpp"
#include "prompts/assemble.hpp"
#include "prompts/builtin.hpp"

namespace {

using namespace aifp;
using namespace aifp::prompts;

constexpr std::size_t kMegabyte = 1'000'000;
constexpr std::size_t kDirectives = 50;

std::string prose(std::size_t bytes) {
    constexpr std::string_view kLine = "The lamp in the hall goes on at dusk, 4f2a times a year.\n";
    std::string text;
    while (text.size() < bytes) {
        text += kLine;
    }
    text.resize(bytes);
    return text;
}

PromptDirective saying(std::size_t number, std::string text) {
    PromptDirective directive;
    directive.id = "d" + std::to_string(number);
    directive.priority = static_cast<int>(60 + number);
    directive.produce = [text = std::move(text)](const Context&) -> Result<Produced> {
        Produced produced;
        produced.outputs.emplace_back(TextOutput{text});
        return produced;
    };
    return directive;
}

// The six that speak to a pipeline, and as many of an owner as make fifty; `bytes` in all of these.
std::vector<PromptDirective> fifty(std::size_t bytes) {
    std::vector<PromptDirective> all = builtin_directives();
    std::erase_if(all, [](const auto& each) { return !speaks_to(each, "pipeline"); });
    const std::size_t own = kDirectives - all.size();
    for (std::size_t i = 0; i < own; ++i) {
        all.push_back(saying(i, prose(bytes / own)));
    }
    return all;
}

Context pipeline_context() {
    Context context;
    context.agent = "pipeline";
    context.settings.global_system_prompt = "Be brief.";
    auto pipeline = std::make_shared<Pipeline>();
    pipeline->prompt = "Write posts.";
    pipeline->steps = {{"a", "fetch", "rss"}, {"b", "ai", ""}};
    pipeline->current_step = "b";
    context.pipeline = std::shared_ptr<const Pipeline>(std::move(pipeline));
    context.tools = {{"publish", "Publishes.", {}, "wordpress", {}}};
    auto site = std::make_shared<SiteView>();
    site->data = {{"site", {{"name", "home"}}}};
    context.site = std::move(site);
    return context;
}

void assemble_all(benchmark::State& state,
                  const Context& context,
                  const std::vector<PromptDirective>& directives,
                  const std::vector<Message>& conversation) {
    for (auto step : state) {
        auto request = assemble(conversation, context, directives, {});
        if (!request || request->manifest.size() != kDirectives) {
            state.SkipWithError("the request is not what it should be");
        }
        benchmark::DoNotOptimize(request);
    }
}

void context_in_a_file(benchmark::State& state) {
    Context context = pipeline_context();
    auto file = std::make_shared<ContextFile>();
    file->path = file->name = "notes.txt";
    file->mime = "text/plain";
    file->content = prose(kMegabyte);
    file->sha256 = sha256_hex(file->content);
    context.files.files = {std::move(file)};
    assemble_all(state, context, fifty(10'000), {});
}
BENCHMARK(context_in_a_file)->Unit(benchmark::kMicrosecond);

void context_in_prompt_directives(benchmark::State& state) {
    assemble_all(state, pipeline_context(), fifty(kMegabyte), {});
}
BENCHMARK(context_in_prompt_directives)->Unit(benchmark::kMicrosecond);

void context_in_the_conversation(benchmark::State& state) {
    Message said;
    said.text = prose(kMegabyte);
    assemble_all(state, pipeline_context(), fifty(10'000), {said});
}
BENCHMARK(context_in_the_conversation)->Unit(benchmark::kMicrosecond);

}  // namespace

BENCHMARK_MAIN();
