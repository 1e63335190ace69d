#pragma once

#include <map>
#include <string>

namespace aifp::llm {

/// By the SHA-256 of its bytes: the id under which a provider's store has a file. A file that is
/// not among them goes with the request itself.
using FileIds = std::map<std::string, std::string>;

}  // namespace aifp::llm
