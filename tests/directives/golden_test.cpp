// Every folder of tests/golden/directives is a case: input.yaml, .json, .txt or without extension,
// and expected.json with {directives, drafts, diagnostics}; drafts only where there are some.
// UPDATE_GOLDEN=1 writes expected.json anew; then read it by eye.

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "directives/parse.hpp"
#include "directives/pretty_json.hpp"
#include "document/diagnostics_json.hpp"
#include "tests/support/source_dir.hpp"

namespace aifp::directives {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

const fs::path kFolder = testing::source_dir() / "tests/golden/directives";

std::string text_of(const fs::path& path) {
    std::ifstream stream(path, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

fs::path input_of(const fs::path& folder) {
    for (const char* name : {"input.yaml", "input.json", "input.txt"}) {
        if (fs::exists(folder / name)) {
            return folder / name;
        }
    }
    return folder / "input";
}

json::object outcome_of(const fs::path& input) {
    const document::SourceText source(input.filename().string(), text_of(input));
    ParseContext context;
    context.secrets = {"porch_key", "porch_token", "lamp_auth"};
    context.apis = {"default", "lights"};
    context.channels = {"default", "phone"};
    context.calendars = {"holidays", "nights", "workdays"};
    context.now = WallTime(std::chrono::sys_days(std::chrono::year(2026) / 11 / 22));
    const ParsedFile file = parse_file(source, *form_of(input.string()), context);
    json::array directives;
    for (const ParsedDirective& parsed : file.directives) {
        json::object directive = model::to_json(parsed.directive);
        const auto again = model::to_json(model::directive_from_json(directive));
        EXPECT_EQ(json::serialize(again), json::serialize(directive));
        directives.push_back(std::move(directive));
    }
    json::array drafts;
    for (const ParsedDirective& parsed : file.drafts) {
        drafts.push_back(json::object{{"directive", model::to_json(parsed.directive)},
                                      {"questions", to_json(parsed.questions)}});
    }
    json::array diagnostics;
    for (json::value& value : document::to_json(file.diagnostics)) {
        json::object diagnostic = value.get_object();
        diagnostic.erase("file");
        diagnostics.push_back(json::object{{"line", diagnostic["line"]},
                                           {"column", diagnostic["column"]},
                                           {"severity", diagnostic["severity"]},
                                           {"message", diagnostic["message"]},
                                           {"hint", diagnostic["hint"]}});
    }
    json::object outcome{{"directives", std::move(directives)}};
    if (!drafts.empty()) {
        outcome["drafts"] = std::move(drafts);
    }
    outcome["diagnostics"] = std::move(diagnostics);
    return outcome;
}

std::vector<std::string> case_names() {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(kFolder)) {
        if (entry.is_directory()) {
            names.push_back(entry.path().filename().string());
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

class DirectiveGolden : public ::testing::TestWithParam<std::string> {};

TEST_P(DirectiveGolden, gives_what_is_expected) {
    const fs::path folder = kFolder / GetParam();
    const json::object outcome = outcome_of(input_of(folder));
    if (std::getenv("UPDATE_GOLDEN") != nullptr) {
        std::ofstream(folder / "expected.json") << indented_json(outcome) << "\n";
    }
    const json::value expected = json::parse(text_of(folder / "expected.json"));
    EXPECT_EQ(indented_json(outcome), indented_json(expected));
}

// What the parser gives is itself a directive: parsing it again changes nothing.
TEST_P(DirectiveGolden, canonical_form_parses_to_itself) {
    const json::object outcome = outcome_of(input_of(kFolder / GetParam()));
    const std::string text = json::serialize(outcome.at("directives"));
    const ParsedFile again = parse_directives(
        document::SourceText("again.json", text), document::Format::json, ParseContext{});
    json::array directives;
    for (const ParsedDirective& parsed : again.directives) {
        directives.push_back(model::to_json(parsed.directive));
    }
    EXPECT_FALSE(again.has_errors());
    EXPECT_EQ(json::serialize(directives), text);
}

INSTANTIATE_TEST_SUITE_P(Cases,
                         DirectiveGolden,
                         ::testing::ValuesIn(case_names()),
                         [](const auto& test) { return test.param; });

TEST(DirectiveGolden, has_at_least_sixty_cases) {
    EXPECT_GE(case_names().size(), 60U);
}

}  // namespace
}  // namespace aifp::directives
