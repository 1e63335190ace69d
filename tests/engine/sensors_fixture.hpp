#pragma once

#include <string>

#include "engine/states.hpp"
#include "tests/engine/engine_fixture.hpp"

namespace aifp::engine {

/// States that are set, and what they start.
class SensorsFixture : public EngineFixture {
protected:
    void set(const std::string& name, boost::json::value value) {
        model::StateUpdate update;
        update.values[name] = std::move(value);
        update.by = "test";
        change(std::move(update));
    }
    void change(model::StateUpdate update) {
        auto done = ask([&](Control& control, auto answer) {
            control.states()->change_states(update, answer);
        });
        ASSERT_TRUE(done) << done.error().detail();
        settle();
    }
    std::size_t started(const std::string& name) { return count(name, "decision", "started"); }
    std::size_t count(const std::string& name, const char* key, const std::string& value) {
        std::size_t found = 0;
        for (const auto& row : history(name)) {
            found += text(row, key) == value ? 1U : 0U;
        }
        return found;
    }
    void write_directive(const std::string& trigger, const std::string& more = {}) {
        write_file("directives/d.yaml",
                   "name: d\ntrigger: " + trigger + "\naction: {log: ran}\n" + more);
    }
};

}  // namespace aifp::engine
