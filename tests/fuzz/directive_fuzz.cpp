// The first byte chooses YAML or JSON, the rest is a directive file. Checks besides not crashing:
// a directive that was taken has a canonical form that is taken again, unchanged.

#include <boost/json/serialize.hpp>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "directives/parse.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace aifp;
    if (size == 0) {
        return 0;
    }
    const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
    const auto format = data[0] % 2 == 0 ? document::Format::yaml : document::Format::json;
    const auto file = directives::parse_directives(document::SourceText("fuzz", text), format, {});
    for (const auto& parsed : file.directives) {
        const std::string canonical = boost::json::serialize(model::to_json(parsed.directive));
        const auto again = directives::parse_directives(
            document::SourceText("again", canonical), document::Format::json, {});
        if (again.directives.size() != 1 ||
            boost::json::serialize(model::to_json(again.directives[0].directive)) != canonical) {
            std::abort();
        }
        (void)directives::slice(document::SourceText("fuzz", text), parsed);
    }
    (void)directives::parse_trigger_text(text);
    return 0;
}
