#include "cli/validate_command.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <sstream>

#include "tests/cli/fake_daemon.hpp"
#include "tests/cli/fake_terminal.hpp"
#include "tests/support/temp_dir.hpp"

namespace aifp::cli {
namespace {

constexpr const char* kOpen =
    R"({"directive":"lights","status":"draft","critical":1,"answers":[],"questions":[{"id":"actions.1","text":"How is it done?","kind":"text","options":["command"],"default":null,"rule":"an action","priority":"critical","group":"action"}]})";
constexpr const char* kClosed =
    R"({"directive":"lights","status":"active","critical":0,"answers":[],"questions":[],"success":true,"refused":{}})";
constexpr const char* kRefused = R"({"error":"actions.1: no such script"})";

class ValidateCommand : public ::testing::Test {
protected:
    ValidateCommand() : paths_(folder_.path()) {
        std::filesystem::create_directories(paths_.run());
    }

    int validate(std::vector<std::string> answers,
                 std::vector<std::string> given,
                 bool json = false) {
        FakeDaemon daemon(paths_.run() / "admin.sock", std::move(answers));
        std::istringstream input(input_);
        const int code = run_validate({.name = "lights", .answers = std::move(given), .json = json},
                                      paths_,
                                      fake_.terminal,
                                      input);
        requests_ = daemon.requests();
        return code;
    }

    testing::TempDir folder_;
    ProjectPaths paths_;
    FakeTerminal fake_;
    std::string input_;
    std::vector<std::string> requests_;
};

TEST_F(ValidateCommand, asks_and_sends_what_is_typed) {
    input_ = "log: off\n";
    EXPECT_EQ(validate({FakeDaemon::answer(200, kOpen), FakeDaemon::answer(200, kClosed)}, {}),
              kDone);
    EXPECT_NE(
        fake_.out.str().find("How is it done? (action, critical)\n  an action\n  - command\n"),
        std::string::npos)
        << fake_.out.str();
    EXPECT_NE(fake_.out.str().find("lights: active, no question is open"), std::string::npos);
    EXPECT_TRUE(requests_.at(1).starts_with("POST /api/v1/directives/lights/answers "));
}

TEST_F(ValidateCommand, takes_answers_back) {
    FakeDaemon daemon(paths_.run() / "admin.sock", {FakeDaemon::answer(200, kOpen)});
    std::istringstream input;
    const ValidateOptions options{.name = "lights", .forget = true};
    EXPECT_EQ(run_validate(options, paths_, fake_.terminal, input), kFailed);
    EXPECT_TRUE(daemon.requests().at(0).starts_with("DELETE /api/v1/directives/lights/answers "));
    EXPECT_NE(fake_.out.str().find("1 open, 1 of them critical"), std::string::npos);
}

TEST_F(ValidateCommand, asks_again_after_an_answer_that_cannot_be) {
    input_ = "run: nothing\nlog: off\n";
    EXPECT_EQ(validate({FakeDaemon::answer(200, kOpen),
                        FakeDaemon::answer(400, kRefused),
                        FakeDaemon::answer(200, kClosed)},
                       {}),
              kDone);
    EXPECT_NE(fake_.err.str().find("no such script"), std::string::npos);
}

TEST_F(ValidateCommand, the_end_of_the_input_leaves_it_open) {
    EXPECT_EQ(validate({FakeDaemon::answer(200, kOpen)}, {}), kFailed);
    EXPECT_NE(fake_.out.str().find("1 open, 1 of them critical"), std::string::npos);
}

TEST_F(ValidateCommand, an_empty_line_without_a_default_skips_the_question) {
    input_ = "\n";
    EXPECT_EQ(validate({FakeDaemon::answer(200, kOpen)}, {}), kFailed);
}

TEST_F(ValidateCommand, prints_the_questions_for_programs) {
    EXPECT_EQ(validate({FakeDaemon::answer(200, kOpen)}, {}, true), kFailed);
    EXPECT_EQ(boost::json::parse(fake_.out.str()), boost::json::parse(kOpen));
}

TEST_F(ValidateCommand, sends_answers_of_the_command_line_without_asking) {
    EXPECT_EQ(validate({FakeDaemon::answer(200, kOpen), FakeDaemon::answer(200, kClosed)},
                       {"actions.1=log: a=b"}),
              kDone);
    EXPECT_EQ(requests_.size(), 2U);
}

TEST_F(ValidateCommand, refuses_an_answer_without_a_name) {
    EXPECT_EQ(validate({FakeDaemon::answer(200, kOpen)}, {"log: off"}), kUsage);
}

TEST_F(ValidateCommand, needs_a_daemon) {
    std::istringstream input;
    EXPECT_EQ(run_validate({.name = "lights"}, paths_, fake_.terminal, input), kNoDaemon);
}

}  // namespace
}  // namespace aifp::cli
