// The forms in which a secret must be recognised, one row for each; and that a row of the database
// gets every one of them back.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <string>

#include "base/encoding.hpp"
#include "config/secret_keeper.hpp"

namespace aifp::config {
namespace {

struct Row {
    const char* name;
    std::string value;
    std::string text;   ///< Where it stands.
    std::string clean;  ///< What is to be left.
};

const std::string kOdd = "a\"b\\c\nd e/é";
const std::string kPassword = "open-sesame";
const std::string kSigns(8, '?');  // its base64 has a letter that URLs have another for

std::string pem() {
    std::string text = "-----BEGIN PRIVATE KEY-----\n";
    for (char line = 'a'; line <= 'z'; ++line) {
        text += std::string(32, line) + std::string(31, 'A') + "9\n";
    }
    return text + "-----END PRIVATE KEY-----\n";
}

/// Longer than a line of base64 that has 76 letters.
const std::string kToken = "a-token-that-is-longer-than-a-line-of-base64-has-bytes-0123456789";

/// What stands in a base64 text of many lines, behind so many other bytes.
struct Lines {
    std::size_t before;
    std::size_t width;
    std::string end;
};

Row in_lines(const char* name, const Lines& lines) {
    const auto letters = base64_encode(std::string(lines.before, 'u') + kToken + "and more, too");
    const auto place = [&](std::size_t letter) {
        return letter + letter / lines.width * lines.end.size();
    };
    std::string text;
    for (std::size_t at = 0; at < letters.size(); at += lines.width) {
        text += (at == 0 ? "" : lines.end) + letters.substr(at, lines.width);
    }
    // With the letters that it shares, and one more at the end.
    const auto first = 8 * lines.before / 6;
    const auto last = 8 * (lines.before + kToken.size()) / 6;
    return {name,
            kToken,
            "(" + text + ")",
            "(" + text.substr(0, place(first)) + "***" + text.substr(place(last) + 1) + ")"};
}

std::vector<Row> rows_of_lines() {
    return {
        in_lines("lines_of_64", {10, 64, "\n"}),
        in_lines("lines_of_76", {10, 76, "\n"}),
        in_lines("lines_of_64_with_returns", {60, 64, "\r\n"}),
        in_lines("lines_of_76_with_returns", {60, 76, "\r\n"}),
        in_lines("lines_of_64_from_their_start", {48, 64, "\n"}),
        in_lines("lines_of_76_in_json", {61, 76, R"(\n)"}),
        in_lines("lines_of_64_with_returns_in_json", {62, 64, R"(\r\n)"}),
        in_lines("lines_of_76_in_json_within_json", {62, 76, R"(\\n)"}),
        in_lines("lines_of_64_with_returns_in_json_within_json", {10, 64, R"(\\r\\n)"}),
        in_lines("lines_of_76_in_a_url", {10, 76, "%0D%0A"}),
        in_lines("lines_of_64_in_json_escaped", {10, 64, R"(\u000a)"}),
    };
}

std::vector<Row> rows() {
    const auto encoded = [](const std::string& user) { return base64_encode(user + kPassword); };
    return {
        {"itself", kOdd, "x" + kOdd + "x", "x***x"},
        {"json", kOdd, R"({"k":"a\"b\\c\nd e/é"})", R"({"k":"***"})"},
        {"json_with_a_slash_escaped", kOdd, R"(a\"b\\c\nd e\/é.)", "***."},
        {"json_in_ascii", kOdd, R"(a\"b\\c\nd e/\u00e9.)", "***."},
        {"json_in_ascii_with_capitals", kOdd, R"(a\"b\\c\nd e/\u00E9.)", "***."},
        {"json_with_every_letter_escaped",
         "pqrs\"",
         R"(-\u0070\u0071\u0072\u0073\u0022-)",
         "-***-"},
        {"json_with_some_letters_escaped", "pqrstu", R"(-pq\u0072stu-)", "-***-"},
        {"json_within_json",
         kOdd,
         R"({"t":"{\"k\":\"a\\\"b\\\\c\\nd e/é\"}"})",
         R"({"t":"{\"k\":\"***\"}"})"},
        {"json_within_json_escaped",
         "pqrstu",
         R"({\"k\":\"\\u0070qrst\\u0075\"})",
         R"({\"k\":\"***\"})"},
        {"a_pair_of_escapes", "word 😀 word", R"(word \ud83d\ude00 word!)", "***!"},
        {"url", kOdd, "?k=a%22b%5Cc%0Ad%20e%2F%C3%A9&", "?k=***&"},
        {"url_with_small_digits", kOdd, "?k=a%22b%5cc%0ad%20e%2f%c3%a9&", "?k=***&"},
        {"url_with_some_letters_left", kOdd, "?k=a\"b%5Cc%0Ad%20e/é&", "?k=***&"},
        {"url_with_every_letter_encoded", "pqrstu", "?k=%70%71%72%73%74%75&", "?k=***&"},
        {"form", kOdd, "k=a%22b%5Cc%0Ad+e%2F%C3%A9&", "k=***&"},
        {"url_of_json", kOdd, "?k=a%5C%22b%5C%5Cc%5Cnd%20e%2F%C3%A9&", "?k=***&"},
        {"url_of_ascii_json", kOdd, "?k=a%5C%22b%5C%5Cc%5Cnd%20e%2F%5Cu00e9&", "?k=***&"},
        {"base64", kPassword, "is " + encoded("") + ".", "is ***."},
        {"base64_behind_one_byte", kPassword, "Basic " + encoded(":"), "Basic O***"},
        {"base64_behind_two", kPassword, "Basic " + encoded("u:"), "Basic dT***"},
        {"base64_behind_three", kPassword, "Basic " + encoded("us:"), "Basic dXM6***"},
        {"base64_behind_four", kPassword, "Basic " + encoded("ann:"), "Basic YW5uO***"},
        {"base64_behind_five", kPassword, "Basic " + encoded("anna:"), "Basic YW5uYT***"},
        {"base64_of_a_short_one", "wxyz", "Basic " + base64_encode("u:wxyz"), "Basic d***"},
        {"base64_for_urls", kSigns, "is Pz8_Pz8_Pz8.", "is ***."},
        {"base64_in_a_url", kSigns, "?k=Pz8%2FPz8%2FPz8%3D", "?k=***%3D"},
        {"base64_in_json", kSigns, R"("Pz8\/Pz8\/Pz8=")", R"("***")"},
        {"long", std::string(9'000, 'k') + "end", "<" + std::string(9'000, 'k') + "end>", "<***>"},
        {"key_as_a_whole", pem(), "<" + pem() + ">", "<***>"},
        {"key_without_its_last_line_end", pem(), pem().substr(0, pem().size() - 1) + ">", "***>"},
        {"a_line_of_a_key",
         pem(),
         "at " + std::string(32, 'q') + std::string(31, 'A') + "9.",
         "at ***."},
        {"a_line_of_a_key_in_json",
         R"({"private_key":"-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG\nw0BAQEFAASCBKcwggSj\n"})",
         "got MIIEvQIBADANBgkqhkiG and w0BAQEFAASCBKcwggSj",
         "got *** and ***"},
        {"one_with_percents", "ab%41%42cd", "is ab%41%42cd.", "is ***."},
        {"one_with_percents_read", "ab%41%42cd", "is abABcd.", "is ***."},
        {"behind_a_percent", "abcdef", "99%abcdef", "99%***"},
        {"behind_a_backslash", "u0071f", R"(C:\u0071f)", R"(C:\***)"},
    };
}

class SecretForms : public ::testing::TestWithParam<Row> {};

TEST_P(SecretForms, is_blotted_out) {
    SecretKeeper keeper;
    keeper.remember_secret("it", GetParam().value);
    EXPECT_EQ(keeper.redacted(GetParam().text), GetParam().clean);
    EXPECT_TRUE(keeper.shows_in(GetParam().text));
}

TEST_P(SecretForms, comes_back_from_a_row_as_it_was) {
    SecretKeeper keeper;
    keeper.remember_secret("it", GetParam().value);
    const auto sealed = keeper.sealed_text(GetParam().text);
    EXPECT_FALSE(keeper.shows_in(sealed)) << sealed;
    // An unusual spelling comes back as the usual one.
    const auto opened = keeper.opened(sealed);
    EXPECT_EQ(keeper.redacted(opened), GetParam().clean) << opened;
}

INSTANTIATE_TEST_SUITE_P(Table, SecretForms, ::testing::ValuesIn(rows()), [](const auto& row) {
    return std::string(row.param.name);
});

INSTANTIATE_TEST_SUITE_P(Lines,
                         SecretForms,
                         ::testing::ValuesIn(rows_of_lines()),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(SecretFormsInLines, are_only_those_of_base64) {
    SecretKeeper keeper;
    keeper.remember_secret("it", "opensesame");
    const auto text = std::string(60, 'a') + "open\nsesame";
    EXPECT_EQ(keeper.redacted(text), text);
    EXPECT_FALSE(keeper.shows_in(text));
}

TEST(SecretFormsInLines, stay_json) {
    SecretKeeper keeper;
    keeper.remember_secret("it", kToken);
    const auto row = in_lines("", {10, 76, "\r\n"});
    boost::json::object object;
    object["k"] = row.text;
    const auto clean = boost::json::parse(keeper.redacted_json(boost::json::serialize(object)));
    EXPECT_EQ(clean.at("k").as_string(), row.clean);
}

TEST(SecretFormsInJson, the_letter_of_an_escape_before_base64_stays) {
    SecretKeeper keeper;
    keeper.remember_secret("it", kPassword);
    const auto core = base64_encode("?:" + kPassword).substr(3);
    const auto text = R"({"a":"x\n)" + core + R"("})";
    EXPECT_NO_THROW(boost::json::parse(keeper.redacted_json(text))) << keeper.redacted_json(text);
}

TEST(SecretFormsInJson, stay_json) {
    SecretKeeper keeper;
    keeper.remember_secret("it", "pqrstu");
    keeper.remember_secret("digits", "00e9abc");
    const std::string text =
        R"({"a":"\u0070qrstu","b":"x\\pqrstu","c":"\u00e9abc","d":"%70qrstu","e":"cHFyc3R1"})";

    const auto clean = keeper.redacted_json(text);

    EXPECT_EQ(clean, R"({"a":"***","b":"x\\***","c":"\u00e9abc","d":"***","e":"***"})");
    auto same = boost::json::parse(text);
    same.as_object()["d"] = "pqrstu";  // the same in a URL
    EXPECT_EQ(boost::json::parse(keeper.opened(keeper.sealed_json(text))), same);
}

TEST(SecretFormsInJson, a_slash_before_base64_stays_with_its_backslash) {
    SecretKeeper keeper;
    keeper.remember_secret("it", kPassword);
    const auto text = R"({"a":"\/)" + base64_encode("?:" + kPassword).substr(1) + R"("})";
    EXPECT_NO_THROW(boost::json::parse(keeper.redacted_json(text))) << text;
}

TEST(SecretFormsInRows, keep_their_form_when_the_value_changes) {
    SecretKeeper keeper;
    keeper.remember_secret("it", "old word");
    const auto sealed = keeper.sealed_json(R"({"url":"?k=old%20word","form":"k=old+word"})");
    keeper.remember_secret("it", "new \"word\"");
    EXPECT_EQ(keeper.opened(sealed), R"({"url":"?k=new%20%22word%22","form":"k=new+%22word%22"})");
}

TEST(SecretFormsInRows, a_value_that_was_cut_off_is_not_taken_away) {
    SecretKeeper keeper;
    keeper.remember_secret("it", "https://lamp.example/a-long-key-of-its-own");
    const std::string text = std::string(2'000, '.') + "https://lamp.example/";
    EXPECT_EQ(keeper.sealed_text(text), text);
    EXPECT_EQ(keeper.redacted(text), std::string(2'000, '.') + "***");
}

}  // namespace
}  // namespace aifp::config
