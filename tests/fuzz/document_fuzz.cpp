#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "document/diagnostics_json.hpp"
#include "document/node.hpp"
#include "document/node_json.hpp"

namespace {

using namespace aifp;

void check(const document::SourceText& source, document::Format format) {
    const document::Document document = document::parse(source, format, {});
    if (!document.root && document.diagnostics.empty()) {
        std::abort();
    }
    if (document.root) {
        (void)document::to_json(*document.root);
    }
    for (const auto& diagnostic : document.diagnostics) {
        (void)document::format_diagnostic(diagnostic);
    }
    (void)document::to_json(document.diagnostics);
}

}  // namespace

// Any bytes end in a tree or a diagnostic, in both languages.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const document::SourceText source("fuzz",
                                      std::string(reinterpret_cast<const char*>(data), size));
    check(source, document::Format::yaml);
    check(source, document::Format::json);
    return 0;
}
