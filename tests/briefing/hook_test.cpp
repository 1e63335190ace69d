#include "briefing/hook.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fstream>

#include "tests/support/temp_dir.hpp"

namespace aifp::briefing {
namespace {

namespace json = boost::json;

class FindHook : public ::testing::Test {
protected:
    void SetUp() override {
        ::chmod(folder_.path().c_str(), 0700);
        std::ofstream(folder_ / kDirectivesHook) << "#!/bin/sh\necho '[]'\n";
        set_mode(0700);
    }
    void set_mode(mode_t mode) { ::chmod((folder_ / kDirectivesHook).c_str(), mode); }
    [[nodiscard]] std::string fault() const {
        const auto found = blocking_find_hook(folder_.path(), kDirectivesHook);
        return found ? (*found ? "" : "missing") : found.error().detail();
    }

    testing::TempDir folder_;
};

TEST_F(FindHook, finds_a_program_of_its_owner) {
    EXPECT_EQ(fault(), "");
}

TEST_F(FindHook, finds_nothing_where_there_is_none) {
    const auto found = blocking_find_hook(folder_.path() / "hooks", kSiteHook);
    ASSERT_TRUE(found);
    EXPECT_FALSE(*found);
}

TEST_F(FindHook, refuses_what_others_may_write) {
    set_mode(0720);
    EXPECT_EQ(fault(), "others may write to it: chmod go-w");
    set_mode(0702);
    EXPECT_EQ(fault(), "others may write to it: chmod go-w");
}

TEST_F(FindHook, refuses_what_stands_in_a_folder_of_others) {
    ::chmod(folder_.path().c_str(), 0777);
    EXPECT_EQ(fault(), "others may write to the folder hooks: chmod go-w");
}

TEST_F(FindHook, follows_no_link) {
    std::filesystem::rename(folder_ / kDirectivesHook, folder_ / "elsewhere");
    std::filesystem::create_symlink(folder_ / "elsewhere", folder_ / kDirectivesHook);
    EXPECT_EQ(fault(), "it is no regular file (links are not followed)");
}

process::ProcessResult ended(std::string out, int exit_code = 0) {
    process::ProcessResult result;
    result.out = std::move(out);
    result.err = "Traceback: no luck\n";
    result.exit_code = exit_code;
    return result;
}

TEST(HookOutput, is_json) {
    EXPECT_TRUE(hook_output(ended("[]\n")));
    EXPECT_FALSE(hook_output(ended("hello")));
}

TEST(HookOutput, of_one_that_failed_is_the_end_of_its_errors) {
    const auto output = hook_output(ended("[]", 3));
    ASSERT_FALSE(output);
    EXPECT_EQ(output.error().detail(), "it ended with exit code 3: Traceback: no luck");
}

TEST(HookOutput, of_one_that_hangs_is_a_time_out) {
    process::ProcessResult result;
    result.timed_out = true;
    EXPECT_EQ(hook_output(result).error().code(), ErrorCode::timed_out);
}

HookDirectives read(const char* text) {
    return read_hook_directives(json::parse(text));
}

std::string reason(const char* entry) {
    const auto given = read((std::string("[") + entry + "]").c_str());
    return given.notices.empty() ? ""
                                 : std::string(given.notices[0].fields.at("reason").as_string());
}

TEST(ReadHookDirectives, takes_texts_and_objects) {
    const auto given = read(R"([{"id": "a", "priority": 25, "agents": "chat", "text": "A"},
                                {"id": "b", "priority": "26", "json": {"x": 1}, "label": "B"}])");
    ASSERT_EQ(given.directives.size(), 2U);
    EXPECT_EQ(given.directives[0].agents, std::vector<std::string>{"chat"});
    EXPECT_EQ(given.directives[1].priority, 26);
    EXPECT_EQ(given.ttl, Milliseconds(0));
}

TEST(ReadHookDirectives, knows_how_long_it_holds) {
    EXPECT_EQ(read(R"({"ttl": "10m", "directives": []})").ttl, std::chrono::minutes(10));
}

TEST(ReadHookDirectives, rejects_an_entry_and_takes_the_others) {
    const auto given =
        read(R"([{"id": "a", "text": "A"}, {"id": "b", "priority": 1, "text": "B"}])");
    ASSERT_EQ(given.directives.size(), 1U);
    ASSERT_EQ(given.notices.size(), 1U);
    EXPECT_EQ(given.notices[0].level, logging::Level::warning);
    EXPECT_EQ(given.notices[0].message, "Directive: invalid registration");
    EXPECT_EQ(given.notices[0].fields.at("reason"),
              R"(entry 1: "priority" must be a whole number)");
}

TEST(ReadHookDirectives, says_what_is_wrong_with_an_entry) {
    EXPECT_EQ(reason(R"({"id": "a", "priority": 1, "text": "A", "context": 1})"),
              R"(entry 1: unknown key "context")");
    EXPECT_EQ(reason(R"({"id": "a", "priority": 1})"),
              R"(entry 1: exactly one of "text", "json", "file" is needed)");
    EXPECT_EQ(reason(R"({"id": "a", "priority": 1, "text": "A", "trust": "engine"})"),
              R"(entry 1: "trust" may be owner, site or external)");
    EXPECT_EQ(reason(R"({"id": "A b", "priority": 1, "text": "A"})"),
              R"(entry 1: "id" must be a name of a-z, 0-9, _, . and -)");
}

TEST(HookInput, tells_identities_and_no_secret) {
    prompts::Context context;
    context.agent = "chat";
    context.job_id = 5;
    context.tools = {{"look", "Looks.", {}, "", {{"api_key", "hunter2"}}}};
    const std::string text = json::serialize(hook_input(context));
    EXPECT_NE(text.find(R"("tools":["look"])"), std::string::npos) << text;
    EXPECT_EQ(text.find("hunter2"), std::string::npos) << text;
}

}  // namespace
}  // namespace aifp::briefing
