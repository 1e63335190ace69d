#pragma once

#include <string>
#include <string_view>

namespace aifp::admin {

/// docs/openapi.yaml as it was when the program was built: the whole admin API (OpenAPI 3.1). A
/// test holds it equal to the table of routes.
[[nodiscard]] std::string_view openapi_yaml() noexcept;

/// The same as JSON. Made with the first call, some milliseconds, and kept.
[[nodiscard]] const std::string& openapi_json();

}  // namespace aifp::admin
