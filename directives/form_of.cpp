#include "base/text.hpp"
#include "directives/parse.hpp"
#include "document/report.hpp"

namespace aifp::directives {
namespace {

// What a YAML or JSON directive file has at its top; nothing of it begins a sentence.
bool is_directive_tree(const document::Node& root) noexcept {
    if (root.type == document::Node::Type::sequence) {
        return !root.items.empty() && root.items.front()->type == document::Node::Type::mapping &&
               is_directive_tree(*root.items.front());
    }
    for (const std::string_view key : {"directives", "trigger", "triggers", "action", "actions"}) {
        if (root.find(key) != nullptr) {
            return true;
        }
    }
    return false;
}

}  // namespace

Result<FileForm> form_of(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    const std::string_view file = slash == std::string_view::npos ? path : path.substr(slash + 1);
    const std::size_t dot = file.rfind('.');
    const std::string extension =
        dot == std::string_view::npos || dot == 0 ? "" : to_lower_ascii(file.substr(dot));
    if (extension == ".yaml" || extension == ".yml") {
        return FileForm::yaml;
    }
    if (extension == ".json") {
        return FileForm::json;
    }
    if (extension == ".txt" || extension.empty()) {
        return FileForm::any;
    }
    return fail(
        ErrorCode::invalid_input,
        extension + " files are not read as directives; name it .yaml, .yml, .json or .txt");
}

FileForm look_at_form(const document::SourceText& source, const document::Limits& limits) {
    const std::string_view text = trim(source.text());
    const bool has_brackets = text.starts_with('{') || text.starts_with('[');
    if (has_brackets && document::parse(source, document::Format::json, limits).root != nullptr) {
        return FileForm::json;
    }
    // A broken YAML file is told as one when its first line can be nothing else.
    for (const std::string_view opening : {"directives:", "- name:", "---"}) {
        if (text.starts_with(opening)) {
            return FileForm::yaml;
        }
    }
    const auto tree = document::parse(source, document::Format::yaml, limits);
    return tree.root != nullptr && is_directive_tree(*tree.root) ? FileForm::yaml
                                                                 : FileForm::sentences;
}

}  // namespace aifp::directives
