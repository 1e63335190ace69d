// The three prompts, and what an assistant is told on connecting.
#include <utility>

#include "mcp/engine_provider.hpp"
#include "mcp/envelope.hpp"

namespace aifp::mcp {
namespace {

namespace json = boost::json;

PromptAnswer from_user(std::string description, const std::string& text) {
    json::object content;
    content["type"] = "text";
    content["text"] = text;
    json::object message;
    message["role"] = "user";
    message["content"] = std::move(content);
    PromptAnswer answer;
    answer.description = std::move(description);
    answer.messages.push_back(std::move(message));
    return answer;
}

}  // namespace

const std::vector<PromptInfo>& project_prompts() {
    static const std::vector<PromptInfo> kPrompts{
        {"draft_directive",
         "Draft a directive",
         "Turn a wish in plain words into a checked proposal",
         {{"wish", "What should happen, and when", true}}},
        {"explain_failure",
         "Explain a failure",
         "Find out why a directive failed or did not run",
         {{"name", "Name of the directive", true}}},
        {"review_directive",
         "Review before approval",
         "Look at a directive with the eyes of the person who must approve it",
         {{"name", "Name of the directive", true}}},
    };
    return kPrompts;
}

PromptAnswer project_prompt(const std::string& name, const json::object& arguments) {
    const auto given = [&arguments](std::string_view argument) {
        return std::string(find_text(arguments, argument).value_or(""));
    };
    if (name == "draft_directive") {
        return from_user(
            "Draft a directive",
            "I want this automated: " + given("wish") +
                "\n\nRead the resource app://schema/directive. Write one directive in YAML. Check "
                "it "
                "with validate_directive until there is no mistake, and with dry_run whether its "
                "instants are what I meant. Ask me where my wish is unclear. Then show me the "
                "text, "
                "and after my yes write it with propose_directive. It runs only after I approve "
                "it.");
    }
    if (name == "explain_failure") {
        return from_user("Explain a failure",
                         "Why did the directive \"" + given("name") +
                             "\" fail, or not run? Use explain and read_logs. Tell me the cause in "
                             "one sentence, what shows it, and what I should change.");
    }
    return from_user(
        "Review before approval",
        "I am asked to approve the directive \"" + given("name") + "\". Read app://directive/" +
            given("name") +
            " and use dry_run. Tell me in plain words when it will run and what it will do; which "
            "programs, addresses and secrets it uses; what could go wrong; and what you would "
            "change "
            "before I approve it. Do not approve it yourself.");
}

std::string project_instructions(const std::vector<helpers::Scope>& scopes) {
    std::string text =
        "Automations (directives) of one home project: when X, if Y, do Z. Look with the get_ "
        "tools "
        "and the app:// resources; check new texts with validate_directive and dry_run before "
        "propose_directive.";
    const bool may_approve =
        std::find(scopes.begin(), scopes.end(), helpers::Scope::approve) != scopes.end();
    if (!may_approve) {
        text += " What you write is a proposal: a person approves it before it runs.";
    }
    return text;
}

const std::vector<PromptInfo>& EngineProvider::prompts() const {
    return project_prompts();
}

void EngineProvider::get_prompt(const CallPtr&,
                                const std::string& name,
                                json::object arguments,
                                Answer<PromptAnswer, InputNeeded> answer) {
    answer(project_prompt(name, arguments));
}

}  // namespace aifp::mcp
