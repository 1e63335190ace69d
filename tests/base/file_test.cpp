#include "base/file.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <iterator>

#include "tests/support/temp_dir.hpp"

namespace aifp {
namespace {

using testing::TempDir;

mode_t mode_of(const std::filesystem::path& path) {
    struct stat about = {};
    EXPECT_EQ(::stat(path.c_str(), &about), 0);
    return about.st_mode & 07777U;
}

std::ptrdiff_t count_entries(const std::filesystem::path& folder) {
    return std::distance(std::filesystem::directory_iterator(folder), {});
}

TEST(ReadFile, gives_the_bytes_that_were_written) {
    const TempDir folder;
    std::string bytes(200'000, 'x');
    bytes[70'000] = '\0';
    ASSERT_TRUE(write_file_atomically(folder / "a", bytes, 0600));
    EXPECT_EQ(read_file(folder / "a", 200'000).value(), bytes);
}

TEST(ReadFile, gives_nothing_for_an_empty_file) {
    const TempDir folder;
    ASSERT_TRUE(write_file_atomically(folder / "a", "", 0600));
    EXPECT_EQ(read_file(folder / "a", 0).value(), "");
}

TEST(ReadFile, says_not_found_with_the_path) {
    const TempDir folder;
    const auto text = read_file(folder / "missing.yaml", 10);
    ASSERT_FALSE(text);
    EXPECT_EQ(text.error().code(), ErrorCode::not_found);
    EXPECT_NE(text.error().detail().find("missing.yaml"), std::string::npos);
}

TEST(ReadFile, refuses_a_file_larger_than_the_bound) {
    const TempDir folder;
    ASSERT_TRUE(write_file_atomically(folder / "a", "12345", 0600));
    EXPECT_EQ(read_file(folder / "a", 4).error().code(), ErrorCode::invalid_input);
    EXPECT_TRUE(read_file(folder / "a", 5));
}

TEST(ReadFile, counts_bytes_that_the_size_did_not_tell) {
    // Files of the kernel report size 0 but have content.
    EXPECT_EQ(read_file("/proc/self/status", 10).error().code(), ErrorCode::invalid_input);
    EXPECT_GT(read_file("/proc/self/status", 100'000).value().size(), 10U);
}

TEST(ReadFile, refuses_a_folder_and_a_pipe_without_waiting) {
    const TempDir folder;
    const auto pipe = folder / "pipe";
    ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
    EXPECT_EQ(read_file(pipe, 10).error().code(), ErrorCode::invalid_input);
    EXPECT_EQ(read_file(folder.path(), 10).error().code(), ErrorCode::invalid_input);
}

TEST(ReadFile, reports_what_the_system_refuses) {
    const TempDir folder;
    std::filesystem::create_symlink("loop", folder / "loop");
    EXPECT_EQ(read_file(folder / "loop", 10).error().code(), ErrorCode::io_failure);
}

TEST(WriteFileAtomically, replaces_the_text_and_sets_the_mode) {
    const TempDir folder;
    ASSERT_TRUE(write_file_atomically(folder / "a", "old", 0644));
    ASSERT_TRUE(write_file_atomically(folder / "a", "new", 0600));
    EXPECT_EQ(read_file(folder / "a", 10).value(), "new");
    EXPECT_EQ(mode_of(folder / "a"), 0600U);
}

TEST(WriteFileAtomically, leaves_no_temporary_file) {
    const TempDir folder;
    ASSERT_TRUE(write_file_atomically(folder / "a", "text", 0600));
    EXPECT_EQ(count_entries(folder.path()), 1);
}

TEST(WriteFileAtomically, fails_in_a_missing_folder) {
    const TempDir folder;
    const auto written = write_file_atomically(folder / "missing" / "a", "text", 0600);
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code(), ErrorCode::io_failure);
}

TEST(WriteFileAtomically, keeps_the_target_and_cleans_up_when_it_cannot_be_replaced) {
    const TempDir folder;
    std::filesystem::create_directories(folder / "a" / "full");
    EXPECT_EQ(write_file_atomically(folder / "a", "text", 0600).error().code(),
              ErrorCode::io_failure);
    EXPECT_EQ(count_entries(folder.path()), 1);
}

TEST(FileDescriptor, closes_what_it_owns) {
    const int fd = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    { const FileDescriptor owner(fd); }
    EXPECT_EQ(::fcntl(fd, F_GETFD), -1);
}

TEST(FileDescriptor, moves_and_releases_its_ownership) {
    FileDescriptor first(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    const int fd = first.get();
    FileDescriptor second(std::move(first));
    FileDescriptor third;
    EXPECT_FALSE(third.is_open());
    third = std::move(second);
    EXPECT_EQ(third.release(), fd);
    EXPECT_FALSE(third.is_open());
    EXPECT_EQ(::close(fd), 0);
}

TEST(FileDescriptor, closes_the_old_one_when_another_is_assigned) {
    FileDescriptor owner(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    const int old = owner.get();
    owner = FileDescriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    EXPECT_NE(owner.get(), old);
    EXPECT_EQ(::fcntl(old, F_GETFD), -1);
}

}  // namespace
}  // namespace aifp
