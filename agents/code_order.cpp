#include <fmt/format.h>

#include <boost/json/serialize.hpp>
#include <vector>

#include "agents/codegen.hpp"
#include "base/text.hpp"
#include "model/directive.hpp"
#include "prompts/render.hpp"

namespace aifp::agents {
namespace {

constexpr std::string_view kFence = "```";

/// The contents of all fenced blocks.
std::vector<std::string> fenced_blocks(std::string_view text) {
    std::vector<std::string> blocks;
    std::size_t at = text.find(kFence);
    while (at != text.npos) {
        const auto begin = text.find('\n', at);
        const auto close = begin == text.npos ? text.npos : text.find("\n```", begin);
        if (close == text.npos) {
            break;
        }
        blocks.emplace_back(text.substr(begin + 1, close - begin));
        at = text.find(kFence, close + 1 + kFence.size());
    }
    return blocks;
}

}  // namespace

Result<WrittenCode> code_in_answer(std::string_view text) {
    auto blocks = fenced_blocks(text);
    if (blocks.size() != 2) {
        return fail(ErrorCode::invalid_input,
                    fmt::format("Give exactly two fenced blocks, the program and then its test; "
                                "there were {}.",
                                blocks.size()));
    }
    WrittenCode code{std::move(blocks[0]), std::move(blocks[1])};
    if (code.program.size() > kMaxCodeBytes || code.test.size() > kMaxCodeBytes) {
        return fail(ErrorCode::invalid_input,
                    fmt::format("Each file may have at most {} KiB.", kMaxCodeBytes >> 10));
    }
    return code;
}

std::string code_rules(const helpers::workflow::Generated& wanted) {
    return fmt::format(
        "You write Python implementations for an automation engine. Give two fenced blocks and "
        "nothing else: first the whole program ({0}), then the whole test ({1}).\n"
        "The program:\n"
        "- Python 3.9 and later, the standard library and the declared packages only.\n"
        "- At the top stand imports, constants in capitals, frozen dataclasses and functions; "
        "loading the file does nothing.\n"
        "- Deciding is pure: functions that look at their arguments and return something new. No "
        "global, no nonlocal, no class with state, nothing given is changed.\n"
        "- The outside (network, files, clock, environment, print) is touched only inside "
        "functions named effect_... and in main. Only {2}, main and other effect_ functions call "
        "them; others are handed what they need.\n"
        "- {2}(**with) is the entry point: it gets the members of the step's `with` as keyword "
        "arguments and returns what can be written as JSON. Every keyword has a default.\n"
        "- main() reads one JSON line {{\"with\": {{...}}, \"trigger\": {{...}}, \"directive\": "
        "NAME, \"run\": N}} from standard input, prints {{\"result\": ...}} as one JSON line and "
        "returns 0; when it fails it prints why to standard error and returns 1. The file ends "
        "with: if __name__ == \"__main__\": sys.exit(main())\n"
        "- Every call of the network has a timeout. Secrets come from the environment variable "
        "AIFP_SECRET_NAME.\n"
        "The test:\n"
        "- unittest, each test_ method asserts something. It loads the program with "
        "importlib.util.spec_from_file_location from the folder above its own, {0}.\n"
        "- It tests the deciding functions, and {2} with stand-ins for the effects; it never calls "
        "an effect_ function, opens no file and no connection.",
        wanted.program.path,
        wanted.test.path,
        wanted.entry_point);
}

std::string code_order(const helpers::workflow::GenerationRequest& request,
                       const std::vector<std::string>& declared) {
    boost::json::object apis;
    for (const auto& [name, api] : request.settings.apis) {
        apis[name] = api.base_url;
    }
    return fmt::format(
        "Write the program for this directive: it does what the directive's actions say when they "
        "are run, in their order; triggers and conditions are the engine's.\nDeclared packages: "
        "{}.\n{}\n{}",
        declared.empty() ? std::string("none") : join(declared, ", "),
        prompts::marked_as_data("directive",
                                boost::json::serialize(model::to_json(request.directive))),
        prompts::marked_as_data("apis", boost::json::serialize(apis)));
}

}  // namespace aifp::agents
