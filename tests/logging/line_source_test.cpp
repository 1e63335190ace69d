#include "logging/line_source.hpp"

#include <zlib.h>

#include "tests/logging/log_fixture.hpp"

namespace aifp::logging {
namespace {

using testing::write_file;

class LineSourceTest : public ::testing::Test {
protected:
    void append(std::string_view text) const {
        std::ofstream(file_, std::ios::binary | std::ios::app) << text;
    }
    std::vector<std::string> read(LineSource& source, std::uint64_t max_bytes = 1'000'000) {
        std::vector<std::string> lines;
        const auto at_end =
            source.read(max_bytes, [&](std::string_view line) { lines.emplace_back(line); });
        EXPECT_TRUE(at_end.has_value());
        at_end_ = at_end.value_or(false);
        return lines;
    }
    using Lines = std::vector<std::string>;

    aifp::testing::TempDir folder_;
    std::filesystem::path file_ = folder_ / "log";
    bool at_end_ = false;
};

TEST_F(LineSourceTest, reads_a_plain_file_as_it_grows) {
    write_file(file_, "a\nb\nhal");
    auto source = LineSource::open(file_).value();
    EXPECT_EQ(read(source), (Lines{"a", "b"}));
    EXPECT_TRUE(at_end_);
    append("f\nc\n");
    EXPECT_EQ(read(source), (Lines{"half", "c"}));
}

TEST_F(LineSourceTest, reads_a_file_that_was_empty_at_first) {
    write_file(file_, "");
    auto source = LineSource::open(file_).value();
    EXPECT_EQ(read(source), Lines{});
    append("a\n");
    EXPECT_EQ(read(source), (Lines{"a"}));
}

TEST_F(LineSourceTest, reads_a_compressed_file) {
    const gzFile gzip = gzopen(file_.c_str(), "wb");
    gzputs(gzip, "a\nb\n");
    gzclose(gzip);
    auto source = LineSource::open(file_).value();
    EXPECT_EQ(read(source), (Lines{"a", "b"}));
}

TEST_F(LineSourceTest, refuses_a_damaged_compressed_file) {
    const gzFile gzip = gzopen(file_.c_str(), "wb");
    for (int i = 0; i < 10'000; ++i) {
        gzprintf(gzip, "line %d\n", i * i);
    }
    gzclose(gzip);
    std::fstream damage(file_, std::ios::binary | std::ios::in | std::ios::out);
    damage.seekp(200);
    damage << std::string(2'000, '\xAA');
    damage.close();
    auto source = LineSource::open(file_).value();
    const auto read = source.read(1'000'000, [](std::string_view) {});
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code(), ErrorCode::io_failure);
}

TEST_F(LineSourceTest, seeks_to_the_first_whole_line) {
    write_file(file_, "aaa\nbbb\nccc\n");
    auto source = LineSource::open(file_).value();
    for (const std::uint64_t offset : {1U, 3U, 4U}) {
        ASSERT_TRUE(source.seek(offset));
        EXPECT_EQ(read(source), (Lines{"bbb", "ccc"})) << offset;
    }
    ASSERT_TRUE(source.seek(0));
    EXPECT_EQ(read(source).size(), 3U);
    ASSERT_TRUE(source.seek(12));
    EXPECT_EQ(read(source), Lines{});
}

TEST_F(LineSourceTest, stops_at_the_bound_and_goes_on) {
    std::string text;
    for (int i = 0; i < 20'000; ++i) {
        text += "0123456789\n";
    }
    write_file(file_, text);
    auto source = LineSource::open(file_).value();
    std::size_t count = 0;
    int calls = 0;
    for (; !at_end_; ++calls) {
        count += read(source, 70'000).size();
    }
    EXPECT_EQ(count, 20'000U);
    EXPECT_GT(calls, 1);
}

TEST_F(LineSourceTest, passes_over_an_endless_line) {
    write_file(file_, "a\n" + std::string(200'000, 'x') + "\nb\n");
    auto source = LineSource::open(file_).value();
    EXPECT_EQ(read(source), (Lines{"a", "b"}));
}

TEST_F(LineSourceTest, tells_a_missing_file_from_one_it_cannot_read) {
    EXPECT_EQ(LineSource::open(folder_ / "none").error().code(), ErrorCode::not_found);
    EXPECT_EQ(LineSource::open(folder_.path()).error().code(), ErrorCode::io_failure);
}

}  // namespace
}  // namespace aifp::logging
