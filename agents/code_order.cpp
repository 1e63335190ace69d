#include <fmt/format.h>

#include <vector>

#include "agents/codegen.hpp"
#include "base/json_text.hpp"
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

std::string code_order(const helpers::workflow::GenerationRequest& request,
                       const helpers::workflow::Generated& wanted,
                       const std::vector<std::string>& declared) {
    boost::json::object apis;
    for (const auto& [name, api] : request.settings.apis) {
        apis[name] = api.base_url;
    }
    return fmt::format(
        "Write the program for this directive: it does what the directive's actions say when they "
        "are run, in their order; triggers and conditions are the engine's. Give two fenced blocks "
        "and nothing else: first the whole program, then the whole test.\nProgram: {}\nTest: {}\n"
        "Entry point: {}\nDeclared packages: {}.\n{}\n{}",
        wanted.program.path,
        wanted.test.path,
        wanted.entry_point,
        declared.empty() ? std::string("none") : join(declared, ", "),
        prompts::marked_as_data("directive", json_text(model::to_json(request.directive))),
        prompts::marked_as_data("apis", json_text(apis)));
}

}  // namespace aifp::agents
