#pragma once

#include <string>
#include <string_view>

namespace aifp::document {

/// What a syntax error means to the person who wrote the file.
struct YamlError {
    std::string message;
    std::string hint;
};

/// Translates yaml-cpp's message. `rest` is the text from the error's place on.
[[nodiscard]] YamlError explain_yaml_error(std::string_view message, std::string_view rest);

}  // namespace aifp::document
