#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/prompt_command.hpp"
#include "tests/cli/fake_daemon.hpp"
#include "tests/cli/fake_terminal.hpp"
#include "tests/support/temp_dir.hpp"

namespace aifp::cli {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class PromptUpkeep : public ::testing::Test {
protected:
    PromptUpkeep() {
        std::filesystem::create_directories(paths_.run());
        write_text(folder_ / "notes.md", "abc");
    }
    [[nodiscard]] std::filesystem::path socket() const { return paths_.run() / "admin.sock"; }

    testing::TempDir folder_;
    ProjectPaths paths_{folder_.path()};
    FakeTerminal fake_;
};

TEST_F(PromptUpkeep, usage_tells_what_of_the_budget_is_spent) {
    const FakeDaemon daemon(
        socket(), {FakeDaemon::answer(200, R"({"month":"2026-11","budget":1000,"spent":30,"uses":[{
            "month":"2026-11","provider":"p","model":"m","requests":2,"input_tokens":20,
            "output_tokens":10,"cached_tokens":5}]})")});
    EXPECT_EQ(run_prompt_usage({}, paths_, fake_.terminal), kDone);
    EXPECT_THAT(fake_.out.str(), StartsWith("2026-11: 30 tokens, of 1000\n"));
    EXPECT_THAT(fake_.out.str(),
                HasSubstr("2026-11  p         m      2         20     5       10"));
}

TEST_F(PromptUpkeep, usage_without_a_budget_says_so) {
    const FakeDaemon daemon(
        socket(),
        {FakeDaemon::answer(200, R"({"month":"2026-11","budget":0,"spent":0,"uses":[]})")});
    EXPECT_EQ(run_prompt_usage({}, paths_, fake_.terminal), kDone);
    EXPECT_EQ(fake_.out.str(), "2026-11: 0 tokens, no limit is set (llm.monthly_token_budget)\n");
}

TEST_F(PromptUpkeep, upload_sends_the_file_under_the_name_that_is_wanted) {
    FakeDaemon daemon(
        socket(),
        {FakeDaemon::answer(
            200, R"({"persistent_path":"files/n.md","size":3,"mime_type":"text/markdown"})")});
    PromptOptions options;
    options.upload = (folder_ / "notes.md").native();
    options.as = "n.md";
    EXPECT_EQ(run_prompt_upload(options, paths_, fake_.terminal), kDone);
    EXPECT_EQ(fake_.out.str(), "files/n.md: 3 bytes, text/markdown\n");
    EXPECT_THAT(daemon.requests()[0], StartsWith("POST /api/v1/prompts/files HTTP"));
    EXPECT_THAT(daemon.requests()[0], EndsWith(R"({"name":"n.md","content_base64":"YWJj"})"));
}

TEST_F(PromptUpkeep, upload_of_what_is_not_there_is_wrong_usage) {
    PromptOptions options;
    options.upload = (folder_ / "none.md").native();
    EXPECT_EQ(run_prompt_upload(options, paths_, fake_.terminal), kUsage);
}

}  // namespace
}  // namespace aifp::cli
