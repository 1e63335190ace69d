#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "config/settings.hpp"
#include "prompts/builtin.hpp"
#include "prompts/output_json.hpp"
#include "prompts/prompt_file.hpp"
#include "prompts/site_local.hpp"
#include "world.hpp"

namespace aifp::prompts::testing {
namespace {

namespace json = boost::json;

std::string text_at(const json::object& object, std::string_view key, std::string usual = "") {
    const auto* value = object.if_contains(key);
    return value == nullptr ? std::move(usual) : std::string(value->as_string());
}

std::int64_t number_at(const json::object& object, std::string_view key, std::int64_t usual = 0) {
    const auto* value = object.if_contains(key);
    return value == nullptr ? usual : value->as_int64();
}

bool flag_at(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    return value != nullptr && value->as_bool();
}

std::vector<std::string> texts_in(const json::value& list) {
    std::vector<std::string> texts;
    for (const json::value& text : list.as_array()) {
        texts.emplace_back(text.as_string());
    }
    return texts;
}

Trust trust_named(std::string_view name) {
    for (const Trust trust : {Trust::engine, Trust::owner, Trust::site, Trust::external}) {
        if (name_of(trust) == name) {
            return trust;
        }
    }
    throw std::invalid_argument("no trust has this name");
}

// One of text, texts, outputs (as JSON), throws, fails, nothing; without any there is none.
Producer producer_of(const json::object& row, const PromptDirective& directive) {
    if (row.contains("throws")) {
        return [why = text_at(row, "throws")](const Context&) -> Result<Produced> {
            throw std::runtime_error(why);
        };
    }
    if (row.contains("fails")) {
        return [why = text_at(row, "fails")](const Context&) -> Result<Produced> {
            return fail(ErrorCode::io_failure, why);
        };
    }
    if (const auto* outputs = row.if_contains("outputs")) {
        PromptDirective named;
        named.id = directive.id;
        named.source = directive.source;
        return [named, list = *outputs](const Context& context) -> Result<Produced> {
            return outputs_from_json(list, named, context);
        };
    }
    std::vector<std::string> texts;
    if (row.contains("text")) {
        texts = {text_at(row, "text")};
    } else if (const auto* list = row.if_contains("texts")) {
        texts = texts_in(*list);
    } else if (!row.contains("nothing")) {
        return {};
    }
    return [texts](const Context&) -> Result<Produced> {
        Produced produced;
        for (const std::string& text : texts) {
            produced.outputs.emplace_back(TextOutput{text});
        }
        return produced;
    };
}

Site site_of(const json::object& row) {
    return {text_at(row, "name"),
            text_at(row, "tagline"),
            text_at(row, "url"),
            text_at(row, "admin_url"),
            text_at(row, "language"),
            text_at(row, "timezone")};
}

Taxonomy taxonomy_of(const json::object& row) {
    Taxonomy taxonomy{text_at(row, "slug"),
                      text_at(row, "label"),
                      text_at(row, "singular_label"),
                      {},
                      flag_at(row, "hierarchical"),
                      texts_in(row.at("post_types"))};
    for (const json::value& term : row.at("terms").as_array()) {
        const json::array& parts = term.as_array();  // [NAME, COUNT, SLUG]
        taxonomy.terms.push_back({std::string((parts.size() > 2 ? parts[2] : parts[0]).as_string()),
                                  std::string(parts[0].as_string()),
                                  parts[1].as_int64()});
    }
    for (std::int64_t i = 0; i < number_at(row, "many_terms"); ++i) {
        const std::string name = "term " + std::to_string(i);
        taxonomy.terms.push_back({name, name, i + 1});
    }
    return taxonomy;
}

}  // namespace

// Members of the context, and what has no deed of its own.
void World::set(const json::value& argument) {
    const json::object& row = argument.as_object();
    context_.agent = text_at(row, "agent", context_.agent);
    context_.provider = text_at(row, "provider", context_.provider);
    context_.model = text_at(row, "model", context_.model);
    if (const auto* id = row.if_contains("job_id")) {
        context_.job_id = id->is_null() ? std::nullopt : std::optional(id->as_int64());
    }
    if (row.contains("user_id")) {
        context_.user_id = number_at(row, "user_id");
    }
    if (row.contains("session_id")) {
        context_.session_id = text_at(row, "session_id");
    }
    if (row.contains("placement")) {
        policy_.placement =
            text_at(row, "placement") == "after" ? Placement::after : Placement::before;
    }
    if (const auto* paths = row.if_contains("context_files")) {
        listed_.clear();
        for (const json::value& path : paths->as_array()) {  // PATH or [PATH, MIME]
            const json::array parts = path.is_array() ? path.as_array() : json::array{path, ""};
            listed_.push_back(
                {std::string(parts[0].as_string()), std::string(parts[1].as_string())});
        }
    }
    if (const auto* fails = row.if_contains("site_fails")) {
        site_failure_ = std::string(fails->as_string());
    }
    if (const auto* messages = row.if_contains("conversation")) {
        conversation_.clear();
        say(*messages);
    }
}

void World::set_tools(const json::value& argument) {
    context_.tools = structure_tools(argument.as_object());
    json::array shown;
    for (const Tool& tool : context_.tools) {
        shown.push_back(json::object{{"name", tool.name},
                                     {"description", tool.description},
                                     {"parameters", tool.parameters},
                                     {"handler", tool.handler},
                                     {"handler_config", tool.handler_config}});
    }
    outcome_ = std::move(shown);
}

void World::set_pipeline(const json::value& argument) {
    if (argument.is_null()) {
        context_.pipeline = nullptr;
        return;
    }
    const json::object& row = argument.as_object();
    auto pipeline = std::make_shared<Pipeline>();
    pipeline->id = number_at(row, "id");
    pipeline->prompt = text_at(row, "prompt");
    pipeline->current_step = text_at(row, "current");
    for (const json::value& step : row.at("steps").as_array()) {  // [ID, TYPE, HANDLER]
        const auto parts = texts_in(step);
        pipeline->steps.push_back({parts.at(0), parts.at(1), parts.size() > 2 ? parts[2] : ""});
    }
    context_.pipeline = std::shared_ptr<const Pipeline>(std::move(pipeline));
}

void World::set_pipeline_error(const json::value& argument) {
    context_.pipeline = fail(ErrorCode::io_failure, std::string(argument.as_string()));
}

void World::set_settings(const json::value& argument) {
    const auto loaded = config::read_settings(
        document::SourceText("engine.yaml", std::string(argument.as_string())));
    diagnostics_ = loaded.diagnostics;
    context_.settings = loaded.settings.prompts;
    const Placement placement = policy_.placement;
    policy_ = policy_of(context_.settings);
    policy_.placement = placement;
}

void World::set_site(const json::value& argument) {
    const json::object& row = argument.as_object();
    site_ = {};
    site_.site = site_of(row.at("site").as_object());
    for (const json::value& each : row.at("post_types").as_array()) {
        const json::object& type = each.as_object();
        site_.post_types.push_back({text_at(type, "slug"),
                                    text_at(type, "label"),
                                    text_at(type, "singular_label"),
                                    number_at(type, "count"),
                                    flag_at(type, "hierarchical")});
    }
    for (const json::value& each : row.at("taxonomies").as_array()) {
        site_.taxonomies.push_back(taxonomy_of(each.as_object()));
    }
}

// {"site": {...}, "directives": [[TYPE, STATUS, FILE]], "test_results", "dependency_types"}
void World::set_local_site(const json::value& argument) {
    const json::object& row = argument.as_object();
    LocalProject project;
    project.site = site_of(row.at("site").as_object());
    for (const json::value& each : row.at("directives").as_array()) {
        const auto parts = texts_in(each);
        project.directives.push_back({*model::directive_type_from(parts.at(0)),
                                      *model::directive_status_from(parts.at(1)),
                                      parts.at(2)});
    }
    project.test_results = texts_in(row.at("test_results"));
    project.dependency_types = texts_in(row.at("dependency_types"));
    site_ = local_site(project);
}

void World::register_directive(const json::value& argument) {
    const json::object& row = argument.as_object();
    PromptDirective directive;
    directive.id = text_at(row, "id");
    directive.priority = static_cast<int>(number_at(row, "priority"));
    directive.source = text_at(row, "source", "tests");
    directive.required = flag_at(row, "required");
    directive.max_bytes = static_cast<std::size_t>(number_at(row, "max_bytes"));
    directive.trust = trust_named(text_at(row, "trust", "owner"));
    if (const auto* agents = row.if_contains("agents")) {
        directive.agents = texts_in(*agents);
    }
    directive.produce = producer_of(row, directive);
    append(notices_, registry_.add(std::move(directive)));
}

// A list of ids, or "all".
void World::register_builtin(const json::value& argument) {
    for (PromptDirective& directive : builtin_directives()) {
        const bool is_all = argument.is_string();
        const auto wanted = is_all ? std::vector<std::string>() : texts_in(argument);
        if (is_all || std::count(wanted.begin(), wanted.end(), directive.id) > 0) {
            append(notices_, registry_.add(std::move(directive)));
        }
    }
}

// [NAME, TEXT]
void World::take_prompt_file(const json::value& argument) {
    const auto parts = texts_in(argument);
    ParsedPrompt parsed =
        parse_prompt_file(document::SourceText("prompts.d/" + parts.at(0), parts.at(1)));
    append(notices_, rejections(parsed.diagnostics));
    diagnostics_ = std::move(parsed.diagnostics);
    if (parsed.directive) {
        append(notices_, registry_.add(std::move(*parsed.directive)));
    }
}

void World::take_site_file(const json::value& argument) {
    ParsedSiteFile parsed = parse_site_file(
        document::SourceText("site_context.yaml", std::string(argument.as_string())));
    diagnostics_ = std::move(parsed.diagnostics);
    filters_.push_back(site_file_filter(std::move(parsed.extra)));
}

// {"id", one of: "adds" {...}, "gives" VALUE, "throws" TEXT, "copies" [FROM, TO], "counts" KEY}
void World::take_site_filter(const json::value& argument) {
    const json::object row = argument.as_object();
    auto calls = std::make_shared<std::int64_t>(0);
    filters_.push_back(
        {text_at(row, "id"), [row, calls](const json::object& context) -> Result<json::value> {
             if (row.contains("throws")) {
                 throw std::runtime_error(text_at(row, "throws"));
             }
             if (const auto* gives = row.if_contains("gives")) {
                 return *gives;
             }
             json::object whole = context;
             if (const auto* counts = row.if_contains("counts")) {
                 whole.insert_or_assign(counts->as_string(), ++*calls);
             } else if (const auto* copies = row.if_contains("copies")) {
                 whole.insert_or_assign(copies->at(1).as_string(),
                                        context.at(copies->at(0).as_string()));
             } else {
                 for (const auto& member : row.at("adds").as_object()) {
                     whole.insert_or_assign(member.key(), member.value());
                 }
             }
             return whole;
         }});
}

void World::write(const json::value& argument) {
    for (const auto& member : argument.as_object()) {
        std::ofstream(folder_ / std::string(member.key()), std::ios::binary)
            << std::string_view(member.value().as_string());
    }
}

void World::write_hex(const json::value& argument) {
    for (const auto& member : argument.as_object()) {
        const std::string digits(member.value().as_string());
        std::ofstream file(folder_ / std::string(member.key()), std::ios::binary);
        for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
            file << static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16));
        }
    }
}

void World::write_size(const json::value& argument) {
    for (const auto& member : argument.as_object()) {
        std::ofstream(folder_ / std::string(member.key()))
            << std::string(static_cast<std::size_t>(member.value().as_int64()), 'a');
    }
}

// {LINK: TARGET}
void World::link(const json::value& argument) {
    for (const auto& member : argument.as_object()) {
        std::filesystem::create_symlink(std::string(member.value().as_string()),
                                        folder_ / std::string(member.key()));
    }
}

void World::make_folder(const json::value& argument) {
    std::filesystem::create_directories(folder_ / std::string(argument.as_string()));
}

void World::remove(const json::value& argument) {
    std::filesystem::remove_all(folder_ / std::string(argument.as_string()));
}

}  // namespace aifp::prompts::testing
