#include "base/enum_names.hpp"

#include <gtest/gtest.h>

namespace aifp {
namespace {

enum class Colour { red, green };
constexpr EnumNames<2> kColours = {"red", "green"};

TEST(EnumNames, gives_the_name_of_a_value) {
    EXPECT_EQ(name_in(kColours, Colour::red), "red");
    EXPECT_EQ(name_in(kColours, Colour::green), "green");
}

TEST(EnumNames, finds_the_value_of_a_name) {
    EXPECT_EQ(find_by_name<Colour>(kColours, "green"), Colour::green);
}

TEST(EnumNames, finds_nothing_for_another_name) {
    EXPECT_EQ(find_by_name<Colour>(kColours, "Green"), std::nullopt);
    EXPECT_EQ(find_by_name<Colour>(kColours, ""), std::nullopt);
}

}  // namespace
}  // namespace aifp
