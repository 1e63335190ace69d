#include "prompts/registry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "document/report.hpp"

namespace aifp::prompts {
namespace {

using logging::Level;

Notice invalid(const PromptDirective& directive, std::string_view reason) {
    return {Level::warning,
            "Directive: invalid registration",
            {{"source", directive.source}, {"id", directive.id}, {"reason", reason}}};
}

// Why it cannot be taken, or "".
std::string refusal(const PromptDirective& directive) {
    if (!is_prompt_id(directive.id)) {
        return fmt::format("{} is no id: write a-z, 0-9, _, . and -",
                           document::quoted(directive.id));
    }
    return directive.produce ? "" : "it has nothing that gives its text";
}

void warn_of_agents(const PromptDirective& directive, Notices& notices) {
    if (directive.agents.empty()) {
        notices.push_back(invalid(directive, "it speaks to no agent and is never used"));
    }
    for (const std::string& agent : directive.agents) {
        const auto known = known_agents();
        if (std::find(known.begin(), known.end(), agent) != known.end()) {
            continue;
        }
        if (const auto nearest = nearest_name(agent, known)) {
            notices.push_back(invalid(
                directive,
                fmt::format(
                    "unknown agent {}: did you mean {}?", document::quoted(agent), *nearest)));
        }
    }
}

// Adds it to the list and tells what is odd about it.
void put(std::vector<PromptDirective>& list, PromptDirective directive, Notices& notices) {
    if (const std::string reason = refusal(directive); !reason.empty()) {
        notices.push_back(invalid(directive, reason));
        return;
    }
    warn_of_agents(directive, notices);
    const auto former =
        std::find_if(list.begin(), list.end(), [&directive](const PromptDirective& other) {
            return other.id == directive.id;
        });
    if (former != list.end()) {
        notices.push_back({Level::info,
                           "Directive: replaced",
                           {{"id", directive.id},
                            {"source", directive.source},
                            {"former_source", former->source}}});
        *former = std::move(directive);
    } else if (list.size() == Registry::kMaxDirectives) {
        notices.push_back(
            invalid(directive, fmt::format("there are {} already", Registry::kMaxDirectives)));
    } else {
        list.push_back(std::move(directive));
    }
}

}  // namespace

Registry::Registry() : directives_(std::make_shared<std::vector<PromptDirective>>()) {}

Notices Registry::add(PromptDirective directive) {
    Notices notices;
    const std::lock_guard lock(mutex_);
    auto list = std::make_shared<std::vector<PromptDirective>>(*directives_);
    put(*list, std::move(directive), notices);
    directives_ = std::move(list);
    return notices;
}

Notices Registry::assign(std::vector<PromptDirective> directives) {
    Notices notices;
    auto list = std::make_shared<std::vector<PromptDirective>>();
    for (PromptDirective& directive : directives) {
        put(*list, std::move(directive), notices);
    }
    const std::lock_guard lock(mutex_);
    directives_ = std::move(list);
    return notices;
}

bool Registry::remove(std::string_view id) {
    const std::lock_guard lock(mutex_);
    auto list = std::make_shared<std::vector<PromptDirective>>(*directives_);
    const auto removed =
        std::erase_if(*list, [id](const PromptDirective& directive) { return directive.id == id; });
    directives_ = std::move(list);
    return removed > 0;
}

Registry::Snapshot Registry::snapshot() const {
    const std::lock_guard lock(mutex_);
    return directives_;
}

}  // namespace aifp::prompts
