#include <exception>
#include <iostream>

#include "base/json_text.hpp"
#include "base/memory.hpp"
#include "config/settings.hpp"
#include "daemon/wiring.hpp"

int main(int argc, char** argv) {
    aifp::share_one_heap();
    try {
        auto parsed = aifp::daemon::parse_options(argc, argv);
        if (!parsed.options) {
            return parsed.exit_code;
        }
        if (parsed.options->describe_config) {
            std::cout << aifp::json_text(aifp::config::describe_settings()) << "\n";
            return 0;
        }
        return aifp::daemon::Daemon(std::move(*parsed.options)).run();
    } catch (const std::exception& error) {
        std::cerr << "aifpd: unexpected: " << error.what() << "\n";
        return 1;
    }
}
