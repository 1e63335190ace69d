#include "prompts/builtin.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "prompts/builtin_texts.hpp"
#include "prompts/site_context.hpp"

namespace aifp::prompts {
namespace {

using logging::Level;

std::string to_upper_ascii(std::string_view text) {
    std::string upper(text);
    for (char& letter : upper) {
        if (letter >= 'a' && letter <= 'z') {
            letter = static_cast<char>(letter - 'a' + 'A');
        }
    }
    return upper;
}

Produced text_of(std::string text) {
    Produced produced;
    produced.outputs.emplace_back(TextOutput{std::move(text)});
    return produced;
}

Result<Produced> produce_core(const Context&) {
    return text_of(std::string(kCoreText));
}

Result<Produced> produce_chat_agent(const Context&) {
    return text_of(std::string(kChatAgentText));
}

Result<Produced> produce_global(const Context& context) {
    return text_of(context.settings.global_system_prompt);
}

Result<Produced> produce_pipeline_prompt(const Context& context) {
    if (!context.pipeline) {
        return fail(context.pipeline.error());
    }
    const auto& pipeline = *context.pipeline;
    const std::string_view goals = pipeline ? trim(pipeline->prompt) : std::string_view();
    if (goals.empty()) {
        return Produced();
    }
    const std::string workflow = describe_workflow(*pipeline);
    return text_of(fmt::format("{}{}{}Goals of this step:\n{}",
                               workflow.empty() ? "" : "Workflow: ",
                               workflow,
                               workflow.empty() ? "" : "\n\n",
                               goals));
}

boost::json::value pipeline_id(const Context& context) {
    const bool is_known = context.pipeline && *context.pipeline != nullptr;
    return is_known ? boost::json::value((*context.pipeline)->id) : boost::json::value(nullptr);
}

void tell_skipped(const Context& context, Notices& notices) {
    for (const SkippedFile& file : context.files.skipped) {
        notices.push_back({Level::warning,
                           file.is_missing ? "Pipeline Context: File not found"
                                           : "Pipeline Context: File skipped",
                           {{"file_path", file.path},
                            {"pipeline_id", pipeline_id(context)},
                            {"reason", file.reason}}});
    }
    for (const auto& file : context.files.files) {
        if (file->was_mended) {
            notices.push_back({Level::warning,
                               "Pipeline Context: File mended",
                               {{"file_path", file->path},
                                {"pipeline_id", pipeline_id(context)},
                                {"reason", "bytes that are no UTF-8 were replaced"}}});
        }
    }
}

// What a person reads who looks at the request: which are missing, and why.
std::string note_of_skipped(const std::vector<SkippedFile>& skipped) {
    constexpr std::size_t kNamed = 3;
    std::string note;
    for (std::size_t i = 0; i < std::min(skipped.size(), kNamed); ++i) {
        note +=
            fmt::format("{}{}: {}", i == 0 ? "skipped " : "; ", skipped[i].path, skipped[i].reason);
    }
    if (skipped.size() > kNamed) {
        note += fmt::format("; and {} more", skipped.size() - kNamed);
    }
    return note;
}

Result<Produced> produce_files(const Context& context) {
    Produced produced;
    boost::json::array sent;
    boost::json::array skipped;
    for (const auto& file : context.files.files) {
        produced.outputs.emplace_back(FileOutput{file});
        sent.emplace_back(file->name);
    }
    for (const SkippedFile& file : context.files.skipped) {
        skipped.emplace_back(file.path);
    }
    tell_skipped(context, produced.notices);
    if (!sent.empty() || !skipped.empty()) {
        const std::size_t count = sent.size();
        produced.notices.push_back({Level::debug,
                                    "Directive: Context files injected",
                                    {{"pipeline_id", pipeline_id(context)},
                                     {"file_count", count},
                                     {"files", std::move(sent)},
                                     {"skipped", std::move(skipped)}}});
    }
    produced.note = note_of_skipped(context.files.skipped);
    return produced;
}

Result<Produced> produce_tools(const Context& context) {
    if (context.tools.empty()) {
        return Produced();
    }
    const bool is_pipeline = context.agent == "pipeline";
    const bool has_handler = std::any_of(context.tools.begin(),
                                         context.tools.end(),
                                         [](const Tool& tool) { return !tool.handler.empty(); });
    std::string text(is_pipeline ? kPipelineToolsText : kChatToolsText);
    if (is_pipeline && !has_handler) {
        text += kNoHandlerText;
    }
    text += "\n\nTools:";
    for (const Tool& tool : context.tools) {
        text += fmt::format("\n- {}: {}", tool.name, summary_of(tool.description));
    }
    return text_of(std::move(text));
}

Result<Produced> produce_site(const Context& context) {
    Produced produced;
    if (!context.settings.site_context_enabled) {
        produced.note = "site_context_enabled is false";
        return produced;
    }
    if (context.settings.site_context == config::SiteProvider::none) {
        produced.note = "site_context is none";
        return produced;
    }
    if (!context.site || context.site->data.empty()) {
        produced.notices.push_back(
            {Level::warning,
             "Site Context Directive: Empty context generated",
             {{"provider", context.site ? context.site->provider : std::string()}}});
        return produced;
    }
    if (const auto holes = count_holes(context.site->data); holes > 0) {
        produced.note = fmt::format("incomplete: {} parts could not be read", holes);
    }
    if (context.site->is_stale) {
        produced.note = "stale: the provider failed";
    }
    produced.outputs.emplace_back(
        JsonOutput{std::string(kSiteLabel), shrunk_to(context.site->data, kMaxSiteBytes)});
    return produced;
}

PromptDirective make(std::string_view id,
                     int priority,
                     std::vector<std::string> agents,
                     Producer producer) {
    PromptDirective directive;
    directive.id = id;
    directive.priority = priority;
    directive.agents = std::move(agents);
    directive.produce = std::move(producer);
    directive.trust = Trust::engine;
    directive.volatility = Volatility::fixed;
    directive.source = "built in";
    return directive;
}

}  // namespace

std::string describe_workflow(const Pipeline& pipeline) {
    std::string line;
    for (const WorkflowStep& step : pipeline.steps) {
        line += line.empty() ? "" : " -> ";
        if (step.handler == "?") {
            line += "UNKNOWN ";
        } else if (!step.handler.empty()) {
            line += to_upper_ascii(step.handler) + " ";
        }
        line += to_upper_ascii(step.type);
        line += !step.id.empty() && step.id == pipeline.current_step ? " (YOU ARE HERE)" : "";
    }
    return line;
}

std::vector<PromptDirective> builtin_directives() {
    std::vector<PromptDirective> all;
    all.push_back(make(kCoreId, 10, {"chat", "pipeline"}, produce_core));
    all.push_back(make(kChatAgentId, 15, {"chat"}, produce_chat_agent));
    all.push_back(make(kGlobalSystemPromptId, 20, {"all"}, produce_global));
    all.back().trust = Trust::owner;
    all.back().volatility = Volatility::config;
    all.push_back(make(kPipelineSystemPromptId, 30, {"pipeline"}, produce_pipeline_prompt));
    all.back().trust = Trust::owner;
    all.back().volatility = Volatility::session;
    all.back().required = true;
    all.push_back(make(kPipelineContextFilesId, 35, {"pipeline"}, produce_files));
    all.back().trust = Trust::external;
    all.back().volatility = Volatility::session;
    all.push_back(make(kToolDefinitionsId, 40, {"chat", "pipeline"}, produce_tools));
    all.back().volatility = Volatility::session;
    all.push_back(make(kSiteContextId, 50, {"all"}, produce_site));
    all.back().trust = Trust::site;
    all.back().volatility = Volatility::turn;
    all.back().max_bytes = kMaxSiteBytes;
    all.back().reads_site = true;
    return all;
}

}  // namespace aifp::prompts
