#include "helpers/workflow/parsing.hpp"

#include <utility>

#include "base/hash.hpp"
#include "directives/files.hpp"
#include "document/diagnostics_json.hpp"

namespace aifp::helpers::workflow {
namespace {

namespace json = boost::json;

json::object view_of(const directives::ParsedDirective& parsed) {
    json::object object;
    object["name"] = parsed.directive.name;
    object["line"] = parsed.mark.line;
    object["configuration"] = model::to_json(parsed.directive);
    object["questions"] = directives::to_json(parsed.questions);
    return object;
}

template <class List, class View>
json::array list_of(const List& list, View view) {
    json::array array;
    for (const auto& item : list) {
        array.push_back(view(item));
    }
    return array;
}

}  // namespace

Result<DirectiveFile> parse_directive_file(const std::filesystem::path& file,
                                           const directives::ParseContext& context) {
    const auto form = directives::form_of(file.native());
    if (!form) {
        return fail(form.error());
    }
    auto read = directives::read_settled_file(file, context.limits.max_bytes);
    if (!read) {
        return fail(std::move(read).error());
    }
    DirectiveFile result;
    result.sha256 = sha256_hex(read->text);
    const document::SourceText source(file.lexically_normal().native(), std::move(read->text));
    result.parsed = directives::parse_file(source, *form, context);
    return result;
}

json::object to_json(const DirectiveFile& file) {
    json::object object;
    object["file"] = file.parsed.file;
    object["sha256"] = file.sha256;
    object["directives"] = list_of(file.parsed.directives, view_of);
    object["drafts"] = list_of(file.parsed.drafts, view_of);
    object["broken"] = list_of(file.parsed.broken, [](const directives::BrokenDirective& broken) {
        json::object one;
        one["name"] = broken.name;
        one["line"] = broken.mark.line;
        return one;
    });
    object["diagnostics"] = document::to_json(file.parsed.diagnostics);
    return object;
}

}  // namespace aifp::helpers::workflow
