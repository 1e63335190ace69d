#include "prompts/context_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "prompts/disk_files.hpp"
#include "tests/support/temp_dir.hpp"

namespace aifp::prompts {
namespace {

namespace fs = std::filesystem;

class DiskFiles : public ::testing::Test {
protected:
    DiskFiles() {
        fs::create_directories(folder_ / "one/sub");
        fs::create_directory(folder_ / "two");
        std::ofstream(folder_ / "one/sub/a.txt") << "first";
        std::ofstream(folder_ / "two/b.txt") << "second";
        files_ = open_disk_files({folder_ / "one", folder_ / "two"});
    }

    std::string read(const std::string& path, std::uint64_t max_bytes = 100) {
        const auto text = files_->blocking_read(path, max_bytes);
        return text ? *text : std::string(name_of(text.error().code()));
    }

    aifp::testing::TempDir folder_;
    std::unique_ptr<FileSource> files_;
};

TEST_F(DiskFiles, looks_in_every_folder) {
    EXPECT_EQ(read("sub/a.txt"), "first");
    EXPECT_EQ(read("./sub//a.txt"), "first");
    EXPECT_EQ(read("b.txt"), "second");
    EXPECT_EQ(read("c.txt"), "not_found");
    EXPECT_EQ(read(folder_ / "two/b.txt"), "second");
}

TEST_F(DiskFiles, refuses_what_lies_elsewhere) {
    EXPECT_EQ(read("../two/b.txt"), "denied");
    EXPECT_EQ(read("sub/../sub/a.txt"), "denied");
    EXPECT_EQ(read("/etc/hostname"), "denied");
    EXPECT_EQ(read((folder_ / "one").native() + "-other/a.txt"), "denied");
    EXPECT_EQ(read(std::string("b.txt\0c", 7)), "denied");
}

TEST_F(DiskFiles, does_not_wait_for_a_pipe) {
    ASSERT_EQ(::mkfifo((folder_ / "one/pipe").c_str(), 0600), 0);

    EXPECT_EQ(read("pipe"), "invalid_input");
}

TEST_F(DiskFiles, reads_up_to_the_limit) {
    EXPECT_EQ(read("b.txt", 6), "second");
    EXPECT_EQ(read("b.txt", 5), "invalid_input");
}

class MemoryFiles final : public FileSource {
public:
    [[nodiscard]] Result<std::string> blocking_read(const std::string& path,
                                                    std::uint64_t) const override {
        return path + " text";
    }
};

TEST(LoadFiles, keeps_the_bounds_of_a_step) {
    FileLimits limits;
    limits.max_files = 2;
    limits.max_total_bytes = 12;
    const LoadedFiles loaded =
        blocking_load_files({{"a", ""}, {"long", ""}, {"b", ""}, {"c", ""}}, MemoryFiles(), limits);

    ASSERT_EQ(loaded.files.size(), 2U);
    EXPECT_EQ(loaded.files.at(1)->path, "b");
    ASSERT_EQ(loaded.skipped.size(), 2U);
    EXPECT_EQ(loaded.skipped.at(0).reason,
              "with it the files would have more than 12 bytes together");
    EXPECT_EQ(loaded.skipped.at(1).reason, "more than 2 files");
}

TEST(LoadFiles, skips_the_text_that_is_too_long_and_not_the_others) {
    FileLimits limits;
    limits.max_text_bytes = 12;
    const LoadedFiles loaded =
        blocking_load_files({{"a", ""}, {"long", ""}, {"b", ""}}, MemoryFiles(), limits);

    ASSERT_EQ(loaded.files.size(), 2U);
    ASSERT_EQ(loaded.skipped.size(), 1U);
    EXPECT_EQ(loaded.skipped.at(0).path, "long");
    EXPECT_EQ(loaded.skipped.at(0).reason,
              "with it the texts would have more than 12 bytes together");
}

TEST(DetectMime, lets_the_content_decide_and_the_name_refine) {
    EXPECT_EQ(detect_mime("a.txt", "GIF89a"), "image/gif");
    EXPECT_EQ(detect_mime("a", std::string("RIFF\0\0\0\0WEBPx", 13)), "image/webp");
    EXPECT_EQ(detect_mime("a.JSON", "{}"), "application/json");
    EXPECT_EQ(detect_mime("a.png", "words"), "text/plain");
    EXPECT_EQ(detect_mime("a.zip", "PK\x03\x04"), "application/zip");
    EXPECT_EQ(detect_mime("a.bin", std::string("\0", 1)), "application/octet-stream");
    EXPECT_EQ(detect_mime("empty", ""), "text/plain");
}

TEST(CheckUpload, takes_plain_names_only) {
    for (const char* wrong : {"", ".hidden.txt", "a\\b.txt", "a/b.txt", "a..txt", "a\nb.txt"}) {
        EXPECT_FALSE(check_upload(wrong, "words")) << wrong;
    }
    EXPECT_FALSE(check_upload("a.txt", std::string("\0", 1)));
    EXPECT_TRUE(check_upload("Größe 2.txt", "words"));
}

}  // namespace
}  // namespace aifp::prompts
