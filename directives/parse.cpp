#include "directives/parse.hpp"

#include <algorithm>
#include <limits>

#include "base/text.hpp"
#include "directives/directive_checks.hpp"
#include "directives/directive_reader.hpp"
#include "directives/grammar.hpp"
#include "directives/sentence.hpp"
#include "directives/sentence_file.hpp"
#include "document/report.hpp"
#include "document/text_scan.hpp"
#include "model/definition.hpp"

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

    [[nodiscard]] ParsedFile read_sentences(const SourceText& source) {
        if (!document::scan_text(source, Format::json, context_.limits, report_)) {
            file_.unreadable = true;
        } else {
            const auto sentences = split_sentences(source, report_);
            for (std::size_t at = 0; at < sentences.size() && is_room_left(sentences[at].mark);
                 ++at) {
                take_sentence(source, sentences[at]);
            }
            if (sentences.empty()) {
                report_.warning(Mark{},
                                "the file holds no directive",
                                "write: every night at 2am, run backup.sh");
            }
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
            if (!is_room_left(item->mark)) {
                return;
            }
            const bool is_last = at + 1 == list.items.size();
            take(*item, is_last ? kNoLine : list.items[at + 1]->mark.line);
        }
    }

    bool is_room_left(Mark mark) {
        const bool left = count() < context_.max_directives;
        if (!left) {
            report_.error(mark,
                          "this file holds more than " + std::to_string(context_.max_directives) +
                              " directives",
                          "write the others into another file");
        }
        return left;
    }

    void take_sentence(const SourceText& source, const WrittenSentence& written) {
        const std::size_t errors = report_.error_count();
        const std::string name = free_name(written);
        Interview interview(answers_for(context_, name));
        Reading reading{report_, context_, name, interview};
        Sentence sentence{source.text(), written.words, reading};
        read_sentence(sentence);
        ReadDirective read = read_directive(reading, *tree_of(sentence, written), errors);
        if (read.parsed) {
            read.parsed->last_line = written.words.back().mark.line;
        }
        put(std::move(read));
    }

    // A name that another directive has gets a number (reference: issue 3, parse).
    std::string free_name(const WrittenSentence& written) {
        const std::string wanted = written.name.empty() ? derive_name(written.words) : written.name;
        std::string name = wanted;
        for (int number = 2; is_taken(name); ++number) {
            const std::string ending = "_" + std::to_string(number);
            name = wanted.substr(0, kMaxNameBytes - ending.size()) + ending;
        }
        if (name != wanted) {
            const auto other = context_.taken_names.find(wanted);
            report_.warning(
                written.mark,
                "the name " + quoted(wanted) + " is taken" +
                    (other == context_.taken_names.end() ? "" : " by " + other->second) +
                    "; this directive is called " + quoted(name),
                "begin the sentence with a name of its own, such as porch_light: …");
        }
        return name;
    }

    [[nodiscard]] bool is_taken(const std::string& name) const {
        const auto other = context_.taken_names.find(name);
        const bool elsewhere = other != context_.taken_names.end() && other->second != file_.file;
        const bool broken = std::any_of(file_.broken.begin(),
                                        file_.broken.end(),
                                        [&name](const auto& one) { return one.name == name; });
        return elsewhere || broken || find_named(name) != nullptr;
    }

    // What the sentence would be as YAML.
    static NodePtr tree_of(Sentence& sentence, const WrittenSentence& written) {
        auto tree = make_mapping(written.mark);
        add_text(*tree, "name", sentence.reading.directive, written.mark);
        add_text(
            *tree, "description", std::string(text_of(sentence.text, written.words)), written.mark);
        if (!sentence.parts.timezone.empty()) {
            add_text(*tree, "timezone", sentence.parts.timezone, written.mark);
        }
        for (auto& [key, list] : {std::pair{"triggers", &sentence.parts.triggers},
                                  {"conditions", &sentence.parts.conditions},
                                  {"actions", &sentence.parts.actions}}) {
            if (!list->empty()) {
                add(*tree, key, written.mark, make_list(std::move(*list), written.mark));
            }
        }
        return tree;
    }

    // What the YAML or JSON parser refused is missing from the tree, so a directive it stood in
    // would not do what was written. `end` is the line where the next directive begins.
    [[nodiscard]] bool has_text_errors(const Node& node, int end) const {
        return std::any_of(error_lines_.begin(), error_lines_.end(), [&](int line) {
            return line == node.mark.line || (line > node.mark.line && line < end);
        });
    }

    void take(const Node& node, int end = kNoLine) {
        const std::size_t errors = report_.error_count();
        Interview interview;
        Reading reading{report_, context_, {}, interview};
        ReadDirective read = read_directive(reading, node, errors);
        if (has_text_errors(node, end)) {
            read.parsed.reset();
        }
        put(std::move(read));
    }

    // What stands deeper could be stored, but not be read again.
    void check_depth(ReadDirective& read) {
        if (read.parsed &&
            model::depth_of(model::to_json(read.parsed->directive)) > model::kMaxDefinitionDepth) {
            report_.error(read.mark,
                          "the directive is nested deeper than " +
                              std::to_string(model::kMaxDefinitionDepth) + " levels",
                          "write flatter values, or split it into several directives");
            read.parsed.reset();
        }
    }

    void put(ReadDirective read) {
        check_depth(read);
        if (!read.parsed) {
            file_.broken.push_back({std::move(read.name), read.mark});
        } else if (is_name_free(read)) {
            auto& list = read.is_draft ? file_.drafts : file_.directives;
            list.push_back(std::move(*read.parsed));
        }
    }

    [[nodiscard]] const ParsedDirective* find_named(const std::string& name) const {
        for (const auto* list : {&file_.directives, &file_.drafts}) {
            for (const ParsedDirective& other : *list) {
                if (other.directive.name == name) {
                    return &other;
                }
            }
        }
        return nullptr;
    }

    bool is_name_free(const ReadDirective& read) {
        const ParsedDirective* same = find_named(read.name);
        if (same == nullptr) {
            return true;
        }
        report_.error(read.mark,
                      "the name " + quoted(read.name) + " is taken by the directive in line " +
                          std::to_string(same->mark.line),
                      "give this one another name; the first keeps it");
        return false;
    }

    [[nodiscard]] std::size_t count() const noexcept {
        return file_.directives.size() + file_.drafts.size() + file_.broken.size();
    }

    static constexpr std::size_t kMaxNameBytes = 64;
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

ParsedFile parse_file(const SourceText& source, FileForm form, const ParseContext& context) {
    switch (form == FileForm::any ? look_at_form(source, context.limits) : form) {
        case FileForm::yaml:
            return parse_directives(source, Format::yaml, context);
        case FileForm::json:
            return parse_directives(source, Format::json, context);
        default:
            return FileReader(source, context).read_sentences(source);
    }
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
        Interview interview;
        Reading reading{report, context, "trigger", interview};
        items = read_items(reading, Group::trigger, *node);
        model::Directive directive;
        fill_items(directive, {items, {}, {}, {}, {}});
        check_directive(reading, {items, {}, {}, {}, {}}, directive);
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
