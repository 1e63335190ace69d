#include <gtest/gtest.h>
#include <pthread.h>

#include <random>

#include "document/node_json.hpp"
#include "tests/document/support.hpp"

namespace aifp::document {
namespace {

std::string only_message(const Document& document) {
    EXPECT_EQ(document.root, nullptr);
    EXPECT_EQ(document.diagnostics.size(), 1U) << brief(document.diagnostics);
    return document.diagnostics.empty() ? "" : document.diagnostics.front().message;
}

std::string alias_bomb(int levels) {
    std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < levels; ++i) {
        const std::string item = fmt::format("*a{}", i - 1);
        text += fmt::format("a{0}: &a{0} [{1},{1},{1},{1},{1},{1},{1},{1},{1}]\n", i, item);
    }
    return text;
}

TEST(Limits, refuse_a_text_that_is_too_large) {
    Limits limits;
    limits.max_bytes = 4;

    EXPECT_NE(parse_text("abcd", Format::yaml, limits).root, nullptr);
    EXPECT_EQ(only_message(parse_text("abcde", Format::yaml, limits)),
              "the file has 5 bytes; at most 4 are read");
    EXPECT_EQ(only_message(parse_text("12345", Format::json, limits)),
              "the file has 5 bytes; at most 4 are read");
}

TEST(Limits, hold_the_depth_exactly) {
    Limits limits;
    limits.max_depth = 3;
    for (const Format format : {Format::yaml, Format::json}) {
        EXPECT_NE(parse_text("[[[1]]]", format, limits).root, nullptr);
        EXPECT_EQ(only_message(parse_text("[[[[1]]]]", format, limits)),
                  "nested deeper than 3 levels");
    }
}

TEST(Limits, count_the_depth_behind_an_alias) {
    Limits limits;
    limits.max_depth = 4;

    EXPECT_NE(parse_text("[&x [[1]], [*x]]", Format::yaml, limits).root, nullptr);
    EXPECT_EQ(only_message(parse_text("[&x [[1]], [[*x]]]", Format::yaml, limits)),
              "nested deeper than 4 levels");
}

TEST(Limits, hold_the_nodes_exactly) {
    Limits limits;
    limits.max_nodes = 4;
    for (const Format format : {Format::yaml, Format::json}) {
        EXPECT_NE(parse_text("[1, 2, 3]", format, limits).root, nullptr);
        EXPECT_EQ(only_message(parse_text("[1, 2, 3, 4]", format, limits)),
                  "more than 4 values, aliases written out");
    }
}

TEST(Limits, stop_an_alias_bomb) {
    EXPECT_EQ(only_message(parse_text(alias_bomb(9), Format::yaml)),
              "more than 50000 values, aliases written out");
}

TEST(Limits, stop_aliases_of_a_huge_text) {
    const std::string text =
        "a: &x " + std::string(900'000, 'x') + "\nb: [" + repeated("*x,", 90) + "*x]\n";

    EXPECT_EQ(only_message(parse_text(text, Format::yaml)),
              "more than 50000 values, aliases written out");
}

TEST(Limits, count_aliases) {
    Limits limits;
    limits.max_aliases = 3;

    EXPECT_NE(parse_text("[&x 1, *x, *x, *x]", Format::yaml, limits).root, nullptr);
    EXPECT_EQ(only_message(parse_text("[&x 1, *x, *x, *x, *x]", Format::yaml, limits)),
              "more than 3 aliases");
}

TEST(Limits, bound_what_a_file_full_of_mistakes_tells) {
    const auto document = parse_text(repeated("a: 1\n", 10'000), Format::yaml);

    EXPECT_EQ(document.diagnostics.size(), Report::kMaxDiagnostics + 1);
}

// yaml-cpp and the JSON parser recurse: a thread with the smallest usual stack must do.
void expect_refused_on_a_small_stack(const std::string& text, Format format) {
    pthread_attr_t attributes;
    ASSERT_EQ(pthread_attr_init(&attributes), 0);
    ASSERT_EQ(pthread_attr_setstacksize(&attributes, 256 * 1024), 0);
    struct Job {
        const std::string* text;
        Format format;
        Document document;
    } job{&text, format, {}};
    pthread_t thread{};
    const auto run = [](void* argument) -> void* {
        auto& mine = *static_cast<Job*>(argument);
        mine.document = parse_text(*mine.text, mine.format);
        return nullptr;
    };
    ASSERT_EQ(pthread_create(&thread, &attributes, run, &job), 0);
    ASSERT_EQ(pthread_join(thread, nullptr), 0);
    pthread_attr_destroy(&attributes);
    EXPECT_EQ(only_message(job.document), "nested deeper than 32 levels") << text.substr(0, 20);
}

TEST(Limits, refuse_ten_thousand_levels) {
    for (const char* part : {"[", "{a: ", "- ", "? ", "[[", "- - ", "{? ", "[a: "}) {
        expect_refused_on_a_small_stack(repeated(part, 10'000), Format::yaml);
    }
    std::string stairs;
    for (std::size_t i = 0; i < 1'000; ++i) {
        stairs += std::string(i, ' ') + "a:\n";
    }
    expect_refused_on_a_small_stack(stairs, Format::yaml);
    expect_refused_on_a_small_stack(repeated("[", 10'000), Format::json);
    expect_refused_on_a_small_stack(repeated("{\"a\":", 10'000), Format::json);
    expect_refused_on_a_small_stack(repeated("[", 10'000) + repeated("]", 10'000), Format::json);
}

TEST(Limits, let_a_huge_scalar_pass) {
    const std::string text(1'000'000, 'x');

    EXPECT_EQ(parse_text("a: " + text, Format::yaml).root->find("a")->text, text);
    EXPECT_EQ(parse_text("{\"a\":\"" + text + "\"}", Format::json).root->find("a")->text, text);
}

TEST(Limits, keep_marks_cheap_in_one_huge_line) {
    const auto document =
        parse_text("[" + repeated("\"äxxxxxxxxxxxxxxxxx\",", 45'000) + "1]", Format::json);

    ASSERT_NE(document.root, nullptr);
    EXPECT_EQ(document.root->items.back()->mark.column, 2 + 45'000 * 21);
}

TEST(ParseAnything, ends_in_a_tree_or_an_error) {
    constexpr std::string_view kPieces = "{}[]:,-?&*!|>'\"%@`#~ \n\n  ab0159.eE+tfn\\u\\x\t\r<ä";
    std::mt19937 random(20'240'229);
    for (int round = 0; round < 4'000; ++round) {
        std::string text;
        const auto length = random() % 60;
        for (std::size_t i = 0; i < length; ++i) {
            const bool any = random() % 20 == 0;
            text += any ? static_cast<char>(random() % 256) : kPieces[random() % kPieces.size()];
        }
        for (const Format format : {Format::yaml, Format::json}) {
            const auto document = parse_text(text, format);
            ASSERT_TRUE(document.root || !document.diagnostics.empty()) << text;
            if (document.root) {
                (void)boost::json::serialize(to_json(*document.root));
            }
            for (const auto& diagnostic : document.diagnostics) {
                ASSERT_FALSE(format_diagnostic(diagnostic).empty());
            }
        }
    }
}

}  // namespace
}  // namespace aifp::document
