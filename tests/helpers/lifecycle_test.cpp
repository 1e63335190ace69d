#include <map>

#include "tests/helpers/tool_fixture.hpp"

// Every allowed and every refused transition (reference/decisions.md, Transitions), and what they
// do to the live engine.

namespace aifp::helpers {
namespace {

const std::vector<std::string> kStatuses{
    "draft", "validated", "implemented", "active", "paused", "error", "archived"};

// Written out by hand: row from, column to, in the order above. 's' is the same one: nothing to do.
const std::vector<std::string> kAllowed{"sy...yy",   // draft
                                        ".sy..yy",   // validated
                                        "..sy.yy",   // implemented
                                        "...syyy",   // active
                                        "...ysyy",   // paused
                                        "y..yysy",   // error
                                        "y....ys"};  // archived

struct Transition {
    std::size_t from;
    std::size_t to;
};

class LifeCycle : public ToolFixture, public ::testing::WithParamInterface<Transition> {
protected:
    /// By allowed steps from active.
    void bring_to(const std::string& wanted) {
        const std::map<std::string, std::vector<std::string>> ways{
            {"draft", {"archived", "draft"}},
            {"validated", {"archived", "draft", "validated"}},
            {"implemented", {"archived", "draft", "validated", "implemented"}},
            {"active", {}},
            {"paused", {"paused"}},
            {"error", {"error"}},
            {"archived", {"archived"}}};
        for (const auto& step : ways.at(wanted)) {
            ASSERT_TRUE(succeeded(set_status(step))) << step;
        }
        ASSERT_EQ(status(), wanted);
    }
    void start_one() {
        write_file("directives/beat.yaml",
                   "name: beat\ntrigger: {every: 10s, anchor: epoch}\naction: {log: beat}\n");
        start();
    }
};

TEST_P(LifeCycle, obeys_the_table) {
    const auto from = kStatuses[GetParam().from];
    const auto to = kStatuses[GetParam().to];
    const char allowed = kAllowed[GetParam().from][GetParam().to];
    start_one();
    bring_to(from);

    const auto answer = set_status(to);

    EXPECT_EQ(succeeded(answer), allowed != '.') << boost::json::serialize(answer);
    EXPECT_EQ(status(), allowed == '.' ? from : to);
    if (allowed == '.') {
        for (std::size_t i = 0; i < kStatuses.size(); ++i) {
            const bool is_named =
                error_of(answer).find(", only ") != std::string::npos &&
                error_of(answer).find(kStatuses[i], error_of(answer).find(", only ")) !=
                    std::string::npos;
            EXPECT_EQ(is_named, kAllowed[GetParam().from][i] == 'y') << error_of(answer);
        }
    } else {
        EXPECT_EQ(text(answer, "previous_status"), from);
        EXPECT_EQ(text(answer, "new_status"), to);
    }
}

TEST_P(LifeCycle, only_an_active_directive_fires_also_after_a_restart) {
    start_one();
    bring_to(kStatuses[GetParam().from]);
    if (GetParam().from != GetParam().to) {
        return;  // one case per status is enough
    }
    for (int process = 0; process < 2; ++process) {
        const auto before = ran("beat").size();
        pass(Seconds(30));
        EXPECT_EQ(ran("beat").size() > before, kStatuses[GetParam().from] == "active");
        EXPECT_EQ(status(), kStatuses[GetParam().from]);
        crash();
        start();
    }
}

std::vector<Transition> all_transitions() {
    std::vector<Transition> all;
    for (std::size_t from = 0; from < kStatuses.size(); ++from) {
        for (std::size_t to = 0; to < kStatuses.size(); ++to) {
            all.push_back({from, to});
        }
    }
    return all;
}

INSTANTIATE_TEST_SUITE_P(Transitions,
                         LifeCycle,
                         ::testing::ValuesIn(all_transitions()),
                         [](const auto& each) {
                             return kStatuses[each.param.from] + "_to_" + kStatuses[each.param.to];
                         });

class Gate : public ToolFixture {};

TEST_F(Gate, an_unapproved_directive_cannot_be_activated) {
    settings.approval = config::Approval::required;
    write_file("directives/beat.yaml", "name: beat\ntrigger: manual\naction: {log: beat}\n");
    start();

    const auto answer = set_status("active");

    EXPECT_NE(error_of(answer).find("not_approved"), std::string::npos);
    EXPECT_EQ(status(), "implemented");
}

TEST_F(Gate, a_missing_dependency_keeps_a_directive_from_becoming_active) {
    start_with_history();

    const auto refused = set_status("active", 2);
    call("mark_dependency_installed", R"({"dependency_id": 3})");
    const auto allowed = set_status("active", 2);

    EXPECT_NE(error_of(refused).find("dependency_missing: KEY"), std::string::npos)
        << error_of(refused);
    EXPECT_TRUE(succeeded(allowed)) << error_of(allowed);
}

TEST_F(Gate, a_missing_file_keeps_a_draft_from_being_implemented) {
    write_file("src/run.sh", "#!/bin/sh\n");
    write_file("directives/script.yaml",
               "name: script\ntrigger: manual\naction: {run: src/run.sh}\n");
    start();
    for (const auto* step : {"archived", "draft", "validated"}) {
        ASSERT_TRUE(succeeded(set_status(step)));
    }
    std::filesystem::remove(paths.root() / "src/run.sh");

    const auto refused = set_status("implemented");

    EXPECT_NE(error_of(refused).find("implementation_missing"), std::string::npos);
    EXPECT_EQ(status(), "validated");
}

TEST_F(Gate, resuming_needs_operate_and_activating_needs_approve) {
    start_with_history();
    const Caller operating{"mcp", {Scope::read, Scope::operate}};
    const auto activate = boost::json::parse(R"({"directive_id": 1, "status": "active"})");
    call("mark_dependency_installed", R"({"dependency_id": 1})");
    ASSERT_TRUE(succeeded(set_status("paused")));
    EXPECT_TRUE(succeeded(call("update_directive_status", activate.as_object(), operating)));

    ASSERT_TRUE(succeeded(set_status("error")));
    const auto refused = call("update_directive_status", activate.as_object(), operating);

    EXPECT_NE(error_of(refused).find("approve"), std::string::npos);
    EXPECT_EQ(status(), "error");
}

// The scope is asked for what the directive is when it is changed, not for what it was before.
TEST_F(Gate, resuming_and_ending_at_once_activates_nothing) {
    start_with_history();
    call("mark_dependency_installed", R"({"dependency_id": 1})");
    ASSERT_TRUE(succeeded(set_status("paused")));
    std::optional<boost::json::value> resumed;
    const auto arguments = boost::json::parse(R"({"directive_id": 1, "status": "active"})");
    toolbox->call("update_directive_status",
                  arguments.as_object(),
                  Caller{"mcp", {Scope::read, Scope::operate}},
                  [&](boost::json::value said) { resumed = std::move(said); });
    set_status("error");
    run_until([&] { return resumed.has_value(); });
    EXPECT_EQ(status(), "error");
}

}  // namespace
}  // namespace aifp::helpers
