// docs/sentences.md is true: every sentence of its table is the directive of the YAML beside it.

#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>
#include <fstream>

#include "base/text.hpp"
#include "directives/parse.hpp"
#include "tests/support/source_dir.hpp"

namespace aifp::directives {
namespace {

struct Example {
    std::string sentence;
    std::string yaml;
};

std::vector<Example> examples() {
    std::ifstream stream((testing::source_dir() / "docs/sentences.md").native());
    std::vector<Example> found;
    for (std::string line; std::getline(stream, line);) {
        const std::size_t code = line.find("| `");
        const bool is_row = line.starts_with("| ") && code != std::string::npos &&
                            line.find("`", code + 3) == line.size() - 3 &&
                            line.find("trigger: ") != std::string::npos;
        if (is_row) {
            found.push_back({std::string(trim(line.substr(2, code - 2))),
                             line.substr(code + 3, line.size() - code - 6)});
        }
    }
    return found;
}

ParseContext context() {
    ParseContext context;
    context.project_has_timezone = true;
    return context;
}

// As a value: the order of keys means nothing.
boost::json::value canonical(const ParsedFile& file) {
    if (file.directives.size() != 1) {
        return boost::json::string(file.diagnostics.empty() ? "nothing"
                                                            : file.diagnostics.front().message);
    }
    auto object = model::to_json(file.directives.front().directive);
    object.erase("name");
    object.erase("description");
    return object;
}

TEST(SentenceGuide, shows_what_the_sentences_become) {
    const auto all = examples();
    ASSERT_GE(all.size(), 20U);
    for (const Example& example : all) {
        const auto said = parse_file(
            document::SourceText("a.txt", example.sentence), FileForm::sentences, context());
        const auto written = parse_directives(
            document::SourceText("a.yaml", "{name: example, " + example.yaml + "}"),
            document::Format::yaml,
            context());
        EXPECT_EQ(canonical(said), canonical(written)) << example.sentence;
        EXPECT_TRUE(written.diagnostics.empty()) << example.yaml;
    }
}

}  // namespace
}  // namespace aifp::directives
