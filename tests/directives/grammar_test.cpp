#include "directives/grammar.hpp"
#include "tests/support/source_dir.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <fstream>
#include <set>
#include <sstream>

namespace aifp::directives {
namespace {

constexpr Group kGroups[] = {Group::trigger, Group::condition, Group::action};

std::string documentation() {
    std::ifstream stream((testing::source_dir() / "docs/directive-kinds.md").native());
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

TEST(Grammar, has_every_kind_word_once_per_group) {
    for (const Group group : kGroups) {
        const auto words = kind_words(group);
        EXPECT_EQ(std::set<std::string_view>(words.begin(), words.end()).size(), words.size());
    }
}

TEST(Grammar, finds_kinds_by_name_and_alias) {
    ASSERT_NE(find_kind(Group::trigger, "schedule"), nullptr);
    EXPECT_EQ(find_kind(Group::trigger, "schedule")->name, "cron");
    EXPECT_EQ(find_kind(Group::trigger, "time")->name, "at");
    EXPECT_EQ(find_kind(Group::action, "crn"), nullptr);
    EXPECT_EQ(find_kind(Group::trigger, ""), nullptr);
}

TEST(Grammar, has_defaults_that_are_json) {
    for (const Group group : kGroups) {
        for (const Kind& kind : kinds_of(group)) {
            for (const Key& key : kind.keys) {
                boost::system::error_code error;
                if (!key.fallback.empty()) {
                    boost::json::parse(key.fallback, error);
                }
                EXPECT_FALSE(error) << kind.name << " " << key.name;
            }
        }
    }
}

TEST(Grammar, says_something_about_every_row) {
    for (const Group group : kGroups) {
        for (const Kind& kind : kinds_of(group)) {
            EXPECT_FALSE(kind.doc.empty()) << kind.name;
            for (const Key& key : kind.keys) {
                EXPECT_FALSE(key.doc.empty()) << kind.name << " " << key.name;
            }
        }
    }
    for (const Key& key : directive_keys()) {
        EXPECT_FALSE(key.doc.empty()) << key.name;
    }
}

TEST(Grammar, is_documented_kind_by_kind_and_key_by_key) {
    const std::string text = documentation();
    const auto has = [&text](std::string_view word) {
        const std::string quoted = "`" + std::string(word);
        for (const char end : {'`', ':', ','}) {
            if (text.find(quoted + end) != std::string::npos ||
                text.find(" " + std::string(word) + end) != std::string::npos) {
                return true;
            }
        }
        return false;
    };
    for (const Group group : kGroups) {
        for (const Kind& kind : kinds_of(group)) {
            EXPECT_TRUE(has(kind.name)) << kind.name;
            for (const Key& key : kind.keys) {
                EXPECT_TRUE(has(key.name)) << kind.name << " " << key.name;
            }
        }
    }
}

TEST(Grammar, describes_every_type) {
    for (int type = 0; type <= static_cast<int>(ValueType::triggers); ++type) {
        EXPECT_FALSE(describe(static_cast<ValueType>(type)).empty());
    }
}

}  // namespace
}  // namespace aifp::directives
