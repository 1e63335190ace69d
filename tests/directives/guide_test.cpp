// The user's guide is true: every ```yaml block in it parses without errors.

#include <gtest/gtest.h>

#include <fstream>

#include "directives/parse.hpp"
#include "tests/support/source_dir.hpp"

namespace aifp::directives {
namespace {

std::vector<std::string> yaml_blocks(const std::string& path) {
    std::ifstream stream(path);
    std::vector<std::string> blocks;
    bool inside = false;
    for (std::string line; std::getline(stream, line);) {
        if (!inside && line == "```yaml") {
            inside = true;
            blocks.emplace_back();
        } else if (inside && line == "```") {
            inside = false;
        } else if (inside) {
            blocks.back() += line + "\n";
        }
    }
    return blocks;
}

TEST(Guide, has_examples_that_parse) {
    const auto blocks =
        yaml_blocks((testing::source_dir() / "docs/writing-directives.md").native());
    ASSERT_GE(blocks.size(), 10U);
    for (const std::string& block : blocks) {
        const document::SourceText source("guide.yaml", block);
        const ParsedFile file = parse_directives(source, document::Format::yaml, ParseContext{});
        EXPECT_FALSE(file.directives.empty()) << block;
        for (const model::Diagnostic& diagnostic : file.diagnostics) {
            EXPECT_NE(diagnostic.severity, model::Severity::error)
                << block << diagnostic.line << ": " << diagnostic.message;
        }
    }
}

}  // namespace
}  // namespace aifp::directives
