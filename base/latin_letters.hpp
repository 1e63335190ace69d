#pragma once

#include <string>
#include <string_view>

namespace aifp {

/// `text` with the letters of Latin alphabets (U+00C0 to U+017F) as people write them where only
/// a-z is to be had: "Küche" becomes "Kueche", "Łódź" becomes "Lodz". Everything else stays.
[[nodiscard]] std::string with_plain_letters(std::string_view text);

}  // namespace aifp
