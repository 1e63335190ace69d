#include "admin/openapi.hpp"

#include "base/json_text.hpp"
#include "document/node.hpp"
#include "document/node_json.hpp"

namespace aifp::admin {
namespace {

std::string make_json() {
    const document::SourceText source("openapi.yaml", std::string(openapi_yaml()));
    const auto parsed = document::parse(source, document::Format::yaml, document::Limits());
    return parsed.root ? json_text(document::to_json(*parsed.root)) + "\n" : "{}\n";
}

}  // namespace

const std::string& openapi_json() {
    static const std::string kText = make_json();
    return kText;
}

}  // namespace aifp::admin
