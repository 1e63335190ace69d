#include "document/reader.hpp"

#include <gtest/gtest.h>

#include "tests/document/support.hpp"

namespace aifp::document {
namespace {

constexpr std::array<std::string_view, 3> kModes = {"single", "restart", "off"};

// Reads the value of "k" in a text with `read` and keeps what it told.
template <class Read, class... More>
auto read_one(std::string text, std::string& told, Read read, More... more) {
    const SourceText source("a", std::move(text));
    const auto document = parse(source, Format::yaml, {});
    Report report(source);
    auto value = read(report, *document.root->find("k"), "k", more...);
    EXPECT_EQ(value.has_value(), !report.has_errors());
    told = brief(report.take());
    return value;
}

TEST(ReadText, takes_texts_and_numbers_as_written) {
    std::string told;

    EXPECT_EQ(read_one("k: on", told, read_text), "on");
    EXPECT_EQ(read_one("k: 1.50", told, read_text), "1.50");
    EXPECT_EQ(read_one("k: ''", told, read_text), "");
    EXPECT_EQ(read_one("k: 08:00", told, read_text), "08:00");
}

TEST(ReadText, refuses_what_is_no_text) {
    std::string told;

    EXPECT_FALSE(read_one("k: true", told, read_text));
    EXPECT_EQ(told, "1:4 error \"k\" must be a text, not \"true\" | write \"true\" in quotes");
    EXPECT_FALSE(read_one("k:", told, read_text));
    EXPECT_EQ(told, "1:1 error \"k\" must be a text, not nothing");
    EXPECT_FALSE(read_one("k: [a]", told, read_text));
    EXPECT_EQ(told, "1:4 error \"k\" must be a text, not a list");
    EXPECT_FALSE(read_one("k: !secret a", told, read_text));
    EXPECT_EQ(told, "1:4 error \"k\" must be a text, not !secret");
}

TEST(ReadBoolean, takes_true_and_false) {
    std::string told;

    EXPECT_EQ(read_one("k: true", told, read_boolean), true);
    EXPECT_EQ(read_one("k: False", told, read_boolean), false);
}

TEST(ReadBoolean, says_what_to_write_for_the_classics) {
    std::string told;

    EXPECT_FALSE(read_one("k: on", told, read_boolean));
    EXPECT_EQ(told, "1:4 error \"k\" must be true or false, not \"on\" | write true");
    EXPECT_FALSE(read_one("k: No", told, read_boolean));
    EXPECT_EQ(told, "1:4 error \"k\" must be true or false, not \"No\" | write false");
    EXPECT_FALSE(read_one("k: 'true'", told, read_boolean));
    EXPECT_EQ(told,
              "1:4 error \"k\" must be true or false, not \"true\" | write true without quotes");
    EXPECT_FALSE(read_one("k: {a: b}", told, read_boolean));
    EXPECT_EQ(told, "1:4 error \"k\" must be true or false, not a map");
    EXPECT_FALSE(read_one("k: perhaps", told, read_boolean));
    EXPECT_EQ(told, "1:4 error \"k\" must be true or false, not \"perhaps\"");
}

TEST(ReadInteger, holds_its_bounds) {
    std::string told;
    const Range<std::int64_t> range{1, 10};

    EXPECT_EQ(read_one("k: 1", told, read_integer, range), 1);
    EXPECT_EQ(read_one("k: 10", told, read_integer, range), 10);
    EXPECT_FALSE(read_one("k: 0", told, read_integer, range));
    EXPECT_EQ(told, "1:4 error \"k\" must be at least 1, not \"0\"");
    EXPECT_FALSE(read_one("k: 11", told, read_integer, range));
    EXPECT_EQ(told, "1:4 error \"k\" must be at most 10, not \"11\"");
    EXPECT_FALSE(read_one("k: 99999999999999999999", told, read_integer, range));
    EXPECT_EQ(told, "1:4 error \"k\" is too large");
}

TEST(ReadInteger, says_what_to_write_for_the_classics) {
    std::string told;
    const Range<std::int64_t> any;

    EXPECT_FALSE(read_one("k: 08", told, read_integer, any));
    EXPECT_EQ(told, "1:4 error \"k\" must be a whole number, not \"08\" | write 8");
    EXPECT_FALSE(read_one("k: -000", told, read_integer, any));
    EXPECT_EQ(told, "1:4 error \"k\" must be a whole number, not \"-000\" | write -0");
    EXPECT_FALSE(read_one("k: 1_000", told, read_integer, any));
    EXPECT_EQ(told, "1:4 error \"k\" must be a whole number, not \"1_000\" | write 1000");
    EXPECT_FALSE(read_one("k: '5'", told, read_integer, any));
    EXPECT_EQ(told, "1:4 error \"k\" must be a whole number, not \"5\" | write 5 without quotes");
    EXPECT_FALSE(read_one("k: 1.5", told, read_integer, any));
    EXPECT_EQ(told, "1:4 error \"k\" must be a whole number, not \"1.5\"");
    EXPECT_FALSE(read_one("k: 12:30", told, read_integer, any));
    EXPECT_EQ(told, "1:4 error \"k\" must be a whole number, not \"12:30\"");
}

TEST(ReadNumber, takes_whole_and_real_numbers) {
    std::string told;
    const Range<double> range{0.5, 3.0};

    EXPECT_EQ(read_one("k: 1.5", told, read_number, range), 1.5);
    EXPECT_EQ(read_one("k: 3", told, read_number, range), 3.0);
    EXPECT_FALSE(read_one("k: 0.1", told, read_number, range));
    EXPECT_EQ(told, "1:4 error \"k\" must be at least 0.5, not \"0.1\"");
    EXPECT_FALSE(read_one("k: 1e999", told, read_number, range));
    EXPECT_EQ(told, "1:4 error \"k\" is too large");
    EXPECT_FALSE(read_one("k: x", told, read_number, range));
    EXPECT_EQ(told, "1:4 error \"k\" must be a number, not \"x\"");
}

TEST(ReadDuration, takes_all_forms) {
    std::string told;
    const DurationRange any;

    EXPECT_EQ(read_one("k: 1h30m", told, read_duration, any), Seconds(5'400));
    EXPECT_EQ(read_one("k: 45", told, read_duration, any), Seconds(45));
    EXPECT_EQ(read_one("k: \"00:05:00\"", told, read_duration, any), Seconds(300));
    EXPECT_EQ(read_one("k: '08'", told, read_duration, any), Seconds(8));
}

TEST(ReadDuration, refuses_the_rest) {
    std::string told;
    const DurationRange range{Seconds(1), Seconds(60)};

    EXPECT_FALSE(read_one("k: 00:05:00", told, read_duration, range));
    EXPECT_EQ(told,
              "1:4 error \"k\" is 00:05:00 without quotes, which YAML may read as another number | "
              "write \"00:05:00\" in quotes");
    EXPECT_FALSE(read_one("k: 1_000", told, read_duration, range));
    EXPECT_EQ(told,
              "1:4 error \"k\" is 1_000 without quotes, which YAML may read as another number | "
              "write 1000");
    EXPECT_FALSE(read_one("k: 10ms", told, read_duration, range));
    EXPECT_EQ(told, "1:4 error \"k\" must be at least 1s, not \"10ms\"");
    EXPECT_FALSE(read_one("k: 2m", told, read_duration, range));
    EXPECT_EQ(told, "1:4 error \"k\" must be at most 1m, not \"2m\"");
    EXPECT_FALSE(read_one("k: soon", told, read_duration, range));
    EXPECT_NE(told.find("\"soon\" is not a duration"), std::string::npos);
    EXPECT_FALSE(read_one("k: true", told, read_duration, range));
    EXPECT_EQ(told,
              "1:4 error \"k\" must be a duration such as \"10m\" or \"1h30m\", not \"true\"");
}

TEST(ReadSize, takes_bytes_and_units) {
    std::string told;
    const Range<std::uint64_t> range{1'024, 1 << 20};

    EXPECT_EQ(read_one("k: 64 KiB", told, read_size, range), 65'536U);
    EXPECT_EQ(read_one("k: 2048", told, read_size, range), 2'048U);
    EXPECT_FALSE(read_one("k: 2 MiB", told, read_size, range));
    EXPECT_EQ(told, "1:4 error \"k\" must be at most 1 MiB, not \"2 MiB\"");
    EXPECT_FALSE(read_one("k: 1", told, read_size, range));
    EXPECT_EQ(told, "1:4 error \"k\" must be at least 1 KiB, not \"1\"");
    EXPECT_FALSE(read_one("k: big", told, read_size, range));
    EXPECT_NE(told.find("\"big\" is not a size"), std::string::npos);
    EXPECT_FALSE(read_one("k: []", told, read_size, range));
    EXPECT_EQ(told, "1:4 error \"k\" must be a size such as \"64 KiB\" or \"10 MiB\", not a list");
}

TEST(ReadTimeOfDay, wants_quotes) {
    std::string told;

    EXPECT_EQ(read_one("k: \"08:00\"", told, read_time_of_day), 28'800);
    EXPECT_FALSE(read_one("k: 08:00", told, read_time_of_day));
    EXPECT_EQ(told,
              "1:4 error \"k\" is 08:00 without quotes, which YAML may read as another number | "
              "write \"08:00\" in quotes");
    EXPECT_FALSE(read_one("k: \"8\"", told, read_time_of_day));
    EXPECT_NE(told.find("\"8\" is not a time of day"), std::string::npos);
    EXPECT_FALSE(read_one("k: {}", told, read_time_of_day));
    EXPECT_EQ(told, "1:4 error \"k\" must be a time of day such as \"17:00\", not a map");
}

TEST(ReadChoice, names_the_nearest_or_all) {
    std::string told;
    const std::span<const std::string_view> modes = kModes;

    EXPECT_EQ(read_one("k: restart", told, read_choice, modes), 1U);
    EXPECT_EQ(read_one("k: off", told, read_choice, modes), 2U);
    EXPECT_FALSE(read_one("k: restrat", told, read_choice, modes));
    EXPECT_EQ(told, "1:4 error unknown value for \"k\": \"restrat\" | did you mean \"restart\"?");
    EXPECT_FALSE(read_one("k: whatever", told, read_choice, modes));
    EXPECT_EQ(told,
              "1:4 error unknown value for \"k\": \"whatever\" | known are: single, restart, off");
    EXPECT_FALSE(read_one("k: false", told, read_choice, modes));
    EXPECT_EQ(told,
              "1:4 error \"k\" must be one of the words it knows, not \"false\" | known are: "
              "single, restart, off");
}

TEST(ReadTextOrSecret, makes_a_reference) {
    std::string told;

    EXPECT_EQ(read_one("k: x", told, read_text_or_secret), boost::json::value("x"));
    EXPECT_EQ(boost::json::serialize(*read_one("k: !secret x", told, read_text_or_secret)),
              R"({"$secret":"x"})");
    EXPECT_FALSE(read_one("k: !import x", told, read_text_or_secret));
    EXPECT_EQ(told, "1:4 error \"k\" must be a text, not !import");
}

TEST(ReadTexts, takes_one_or_a_list_and_tells_of_each_wrong_one) {
    std::string told;

    EXPECT_EQ(read_one("k: a", told, read_texts), std::vector<std::string>{"a"});
    EXPECT_EQ(read_one("k: [a, 1]", told, read_texts), (std::vector<std::string>{"a", "1"}));
    EXPECT_EQ(read_one("k: []", told, read_texts), std::vector<std::string>());
    EXPECT_FALSE(read_one("k: [a, [], ~]", told, read_texts));
    EXPECT_EQ(told,
              "1:8 error \"k\" must be a text, not a list\n"
              "1:12 error \"k\" must be a text, not \"~\" | write \"~\" in quotes");
}

}  // namespace
}  // namespace aifp::document
