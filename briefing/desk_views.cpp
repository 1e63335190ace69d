#include "briefing/desk_views.hpp"

#include <boost/json/parse.hpp>
#include <memory>
#include <utility>

#include "base/json_text.hpp"
#include "base/time_zone.hpp"
#include "prompts/lint.hpp"

namespace aifp::briefing {

namespace json = boost::json;

storage::ManifestRow manifest_row(const Draft& draft,
                                  const prompts::Assembled& request,
                                  const Result<llm::Reply>& got) {
    storage::ManifestRow row;
    row.run = draft.run;
    row.session = draft.session;
    row.directive = draft.directive;
    row.agent = draft.agent;
    row.sha256 = request.sha256;
    row.outcome = got ? "answered" : std::string(name_of(got.error().code()));
    row.input_tokens = got ? got->answer.usage.input_tokens : 0;
    row.output_tokens = got ? got->answer.usage.output_tokens : 0;
    row.entries_json = json_text(prompts::to_json(request.manifest));
    return row;
}

json::value inspection_view(const std::string& agent,
                            const Inspection& inspection,
                            std::vector<prompts::LintFinding> found,
                            const std::optional<llm::ModelName>& name) {
    for (prompts::LintFinding& finding : prompts::lint(inspection.assembled->manifest)) {
        found.push_back(std::move(finding));
    }
    json::array findings;
    for (const prompts::LintFinding& finding : found) {
        findings.push_back(json::object{{"id", finding.id}, {"message", finding.message}});
    }
    json::object shown{{"agent", agent},
                       {"provider", name ? name->provider : "none"},
                       {"model", name ? name->model : ""},
                       {"sha256", inspection.assembled->sha256},
                       {"manifest", prompts::to_json(inspection.assembled->manifest)},
                       {"lint", std::move(findings)}};
    if (inspection.wire) {
        shown["request"] = llm::shown(*inspection.wire);
    } else {
        shown["refused"] = inspection.wire.error().detail();
    }
    return shown;
}

json::value site_view(const prompts::SiteView* view, const SiteDesk& desk, bool is_enabled) {
    json::object shown{{"provider", desk.provider()},
                       {"generation", desk.generation()},
                       {"is_enabled", is_enabled},
                       {"is_stale", view != nullptr && view->is_stale}};
    shown["data"] = view == nullptr ? json::value(nullptr) : json::value(view->data);
    return shown;
}

json::value manifests_view(const std::vector<storage::ManifestRow>& rows) {
    json::array all;
    const auto or_null = [](const auto& value) {
        return value ? json::value(*value) : json::value(nullptr);
    };
    for (const storage::ManifestRow& row : rows) {
        boost::system::error_code error;
        json::value entries = json::parse(row.entries_json, error);
        all.push_back(
            json::object{{"id", row.id},
                         {"run", row.run ? json::value(row.run->value) : json::value(nullptr)},
                         {"session", or_null(row.session)},
                         {"directive", or_null(row.directive)},
                         {"agent", row.agent},
                         {"provider", row.provider},
                         {"model", row.model},
                         {"at", format_utc_ms(row.at)},
                         {"sha256", row.sha256},
                         {"outcome", row.outcome},
                         {"input_tokens", row.input_tokens},
                         {"output_tokens", row.output_tokens},
                         {"manifest", error ? json::value(json::array()) : std::move(entries)}});
    }
    return json::object{{"requests", std::move(all)}};
}

json::value usage_view(const std::vector<storage::TokenUse>& uses,
                       const std::string& month,
                       std::int64_t budget) {
    json::array all;
    std::int64_t spent = 0;
    for (const storage::TokenUse& use : uses) {
        spent += use.month == month ? use.input_tokens + use.output_tokens : 0;
        all.push_back(json::object{{"month", use.month},
                                   {"provider", use.provider},
                                   {"model", use.model},
                                   {"requests", use.requests},
                                   {"input_tokens", use.input_tokens},
                                   {"output_tokens", use.output_tokens},
                                   {"cached_tokens", use.cached_tokens}});
    }
    return json::object{
        {"month", month}, {"budget", budget}, {"spent", spent}, {"uses", std::move(all)}};
}

void read_view(storage::Store& store,
               std::function<json::value(storage::Database&)> make,
               Briefing::Answer answer) {
    auto made = std::make_shared<json::value>();
    store.read(
        [made, make = std::move(make)](storage::Database& database) { *made = make(database); },
        [made, answer = std::move(answer)](const Status& read) {
            answer(read ? Result<json::value>(std::move(*made)) : fail(read.error()));
        });
}

}  // namespace aifp::briefing
