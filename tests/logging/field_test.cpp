#include "logging/field.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <initializer_list>
#include <limits>

#include "base/text.hpp"

namespace aifp::logging {
namespace {

constexpr WallTime kTime{Milliseconds(1'795'366'800'123)};  // 2026-11-22T17:00:00.123Z

std::string line_of(std::initializer_list<Field> fields, const Redact& redact = {}) {
    std::string out;
    append_line(out, {kTime, Level::info, "run_ended"}, {fields.begin(), fields.size()}, redact);
    return out;
}

boost::json::object parsed(std::initializer_list<Field> fields, const Redact& redact = {}) {
    return boost::json::parse(line_of(fields, redact)).as_object();
}

bool hide_hunter2(std::string_view text, std::string& clean) {
    const std::size_t at = text.find("hunter2");
    if (at == std::string_view::npos) {
        return false;
    }
    clean = std::string(text).replace(at, 7, "***");
    return true;
}

TEST(AppendLine, begins_with_time_level_and_event) {
    EXPECT_EQ(line_of({{"directive", "porch_light"}, {"run", 17}}),
              R"({"ts":"2026-11-22T17:00:00.123Z","level":"info","event":"run_ended",)"
              R"("directive":"porch_light","run":17})"
              "\n");
}

TEST(AppendLine, shows_the_milliseconds_of_each_time_in_one_second) {
    std::string out;
    for (const int ms : {0, 7, 999, 1'000}) {
        const WallTime time = WallTime(Milliseconds(1'795'366'800'000 + ms));
        append_line(out, {time, Level::debug, "x"}, {}, {});
    }
    EXPECT_NE(out.find(":00.000Z"), std::string::npos);
    EXPECT_NE(out.find(":00.007Z"), std::string::npos);
    EXPECT_NE(out.find(":00.999Z"), std::string::npos);
    EXPECT_NE(out.find(":01.000Z"), std::string::npos);
}

TEST(AppendLine, writes_every_kind_of_value) {
    const auto line = parsed({{"text", std::string("a")},
                              {"number", std::int64_t{-5}},
                              {"size", std::size_t{6}},
                              {"real", 1.5},
                              {"truth", true}});
    EXPECT_EQ(line.at("text").as_string(), "a");
    EXPECT_EQ(line.at("number").as_int64(), -5);
    EXPECT_EQ(line.at("size").as_int64(), 6);
    EXPECT_DOUBLE_EQ(line.at("real").as_double(), 1.5);
    EXPECT_TRUE(line.at("truth").as_bool());
}

TEST(AppendLine, writes_numbers_that_json_lacks_as_null) {
    const auto line = parsed({{"nan", std::numeric_limits<double>::quiet_NaN()},
                              {"inf", std::numeric_limits<double>::infinity()}});
    EXPECT_TRUE(line.at("nan").is_null());
    EXPECT_TRUE(line.at("inf").is_null());
}

TEST(AppendLine, escapes_what_would_break_the_line) {
    const std::string text = std::string("a\"b\\c\nd\re\tf\x01\x7F") + '\0' + "g";
    const std::string line = line_of({{"text", text}});
    EXPECT_EQ(line.find('\n'), line.size() - 1);
    EXPECT_EQ(boost::json::parse(line).at("text").as_string(), text);
}

TEST(AppendLine, replaces_bytes_that_are_not_utf8) {
    const auto line = parsed({{"text", "caf\xC3\xA9 \xFF\xC3 end"}});
    EXPECT_EQ(line.at("text").as_string(), "café \uFFFD\uFFFD end");
}

TEST(AppendLine, cuts_a_long_text_at_a_code_point) {
    const std::string text = "x" + std::string(5'000, 'y') + "é";
    std::string wide;
    for (int i = 0; i < 3'000; ++i) {
        wide += "é";
    }
    const auto line = parsed({{"text", text}, {"wide", "x" + wide}});
    EXPECT_EQ(line.at("text").as_string().size(), kMaxTextBytes + 3);
    EXPECT_TRUE(std::string_view(line.at("wide").as_string()).ends_with("é…"));
}

TEST(AppendLine, leaves_out_fields_that_make_the_line_too_long) {
    const std::string text(4'000, 'x');
    const auto line = line_of({{"a", text}, {"b", text}, {"c", text}, {"d", text}, {"e", text}});
    EXPECT_LE(line.size(), kMaxLineBytes);
    const auto object = boost::json::parse(line).as_object();
    EXPECT_TRUE(object.at("truncated").as_bool());
    EXPECT_TRUE(object.contains("d"));
    EXPECT_FALSE(object.contains("e"));
}

TEST(AppendLine, writes_json_values) {
    const auto value =
        boost::json::parse(R"({"a":[1,null,true,2.5,"x\ny",18446744073709551615],"b":{},"c":[]})");
    EXPECT_EQ(boost::json::serialize(parsed({{"output", value}}).at("output")),
              boost::json::serialize(value));
}

TEST(AppendLine, cuts_json_that_is_too_deep) {
    const auto value = boost::json::parse("[[[[[[[[[[1]]]]]]]]]]");
    EXPECT_EQ(boost::json::serialize(parsed({{"output", value}}).at("output")),
              R"([[[[[[[["…"]]]]]]]])");
}

TEST(AppendLine, stays_short_with_a_huge_json_value) {
    boost::json::array many(1'000'000, 1);
    const boost::json::value value(std::move(many));
    const auto line = line_of({{"output", value}});
    EXPECT_LE(line.size(), kMaxLineBytes);
    EXPECT_TRUE(boost::json::parse(line).at("truncated").as_bool());
}

TEST(AppendLine, redacts_texts_and_texts_inside_json) {
    const auto value = boost::json::parse(R"({"hunter2":["my hunter2"]})");
    const auto line = line_of({{"text", "key hunter2!"}, {"output", value}}, hide_hunter2);
    EXPECT_EQ(line.find("hunter2"), std::string::npos);
    EXPECT_NE(line.find(R"("text":"key ***!")"), std::string::npos);
    EXPECT_NE(line.find(R"({"***":["my ***"]})"), std::string::npos);
}

TEST(AppendLine, redacts_before_it_cuts) {
    const std::string text = std::string(kMaxTextBytes - 3, 'x') + "hunter2";
    EXPECT_EQ(line_of({{"text", text}}, hide_hunter2).find("hun"), std::string::npos);
}

TEST(Level, has_a_name_both_ways) {
    for (const Level level : {Level::debug, Level::info, Level::warning, Level::error}) {
        EXPECT_EQ(level_from(name_of(level)), level);
    }
    EXPECT_EQ(level_from("fatal"), std::nullopt);
}

}  // namespace
}  // namespace aifp::logging
