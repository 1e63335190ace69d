#include <fmt/format.h>

#include <boost/json/parse.hpp>
#include <optional>
#include <utility>

#include "admin/call.hpp"
#include "base/json_member.hpp"
#include "base/read_number.hpp"

namespace aifp::admin {
namespace {

namespace json = boost::json;

// Whether there is a briefing; says so if not.
bool is_there(Call& call) {
    if (call.briefing == nullptr) {
        call.answer(fail(ErrorCode::not_found, "no such resource"));
    }
    return call.briefing != nullptr;
}

// The goals of a pipeline's step, as an `ai:` step has them.
void read_pipeline(const json::object& body, briefing::Draft& draft) {
    if (auto prompt = text_member(body, "prompt")) {
        auto pipeline = std::make_shared<prompts::Pipeline>();
        pipeline->prompt = std::move(*prompt);
        pipeline->current_step = draft.step.value_or("");
        draft.pipeline = std::shared_ptr<const prompts::Pipeline>(std::move(pipeline));
    }
}

Result<briefing::Draft> draft_in(const json::object& body) {
    const auto agent = text_member(body, "agent");
    if (!agent || agent->empty()) {
        return fail(ErrorCode::invalid_input,
                    R"(send {"agent": "chat", "message": "What is due today?"})");
    }
    briefing::Draft draft(*agent);
    prompts::Message said;
    said.role = prompts::Role::user;
    said.text = text_member(body, "message").value_or("(what is asked)");
    draft.conversation.push_back(std::move(said));
    draft.session = text_member(body, "session");
    draft.directive = text_member(body, "directive");
    draft.step = text_member(body, "step");
    if (const auto* run = body.if_contains("run"); run != nullptr && run->is_int64()) {
        draft.run = LedgerId{run->get_int64()};
    }
    read_pipeline(body, draft);
    if (const auto* files = body.if_contains("files"); files != nullptr && files->is_array()) {
        for (const json::value& file : files->get_array()) {
            draft.files.push_back({file.is_string() ? std::string(file.get_string()) : "", ""});
        }
    }
    if (const auto* stream = body.if_contains("stream");
        stream != nullptr && stream->is_bool() && stream->get_bool()) {
        draft.on_text = [](std::string_view) {};
    }
    return draft;
}

}  // namespace

void list_prompts(Call call) {
    if (is_there(call)) {
        call.briefing->list(std::move(call.answer));
    }
}

/// {"agent", "message", "run", "session", "directive", "step", "prompt", "files", "stream"}
void inspect_prompt(Call call) {
    if (!is_there(call)) {
        return;
    }
    auto body = arguments_in(call.body);
    auto draft = body ? draft_in(*body) : fail(body.error());
    if (!draft) {
        call.answer(fail(draft.error()));
        return;
    }
    call.briefing->show_inspection(std::move(*draft), std::move(call.answer));
}

void list_ai_requests(Call call) {
    if (!is_there(call)) {
        return;
    }
    std::optional<LedgerId> run;
    if (const auto text = call.parameter("run")) {
        const auto number = read_number<std::int64_t>(*text);
        if (!number) {
            call.answer(fail(ErrorCode::invalid_input, "run must be a whole number"));
            return;
        }
        run = LedgerId{*number};
    }
    call.briefing->list_manifests(run, call.parameter("session"), std::move(call.answer));
}

void show_ai_usage(Call call) {
    if (is_there(call)) {
        call.briefing->show_usage(std::move(call.answer));
    }
}

/// {"name": "notes.md", "content_base64": "..."}
void upload_context_file(Call call) {
    if (!is_there(call)) {
        return;
    }
    const auto body = arguments_in(call.body);
    const auto name = body ? text_member(*body, "name") : std::nullopt;
    const auto content = body ? text_member(*body, "content_base64") : std::nullopt;
    auto bytes = content ? base64_decode(*content)
                         : Result<std::string>(fail(ErrorCode::invalid_input, "no content"));
    if (!name || !bytes) {
        call.answer(fail(ErrorCode::invalid_input,
                         R"(send {"name": "notes.md", "content_base64": "..."})"));
        return;
    }
    call.briefing->upload(*name, std::move(*bytes), std::move(call.answer));
}

void show_site_context(Call call) {
    if (is_there(call)) {
        call.briefing->show_site(std::move(call.answer));
    }
}

void clear_site_context(Call call) {
    if (is_there(call)) {
        call.briefing->clear_site("asked for by " + call.caller.who, std::move(call.answer));
    }
}

}  // namespace aifp::admin
