#include "cli/backup_command.hpp"

#include <gtest/gtest.h>

#include "base/project_lock.hpp"
#include "cli/archive.hpp"
#include "cli/restore_command.hpp"
#include "storage/store_file.hpp"
#include "tests/cli/fake_terminal.hpp"
#include "tests/support/temp_dir.hpp"

namespace aifp::cli {
namespace {

namespace fs = std::filesystem;

class Backup : public ::testing::Test {
protected:
    void SetUp() override {
        write_text(root_ / "directives/lamp.yaml", "name: lamp\n");
        write_text(root_ / "src/automations/lamp.py", "print()\n");
        write_text(root_ / "src/__pycache__/lamp.pyc", "cache");
        write_text(paths_.settings(), "timezone: UTC\n");
        write_text(paths_.secrets(), "key: very secret\n");
        write_text(paths_.tokens(), "as of the backup");
        write_text(paths_.logs() / "execution.log", "a line\n");
        write_text(root_ / "notes.txt", "mine\n");
        storage::StoreOptions options;
        options.file = paths_.database();
        ASSERT_TRUE(storage::open_store_file(options, fake_.clock.wall()));
    }

    int backup(bool with_secrets = false, bool force = false) {
        BackupOptions options;
        options.file = file_;
        options.with_secrets = with_secrets;
        options.force = force;
        return run_backup(options, paths_, fake_.terminal);
    }
    int restore(const fs::path& into, bool force = false) {
        RestoreOptions options;
        options.file = file_;
        options.into = into;
        options.force = force;
        return run_restore(options, paths_, fake_.terminal);
    }
    std::vector<std::string> names() {
        std::vector<std::string> names;
        const auto entries =
            blocking_unpack(file_, folder_.path(), [](const ArchiveEntry&) { return false; });
        for (const auto& entry : *entries) {
            names.push_back(entry.name);
        }
        return names;
    }
    std::vector<fs::path> set_aside() {
        std::vector<fs::path> found;
        for (const auto& entry : fs::directory_iterator(folder_.path())) {
            if (entry.path().filename().native().starts_with("home.before-restore-")) {
                found.push_back(entry.path());
            }
        }
        return found;
    }

    testing::TempDir folder_;
    fs::path root_ = folder_ / "home";
    ProjectPaths paths_{root_};
    std::string file_ = folder_ / "home.tar.gz";
    FakeTerminal fake_;
};

TEST_F(Backup, holds_directives_programs_settings_and_the_database) {
    ASSERT_EQ(backup(), kDone) << fake_.err.str();
    EXPECT_EQ(names(),
              (std::vector<std::string>{"project/.aifp-project/user_directives.db",
                                        "project/.aifp-project/engine.yaml",
                                        "project/directives/lamp.yaml",
                                        "project/src/automations/lamp.py",
                                        "manifest.json"}));
}

TEST_F(Backup, holds_what_else_belongs_to_the_project) {
    write_text(root_ / "prompts.d/house.md", "Be brief.");
    write_text(root_ / "site_context.yaml", "name: home\n");
    write_text(root_ / "context/plan.txt", "plan");
    write_text(root_ / "scripts/lamp.sh", "echo on\n");
    write_text(root_ / "scripts/other.sh", "echo\n");
    write_text(root_ / "tell.sh", "echo\n");
    write_text(root_ / "directives/lamp.yaml",
               "actions: [{command: [./scripts/lamp.sh, \"on\"]}]\n");
    write_text(paths_.settings(),
               "notify: {phone: {command: [" + (root_ / "tell.sh").native() + "]}}\n");
    ASSERT_EQ(backup(), kDone) << fake_.err.str();
    const auto all = names();
    for (const auto* name : {"prompts.d/house.md",
                             "site_context.yaml",
                             "context/plan.txt",
                             "scripts/lamp.sh",
                             "tell.sh"}) {
        EXPECT_NE(std::find(all.begin(), all.end(), std::string("project/") + name), all.end())
            << name;
    }
    EXPECT_NE(fake_.out.str().find("): notes.txt, scripts/ (the rest of it)\n"), std::string::npos)
        << fake_.out.str();
}

TEST_F(Backup, is_no_part_of_itself_and_takes_no_secrets_that_a_directive_names) {
    file_ = root_ / "home.tar.gz";
    write_text(root_ / "directives/lamp.yaml",
               "actions: [{command: [aifp, backup, --force, home.tar.gz]}, "
               "{command: [cat, .aifp-project/secrets.yaml]}]\n");
    ASSERT_EQ(backup(), kDone) << fake_.err.str();
    const auto before = names();
    ASSERT_EQ(backup(false, true), kDone) << fake_.err.str();
    EXPECT_EQ(names(), before);
    EXPECT_EQ(fake_.out.str().find("home.tar.gz,"), std::string::npos) << fake_.out.str();
    EXPECT_EQ(std::count(before.begin(), before.end(), "project/.aifp-project/secrets.yaml"), 0);
}

TEST_F(Backup, holds_secrets_only_when_asked) {
    ASSERT_EQ(backup(true), kDone);
    const auto all = names();
    EXPECT_NE(std::find(all.begin(), all.end(), "project/.aifp-project/secrets.yaml"), all.end());
    EXPECT_NE(std::find(all.begin(), all.end(), "project/.aifp-project/tokens.json"), all.end());
}

TEST_F(Backup, brings_no_token_back_that_was_revoked_since) {
    ASSERT_EQ(backup(true), kDone);
    write_text(paths_.tokens(), "one fewer");
    ASSERT_EQ(restore(root_, true), kDone) << fake_.err.str();
    EXPECT_EQ(read_text(paths_.tokens()), "one fewer");
    fs::remove(paths_.tokens());
    ASSERT_EQ(restore(root_, true), kDone) << fake_.err.str();
    EXPECT_FALSE(fs::exists(paths_.tokens()));
}

TEST_F(Backup, takes_its_tokens_to_a_new_place_with_the_secrets) {
    ASSERT_EQ(backup(true), kDone);
    ASSERT_EQ(restore(folder_ / "copy"), kDone) << fake_.err.str();
    EXPECT_EQ(read_text(folder_ / "copy/.aifp-project/tokens.json"), "as of the backup");
}

TEST_F(Backup, does_not_replace_a_file_by_itself) {
    write_text(file_, "another");
    EXPECT_EQ(backup(), kFailed);
    EXPECT_EQ(read_text(file_), "another");
    EXPECT_EQ(backup(false, true), kDone);
}

TEST_F(Backup, refuses_to_keep_a_damaged_database) {
    write_text(paths_.database(), "SQLite format 3" + std::string(5000, '\0'));
    EXPECT_EQ(backup(), kFailed);
    EXPECT_FALSE(fs::exists(file_));
}

TEST_F(Backup, says_2_where_there_is_no_project) {
    EXPECT_EQ(run_backup({.file = file_}, ProjectPaths(folder_ / "nowhere"), fake_.terminal),
              kUsage);
}

TEST_F(Backup, is_restored_into_a_new_folder) {
    ASSERT_EQ(backup(), kDone);
    ASSERT_EQ(restore(folder_ / "copy"), kDone) << fake_.err.str();
    EXPECT_EQ(read_text(folder_ / "copy/directives/lamp.yaml"), "name: lamp\n");
    EXPECT_TRUE(fs::exists(folder_ / "copy/.aifp-project/user_directives.db"));
    EXPECT_FALSE(fs::exists(folder_ / "copy/.aifp-project/secrets.yaml"));
}

TEST_F(Backup, is_not_put_over_a_project_without_force) {
    ASSERT_EQ(backup(), kDone);
    write_text(root_ / "directives/lamp.yaml", "name: changed\n");
    EXPECT_EQ(restore(root_), kFailed);
    EXPECT_NE(fake_.err.str().find("--force"), std::string::npos);
    EXPECT_EQ(read_text(root_ / "directives/lamp.yaml"), "name: changed\n");
}

TEST_F(Backup, takes_the_place_of_a_project_and_keeps_what_it_does_not_hold) {
    ASSERT_EQ(backup(), kDone);
    write_text(root_ / "directives/lamp.yaml", "name: changed\n");
    write_text(root_ / "directives/late.yaml", "name: late\n");
    ASSERT_EQ(restore(root_, true), kDone) << fake_.err.str();
    EXPECT_EQ(read_text(root_ / "directives/lamp.yaml"), "name: lamp\n");
    EXPECT_FALSE(fs::exists(root_ / "directives/late.yaml"));
    EXPECT_EQ(read_text(paths_.secrets()), "key: very secret\n");
    EXPECT_EQ(read_text(root_ / "notes.txt"), "mine\n");
    EXPECT_TRUE(fs::exists(paths_.logs() / "execution.log"));
    ASSERT_EQ(set_aside().size(), 1U);
    EXPECT_EQ(read_text(set_aside()[0] / "directives/late.yaml"), "name: late\n");
    EXPECT_TRUE(fs::exists(set_aside()[0] / ".aifp-project/user_directives.db"));
}

TEST_F(Backup, is_refused_over_a_running_daemon) {
    ASSERT_EQ(backup(), kDone);
    fs::create_directories(paths_.run());
    const auto lock = ProjectLock::take(paths_.lock());
    ASSERT_TRUE(lock);
    EXPECT_EQ(restore(root_, true), kFailed);
    EXPECT_NE(fake_.err.str().find("stop it first"), std::string::npos);
    EXPECT_TRUE(set_aside().empty());
}

TEST_F(Backup, touches_nothing_when_the_archive_is_damaged) {
    ASSERT_EQ(backup(), kDone);
    auto bytes = read_text(file_);
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    write_text(file_, bytes);
    write_text(root_ / "directives/lamp.yaml", "name: changed\n");
    EXPECT_EQ(restore(root_, true), kFailed);
    EXPECT_EQ(read_text(root_ / "directives/lamp.yaml"), "name: changed\n");
    EXPECT_TRUE(set_aside().empty());
    EXPECT_EQ(std::distance(fs::directory_iterator(folder_.path()), {}), 2);  // home, the archive
}

TEST_F(Backup, is_verified_without_being_restored) {
    ASSERT_EQ(backup(), kDone);
    fake_.out.str("");
    EXPECT_EQ(run_restore({.file = file_, .only_check = true}, paths_, fake_.terminal), kDone);
    EXPECT_NE(fake_.out.str().find("is sound: home as of"), std::string::npos);
}

TEST_F(Backup, says_2_when_there_is_no_archive) {
    EXPECT_EQ(restore(folder_ / "copy"), kUsage);
}

}  // namespace
}  // namespace aifp::cli
