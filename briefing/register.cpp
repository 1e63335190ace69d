#include "briefing/register.hpp"

#include <iterator>
#include <utility>

#include "base/json_text.hpp"
#include "briefing/hook.hpp"
#include "document/node.hpp"
#include "prompts/builtin.hpp"

namespace aifp::briefing {

namespace json = boost::json;
using prompts::Notices;

Register::Register() {
    static_cast<void>(assign());
}

Notices Register::assign() {
    auto all = prompts::builtin_directives();
    all.insert(all.end(), own_.begin(), own_.end());
    all.insert(all.end(), disk_.directives.begin(), disk_.directives.end());
    all.insert(all.end(), from_hook_.begin(), from_hook_.end());
    return registry_.assign(std::move(all));
}

Notices Register::add(prompts::PromptDirective directive) {
    own_.push_back(std::move(directive));
    return assign();
}

Notices Register::take_hook_state(const char* name, const Result<bool>& found, std::string& fault) {
    const std::string now = found ? "" : found.error().detail();
    const bool is_new = !now.empty() && now != fault;
    fault = now;
    return is_new ? Notices{hook_rejected(name, now)} : Notices();
}

void Register::forget_hook() {
    from_hook_.clear();
    hook_files_.clear();
    refused_by_hook_.clear();
    hook_output_.clear();
    hook_until_ = MonoTime();
}

Notices Register::take(Gathered gathered) {
    Notices notices = take_hook_state(kDirectivesHook, gathered.directives_hook, directives_fault_);
    prompts::append(notices, take_hook_state(kSiteHook, gathered.site_hook, site_fault_));
    const bool had_hook =
        std::exchange(has_directives_hook_, gathered.directives_hook.value_or(false));
    has_site_hook_ = gathered.site_hook.value_or(false);
    const bool lost_hook = had_hook && !has_directives_hook_;
    if (lost_hook) {
        forget_hook();
    }
    fingerprint_ = std::move(gathered.fingerprint);
    if (gathered.changed) {
        disk_ = std::move(*gathered.changed);
        prompts::append(notices, prompts::rejections(disk_.diagnostics));
    }
    if (gathered.changed || lost_hook) {
        prompts::append(notices, assign());
    }
    return notices;
}

Notices Register::take_hook(const Result<json::value>& output, MonoTime now) {
    if (!output) {
        const bool had_some = !from_hook_.empty();
        forget_hook();
        refused_by_hook_ = {hook_rejected(kDirectivesHook, output.error().detail())};
        Notices notices = refused_by_hook_;
        prompts::append(notices, had_some ? assign() : Notices());
        return notices;
    }
    std::string text = json_text(*output);
    HookDirectives read = read_hook_directives(*output);
    hook_until_ = now + read.ttl;
    if (text == hook_output_) {
        return {};
    }
    hook_output_ = std::move(text);
    from_hook_ = std::move(read.directives);
    hook_files_ = std::move(read.files);
    refused_by_hook_ = std::move(read.notices);
    Notices notices = refused_by_hook_;
    prompts::append(notices, assign());
    return notices;
}

json::object Register::extended(json::object site, Notices& notices) const {
    std::vector<prompts::SiteFilter> filters = filters_;
    if (!disk_.site_extra.empty()) {
        filters.insert(filters.begin(), prompts::site_file_filter(disk_.site_extra));
    }
    return prompts::extended(std::move(site), filters, notices);
}

json::value Register::view() const {
    json::array directives;
    for (const prompts::PromptDirective& directive : *registry_.snapshot()) {
        directives.push_back(
            json::object{{"id", directive.id},
                         {"priority", directive.priority},
                         {"agents", json::array(directive.agents.begin(), directive.agents.end())},
                         {"source", directive.source},
                         {"trust", prompts::name_of(directive.trust)},
                         {"volatility", prompts::name_of(directive.volatility)},
                         {"required", directive.required},
                         {"max_bytes", directive.max_bytes}});
    }
    auto refused = told(model::Severity::error);
    const auto hooks = refused_hooks();
    refused.insert(refused.end(), hooks.begin(), hooks.end());
    const auto warnings = told(model::Severity::warning);
    return json::object{{"directives", std::move(directives)},
                        {"refused", json::array(refused.begin(), refused.end())},
                        {"warnings", json::array(warnings.begin(), warnings.end())}};
}

std::vector<std::string> Register::told(model::Severity severity) const {
    std::vector<std::string> all;
    for (const model::Diagnostic& diagnostic : disk_.diagnostics) {
        if (diagnostic.severity == severity) {
            all.push_back(document::format_diagnostic(diagnostic));
        }
    }
    return all;
}

std::vector<std::string> Register::refused_hooks() const {
    std::vector<std::string> all;
    for (const prompts::Notice& notice : refused_by_hook_) {
        all.push_back(std::string(notice.fields.at("source").as_string()) + ": " +
                      std::string(notice.fields.at("reason").as_string()));
    }
    const auto add_fault = [&all](const char* name, const std::string& fault) {
        if (!fault.empty()) {
            all.push_back("prompts.d/hooks/" + std::string(name) + ": " + fault);
        }
    };
    add_fault(kDirectivesHook, directives_fault_);
    add_fault(kSiteHook, site_fault_);
    return all;
}

std::vector<prompts::LintFinding> Register::findings() const {
    std::vector<prompts::LintFinding> all;
    for (const auto& text : told(model::Severity::error)) {
        all.push_back({"refused", text});
    }
    for (const auto& text : refused_hooks()) {
        all.push_back({"refused", text});
    }
    for (const auto& text : told(model::Severity::warning)) {
        all.push_back({"warning", text});
    }
    return all;
}

}  // namespace aifp::briefing
