// A text of plain sentences, and itself as the answer to everything it leaves open. Checks besides
// not crashing: a directive that was taken has a canonical form that is taken again, unchanged.

#include <boost/json/serialize.hpp>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "directives/validate.hpp"

namespace {

using namespace aifp;

void check_canonical(const model::Directive& directive) {
    const std::string canonical = boost::json::serialize(model::to_json(directive));
    const auto again = directives::parse_directives(
        document::SourceText("again", canonical), document::Format::json, {});
    if (again.directives.size() != 1 ||
        boost::json::serialize(model::to_json(again.directives[0].directive)) != canonical) {
        std::abort();
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const document::SourceText source("fuzz",
                                      std::string(reinterpret_cast<const char*>(data), size));
    directives::ParseContext context;
    context.apis = {"default", "lights"};
    context.channels = {"default", "phone"};
    const auto file = directives::parse_file(source, directives::FileForm::sentences, context);
    for (const auto& parsed : file.directives) {
        check_canonical(parsed.directive);
        (void)directives::slice(source, parsed);
    }
    for (const auto& draft : file.drafts) {
        std::map<std::string, std::string> given;
        for (const auto& question : draft.questions) {
            given[question.id] = question.options.empty() ? source.text() : question.options[0];
        }
        const auto validation = directives::validate_directive(
            source, directives::FileForm::sentences, context, draft.directive.name, given);
        if (validation.configuration) {
            check_canonical(*validation.configuration);
        }
        break;  // one is enough: each costs several parses of the whole text
    }
    return 0;
}
