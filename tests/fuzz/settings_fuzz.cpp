#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "config/secrets.hpp"
#include "config/settings.hpp"

// Any bytes end in settings and secrets or in diagnostics.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const aifp::document::SourceText source("fuzz",
                                            std::string(reinterpret_cast<const char*>(data), size));
    const auto settings = aifp::config::read_settings(source);
    if (!settings.settings.notify.contains("default")) {
        std::abort();
    }
    const auto secrets = aifp::config::read_secrets(source);
    if (secrets.secrets.size() > 0 && !secrets.diagnostics.empty()) {
        std::abort();
    }
    return 0;
}
