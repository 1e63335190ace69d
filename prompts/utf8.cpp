#include "prompts/utf8.hpp"

#include <string_view>
#include <utility>

#include "base/text.hpp"

namespace aifp::prompts {

std::string well_formed(std::string text) {
    constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
    std::string mended;
    std::string_view rest = text;
    while (const auto bad = first_invalid_utf8(rest)) {
        mended.append(rest.substr(0, *bad));
        mended += kReplacement;
        rest.remove_prefix(*bad + 1);
    }
    return mended.empty() ? std::move(text) : mended.append(rest);
}

}  // namespace aifp::prompts
