#pragma once

#include <optional>

#include "http/message.hpp"

namespace aifp::http {

/// Keeps pages in the user's browser away from a server on loopback (DNS rebinding, cross-site
/// requests): 403 unless the Host is a loopback name and an Origin, if there is one, is the same
/// host. Pure.
[[nodiscard]] std::optional<Response> refuse_foreign(const Request& request);

}  // namespace aifp::http
