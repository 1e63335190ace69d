#pragma once

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <optional>
#include <string>

#include "agents/chat.hpp"
#include "agents/toolset.hpp"
#include "helpers/schema.hpp"
#include "helpers/toolbox.hpp"
#include "tests/agents/scripted_ai.hpp"
#include "tests/engine/engine_fixture.hpp"

namespace aifp::agents {

/// A whole engine with two directives, and agents above it whose AI says what the test tells it to.
class AgentsFixture : public engine::EngineFixture {
protected:
    void start() {
        settings.approval = config::Approval::required;
        write_file("directives/lamp.yaml",
                   "name: lamp\ntrigger: \"time: 18:00\"\naction: {log: lamp on}\n");
        write_file("directives/idle.yaml", "name: idle\ntrigger: manual\naction: {log: idle}\n");
        EngineFixture::start();
        toolbox.emplace(
            helpers::Services{engine->control(), engine->upkeep(), *store, *log, clock, paths});
        parts.emplace(helpers::ProjectParts{engine->control(),
                                            *toolbox,
                                            *store,
                                            clock,
                                            paths,
                                            TimeZone::utc(),
                                            {},
                                            agent_scopes(),
                                            "test"});
        ai.emplace(*loop);
    }

    /// What a tool gave to an agent.
    Result<boost::json::value> call(const std::string& name, const std::string& arguments = "{}") {
        std::optional<Result<boost::json::value>> given;
        for (const auto& tool : chat_tools(*parts, "test (chat)")) {
            if (tool.name == name) {
                auto checked = helpers::check_arguments(tool.schema,
                                                        boost::json::parse(arguments).as_object());
                if (!checked) {
                    ADD_FAILURE() << name << ": " << checked.error().detail();
                    return fail(checked.error());
                }
                tool.run(std::move(*checked),
                         [&](Result<boost::json::value> result) { given = std::move(result); });
            }
        }
        run_until([&] { return given.has_value(); });
        return given.value_or(fail(ErrorCode::internal, "no answer"));
    }

    /// What the project is like: statuses and approvals of all directives.
    std::string standing() {
        auto listed =
            ask([](engine::Control& control, auto answer) { control.list_directives(answer); });
        std::string text;
        for (const auto& row : listed->as_array()) {
            text += this->text(row, "name") + " " + this->text(row, "status") + " " +
                    this->text(row, "approved") + "\n";
        }
        return text;
    }

    std::optional<helpers::Toolbox> toolbox;
    std::optional<helpers::ProjectParts> parts;
    std::optional<ScriptedAi> ai;
};

}  // namespace aifp::agents
