#include "directives/parse.hpp"

#include <algorithm>
#include <limits>

#include "base/text.hpp"
#include "directives/directive_checks.hpp"
#include "directives/directive_reader.hpp"
#include "directives/grammar.hpp"
#include "document/report.hpp"

namespace aifp::directives {

using document::Format;
using document::Mark;
using document::Node;
using document::quoted;
using document::Report;
using document::SourceText;

namespace {

/// Reads the directives of one file into its result.
class FileReader {
public:
    FileReader(const SourceText& source, const ParseContext& context)
        : report_(source), context_(context) {
        file_.file = source.file();
    }

    [[nodiscard]] ParsedFile read(document::Document document) {
        for (const model::Diagnostic& diagnostic : document.diagnostics) {
            if (diagnostic.severity == model::Severity::error) {
                error_lines_.push_back(diagnostic.line);
            }
        }
        report_.add(std::move(document.diagnostics));
        if (document.root == nullptr) {
            file_.unreadable = true;
        } else {
            read_root(*document.root);
        }
        file_.diagnostics = report_.take();
        return std::move(file_);
    }

private:
    void read_root(const Node& root) {
        if (root.type == Node::Type::null) {
            report_.warning(root.mark,
                            "the file holds no directive",
                            "write name:, trigger: and action: below one another");
        } else if (root.type == Node::Type::sequence) {
            read_list(root);
        } else if (root.type == Node::Type::mapping && root.find("directives") != nullptr) {
            read_wrapped(root);
        } else {
            take(root);
        }
    }

    void read_wrapped(const Node& root) {
        for (const Node::Member& member : root.members) {
            if (member.key == "directives") {
                read_wrapped_list(*member.value);
            } else {
                report_.error(member.key_mark,
                              "unknown key " + quoted(member.key) + " beside directives",
                              "keys of a directive belong into its own map below directives:");
            }
        }
    }

    void read_wrapped_list(const Node& list) {
        if (list.type == Node::Type::null) {
            report_.warning(list.mark, "directives is empty", "write a list of directives");
        } else if (list.type == Node::Type::sequence) {
            read_list(list);
        } else {
            take(list);
        }
    }

    void read_list(const Node& list) {
        for (std::size_t at = 0; at < list.items.size(); ++at) {
            const auto& item = list.items[at];
            if (file_.directives.size() + file_.broken.size() >= context_.max_directives) {
                report_.error(item->mark,
                              "this file holds more than " +
                                  std::to_string(context_.max_directives) + " directives",
                              "write the others into another file");
                return;
            }
            const bool is_last = at + 1 == list.items.size();
            take(*item, is_last ? kNoLine : list.items[at + 1]->mark.line);
        }
    }

    // What the YAML or JSON parser refused is missing from the tree, so a directive it stood in
    // would not do what was written. `end` is the line where the next directive begins.
    [[nodiscard]] bool has_text_errors(const Node& node, int end) const {
        return std::any_of(error_lines_.begin(), error_lines_.end(), [&](int line) {
            return line == node.mark.line || (line > node.mark.line && line < end);
        });
    }

    void take(const Node& node, int end = kNoLine) {
        ReadDirective read = read_directive(report_, context_, node);
        if (has_text_errors(node, end)) {
            read.parsed.reset();
        }
        if (read.parsed && is_name_free(read)) {
            file_.directives.push_back(std::move(*read.parsed));
        } else if (!read.parsed) {
            file_.broken.push_back({std::move(read.name), read.mark});
        }
    }

    bool is_name_free(const ReadDirective& read) {
        const auto same = std::find_if(
            file_.directives.begin(),
            file_.directives.end(),
            [&read](const ParsedDirective& other) { return other.directive.name == read.name; });
        if (same == file_.directives.end()) {
            return true;
        }
        report_.error(read.mark,
                      "the name " + quoted(read.name) + " is taken by the directive in line " +
                          std::to_string(same->mark.line),
                      "give this one another name; the first keeps it");
        return false;
    }

    static constexpr int kNoLine = std::numeric_limits<int>::max();

    Report report_;
    std::vector<int> error_lines_;  // of the text itself, before it was a tree
    const ParseContext& context_;
    ParsedFile file_;
};

}  // namespace

bool ParsedFile::has_errors() const noexcept {
    return std::any_of(
        diagnostics.begin(), diagnostics.end(), [](const model::Diagnostic& diagnostic) {
            return diagnostic.severity == model::Severity::error;
        });
}

ParsedFile parse_directives(const SourceText& source, Format format, const ParseContext& context) {
    return FileReader(source, context).read(document::parse(source, format, context.limits));
}

Result<model::Trigger> parse_trigger_text(std::string_view text) {
    const SourceText source("trigger", std::string(text));
    const ParseContext context{.project_has_timezone = true};
    Report report(source);
    const std::string_view trimmed = trim(text);
    NodePtr node = make_text(std::string(trimmed), Mark{});
    document::Document document;
    if (trimmed.starts_with('{')) {
        document = document::parse(source, Format::yaml, context.limits);
        report.add(std::move(document.diagnostics));
        node = document.root;
    }
    std::vector<Item> items;
    if (node != nullptr) {
        Reading reading{report, context, "trigger"};
        items = read_items(reading, Group::trigger, *node);
        model::Directive directive;
        fill_items(directive, {items, {}, {}, {}});
        check_directive(reading, {items, {}, {}, {}}, directive);
        if (!report.has_errors() && !directive.triggers.empty()) {
            return directive.triggers.front();
        }
    }
    const model::Diagnostics diagnostics = report.take();
    const auto first = std::find_if(
        diagnostics.begin(), diagnostics.end(), [](const model::Diagnostic& diagnostic) {
            return diagnostic.severity == model::Severity::error;
        });
    if (first == diagnostics.end()) {
        return fail(ErrorCode::invalid_input,
                    "no trigger is given; write for example cron: 0 7 * * *");
    }
    return fail(ErrorCode::invalid_input,
                first->hint.empty() ? first->message : first->message + "; " + first->hint);
}

std::string slice(const SourceText& source, const ParsedDirective& parsed) {
    std::string text;
    for (int line = parsed.mark.line; line <= parsed.last_line; ++line) {
        text += source.line(line);
        text += '\n';
    }
    return text;
}

}  // namespace aifp::directives
