#include "tests/support/source_dir.hpp"

namespace aifp::testing {

std::filesystem::path source_dir() {
    return AIFP_SOURCE_DIR;
}

}  // namespace aifp::testing
