// Directives as texts that somebody sends: judged, or kept as proposals.
#include <utility>

#include "admin/call.hpp"
#include "base/json_member.hpp"
#include "directives/files.hpp"
#include "helpers/directive_texts.hpp"

namespace aifp::admin {
namespace {

namespace json = boost::json;

constexpr const char* kForm =
    R"(send the directive as application/yaml, or as JSON: {"text": "name: lamp\n...", "file": "lamp.yaml"})";

/// The body itself, or what stands in its members; `file` may also be in the query.
Result<helpers::DirectiveText> sent_in(const Call& call) {
    helpers::DirectiveText sent;
    sent.who = call.caller.who;
    sent.file = call.parameter("file").value_or("");
    const bool is_plain =
        call.content_type.starts_with("application/yaml") || call.content_type.starts_with("text/");
    if (is_plain) {
        sent.text = call.body;
    } else {
        const auto body = arguments_in(call.body);
        if (!body || text_member(*body, "text").value_or("").empty()) {
            return fail(ErrorCode::invalid_input, kForm);
        }
        sent.text = text_member(*body, "text").value_or("");
        const auto file = text_member(*body, "file").value_or("");
        sent.file = file.empty() ? sent.file : file;
        if (sent.file.empty() && text_member(*body, "format").value_or("") == "json") {
            sent.file = "text.json";
        }
    }
    if (sent.text.empty()) {
        return fail(ErrorCode::invalid_input, kForm);
    }
    return sent;
}

helpers::TextServices services_of(const Call& call) {
    const auto& services = call.services;
    return {services.control,
            services.store,
            services.clock,
            services.paths,
            directives::context_of(services.settings, services.secrets)};
}

}  // namespace

void validate_text(Call call) {
    auto sent = sent_in(call);
    if (!sent) {
        call.answer(fail(std::move(sent).error()));
        return;
    }
    auto name = sent->file.empty() ? std::string("text.yaml") : std::move(sent->file);
    helpers::parse_text(call.services.store,
                        {std::move(name), std::move(sent->text), services_of(call).context},
                        [answer = call.answer](const directives::ParsedFile& parsed) {
                            answer(json::value(helpers::validation_view(parsed)));
                        });
}

void create_directive(Call call) {
    auto sent = sent_in(call);
    if (sent && sent->file.empty()) {
        sent = fail(ErrorCode::invalid_input,
                    R"(name the new file too: {"file": "lamp.yaml", ...}, or ?file=lamp.yaml)");
    }
    if (!sent) {
        call.answer(fail(std::move(sent).error()));
        return;
    }
    helpers::propose_new_directive(services_of(call), std::move(*sent), std::move(call.answer));
}

void replace_directive(Call call) {
    auto sent = sent_in(call);
    if (!sent) {
        call.answer(fail(std::move(sent).error()));
        return;
    }
    if (sent->file.empty()) {
        sent->file = "text.yaml";
    }
    helpers::propose_replacement(
        services_of(call), call.subject, std::move(*sent), std::move(call.answer));
}

}  // namespace aifp::admin
