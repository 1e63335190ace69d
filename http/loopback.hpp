#pragma once

#include <optional>
#include <span>
#include <string>

#include "http/message.hpp"

namespace aifp::http {

/// Keeps pages in the user's browser away from a server at home (DNS rebinding, cross-site
/// requests): 403 unless the Host is localhost, an address in digits (which no name server can bend
/// to this machine) or one of `names`, and an Origin, if there is one, is the same host. Ports do
/// not count in `names`. Pure.
[[nodiscard]] std::optional<Response> refuse_foreign(const Request& request,
                                                     std::span<const std::string> names = {});

}  // namespace aifp::http
