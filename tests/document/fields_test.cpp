#include <gtest/gtest.h>

#include "document/reader.hpp"
#include "tests/document/support.hpp"

namespace aifp::document {
namespace {

class FieldsOf : public testing::Test {
protected:
    Fields open(std::string text) {
        source_.emplace("a", std::move(text));
        document_ = parse(*source_, Format::yaml, {});
        report_.emplace(*source_);
        return Fields(*report_, *document_.root, "the lamp");
    }
    std::string told() { return brief(report_->take()); }

private:
    std::optional<SourceText> source_;
    Document document_;
    std::optional<Report> report_;
};

TEST_F(FieldsOf, reads_typed_members) {
    Fields fields = open("name: x\nlevel: 5");

    EXPECT_EQ(fields.read(read_text, "name"), "x");
    EXPECT_EQ(fields.read(read_integer, "level", Range<std::int64_t>{}), 5);
    EXPECT_EQ(fields.read(read_boolean, "dim"), std::nullopt);
    fields.finish();
    EXPECT_EQ(told(), "");
}

TEST_F(FieldsOf, tells_of_unknown_keys_with_the_nearest_it_was_asked_for) {
    Fields fields = open("nmae: x\nlevel: 5\nwhatever: 1");

    EXPECT_EQ(fields.take("name"), nullptr);
    EXPECT_NE(fields.take("level"), nullptr);
    fields.finish();
    EXPECT_EQ(told(),
              "1:1 error unknown key \"nmae\" | did you mean \"name\"?\n"
              "3:1 error unknown key \"whatever\" | known are: name, level");
}

TEST_F(FieldsOf, tells_of_a_missing_key) {
    Fields fields = open("\n  a: 1");

    EXPECT_EQ(fields.require("name"), nullptr);
    EXPECT_EQ(told(), "2:3 error the lamp needs the key \"name\"");
}

TEST_F(FieldsOf, tells_once_of_what_is_no_map) {
    Fields fields = open("[a]");

    EXPECT_EQ(fields.require("name"), nullptr);
    EXPECT_EQ(fields.read(read_text, "x"), std::nullopt);
    fields.finish();
    EXPECT_EQ(told(),
              "1:1 error the lamp must be a map, not a list | write it as \"key: value\" lines");
}

TEST_F(FieldsOf, knows_where_keys_stand) {
    Fields fields = open("a: 1\nb: 2");

    EXPECT_EQ(fields.mark_of("b").line, 2);
    EXPECT_EQ(fields.mark_of("c").line, 1);
}

TEST(ItemsOf, takes_one_as_a_list_of_one) {
    const auto list = parse_text("[a, b]", Format::yaml);
    const auto one = parse_text("a", Format::yaml);

    EXPECT_EQ(items_of(*list.root).size(), 2U);
    EXPECT_EQ(items_of(*one.root).front(), one.root.get());
}

}  // namespace
}  // namespace aifp::document
