#include "directives/schema.hpp"

#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include "directives/grammar.hpp"
#include "tests/support/source_dir.hpp"

namespace aifp::directives {
namespace {

namespace json = boost::json;

const std::string kFile = (testing::source_dir() / "docs/directive.schema.json").native();

TEST(DirectiveSchema, is_what_the_file_holds) {
    if (std::getenv("UPDATE_GOLDEN") != nullptr) {
        std::ofstream(kFile) << directive_schema_text();
    }
    std::ifstream stream(kFile);
    std::ostringstream text;
    text << stream.rdbuf();

    EXPECT_EQ(text.str(), directive_schema_text());
}

TEST(DirectiveSchema, has_every_built_key_of_a_directive_and_no_other) {
    const json::object schema = directive_schema();
    const json::object& properties =
        schema.at("$defs").at("directive").at("properties").as_object();
    for (const Key& key : directive_keys()) {
        EXPECT_EQ(properties.contains(key.name), key.built) << key.name;
    }
}

void collect_references(const json::value& value, std::set<std::string>& found) {
    if (const json::object* object = value.if_object()) {
        for (const json::key_value_pair& member : *object) {
            if (member.key() == "$ref") {
                found.insert(std::string(member.value().as_string()));
            }
            collect_references(member.value(), found);
        }
    } else if (const json::array* list = value.if_array()) {
        for (const json::value& item : *list) {
            collect_references(item, found);
        }
    }
}

TEST(DirectiveSchema, refers_only_to_what_it_defines) {
    const json::object schema = directive_schema();
    std::set<std::string> references;
    collect_references(schema, references);
    EXPECT_GE(references.size(), 4U);
    for (const std::string& reference : references) {
        const std::string name = reference.substr(std::string("#/$defs/").size());
        EXPECT_TRUE(schema.at("$defs").as_object().contains(name)) << reference;
    }
}

TEST(DirectiveSchema, offers_every_built_kind_under_every_spelling) {
    const json::object schema = directive_schema();
    for (const Group group : {Group::trigger, Group::condition, Group::action}) {
        std::set<std::string> offered;
        const json::array& options = schema.at("$defs").at(name_of(group)).at("anyOf").as_array();
        for (const json::value& option : options) {
            if (const json::value* required = option.as_object().if_contains("required")) {
                offered.insert(std::string(required->at(0).as_string()));
            }
        }
        for (const Kind& kind : kinds_of(group)) {
            EXPECT_EQ(offered.contains(std::string(kind.name)), kind.built) << kind.name;
            for (const std::string_view alias : words_of(kind.aliases)) {
                EXPECT_TRUE(offered.contains(std::string(alias))) << alias;
            }
        }
    }
}

}  // namespace
}  // namespace aifp::directives
