#include "cli/prompt_verbs.hpp"

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/invocation.hpp"
#include "cli/prompt_command.hpp"

namespace aifp::cli {
namespace {

void add_draft_options(CLI::App& verb, PromptOptions& options) {
    verb.add_option("--agent", options.agent, "chat (default), pipeline, codegen ...");
    verb.add_option("--message", options.message, "What is asked");
    verb.add_option("--prompt", options.prompt, "The goals of a pipeline's step");
    verb.add_option("--step", options.step, "Id of the step");
    verb.add_option("--directive", options.directive, "The automation that it is about");
    verb.add_option("--session", options.session, "The conversation");
    verb.add_option("--run", options.run, "The run");
    verb.add_option("--file", options.files, "A context file");
    verb.add_flag("--stream", options.stream, "As it is sent when the answer is streamed");
}

}  // namespace

void add_prompt_verbs(CLI::App& app, Invocation& invocation) {
    const auto options = std::make_shared<PromptOptions>();
    auto* prompt = app.add_subcommand("prompt", "What stands in front of requests to an AI");
    prompt->require_subcommand(1);
    auto* list = prompt->add_subcommand("list", "Prompt directives, and what was refused");
    invocation.decide(*list, options, run_prompt_list);
    auto* inspect = prompt->add_subcommand("inspect", "What would be sent, byte for byte");
    add_draft_options(*inspect, *options);
    inspect->add_flag("--wire", options->wire, "The request alone");
    invocation.decide(*inspect, options, run_prompt_inspect);
    auto* lint = prompt->add_subcommand("lint", "What is allowed and probably not meant");
    add_draft_options(*lint, *options);
    invocation.decide(*lint, options, run_prompt_lint);
    auto* diff = prompt->add_subcommand("diff", "How what two runs were given differs");
    diff->add_option("RUN", options->runs, "Two runs")->required()->expected(2);
    invocation.decide(*diff, options, run_prompt_diff);
    auto* usage = prompt->add_subcommand("usage", "Tokens by month, provider and model");
    invocation.decide(*usage, options, run_prompt_usage);
    auto* upload = prompt->add_subcommand("upload", "Store a context file for an AI's steps");
    upload->add_option("FILE", options->upload, "The file")->required();
    upload->add_option("--as", options->as, "Its name there (default: as it is called)");
    invocation.decide(*upload, options, run_prompt_upload);
    auto* site = app.add_subcommand("site-context", "What AI agents are told of the site");
    site->require_subcommand(1);
    auto* show = site->add_subcommand("show", "What is known");
    invocation.decide(*show, options, run_site_show);
    auto* clear = site->add_subcommand("clear", "Forget it: the next request asks anew");
    invocation.decide(*clear, options, run_site_clear);
}

}  // namespace aifp::cli
