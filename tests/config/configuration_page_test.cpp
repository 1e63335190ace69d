#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "config/settings.hpp"
#include "tests/support/source_dir.hpp"

namespace aifp::config {
namespace {

constexpr std::string_view kIntroduction =
    "# Settings\n\n"
    "`.aifp-project/engine.yaml`; a project of the system service (`/var/lib/aifp/NAME`) without "
    "that file\n"
    "may have `/etc/aifp/NAME.yaml`. An unknown key or a wrong value is told with its line and "
    "keeps the\n"
    "engine from starting (exit 78), all mistakes at once; a running engine keeps the old "
    "settings.\n"
    "SIGHUP reads the file again and says which keys wait for the next start. `aifpd "
    "--describe-config`\n"
    "prints this table as JSON. A dot is a level: `limits.max_output` is written\n\n"
    "```yaml\nlimits:\n  max_output: 64 KiB\n```\n\n"
    "| key | type | unit or choices | default | meaning |\n|---|---|---|---|---|\n";

// A bar would end the cell.
std::string cell(const boost::json::object& row, const char* member) {
    std::string text(row.at(member).as_string());
    for (auto at = text.find('|'); at != std::string::npos; at = text.find('|', at + 2)) {
        text.insert(at, 1, '\\');
    }
    return text;
}

std::string page() {
    std::string text(kIntroduction);
    for (const auto& value : describe_settings()) {
        const auto& row = value.as_object();
        const auto usual = cell(row, "default");
        text += "| `" + cell(row, "name") + "` | " + cell(row, "type") + " | " + cell(row, "unit") +
                " | " + (usual.empty() ? "" : "`" + usual + "`") + " | " + cell(row, "meaning") +
                " |\n";
    }
    return text;
}

TEST(ConfigurationPage, says_of_every_key_what_the_reader_knows) {
    const auto file = testing::source_dir() / "docs/configuration.md";
    if (std::getenv("UPDATE_GOLDEN") != nullptr) {
        std::ofstream(file) << page();
    }
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();

    EXPECT_EQ(text.str(), page()) << "UPDATE_GOLDEN=1 writes it anew";
}

}  // namespace
}  // namespace aifp::config
