#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/helpers/schema_judge.hpp"
#include "tests/helpers/tool_fixture.hpp"
#include "tests/support/source_dir.hpp"

// Holds every tool's answer against the JSON of the spec (tests/golden/tools), key by key and type
// by type.

namespace aifp::helpers {
namespace {

namespace json = boost::json;

/// What differs in keys or types; empty if nothing. {} stands for any object.
std::string differences(const json::value& wanted, const json::value& got, const std::string& at);

std::string object_differences(const json::object& wanted,
                               const json::value& got,
                               const std::string& at) {
    if (!got.is_object()) {
        return at + " is no object\n";
    }
    std::string found;
    for (const auto& member : wanted) {
        const auto* value = got.get_object().if_contains(member.key());
        const auto place = at + "." + std::string(member.key());
        found +=
            value == nullptr ? place + " is missing\n" : differences(member.value(), *value, place);
    }
    for (const auto& member : got.get_object()) {
        if (!wanted.empty() && !wanted.contains(member.key())) {
            found += at + "." + std::string(member.key()) + " is too much\n";
        }
    }
    return found;
}

std::string differences(const json::value& wanted, const json::value& got, const std::string& at) {
    if (const auto* object = wanted.if_object()) {
        return object_differences(*object, got, at);
    }
    if (const auto* list = wanted.if_array()) {
        if (!got.is_array() || got.get_array().empty()) {
            return at + " is no list with something in it\n";
        }
        std::string found;
        for (const auto& item : got.get_array()) {
            found += differences(list->front(), item, at + "[]");
        }
        return found;
    }
    return wanted.kind() == got.kind() ? std::string()
                                       : at + " is " + json::serialize(got) + ", the spec shows " +
                                             json::serialize(wanted) + "\n";
}

json::object golden(std::string_view tool) {
    const auto path = testing::source_dir() / "tests/golden/tools" / (std::string(tool) + ".json");
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return json::parse(text.str()).as_object();
}

class Contract : public ToolFixture, public ::testing::WithParamInterface<std::string_view> {};

TEST_P(Contract, answers_with_the_keys_and_types_of_the_spec) {
    start_with_history();
    if (GetParam() == "get_error_directives") {
        ASSERT_TRUE(succeeded(set_status("error", 2)));
    }
    auto wanted = golden(GetParam());

    const auto answer = call(GetParam(), wanted.at("arguments").as_object());

    EXPECT_EQ(differences(wanted.at("answer"), answer, "answer"), "") << json::serialize(answer);
    EXPECT_EQ(judge(find_tool(GetParam())->result, answer), "") << json::serialize(answer);
}

std::vector<std::string_view> names() {
    std::vector<std::string_view> all;
    for (const auto& tool : tools()) {
        all.push_back(tool.name);
    }
    return all;
}

INSTANTIATE_TEST_SUITE_P(Tools, Contract, ::testing::ValuesIn(names()), [](const auto& each) {
    return std::string(each.param);
});

TEST(Table, has_the_35_tools_of_the_spec) {
    EXPECT_EQ(tools().size(), 35U);
    std::size_t files = 0;
    for (const auto& entry :
         std::filesystem::directory_iterator(testing::source_dir() / "tests/golden/tools")) {
        EXPECT_NE(find_tool(entry.path().stem().string()), nullptr) << entry.path();
        ++files;
    }
    EXPECT_EQ(files, 35U);
}

TEST(Table, describes_each_tool_soundly) {
    for (const auto& tool : tools()) {
        const auto parameters = json::parse(tool.parameters);
        EXPECT_EQ(parameters.at("type"), "object") << tool.name;
        EXPECT_FALSE(tool.purpose.empty()) << tool.name;
        EXPECT_TRUE(json::parse(tool.result).is_object()) << tool.name;
        EXPECT_EQ(tool.hints.read_only, std::holds_alternative<Query>(tool.function)) << tool.name;
        EXPECT_EQ(tool.hints.read_only, tool.scope == Scope::read) << tool.name;
        EXPECT_EQ(tool.form == Form::deed, !tool.hints.read_only) << tool.name;
        EXPECT_FALSE(tool.hints.read_only && tool.hints.destructive) << tool.name;
    }
}

// docs/helper-tools.md has one line per tool.
TEST(Table, is_the_one_in_the_documents) {
    std::ostringstream text;
    text << std::ifstream(testing::source_dir() / "docs/helper-tools.md").rdbuf();
    for (const auto& tool : tools()) {
        std::string arguments;
        const auto properties = json::parse(tool.parameters).at("properties").as_object();
        for (const auto& property : properties) {
            arguments += (arguments.empty() ? "" : ", ") + std::string(property.key());
        }
        const auto line = "| `" + std::string(tool.name) + "(" + arguments + ")` | " +
                          std::string(tool.purpose) + " | " + std::string(name_of(tool.scope)) +
                          " |\n";
        EXPECT_NE(text.str().find(line), std::string::npos) << line;
    }
}

}  // namespace
}  // namespace aifp::helpers
