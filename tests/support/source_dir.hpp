#pragma once

#include <filesystem>

namespace aifp::testing {

/// The top of the source tree. One source knows it, so that equal tests of two checkouts are
/// compiled once (ccache).
[[nodiscard]] std::filesystem::path source_dir();

}  // namespace aifp::testing
