#include "engine/approval.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/support/temp_dir.hpp"

namespace aifp::engine {
namespace {

namespace fs = std::filesystem;
using config::Approval;
using model::Reason;

constexpr uid_t kOwner = 1000;
constexpr uid_t kStranger = 1001;

void write(const fs::path& path, const std::string& text) {
    std::ofstream(path) << text;
    fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
}

TEST(CheckOwned, takes_the_owner_and_root) {
    EXPECT_TRUE(check_owned({{kOwner, 0100644}, {0, 040755}}, kOwner));
}

TEST(CheckOwned, refuses_a_stranger) {
    const auto verdict = check_owned({{kStranger, 0100644}}, kOwner);

    ASSERT_FALSE(verdict);
    EXPECT_EQ(verdict.error().code(), ErrorCode::denied);
}

TEST(CheckOwned, refuses_what_others_may_write) {
    EXPECT_FALSE(check_owned({{kOwner, 0100664}}, kOwner));
    EXPECT_FALSE(check_owned({{kOwner, 0100646}}, kOwner));
    EXPECT_FALSE(check_owned({{kOwner, 0100644}, {kOwner, 040777}}, kOwner));
}

TEST(CheckOwnerFile, looks_at_every_folder_up_to_the_project) {
    const testing::TempDir dir;
    const auto folder = dir.path() / "directives" / "sub";
    fs::create_directories(folder);
    write(folder / "a.yaml", "x");
    ASSERT_TRUE(check_owner_file(folder / "a.yaml", dir.path()));

    fs::permissions(dir.path() / "directives", fs::perms::all);

    const auto verdict = check_owner_file(folder / "a.yaml", dir.path());
    ASSERT_FALSE(verdict);
    EXPECT_NE(verdict.error().detail().find("chmod go-w"), std::string::npos);
}

TEST(CheckOwnerFile, follows_a_link_to_where_it_leads) {
    const testing::TempDir dir;
    const testing::TempDir elsewhere;
    fs::permissions(elsewhere.path(), fs::perms::all);
    write(elsewhere.path() / "a.yaml", "x");
    fs::create_symlink(elsewhere.path() / "a.yaml", dir.path() / "a.yaml");

    EXPECT_FALSE(check_owner_file(dir.path() / "a.yaml", dir.path()));
}

TEST(CheckOwnerFile, asks_whose_the_folder_of_a_link_is) {
    const testing::TempDir dir;
    fs::create_directories(dir.path() / "open");
    fs::create_directories(dir.path() / "src");
    write(dir.path() / "src/a.yaml", "x");
    fs::create_symlink("../src/a.yaml", dir.path() / "open/a.yaml");
    ASSERT_TRUE(check_owner_file(dir.path() / "open/a.yaml", dir.path()));

    fs::permissions(dir.path() / "open", fs::perms::all);

    EXPECT_FALSE(check_owner_file(dir.path() / "open/a.yaml", dir.path()));
    EXPECT_TRUE(check_owner_file(dir.path() / "src/a.yaml", dir.path()));
}

TEST(CheckOwnerFile, asks_whose_a_link_is) {
    const testing::TempDir dir;
    write(dir.path() / "a.yaml", "x");
    fs::create_symlink("a.yaml", dir.path() / "b.yaml");
    if (::lchown((dir.path() / "b.yaml").c_str(), kStranger, kStranger) != 0) {
        GTEST_SKIP() << "only root can give a link away";
    }

    EXPECT_FALSE(check_owner_file(dir.path() / "b.yaml", dir.path()));
}

TEST(CheckOwnerFile, asks_of_every_link_of_a_chain) {
    const testing::TempDir dir;
    fs::create_directories(dir.path() / "open");
    write(dir.path() / "a.yaml", "x");
    fs::create_symlink(dir.path() / "a.yaml", dir.path() / "open/b.yaml");
    fs::create_symlink(dir.path() / "open/b.yaml", dir.path() / "c.yaml");
    ASSERT_TRUE(check_owner_file(dir.path() / "c.yaml", dir.path()));

    fs::permissions(dir.path() / "open", fs::perms::all);

    EXPECT_FALSE(check_owner_file(dir.path() / "c.yaml", dir.path()));
}

TEST(CheckOwnerFile, ends_where_links_go_in_a_circle) {
    const testing::TempDir dir;
    fs::create_symlink("b.yaml", dir.path() / "a.yaml");
    fs::create_symlink("a.yaml", dir.path() / "b.yaml");

    EXPECT_FALSE(check_owner_file(dir.path() / "a.yaml", dir.path()));
}

TEST(CheckOwnerFile, tells_a_missing_file) {
    const testing::TempDir dir;

    const auto verdict = check_owner_file(dir.path() / "none.yaml", dir.path());

    ASSERT_FALSE(verdict);
    EXPECT_EQ(verdict.error().code(), ErrorCode::not_found);
}

TEST(RefreshImplementation, notices_another_content) {
    const testing::TempDir dir;
    write(dir.path() / "a.sh", "one");
    ImplementationFile file;
    file.path = "a.sh";

    EXPECT_TRUE(refresh_implementation(file, dir.path() / "a.sh"));
    EXPECT_FALSE(refresh_implementation(file, dir.path() / "a.sh"));
    write(dir.path() / "a.sh", "other");
    EXPECT_TRUE(refresh_implementation(file, dir.path() / "a.sh"));
    fs::remove(dir.path() / "a.sh");
    EXPECT_TRUE(refresh_implementation(file, dir.path() / "a.sh"));
    EXPECT_TRUE(file.sha256.empty());
}

struct GateCase {
    std::string name;
    Approval setting;
    StandingApproval approval;
    std::vector<ImplementationFile> files;
    Reason expected;
};

class DecideGate : public ::testing::TestWithParam<GateCase> {};

TEST_P(DecideGate, answers) {
    const auto& test = GetParam();
    EXPECT_EQ(decide_gate(test.setting, test.approval, "h1", test.files), test.expected);
}

const std::vector<ImplementationFile> kSame{{"a.sh", "s1", "s1"}};
const std::vector<ImplementationFile> kOther{{"a.sh", "s2", "s1"}};
const std::vector<ImplementationFile> kGone{{"a.sh", "", "s1"}};

INSTANTIATE_TEST_SUITE_P(
    Table,
    DecideGate,
    ::testing::Values(
        GateCase{"off_opens", Approval::off, {}, {}, Reason::none},
        GateCase{"off_needs_the_file", Approval::off, {}, kGone, Reason::implementation_missing},
        GateCase{"never_approved", Approval::owner_files, {}, {}, Reason::not_approved},
        GateCase{"owner_file", Approval::owner_files, {"h1", "owner_file"}, {}, Reason::none},
        GateCase{"owner_file_is_not_enough",
                 Approval::required,
                 {"h1", "owner_file"},
                 {},
                 Reason::not_approved},
        GateCase{"a_person_said_yes", Approval::required, {"h1", "uid 0"}, kSame, Reason::none},
        GateCase{"yes_to_another_content",
                 Approval::required,
                 {"h0", "uid 0"},
                 {},
                 Reason::not_approved},
        GateCase{"script_changed",
                 Approval::required,
                 {"h1", "uid 0"},
                 kOther,
                 Reason::implementation_changed},
        GateCase{"script_gone",
                 Approval::required,
                 {"h1", "uid 0"},
                 kGone,
                 Reason::implementation_missing}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace aifp::engine
