#pragma once

#include <string>

#include "tests/engine/engine_fixture.hpp"

namespace aifp::engine {

/// Runs that wait, as they are seen from outside.
class Waits : public EngineFixture {
protected:
    void write_directive(const std::string& name, const std::string& rest) {
        write_file("directives/" + name + ".yaml", "name: " + name + "\ntrigger: manual\n" + rest);
    }
    boost::json::array runs() {
        auto list = ask([](Control& control, auto answer) { control.list_runs(answer); });
        return list ? list->as_array() : boost::json::array();
    }
    std::string state_of(const std::string& name) {
        const auto rows = history(name);
        return rows.empty() || !rows.front().as_object().contains("state")
                   ? ""
                   : text(rows.front(), "state");
    }
    /// Begins a run and lets it get as far as it can.
    LedgerId begin(const std::string& name) {
        auto started = act(Verb::run, name);
        settle();
        settle();
        return LedgerId{started ? started->at("run").as_int64() : 0};
    }
    void crash_and_start() {
        settle();
        crash();
        start();
        settle();
        settle();
    }
};

}  // namespace aifp::engine
