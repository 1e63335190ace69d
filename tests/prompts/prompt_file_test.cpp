#include "prompts/prompt_file.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/document/support.hpp"
#include "tests/support/temp_dir.hpp"

namespace aifp::prompts {
namespace {

using document::brief;

ParsedPrompt parsed(std::string text) {
    return parse_prompt_file(document::SourceText("prompts.d/house-rules.md", std::move(text)));
}

std::string told(std::string text) {
    return brief(parsed(std::move(text)).diagnostics);
}

std::string rendered(const PromptDirective& directive, const Context& context) {
    const auto produced = directive.produce(context);
    return std::get<TextOutput>(produced.value().outputs.at(0)).content;
}

TEST(ParsePromptFile, reads_all_keys) {
    const auto file = parsed(
        "---\nid: rules\npriority: 25\nagents: [chat, pipeline]\nmax_bytes: 4 KiB\n"
        "required: true\nwhen: {provider: [anthropic], tool: create_directive, has: job_id}\n"
        "---\nNever.\n");

    EXPECT_EQ(brief(file.diagnostics), "");
    ASSERT_TRUE(file.directive);
    EXPECT_EQ(file.directive->id, "rules");
    EXPECT_EQ(file.directive->priority, 25);
    EXPECT_EQ(file.directive->agents, (std::vector<std::string>{"chat", "pipeline"}));
    EXPECT_EQ(file.directive->max_bytes, 4'096U);
    EXPECT_TRUE(file.directive->required);
    EXPECT_EQ(file.directive->when.providers, std::vector<std::string>{"anthropic"});
    EXPECT_EQ(file.directive->when.tools, std::vector<std::string>{"create_directive"});
    EXPECT_EQ(file.directive->when.has, std::vector<std::string>{"job_id"});
    EXPECT_EQ(file.directive->source, "prompts.d/house-rules.md");
    EXPECT_EQ(file.directive->trust, Trust::owner);
}

TEST(ParsePromptFile, takes_its_id_from_the_name_of_the_file) {
    EXPECT_EQ(parsed("---\npriority: 1\n---\nx").directive->id, "house-rules");
    const auto wrong = parse_prompt_file(
        document::SourceText("prompts.d/My Rules.md", "---\npriority: 1\n---\nx"));
    EXPECT_FALSE(wrong.directive);
    EXPECT_EQ(brief(wrong.diagnostics),
              "1:1 error the file's name \"My Rules\" is no id | add a line such as "
              "\"id: house-rules\"");
}

TEST(ParsePromptFile, puts_in_what_the_context_knows_and_leaves_other_braces) {
    const auto file = parsed(
        "---\npriority: 1\n---\nFor {{context.agent}}, run {{ context.job_id }}{{context.job_id}}. "
        "{{ state.lux }}\n");
    Context context;
    context.agent = "chat";
    context.job_id = 5;

    ASSERT_TRUE(file.directive) << brief(file.diagnostics);
    EXPECT_EQ(rendered(*file.directive, context), "For chat, run 55. {{ state.lux }}\n");
    context.job_id.reset();
    EXPECT_EQ(rendered(*file.directive, context), "For chat, run . {{ state.lux }}\n");
}

TEST(ParsePromptFile, tells_of_an_unknown_name_with_its_place) {
    EXPECT_EQ(told("---\npriority: 1\n---\n\nRun {{context.jobid}}\n"),
              "5:15 error unknown name in context \"jobid\" | did you mean \"job_id\"?");
    EXPECT_EQ(told("---\npriority: 1\nwhen: {has: jobid}\n---\nx"),
              "3:13 error unknown name in context \"jobid\" | did you mean \"job_id\"?");
}

TEST(ParsePromptFile, tells_every_mistake_in_one_pass) {
    EXPECT_EQ(told("---\npriority: high\nagent: chat\nmax_bytes: 0\n---\n{{context.x}}"),
              "2:11 error \"priority\" must be a whole number, not \"high\"\n"
              "3:1 error unknown key \"agent\" | did you mean \"agents\"?\n"
              "4:12 error \"max_bytes\" must be at least 1 bytes, not \"0\"\n"
              "6:11 error unknown name in context \"x\" | known are: agent, provider, model, "
              "job_id, user_id, session_id, step_id, directive, pipeline_id");
}

TEST(ParsePromptFile, needs_front_matter) {
    const std::string wanted =
        "1:1 error there is no front matter | begin the file with lines \"---\", "
        "\"priority: 25\", \"---\"";
    for (const char* text : {"", "Just words.\n", " ---\n---\nx"}) {
        EXPECT_EQ(told(text), wanted) << text;
    }
    EXPECT_EQ(told("---\npriority: 1\nno end"),
              "1:1 error the front matter does not end | write a line \"---\" below its last key");
    EXPECT_EQ(told("---\n---\nx"),
              "1:1 error the front matter needs the key \"priority\" | priority: 25");
}

TEST(ParsePromptFile, warns_of_what_is_probably_not_meant) {
    EXPECT_EQ(told("---\npriority: 1\nagents: [pipelin]\n---\nx"),
              "3:10 warning no agent is called \"pipelin\" | did you mean \"pipeline\"?");
    EXPECT_EQ(told("---\npriority: 1\nagents: []\n---\nx"),
              "3:9 warning it speaks to no agent and is never used");
    EXPECT_EQ(told("---\npriority: 1\n---\n\n"),
              "4:1 warning there is no text behind the front matter");
    EXPECT_TRUE(parsed("---\npriority: 1\nagents: [pipelin]\n---\nx").directive);
}

TEST(ParsePromptFile, reads_what_an_editor_of_another_system_wrote) {
    const auto file = parsed("\xEF\xBB\xBF---\r\npriority: 3\r\n---\r\n\tIndented.\r\n");

    EXPECT_EQ(brief(file.diagnostics), "");
    ASSERT_TRUE(file.directive);
    EXPECT_EQ(rendered(*file.directive, {}), "\tIndented.\r\n");
}

TEST(ParsePromptFile, refuses_bytes_that_are_no_text) {
    EXPECT_FALSE(parsed("---\npriority: 1\n---\n\xFF").directive);
    EXPECT_FALSE(parsed(std::string("---\npriority: 1\n---\na\0b", 24)).directive);
}

TEST(LoadPrompts, reads_a_folder_by_name_and_tells_of_each_file) {
    const testing::TempDir folder;
    std::ofstream(folder / "b.md") << "---\npriority: 1\n---\nb";
    std::ofstream(folder / "a.md") << "---\npriority: 1\n---\na";
    std::ofstream(folder / "c.md") << "no front matter";
    std::ofstream(folder / "d.txt") << "another file";

    const LoadedPrompts loaded = blocking_load_prompts(folder.path());

    ASSERT_EQ(loaded.directives.size(), 2U);
    EXPECT_EQ(loaded.directives.at(0).id, "a");
    EXPECT_EQ(loaded.directives.at(1).id, "b");
    ASSERT_EQ(loaded.diagnostics.size(), 2U);
    EXPECT_EQ(loaded.diagnostics.at(1).file, (folder.path().filename() / "c.md").native());
}

TEST(LoadPrompts, warns_of_a_file_that_is_passed_over_for_its_name) {
    const testing::TempDir folder;
    for (const char* name : {"house.txt", "house.md~", ".house.md.swp"}) {
        std::ofstream(folder / name) << "---\npriority: 1\n---\nx";
    }
    std::filesystem::create_directory(folder / "hooks");

    const LoadedPrompts loaded = blocking_load_prompts(folder.path());

    ASSERT_EQ(loaded.diagnostics.size(), 1U);
    EXPECT_EQ(loaded.diagnostics.at(0).severity, model::Severity::warning);
    EXPECT_EQ(loaded.diagnostics.at(0).file, (folder.path().filename() / "house.txt").native());
}

TEST(LoadPrompts, takes_a_missing_folder_for_an_empty_one) {
    const testing::TempDir folder;
    const LoadedPrompts loaded = blocking_load_prompts(folder / "prompts.d");

    EXPECT_TRUE(loaded.directives.empty());
    EXPECT_EQ(brief(loaded.diagnostics), "");
}

TEST(LoadPrompts, tells_of_a_file_that_is_too_long) {
    const testing::TempDir folder;
    std::ofstream(folder / "a.md") << std::string(kMaxPromptFileBytes + 1, 'a');

    EXPECT_EQ(blocking_load_prompts(folder.path()).diagnostics.size(), 1U);
}

TEST(ParseSiteFile, refuses_what_is_the_providers) {
    const auto file = parse_site_file(
        document::SourceText("site_context.yaml", "house: {rooms: 4}\nsite: {name: x}\n"));

    EXPECT_EQ(brief(file.diagnostics),
              "2:1 error \"site\" comes from the provider | use a name of your own");
    EXPECT_EQ(file.extra, (boost::json::object{{"house", {{"rooms", 4}}}}));
}

TEST(ParseSiteFile, takes_an_empty_file_and_refuses_a_list) {
    EXPECT_EQ(brief(parse_site_file({"site_context.yaml", "# nothing\n"}).diagnostics), "");
    EXPECT_EQ(brief(parse_site_file({"site_context.yaml", "- a\n"}).diagnostics),
              "1:1 error the file must be a map, not a list | write what an AI should know as "
              "\"key: value\" lines");
}

}  // namespace
}  // namespace aifp::prompts
