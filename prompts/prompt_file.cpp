#include "prompts/prompt_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "base/text.hpp"
#include "document/reader.hpp"
#include "document/scalar.hpp"
#include "document/text_scan.hpp"
#include "prompts/prompt_text.hpp"

namespace aifp::prompts {
namespace {

using document::Fields;
using document::Node;
using document::Report;
using document::SourceText;

constexpr std::int64_t kLeastPriority = -100'000;
constexpr std::int64_t kMostPriority = 100'000;
constexpr std::string_view kExample =
    "begin the file with lines \"---\", \"priority: 25\", \"---\"";

/// The lines between the first two "---", and where the text behind them begins.
struct Split {
    std::string front;     ///< With an empty first line, so that its lines count as in the file.
    std::size_t body = 0;  ///< Offset.
};

std::optional<Split> split_file(std::string_view text) {
    constexpr std::string_view kFence = "---";
    Split split;
    std::size_t at = 0;
    for (int number = 1; at < text.size(); ++number) {
        const auto end = std::min(text.find('\n', at), text.size());
        const std::string_view line = text.substr(at, end - at);
        const bool is_fence = line.starts_with(kFence) && trim(line.substr(kFence.size())).empty();
        at = std::min(end + 1, text.size());
        if (number > 1 && is_fence) {
            split.body = at;
            return split;
        }
        if (number == 1 && !is_fence) {
            return std::nullopt;
        }
        split.front += number == 1 ? std::string_view() : line;
        split.front += '\n';
    }
    return std::nullopt;
}

// A number in quotes is taken too: other tools write it so.
std::optional<int> read_priority(Report& report, const Node& node, std::string_view name) {
    Node plain = node;
    if (node.type == Node::Type::string && document::core_type(node.text) == Node::Type::integer) {
        plain.type = Node::Type::integer;
        plain.quoted = false;
    }
    const document::Range<std::int64_t> range{kLeastPriority, kMostPriority};
    const auto number = document::read_integer(report, plain, name, range);
    return number ? std::optional(static_cast<int>(*number)) : std::nullopt;
}

std::optional<std::string> read_id(Report& report, const Node& node, std::string_view name) {
    const auto text = document::read_text(report, node, name);
    if (text && !is_prompt_id(*text)) {
        report.error(node.mark,
                     fmt::format("{} is no id", document::quoted(*text)),
                     "write a-z, 0-9, _, . and -, at most 64 of them");
    }
    return text;
}

void check_agents(Report& report, const Node* node, const std::vector<std::string>& agents) {
    if (node == nullptr) {
        return;
    }
    if (agents.empty()) {
        report.warning(node->mark, "it speaks to no agent and is never used");
    }
    const auto known = known_agents();
    for (const Node* item : document::items_of(*node)) {
        const auto nearest = nearest_name(item->text, known);
        if (nearest && *nearest != item->text) {
            report.warning(item->mark,
                           fmt::format("no agent is called {}", document::quoted(item->text)),
                           fmt::format("did you mean {}?", document::quoted(*nearest)));
        }
    }
}

void read_when(Report& report, const Node& node, When& when) {
    Fields fields(report, node, "\"when\"");
    when.providers = fields.read(document::read_texts, "provider").value_or(when.providers);
    when.tools = fields.read(document::read_texts, "tool").value_or(when.tools);
    when.has = fields.read(document::read_texts, "has").value_or(when.has);
    const auto known = context_keys();
    for (const std::string& key : when.has) {
        if (std::find(known.begin(), known.end(), key) == known.end()) {
            document::report_unknown(report, node.find("has")->mark, "name in context", key, known);
        }
    }
    fields.finish();
}

void read_front(Report& report, const Node& node, PromptDirective& directive) {
    Fields fields(report, node, "the front matter");
    directive.id = fields.read(read_id, "id").value_or(directive.id);
    if (const Node* priority = fields.require("priority")) {
        directive.priority = read_priority(report, *priority, "priority").value_or(0);
    }
    const Node* const agents = fields.take("agents");
    if (agents != nullptr) {
        directive.agents =
            document::read_texts(report, *agents, "agents").value_or(directive.agents);
        check_agents(report, agents, directive.agents);
    }
    if (const Node* when = fields.take("when")) {
        read_when(report, *when, directive.when);
    }
    const document::Range<std::uint64_t> range{1, kMaxPromptFileBytes};
    directive.max_bytes = static_cast<std::size_t>(
        fields.read(document::read_size, "max_bytes", range).value_or(directive.max_bytes));
    directive.required =
        fields.read(document::read_boolean, "required").value_or(directive.required);
    fields.finish();
}

// "prompts.d/house-rules.md" -> "house-rules"
std::string id_of_file(const std::string& file) {
    return std::filesystem::path(file).stem().native();
}

void read_all(const SourceText& source, const Split& split, ParsedPrompt& parsed) {
    PromptDirective directive;
    directive.id = id_of_file(source.file());
    directive.source = source.file();
    const SourceText front(source.file(), split.front);
    Report front_report(front);
    document::Document document = document::parse(front, document::Format::yaml, {});
    front_report.add(std::move(document.diagnostics));
    if (document.root && document.root->type != Node::Type::null) {
        read_front(front_report, *document.root, directive);
    } else if (!front_report.has_errors()) {
        front_report.error({1, 1}, "the front matter needs the key \"priority\"", "priority: 25");
    }
    Report body_report(source);
    const auto text = std::make_shared<const PromptText>(body_report, split.body);
    if (text->is_blank()) {
        body_report.warning(source.mark_at(split.body), "there is no text behind the front matter");
    }
    if (!is_prompt_id(directive.id) && !front_report.has_errors()) {
        front_report.error(
            {1, 1},
            fmt::format("the file's name {} is no id", document::quoted(directive.id)),
            "add a line such as \"id: house-rules\"");
    }
    const bool is_good = !front_report.has_errors() && !body_report.has_errors();
    parsed.diagnostics = front_report.take();
    for (model::Diagnostic& diagnostic : body_report.take()) {
        parsed.diagnostics.push_back(std::move(diagnostic));
    }
    if (is_good) {
        directive.produce = [text](const Context& context) -> Result<Produced> {
            Produced produced;
            produced.outputs.emplace_back(TextOutput{text->render(context)});
            return produced;
        };
        parsed.directive = std::move(directive);
    }
}

}  // namespace

ParsedPrompt parse_prompt_file(const SourceText& source) {
    ParsedPrompt parsed;
    Report report(source);
    document::Limits limits;
    limits.max_bytes = kMaxPromptFileBytes;
    // As JSON: tabs at the beginning of a line are good Markdown.
    const bool is_text = document::scan_text(source, document::Format::json, limits, report);
    const auto split = is_text ? split_file(source.text()) : std::nullopt;
    if (is_text && !split) {
        const bool is_begun = source.text().starts_with("---");
        report.error({1, 1},
                     is_begun ? "the front matter does not end" : "there is no front matter",
                     is_begun ? "write a line \"---\" below its last key" : std::string(kExample));
    }
    if (split) {
        read_all(source, *split, parsed);
    } else {
        parsed.diagnostics = report.take();
    }
    return parsed;
}

Notices rejections(const model::Diagnostics& diagnostics) {
    Notices notices;
    for (const model::Diagnostic& diagnostic : diagnostics) {
        if (diagnostic.severity == model::Severity::error) {
            notices.push_back({logging::Level::warning,
                               "Directive: invalid registration",
                               {{"source", diagnostic.file},
                                {"line", diagnostic.line},
                                {"column", diagnostic.column},
                                {"reason", diagnostic.message}}});
        }
    }
    return notices;
}

}  // namespace aifp::prompts
