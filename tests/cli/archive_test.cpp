#include "cli/archive.hpp"

#include <gtest/gtest.h>

#include "base/hash.hpp"
#include "tests/cli/fake_terminal.hpp"
#include "tests/support/temp_dir.hpp"

namespace aifp::cli {
namespace {

namespace fs = std::filesystem;

class Archive : public ::testing::Test {
protected:
    void SetUp() override { fs::create_directories(out_); }

    Status make(const std::vector<std::pair<std::string, std::string>>& texts) {
        auto writer = ArchiveWriter::create(file_, FakeTerminal().clock.wall());
        for (const auto& [name, text] : texts) {
            if (auto added = (*writer)->add_text(name, text); !added) {
                return added;
            }
        }
        return (*writer)->finish();
    }
    Result<std::vector<ArchiveEntry>> unpack() {
        return blocking_unpack(file_, out_, [](const ArchiveEntry&) { return true; });
    }
    void change_byte(std::size_t at) {
        auto bytes = read_text(file_);
        bytes[at] = static_cast<char>(bytes[at] ^ 0x40);
        write_text(file_, bytes);
    }

    testing::TempDir folder_;
    fs::path file_ = folder_ / "a.tar.gz";
    fs::path out_ = folder_ / "out";
};

TEST_F(Archive, gives_back_what_was_put_in) {
    const std::string large(700'000, 'x');
    ASSERT_TRUE(make({{"a/b.yaml", "name: lamp\n"}, {"empty", ""}, {"large", large}}));
    const auto entries = unpack();
    ASSERT_TRUE(entries) << entries.error().detail();
    ASSERT_EQ(entries->size(), 3U);
    EXPECT_EQ(read_text(out_ / "a/b.yaml"), "name: lamp\n");
    EXPECT_EQ(read_text(out_ / "empty"), "");
    EXPECT_EQ(read_text(out_ / "large"), large);
    EXPECT_EQ(entries->at(2).sha256, sha256_hex(large));
}

TEST_F(Archive, keeps_the_mode_of_a_file_and_is_private_itself) {
    const auto program = folder_ / "program";
    write_text(program, "#!/bin/sh\n");
    fs::permissions(program, fs::perms(0750));
    auto writer = ArchiveWriter::create(file_, {});
    ASSERT_TRUE((*writer)->add_file("program", program));
    ASSERT_TRUE((*writer)->finish());
    ASSERT_TRUE(unpack());
    EXPECT_EQ(fs::status(out_ / "program").permissions(), fs::perms(0750));
    EXPECT_EQ(fs::status(file_).permissions(), fs::perms(0600));
}

TEST_F(Archive, takes_long_names_and_refuses_longer_ones) {
    const std::string folder(150, 'd');
    ASSERT_TRUE(make({{folder + "/" + std::string(100, 'n'), "long"}}));
    ASSERT_TRUE(unpack());
    EXPECT_EQ(read_text(out_ / folder / std::string(100, 'n')), "long");
    EXPECT_EQ(make({{std::string(101, 'n'), ""}}).error().code(), ErrorCode::invalid_input);
}

TEST_F(Archive, gives_nothing_else_whatever_byte_is_changed) {
    ASSERT_TRUE(make({{"a", "some text that is compressed"}, {"b", "more of it"}}));
    const auto whole = read_text(file_);
    std::size_t refused = 0;
    for (std::size_t at = 10; at < whole.size(); ++at) {  // behind the header of gzip
        write_text(file_, whole);
        change_byte(at);
        fs::remove_all(out_);
        fs::create_directories(out_);
        const auto entries = unpack();
        refused += entries ? 0 : 1;
        // Some changes mean the same: another distance in a run of zeros.
        EXPECT_TRUE(!entries ||
                    entries->at(0).sha256 == sha256_hex("some text that is compressed"));
    }
    EXPECT_GT(refused, whole.size() / 2);
}

TEST_F(Archive, tells_when_it_is_broken_off) {
    ASSERT_TRUE(make({{"a", std::string(5'000, 'a')}}));
    const auto whole = read_text(file_);
    for (const std::size_t length : {std::size_t{0}, whole.size() / 2, whole.size() - 1}) {
        write_text(file_, whole.substr(0, length));
        fs::remove_all(out_);
        fs::create_directories(out_);
        EXPECT_FALSE(unpack()) << length;
    }
}

TEST_F(Archive, refuses_names_that_lead_out_of_the_folder) {
    for (const char* name : {"../out", "a/../../b", "/etc/passwd"}) {
        ASSERT_TRUE(make({{name, "x"}}));
        EXPECT_EQ(unpack().error().code(), ErrorCode::invalid_input) << name;
    }
    EXPECT_FALSE(fs::exists(folder_ / "b"));
}

TEST_F(Archive, leaves_nothing_under_its_name_when_it_is_not_finished) {
    {
        auto writer = ArchiveWriter::create(file_, {});
        ASSERT_TRUE((*writer)->add_text("a", "b"));
    }
    EXPECT_FALSE(fs::exists(file_));
    EXPECT_EQ(std::distance(fs::directory_iterator(folder_.path()), {}), 1);  // out_
}

}  // namespace
}  // namespace aifp::cli
