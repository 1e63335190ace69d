#include "tests/helpers/tool_fixture.hpp"

namespace aifp::helpers {
namespace {

/// What somebody may bring about who has read and author only, as an assistant over MCP has.
class Authoring : public ToolFixture {
protected:
    void start_beat(const std::string& needs = {}) {
        write_file("directives/beat.yaml", "name: beat\ntrigger: manual\naction: {log: beat}\n");
        start();
        if (!needs.empty()) {
            ASSERT_TRUE(succeeded(call("add_dependency", key(needs))));
        }
    }
    static std::string key(const std::string& name, const std::string& version = "null") {
        return R"({"directive_id": 1, "dependency_type": "api_key", "name": ")" + name +
               R"(", "version": )" + version + "}";
    }
    boost::json::value author(std::string_view tool, const std::string& arguments) {
        return call(tool,
                    boost::json::parse(arguments).as_object(),
                    Caller{"mcp", {Scope::read, Scope::author}});
    }
};

TEST_F(Authoring, a_noted_dependency_does_not_reach_the_gate) {
    start_beat();
    EXPECT_TRUE(succeeded(author("add_dependency", key("KEY"))));
    EXPECT_EQ(call("get_missing_dependencies").as_array().size(), 1U);
    EXPECT_EQ(status(), "active");
    stop();
    start();
    EXPECT_EQ(status(), "active");
}

TEST_F(Authoring, a_note_counts_when_somebody_who_operates_names_it_too) {
    start_beat();
    author("add_dependency", key("KEY"));
    call("add_dependency", key("KEY"));
    EXPECT_EQ(status(), "implemented");
}

TEST_F(Authoring, another_version_of_what_is_relied_on_is_refused) {
    start_beat("KEY");
    call("mark_dependency_installed", R"({"dependency_id": 1})");
    ASSERT_EQ(status(), "active");
    const auto answer = author("add_dependency", key("KEY", R"("9")"));
    EXPECT_NE(error_of(answer).find("needs the scope operate"), std::string::npos);
    EXPECT_EQ(status(), "active");
    EXPECT_TRUE(succeeded(author("add_dependency", key("KEY"))));
}

TEST_F(Authoring, what_a_directive_waits_for_cannot_be_called_installed) {
    start_beat("KEY");
    ASSERT_EQ(status(), "implemented");
    const auto answer = author("mark_dependency_installed", R"({"dependency_id": 1})");
    EXPECT_NE(error_of(answer).find("aifp deps"), std::string::npos);
    EXPECT_EQ(status(), "implemented");
    EXPECT_EQ(call("get_missing_dependencies").as_array().size(), 1U);
}

TEST_F(Authoring, a_note_of_its_own_can_be_marked) {
    start_beat();
    author("add_dependency", key("KEY"));
    EXPECT_TRUE(succeeded(author("mark_dependency_installed", R"({"dependency_id": 1})")));
    EXPECT_TRUE(call("get_missing_dependencies").as_array().empty());
}

TEST_F(Authoring, notes_about_code_leave_the_gate_alone) {
    write_file("src/beat.sh", "#!/bin/sh\n");
    write_file("directives/beat.yaml", "name: beat\ntrigger: manual\naction: {run: src/beat.sh}\n");
    start();
    author("register_implementation",
           R"({"directive_id": 1, "implementation_file": "src/beat.sh", "entry_point": "x"})");
    author("update_implementation_status", R"({"implementation_id": 1, "status": "failed"})");
    author("update_test_status", R"({"implementation_id": 1, "test_status": "failing"})");
    reload();
    EXPECT_EQ(status(), "active");
}

TEST_F(Authoring, a_change_of_tags_does_not_arm_what_somebody_holds) {
    settings.approval = config::Approval::off;
    start_beat();
    for (const auto* step : {"archived", "draft", "validated"}) {
        ASSERT_TRUE(succeeded(set_status(step)));
    }
    for (const auto* change : {R"({"tags": ["a"]})", R"({"priority": 3})"}) {
        const auto answer =
            author("update_directive_config",
                   std::string(R"({"directive_id": 1, "configuration_json": )") + change + "}");
        EXPECT_TRUE(succeeded(answer)) << error_of(answer);
    }
    EXPECT_EQ(status(), "validated");
}

}  // namespace
}  // namespace aifp::helpers
