#include "helpers/project_tools.hpp"

#include <array>
#include <boost/json/parse.hpp>
#include <utility>

#include "helpers/project_views.hpp"
#include "helpers/schema.hpp"
#include "logging/reader.hpp"

namespace aifp::helpers {
namespace {

namespace json = boost::json;
using helpers::Arguments;
using helpers::Scope;

constexpr std::size_t kMaxText = 1'048'576;
constexpr std::int64_t kMaxLines = 500;
constexpr std::int64_t kMaxInstants = 100;
constexpr helpers::Hints kReads{true, false, true, false};

void propose_directive(const ProjectParts& parts,
                       const Arguments& arguments,
                       const std::string& who,
                       ToolDone done) {
    helpers::propose_new_directive(
        {parts.control, parts.store, parts.clock, parts.paths, parts.parse_context},
        {arguments.text("file"), arguments.text("text"), who},
        std::move(done));
}

void validate_directive(const ProjectParts& parts,
                        const Arguments& arguments,
                        const std::string&,
                        ToolDone done) {
    const auto name = arguments.text("format") == "json" ? "text.json" : "text.yaml";
    parse_text(parts.store,
               {name, arguments.text("text"), parts.parse_context},
               [done = std::move(done)](const directives::ParsedFile& parsed) {
                   done(json::value(validation_view(parsed)));
               });
}

json::value dry_run_all(const std::vector<model::Directive>& directives, const DryRun& question) {
    json::array all;
    for (const auto& directive : directives) {
        all.push_back(dry_run_view(directive, question));
    }
    json::object answer;
    answer["directives"] = std::move(all);
    return answer;
}

Result<json::value> dry_run_text(const directives::ParsedFile& parsed, const DryRun& question) {
    if (parsed.has_errors()) {
        return fail(ErrorCode::invalid_input,
                    "the text has mistakes: validate_directive tells them");
    }
    std::vector<model::Directive> directives;
    for (const auto& one : parsed.directives) {
        directives.push_back(one.directive);
    }
    return dry_run_all(directives, question);
}

/// Puts what the engine rendered in place of what is written. Where it does not render (nothing
/// approved, no engine), the view stays as it is.
void add_rehearsal(json::value& view, const Result<json::value>& rehearsed) {
    if (!rehearsed) {
        return;
    }
    auto& shown = view.at("directives").at(0).as_object();
    for (const auto* part :
         {"would_run", "not_run_because", "conditions", "actions", "on_error", "note"}) {
        shown[part] = rehearsed->at(part);
    }
}

void dry_run(const ProjectParts& parts,
             const Arguments& arguments,
             const std::string&,
             ToolDone done) {
    const DryRun question{parts.clock.wall(),
                          parts.zone,
                          static_cast<std::size_t>(arguments.integer("count")),
                          parts.parse_context.position.value_or(std::nullopt)};
    const auto name = arguments.optional_text("name");
    const auto text = arguments.optional_text("text");
    if (name.has_value() == text.has_value()) {
        done(fail(ErrorCode::invalid_input,
                  "give either \"name\", a directive of the project, or \"text\", a new one"));
        return;
    }
    if (text) {
        parse_text(parts.store,
                   {"text.yaml", *text, parts.parse_context},
                   [question, done = std::move(done)](const directives::ParsedFile& parsed) {
                       done(dry_run_text(parsed, question));
                   });
        return;
    }
    auto* const insight = parts.control.insight();
    parts.control.show_directive(
        *name,
        [insight, name = *name, question, done = std::move(done)](
            const Result<json::value>& shown) {
            if (!shown) {
                done(fail(shown.error()));
                return;
            }
            const auto& configuration = shown->at("configuration_json").as_object();
            auto view = dry_run_all({model::directive_from_json(configuration)}, question);
            if (insight == nullptr) {
                done(std::move(view));
                return;
            }
            engine::DryRunQuery query;
            query.directive = name;
            query.only_approved = true;
            insight->dry_run(std::move(query),
                             [view, done](const Result<json::value>& rehearsed) mutable {
                                 add_rehearsal(view, rehearsed);
                                 done(std::move(view));
                             });
        });
}

void explain(const ProjectParts& parts,
             const Arguments& arguments,
             const std::string&,
             ToolDone done) {
    engine::HistoryQuery query;
    query.directive = arguments.text("name");
    query.limit = static_cast<std::size_t>(arguments.integer("limit"));
    auto& control = parts.control;
    control.show_directive(
        *query.directive,
        [&control, query, done = std::move(done)](const Result<json::value>& shown) {
            if (!shown) {
                done(fail(shown.error()));
                return;
            }
            control.history(query, [directive = *shown, done](const Result<json::value>& history) {
                if (!history) {
                    done(fail(history.error()));
                    return;
                }
                json::object answer;
                answer["explanation"] = explanation_of(directive.as_object(), history->as_array());
                answer["directive"] = directive;
                answer["decisions"] = *history;
                done(json::value(std::move(answer)));
            });
        });
}

void read_logs(const ProjectParts& parts,
               const Arguments& arguments,
               const std::string&,
               ToolDone done) {
    logging::LogQuery query;
    query.directory = parts.paths.logs();
    if (const auto type = logging::log_type_from(arguments.text("type"))) {
        query.types = {*type};
    }
    query.filter.directive = arguments.optional_text("directive").value_or("");
    query.filter.least =
        logging::level_from(arguments.text("level")).value_or(logging::Level::debug);
    query.count = static_cast<std::size_t>(arguments.integer("count"));
    using Lines = Result<std::vector<std::string>>;
    auto lines = std::make_shared<Lines>();
    parts.store.read([lines, query](storage::Database&) { *lines = blocking_read_last(query); },
                     [lines, done = std::move(done)](const Status& read) {
                         if (!read || !*lines) {
                             done(fail(read ? lines->error() : read.error()));
                             return;
                         }
                         json::array texts(lines->value().begin(), lines->value().end());
                         json::object answer;
                         answer["lines"] = std::move(texts);
                         done(json::value(std::move(answer)));
                     });
}

std::string text_schema(std::string_view what) {
    return helpers::short_text(kMaxText, what);
}

std::string names_schema() {
    return helpers::list_schema(helpers::typed("string"));
}

ProjectTool propose_tool() {
    using helpers::object_schema;
    using helpers::typed;
    return {
        "propose_directive",
        "Writes a new directive file as a proposal. It does not run until a person approves it. "
        "Check the text with validate_directive and dry_run first.",
        object_schema({{"file", text_schema("Name of the new file, like lights.yaml")},
                       {"text", text_schema("The directive, YAML or JSON as the name says")}}),
        object_schema({{"file", typed("string")},
                       {"directives", names_schema()},
                       {"approved", typed("boolean")},
                       {"next_step", typed("string")}}),
        helpers::Hints{false, false, false, false},
        Scope::author,
        propose_directive};
}

ProjectTool validate_tool() {
    using helpers::object_schema;
    using helpers::typed;
    return {
        "validate_directive",
        "Tells every mistake in the text of a directive, with line, column and what to write "
        "instead. Changes nothing.",
        object_schema(
            {{"text", text_schema("The text of a directive file")},
             {"format", R"({"type":"string","enum":["yaml","json"],"default":"yaml"})", false}}),
        object_schema({{"valid", typed("boolean")},
                       {"directives", names_schema()},
                       {"questions", helpers::list_schema(typed("object"))},
                       {"diagnostics", helpers::list_schema(typed("object"))}}),
        kReads,
        Scope::read,
        validate_directive};
}

ProjectTool dry_run_tool() {
    const auto count = helpers::whole_number({1, kMaxInstants}, 5, "How many instants");
    return {
        "dry_run",
        "Shows when a directive would run next, whether its conditions hold now and what its "
        "actions would do, without running anything: of the project by name; of a new text with "
        "its templates as written.",
        helpers::object_schema({{"name", text_schema("Name or id of a directive"), false},
                                {"text", text_schema("The text of a directive file, YAML"), false},
                                {"count", count, false}}),
        helpers::object_schema({{"directives", helpers::list_schema(helpers::typed("object"))}}),
        kReads,
        Scope::read,
        dry_run};
}

ProjectTool explain_tool() {
    const auto limit = helpers::whole_number({1, 100}, 10, "How many decisions to show");
    return {"explain",
            "Says why a directive ran, failed, or did not run, from its history.",
            helpers::object_schema(
                {{"name", text_schema("Name or id of a directive")}, {"limit", limit, false}}),
            helpers::object_schema({{"explanation", helpers::typed("string")},
                                    {"directive", helpers::typed("object")},
                                    {"decisions", helpers::list_schema(helpers::typed("object"))}}),
            kReads,
            Scope::read,
            explain};
}

ProjectTool logs_tool() {
    constexpr const char* kTypes =
        R"({"type":"string","enum":["all","execution","error","lifecycle"],"default":"all"})";
    constexpr const char* kLevels =
        R"({"type":"string","enum":["debug","info","warning","error"],"default":"debug"})";
    return {"read_logs",
            "The last lines of the project's log files, oldest first; each is one JSON object.",
            helpers::object_schema(
                {{"type", kTypes, false},
                 {"directive", text_schema("Only lines about this directive"), false},
                 {"level", kLevels, false},
                 {"count", helpers::whole_number({1, kMaxLines}, 50, "How many lines"), false}}),
            helpers::object_schema({{"lines", names_schema()}}),
            kReads,
            Scope::read,
            read_logs};
}

}  // namespace

std::span<const ProjectTool> project_tools() {
    static const std::array kTools{
        propose_tool(), validate_tool(), dry_run_tool(), explain_tool(), logs_tool()};
    return kTools;
}

void run_project_tool(const ProjectTool& tool,
                      const ProjectParts& parts,
                      ProjectToolCall call,
                      ToolDone done) {
    if (tool.hints.read_only) {
        tool.run(parts, call.arguments, call.who, std::move(done));
        return;
    }
    Change change{call.who, call.from, "tool " + std::string(tool.name), {}, call.arguments.all()};
    change.makes = true;
    parts.toolbox.audit(std::move(change),
                        std::move(done),
                        [&tool, &parts, call = std::move(call)](ToolDone audited) {
                            tool.run(parts, call.arguments, call.who, std::move(audited));
                        });
}

}  // namespace aifp::helpers
