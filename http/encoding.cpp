#include "http/encoding.hpp"

#include "base/text.hpp"

namespace aifp::http {
namespace {

Result<std::string> decode_form_text(std::string_view text) {
    std::string spaced(text);
    for (char& c : spaced) {
        c = c == '+' ? ' ' : c;
    }
    return percent_decode(spaced);
}

}  // namespace

Result<std::string> percent_decode(std::string_view text) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            decoded += text[i];
            continue;
        }
        const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
        const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
        if (high < 0 || low < 0) {
            return fail(ErrorCode::invalid_input,
                        "a '%' must be followed by two hexadecimal digits; a '%' itself is %25");
        }
        decoded += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return decoded;
}

Result<std::vector<Parameter>> parse_parameters(std::string_view text) {
    std::vector<Parameter> parameters;
    for (const std::string_view pair : split(text, '&')) {
        if (pair.empty()) {
            continue;
        }
        const std::size_t equals = pair.find('=');
        auto name = decode_form_text(pair.substr(0, equals));
        auto value = decode_form_text(equals == std::string_view::npos ? std::string_view()
                                                                       : pair.substr(equals + 1));
        if (!name || !value) {
            return fail(name ? value.error() : name.error());
        }
        parameters.push_back(Parameter{std::move(*name), std::move(*value)});
    }
    return parameters;
}

std::string form_encode(std::string_view text) {
    std::string encoded;
    for (const char character : text) {
        if (character == ' ') {
            encoded += '+';
        } else if (character == '*') {
            encoded += '*';
        } else {
            append_percent_encoded(encoded, character);
        }
    }
    return encoded;
}

}  // namespace aifp::http
