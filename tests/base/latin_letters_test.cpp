#include "base/latin_letters.hpp"

#include <gtest/gtest.h>

namespace aifp {
namespace {

TEST(PlainLetters, stand_for_those_with_marks) {
    EXPECT_EQ(with_plain_letters("Küche"), "Kueche");
    EXPECT_EQ(with_plain_letters("Łódź, Århus, garçon"), "Lodz, Arhus, garcon");
    EXPECT_EQ(with_plain_letters("Straße"), "Strasse");
    EXPECT_EQ(with_plain_letters("Žižkov ſ"), "Zizkov s") << "the last letter of the table";
}

TEST(PlainLetters, leave_what_is_no_latin_letter) {
    EXPECT_EQ(with_plain_letters("Кухня 廚房 💧"), "Кухня 廚房 💧");
    EXPECT_EQ(with_plain_letters("2 × 3 ÷ 1"), "2 × 3 ÷ 1");
    EXPECT_EQ(with_plain_letters(""), "");
}

TEST(PlainLetters, leave_bytes_that_are_not_utf_8) {
    EXPECT_EQ(with_plain_letters("a\xC3"), "a\xC3");
    EXPECT_EQ(with_plain_letters("\xC3(\xFF"), "\xC3(\xFF");
}

}  // namespace
}  // namespace aifp
