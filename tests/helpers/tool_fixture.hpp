#pragma once

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <optional>
#include <string>

#include "helpers/toolbox.hpp"
#include "tests/engine/engine_fixture.hpp"

namespace aifp::helpers {

/// A whole engine with three directives and some history, and the tools on top of it.
/// 1 turn_on_lights: active; runs, dependencies, registered code. 2 api_call_service: a failed run.
/// 3 sleeper: active, never ran.
class ToolFixture : public engine::EngineFixture {
protected:
    void start() {
        EngineFixture::start();
        toolbox.emplace(Services{engine->control(), engine->upkeep(), *store, *log, clock, paths});
    }

    void start_with_history() {
        write_file("directives/lights.yaml",
                   "name: turn_on_lights\ntrigger: \"time: 18:00\"\naction: {log: lights on}\n");
        write_file("src/automations/lights_controller.py", "def execute_turn_on_lights(): pass\n");
        write_file("tests/test_lights_controller.py", "# none yet\n");
        start();
        write_file("directives/service.yaml",
                   "name: api_call_service\ntrigger: manual\naction: {log: called}\n");
        reload();
        write_file("directives/sleeper.yaml",
                   "name: sleeper\ntrigger: \"time: 03:00\"\naction: {log: zzz}\n");
        reload();
        call("record_execution", R"({"directive_id": 1, "status": "success", "duration_ms": 230})");
        call("record_execution", R"({"directive_id": 1, "status": "success", "duration_ms": 241})");
        call("record_execution",
             R"({"directive_id": 2, "status": "failure", "duration_ms": 30000,
                 "error_message": "Connection timeout"})");
        for (const auto* directive : {"1", "3"}) {
            call("add_dependency",
                 std::string(R"({"dependency_type": "python_package", "name": "requests",
                                 "version": "2.31.0", "directive_id": )") +
                     directive + "}");
        }
        call("add_dependency",
             R"({"directive_id": 2, "dependency_type": "api_key", "name": "KEY", "version": "1"})");
        call("mark_dependency_installed", R"({"dependency_id": 2})");
        call("register_implementation",
             R"({"directive_id": 1, "implementation_file": "src/automations/lights_controller.py",
                 "entry_point": "execute_turn_on_lights",
                 "test_file": "tests/test_lights_controller.py"})");
    }

    void reload() {
        ASSERT_TRUE(ask([](engine::Control& control, auto answer) { control.reload(answer); }));
    }

    boost::json::value call(std::string_view name,
                            boost::json::object arguments,
                            Caller caller = {"test"}) {
        std::optional<boost::json::value> answer;
        toolbox->call(name, std::move(arguments), std::move(caller), [&](boost::json::value said) {
            EXPECT_FALSE(answer) << name << " answered twice";
            answer = std::move(said);
        });
        run_until([&] { return answer.has_value(); });
        return answer ? std::move(*answer) : boost::json::value();
    }
    boost::json::value call(std::string_view name, const std::string& arguments = "{}") {
        return call(name, boost::json::parse(arguments).as_object());
    }

    boost::json::value set_status(const std::string& status, int directive = 1) {
        boost::json::object arguments;
        arguments["directive_id"] = directive;
        arguments["status"] = status;
        return call("update_directive_status", std::move(arguments));
    }
    std::string status(int directive = 1) {
        boost::json::object arguments;
        arguments["directive_id"] = directive;
        return text(call("get_directive_by_id", std::move(arguments)), "status");
    }
    static bool succeeded(const boost::json::value& answer) {
        return answer.is_object() && answer.as_object().contains("success") &&
               answer.at("success").as_bool();
    }
    std::string error_of(const boost::json::value& answer) {
        return answer.is_object() && answer.as_object().contains("error") ? text(answer, "error")
                                                                          : std::string();
    }

    std::optional<Toolbox> toolbox;
};

}  // namespace aifp::helpers
