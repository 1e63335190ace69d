#pragma once

#include <map>
#include <string>

#include "tests/engine/engine_fixture.hpp"

namespace aifp::engine {

using Counts = std::map<std::string, int>;

/// A bell that is rung, and what became of it.
class FlowLimitsOfDirective : public EngineFixture {
protected:
    // `bell` listens to an event that `ring` emits for a room.
    void write_bell(const std::string& rest, const std::string& actions = "action: {log: ding}\n") {
        write_file("directives/bell.yaml", "name: bell\ntrigger: {event: bell}\n" + rest + actions);
        for (const std::string room : {"hall", "porch"}) {
            write_file("directives/ring_" + room + ".yaml",
                       "name: ring_" + room +
                           "\ntrigger: manual\naction: {emit: bell, data: {room: " + room + "}}\n");
        }
    }
    void ring(const std::string& room = "hall") {
        ASSERT_TRUE(act(Verb::run, "ring_" + room));
        for (int i = 0; i < 3; ++i) {
            settle();
        }
    }
    void crash_for(Milliseconds down) {
        settle();
        crash();
        clock.advance(down);
        start();
        for (int i = 0; i < 3; ++i) {
            pass(Milliseconds(0));
            settle();
        }
    }
    // What became of the directive's events: the reason, or else the decision.
    Counts outcomes(const std::string& name = "bell") {
        Counts counts;
        for (const auto& row : history(name)) {
            ++counts[row.at("reason").is_null() ? text(row, "decision") : text(row, "reason")];
        }
        return counts;
    }
    std::string newest(const char* key, const std::string& name = "bell") {
        const auto rows = history(name);
        return rows.empty() ? "" : text(rows.front(), key);
    }
    boost::json::value shown(const std::string& name) {
        auto object =
            ask([&](Control& control, auto answer) { control.show_directive(name, answer); });
        return object ? *object : boost::json::value();
    }
};

}  // namespace aifp::engine
