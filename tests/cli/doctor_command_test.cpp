#include "cli/doctor_command.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "base/project_lock.hpp"
#include "cli/doctor.hpp"
#include "tests/cli/fake_terminal.hpp"
#include "tests/support/temp_dir.hpp"

namespace aifp::cli {
namespace {

namespace fs = std::filesystem;
using Level = Finding::Level;

class Doctor : public ::testing::Test {
protected:
    void SetUp() override {
        write_text(root_ / "directives/lamp.yaml", "name: lamp\n");
        fs::create_directories(paths_.run());
        for (const auto& folder : {root_, paths_.directives(), paths_.own()}) {
            fs::permissions(folder, fs::perms(0755));
        }
    }
    Patient patient() { return {paths_, fake_.clock.wall(), system_}; }
    static Finding first(const Findings& findings) { return findings.at(0); }
    void chmod(const fs::path& path, unsigned mode) { fs::permissions(path, fs::perms(mode)); }

    testing::TempDir folder_;
    fs::path root_ = folder_ / "home";
    fs::path system_ = folder_ / "machine";
    ProjectPaths paths_{root_};
    FakeTerminal fake_;
};

TEST_F(Doctor, finds_no_fault_with_a_new_project) {
    for (const auto look :
         {look_at_folder, look_at_settings, look_at_secrets, look_at_database, look_at_zones}) {
        EXPECT_EQ(first(look(patient())).level, Level::ok) << first(look(patient())).text;
    }
}

TEST_F(Doctor, tells_of_a_folder_that_others_may_write_into) {
    chmod(paths_.directives(), 0775);
    const auto finding = first(look_at_folder(patient()));
    EXPECT_EQ(finding.level, Level::fail);
    EXPECT_EQ(finding.cure, "chmod go-w " + paths_.directives().string());
}

TEST_F(Doctor, tells_of_a_folder_that_the_engine_cannot_write_into) {
    chmod(paths_.own(), 0555);
    const auto finding = first(look_at_folder(patient()));
    chmod(paths_.own(), 0755);
    EXPECT_EQ(finding.level, Level::fail);
    EXPECT_EQ(finding.cure, "chmod u+rwx " + paths_.own().string());
}

TEST_F(Doctor, tells_of_secrets_and_a_token_that_others_may_read) {
    write_text(paths_.secrets(), "key: text\n");
    chmod(paths_.secrets(), 0644);
    write_text(paths_.admin_token(), "abc");
    chmod(paths_.admin_token(), 0640);
    const auto findings = look_at_secrets(patient());
    ASSERT_EQ(findings.size(), 2U);
    EXPECT_TRUE(findings[0].cure.ends_with("chmod 600 " + paths_.secrets().string()));
    EXPECT_EQ(findings[1].check, "token");
    EXPECT_EQ(findings[1].level, Level::fail);
}

TEST_F(Doctor, tells_of_mistakes_in_the_settings_with_the_line) {
    write_text(paths_.settings(), "timezome: UTC\n");
    const auto finding = first(look_at_settings(patient()));
    EXPECT_EQ(finding.level, Level::fail);
    EXPECT_NE(finding.text.find("engine.yaml:1: "), std::string::npos) << finding.text;
}

TEST_F(Doctor, tells_of_a_damaged_database) {
    write_text(paths_.database(), std::string(8192, 'x'));
    const auto finding = first(look_at_database(patient()));
    EXPECT_EQ(finding.level, Level::fail);
    EXPECT_NE(finding.cure.find("aifp restore"), std::string::npos);
}

TEST_F(Doctor, tells_of_a_clock_that_cannot_be_right) {
    auto early = patient();
    early.now = from_unix_ms(0);
    EXPECT_EQ(first(look_at_clock(early)).level, Level::fail);
}

TEST_F(Doctor, tells_of_an_address_that_cannot_be_had) {
    write_text(paths_.settings(),
               "admin: {address: \"192.0.2.1:7717\"}\nhooks: {listen: \"127.0.0.1:0\"}\n");
    const auto findings = look_at_ports(patient());
    EXPECT_EQ(findings[0].level, Level::fail);
    EXPECT_EQ(findings[1].level, Level::ok);
}

TEST_F(Doctor, tells_of_a_daemon_that_holds_the_project_and_does_not_answer) {
    EXPECT_EQ(first(look_at_daemon(patient())).level, Level::warn);
    const auto lock = ProjectLock::take(paths_.lock());
    const auto finding = first(look_at_daemon(patient()));
    EXPECT_EQ(finding.level, Level::fail);
    EXPECT_NE(finding.cure.find("kill " + std::to_string(::getpid())), std::string::npos);
}

TEST_F(Doctor, tells_what_a_killed_daemon_left) {
    write_text(paths_.endpoints(), "{}");
    EXPECT_NE(first(look_at_daemon(patient())).text.find("did not stop by itself"),
              std::string::npos);
}

TEST_F(Doctor, tells_how_far_the_service_is_set_up) {
    auto service = patient();
    service.paths = ProjectPaths("/var/lib/aifp/home");
    EXPECT_EQ(first(look_at_unit(service)).text, "no systemd runs here");
    fs::create_directories(system_ / "run/systemd/system");
    EXPECT_EQ(first(look_at_unit(service)).cure, "apt-get install aifp");
    write_text(system_ / "usr/lib/systemd/system/aifpd@.service", "[Unit]\n");
    EXPECT_EQ(first(look_at_unit(service)).cure, "systemctl enable --now aifpd@home.service");
    write_text(system_ / "etc/systemd/system/multi-user.target.wants/aifpd@home.service", "");
    EXPECT_EQ(first(look_at_unit(service)).cure, "why: systemctl status aifpd@home.service");
    EXPECT_EQ(first(look_at_unit(patient())).level, Level::warn);
}

TEST_F(Doctor, tells_of_low_limits_with_the_command_that_raises_them) {
    write_text(system_ / "proc/sys/fs/inotify/max_user_watches", "100\n");
    const auto finding = first(look_at_limits(patient()));
    EXPECT_EQ(finding.level, Level::warn);
    EXPECT_EQ(finding.cure, "sysctl -w fs.inotify.max_user_watches=8192");
}

TEST_F(Doctor, ends_with_1_only_when_something_fails) {
    write_text(paths_.settings(),
               "admin: {address: \"127.0.0.1:0\"}\nhooks: {listen: \"127.0.0.1:0\"}\n");
    EXPECT_EQ(run_doctor({.json = true, .system = system_}, paths_, fake_.terminal), kDone)
        << fake_.out.str();
    EXPECT_TRUE(boost::json::parse(fake_.out.str()).is_array());
    chmod(root_, 0777);
    EXPECT_EQ(run_doctor({.system = system_}, paths_, fake_.terminal), kFailed);
    EXPECT_NE(fake_.out.str().find("fail  project "), std::string::npos);
}

}  // namespace
}  // namespace aifp::cli
