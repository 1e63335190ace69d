#include "document/json_parser.hpp"
#include "document/node.hpp"
#include "document/report.hpp"
#include "document/text_scan.hpp"
#include "document/tree_builder.hpp"
#include "document/yaml_parser.hpp"

namespace aifp::document {

Document parse(const SourceText& source, Format format, const Limits& limits) {
    Document document;
    Report report(source);
    if (scan_text(source, format, limits, report)) {
        TreeBuilder builder(report, limits);
        const bool is_whole = format == Format::json ? parse_json(source, builder, report)
                                                     : parse_yaml(source, builder, report);
        if (is_whole) {
            document.root = builder.take_root();
            if (!document.root) {
                document.root = std::make_shared<const Node>();
            }
        }
    }
    document.diagnostics = report.take();
    return document;
}

}  // namespace aifp::document
