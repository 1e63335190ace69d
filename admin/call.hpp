#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "admin/metrics.hpp"
#include "admin/tokens.hpp"
#include "briefing/briefing.hpp"
#include "engine/control.hpp"
#include "helpers/toolbox.hpp"
#include "helpers/workflow/services.hpp"
#include "http/encoding.hpp"
#include "http/responder.hpp"

namespace aifp::agents {
class Chat;
}

namespace aifp::admin {

/// What a route works with. It answers once, with `answer` (JSON, or an error) or through
/// `responder` (any other body, or a stream).
struct Call {
    engine::Control& control;
    helpers::Toolbox& toolbox;
    const helpers::workflow::WorkflowServices& services;
    Tokens& tokens;
    const std::function<boost::json::value()>& neighbours;  ///< May be empty.
    const ReadDaemon& daemon;                               ///< May be empty.
    briefing::Briefing* briefing;                           ///< Null: no routes of prompts.
    agents::Chat* chat;                                     ///< Null: no agent runs here.
    std::string subject;  ///< What the path names: a directive, a run ...; empty without.
    std::vector<http::Parameter> query;
    std::string body;
    std::string content_type;  ///< As sent; may be empty.
    helpers::Caller caller;
    engine::Control::Answer answer;
    std::shared_ptr<http::Responder> responder;
    std::string last_event_id = {};       ///< The header Last-Event-ID; empty without.
    std::optional<HeldToken> token = {};  ///< Of the caller, if he came with one of `tokens`.

    /// For a stream: whether the caller's token still opens. To be asked before each piece.
    [[nodiscard]] std::function<bool()> may_go_on() const {
        return [&tokens = tokens, &clock = services.clock, held = token] {
            return !held || tokens.still_opens(*held, clock.wall());
        };
    }

    [[nodiscard]] std::optional<std::string> parameter(std::string_view name) const {
        for (const auto& parameter : query) {
            if (parameter.name == name) {
                return parameter.value;
            }
        }
        return std::nullopt;
    }
};

/// A body of arguments; an empty one has none. Errors: invalid_input.
[[nodiscard]] Result<boost::json::object> arguments_in(const std::string& body);

// The routes of directives and of the engine as a whole.
void list_directives(Call call);
void show_directive(Call call);
void validate_text(Call call);
void create_directive(Call call);
void replace_directive(Call call);
void list_versions(Call call);
void diff_versions(Call call);
void approve_directive(Call call);
void decline_directive(Call call);
void pause_directive(Call call);
void resume_directive(Call call);
void snooze_directive(Call call);
void unsnooze_directive(Call call);
void archive_directive(Call call);
void restore_directive(Call call);
void executions(Call call);
void decisions(Call call);
void get_status(Call call);
void reload(Call call);
void show_neighbours(Call call);
void search_logs(Call call);
void show_settings(Call call);

// The routes of tokens.
void list_tokens(Call call);
void create_token(Call call);
void revoke_token(Call call);

// What is watched from outside (docs/metrics.md, docs/events.md).
void show_metrics(Call call);
void watch_events(Call call);
void show_openapi_yaml(Call call);
void show_openapi_json(Call call);

// The routes of the helper tools (docs/helper-tools.md).
void list_tools(Call call);
void call_tool(Call call);

// The routes of what a directive leaves open (docs/writing-directives.md).
void questions(Call call);
void answer_questions(Call call);
void forget_answers(Call call);

// The routes of runs under way.
void list_runs(Call call);
void cancel_run(Call call);
void force_run(Call call);
void answer_run(Call call);

// The routes of the workflow helpers (docs/admin-api.md).
void generate(Call call);
void rollback(Call call);
void activate(Call call);
void deactivate(Call call);
void list_dependencies(Call call);
void install(Call call);
void report(Call call);

// The routes of the state store (docs/state.md).
void list_states(Call call);
void show_state(Call call);
void put_state(Call call);
void remove_state(Call call);
/// Every change as a server-sent event, until the client hangs up.
void watch_states(Call call);

// The routes of requests to an AI (docs/prompts.md).
void list_prompts(Call call);
void inspect_prompt(Call call);
void list_ai_requests(Call call);
void show_ai_usage(Call call);
void upload_context_file(Call call);
void show_site_context(Call call);
void clear_site_context(Call call);

// The chat agent (docs/agents.md).
void chat(Call call);
void list_conversations(Call call);
void show_conversation(Call call);
void remove_conversation(Call call);

// What explains and tries out (docs/why.md).
void why(Call call);
void simulate(Call call);
void trace(Call call);
void backtest(Call call);
void replay(Call call);
/// A run by hand, or a dry one when the body asks for it.
void run_directive(Call call);

}  // namespace aifp::admin
