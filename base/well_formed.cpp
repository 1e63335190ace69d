#include "base/well_formed.hpp"

#include <string_view>

#include "base/text.hpp"

namespace aifp {

std::string well_formed_utf8(std::string text) {
    constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
    std::string_view rest = text;
    auto bad = first_invalid_utf8(rest);
    if (!bad) {
        return text;
    }
    std::string mended;
    for (; bad; bad = first_invalid_utf8(rest)) {
        mended.append(rest.substr(0, *bad)).append(kReplacement);
        rest.remove_prefix(*bad + 1);
    }
    return mended.append(rest);
}

}  // namespace aifp
