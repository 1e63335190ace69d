#include "engine/file_hashes.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "base/hash.hpp"
#include "tests/support/temp_dir.hpp"

namespace aifp::engine {
namespace {

class FileHashesTest : public ::testing::Test {
protected:
    void write(const char* name, const std::string& text) { std::ofstream(dir_ / name) << text; }

    testing::TempDir dir_;
    FileHashes files_{dir_.path()};
};

TEST_F(FileHashesTest, tell_what_a_file_holds_now) {
    write("a.sh", "one");
    EXPECT_EQ(files_.look("a.sh").sha256, sha256_hex("one"));
    EXPECT_EQ(files_.look("a.sh").path, "a.sh");
    write("a.sh", "two!");
    EXPECT_EQ(files_.look("a.sh").sha256, sha256_hex("two!"));
    std::filesystem::remove(dir_ / "a.sh");
    EXPECT_EQ(files_.look("a.sh").sha256, "");
}

TEST_F(FileHashesTest, look_at_every_program_of_a_directive) {
    write("a.sh", "one");
    model::Directive directive;
    directive.actions.emplace_back();
    directive.actions[0].kind = "run";
    directive.actions[0].arguments["run"] = "a.sh";
    files_.look_at(directive);
    // Known from now on: what has the same stat values is not read again.
    const auto known = files_.look("a.sh");
    EXPECT_EQ(known.size, 3);
    EXPECT_EQ(known.sha256, sha256_hex("one"));
}

}  // namespace
}  // namespace aifp::engine
