#include "engine/directive_watcher.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <fstream>
#include <string>
#include <vector>

#include "tests/support/temp_dir.hpp"

namespace aifp::engine {
namespace {

namespace fs = std::filesystem;

/// The real inotify on a folder of its own; the loop is stepped until it tells.
class DirectiveWatcherTest : public ::testing::Test {
protected:
    DirectiveWatcherTest() { fs::create_directory(folder()); }

    void begin() {
        WatchOptions options;
        options.folder = folder();
        options.quiet = Milliseconds(5);
        watcher_ = create_directive_watcher(
            loop_.get_executor(),
            std::move(options),
            [this] { ++told_; },
            [this](const std::string& text) { problems_.push_back(text); });
    }
    [[nodiscard]] fs::path folder() const { return dir_.path() / "directives"; }
    static void write(const fs::path& file) { std::ofstream(file) << "name: a\n"; }

    /// Whether it told of a change since the last question.
    bool is_told() {
        const int before = seen_;
        for (int turns = 0; turns < 500 && told_ == before; ++turns) {
            loop_.restart();
            loop_.run_one_for(Milliseconds(10));
        }
        seen_ = told_;
        return told_ != before;
    }

    testing::TempDir dir_;
    boost::asio::io_context loop_{1};
    int told_ = 0;
    int seen_ = 0;
    std::vector<std::string> problems_;
    std::unique_ptr<DirectiveWatcher> watcher_;
};

TEST_F(DirectiveWatcherTest, sees_a_file_that_is_written_and_one_that_goes) {
    begin();
    write(folder() / "a.yaml");
    EXPECT_TRUE(is_told());
    fs::remove(folder() / "a.yaml");
    EXPECT_TRUE(is_told());
}

TEST_F(DirectiveWatcherTest, sees_a_save_by_renaming) {
    write(folder() / "a.yaml");
    begin();
    write(dir_.path() / "a.yaml.new");
    fs::rename(dir_.path() / "a.yaml.new", folder() / "a.yaml");
    EXPECT_TRUE(is_told());
}

TEST_F(DirectiveWatcherTest, sees_a_link_that_is_swapped) {
    write(dir_.path() / "one");
    write(dir_.path() / "two");
    fs::create_symlink("../one", folder() / "a.yaml");
    begin();
    fs::create_symlink("../two", folder() / "next");
    fs::rename(folder() / "next", folder() / "a.yaml");
    EXPECT_TRUE(is_told());
}

TEST_F(DirectiveWatcherTest, watches_folders_that_come_later) {
    begin();
    fs::create_directories(folder() / "lights/attic");
    ASSERT_TRUE(is_told());
    write(folder() / "lights/attic/a.yaml");
    EXPECT_TRUE(is_told());
}

TEST_F(DirectiveWatcherTest, waits_for_a_folder_that_is_not_there_yet) {
    fs::remove(folder());
    begin();
    fs::create_directory(folder());
    ASSERT_TRUE(is_told());
    write(folder() / "a.yaml");
    EXPECT_TRUE(is_told());
}

TEST_F(DirectiveWatcherTest, tells_once_of_what_comes_together) {
    begin();
    for (int i = 0; i < 500; ++i) {
        write(folder() / (std::to_string(i) + ".yaml"));
    }
    ASSERT_TRUE(is_told());
    EXPECT_EQ(told_, 1);
    EXPECT_TRUE(problems_.empty());
}

}  // namespace
}  // namespace aifp::engine
