#include "cli/figures.hpp"

#include <gtest/gtest.h>

#include "base/json_text.hpp"

namespace aifp::cli {
namespace {

std::string figures(std::string_view text) {
    return json_text(figures_in(text));
}

TEST(Figures, have_name_labels_and_value) {
    EXPECT_EQ(figures("# HELP a text\n# TYPE a counter\na 3\nb{x=\"1\",y=\"2\"} -0.5\n"),
              R"([{"name":"a","labels":{},"value":3},)"
              R"({"name":"b","labels":{"x":"1","y":"2"},"value":-0.5}])");
}

TEST(Figures, read_the_escapes_of_labels) {
    EXPECT_EQ(figures("a{x=\"q\\\"}\\\\\\n\"} 1"),
              R"([{"name":"a","labels":{"x":"q\"}\\\n"},"value":1}])");
}

TEST(Figures, give_what_is_no_number_as_a_text) {
    EXPECT_EQ(figures("a NaN\nb +Inf\nc -inf\n"),
              R"([{"name":"a","labels":{},"value":"NaN"},{"name":"b","labels":{},"value":"+Inf"},)"
              R"({"name":"c","labels":{},"value":"-inf"}])");
}

TEST(Figures, leave_out_what_is_broken) {
    EXPECT_EQ(figures("a\na{x=\"1\" 2\na{x} 2\na{x=\"1\"}\n {x=\"1\"} 2\n\n"), "[]");
}

}  // namespace
}  // namespace aifp::cli
