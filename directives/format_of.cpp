#include "base/text.hpp"
#include "directives/parse.hpp"

namespace aifp::directives {

Result<document::Format> format_of(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    const std::string_view file = slash == std::string_view::npos ? path : path.substr(slash + 1);
    const std::size_t dot = file.rfind('.');
    const std::string extension =
        dot == std::string_view::npos || dot == 0 ? "" : to_lower_ascii(file.substr(dot));
    if (extension == ".yaml" || extension == ".yml") {
        return document::Format::yaml;
    }
    if (extension == ".json") {
        return document::Format::json;
    }
    const std::string what =
        extension.empty() ? "files without an extension are" : extension + " files are";
    return fail(ErrorCode::invalid_input,
                what + " not read as directives; name it .yaml, .yml or .json");
}

}  // namespace aifp::directives
