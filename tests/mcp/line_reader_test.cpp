#include "mcp/line_reader.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace aifp::mcp {
namespace {

/// The lines that come out; "!" for one that is too long.
std::vector<std::string> lines_of(LineReader& reader) {
    std::vector<std::string> lines;
    while (true) {
        const auto next = reader.next();
        if (const auto* line = std::get_if<LineReader::Line>(&next)) {
            lines.push_back(line->text);
        } else if (std::holds_alternative<LineReader::TooLong>(next)) {
            lines.emplace_back("!");
        } else {
            return lines;
        }
    }
}

using Lines = std::vector<std::string>;

TEST(LineReader, cuts_at_line_ends_wherever_the_pieces_end) {
    const std::string text = "one\ntwo\r\n\n\r\nthree\n";
    for (std::size_t size = 1; size <= text.size(); ++size) {
        LineReader reader;
        Lines all;
        for (std::size_t at = 0; at < text.size(); at += size) {
            reader.put(std::string_view(text).substr(at, size));
            const auto some = lines_of(reader);
            all.insert(all.end(), some.begin(), some.end());
        }
        EXPECT_EQ(all, (Lines{"one", "two", "three"})) << size;
    }
}

TEST(LineReader, keeps_what_has_no_end_yet) {
    LineReader reader;
    reader.put("half");
    EXPECT_EQ(lines_of(reader), Lines());
    reader.put(" a line\n");
    EXPECT_EQ(lines_of(reader), Lines{"half a line"});
}

TEST(LineReader, tells_a_long_line_once_and_goes_on_after_it) {
    for (const std::size_t size : {1U, 3U, 100U}) {
        LineReader reader(8);
        const std::string text = "12345678\n123456789\nxxxxxxxxxxxxxxxxxxxxxxxx\nok\n";
        Lines all;
        for (std::size_t at = 0; at < text.size(); at += size) {
            reader.put(std::string_view(text).substr(at, size));
            const auto some = lines_of(reader);
            all.insert(all.end(), some.begin(), some.end());
        }
        EXPECT_EQ(all, (Lines{"12345678", "!", "!", "ok"})) << size;
    }
}

TEST(LineReader, takes_lines_of_four_mebibytes) {
    LineReader reader;
    reader.put(std::string(kMaxMessageBytes, 'x') + "\n");
    EXPECT_EQ(lines_of(reader).at(0).size(), kMaxMessageBytes);
}

}  // namespace
}  // namespace aifp::mcp
