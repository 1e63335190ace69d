#pragma once

#include <gtest/gtest.h>

#include <string>

#include "engine/states.hpp"
#include "tests/engine/engine_fixture.hpp"

namespace aifp::engine {

/// A mode for each room alone.
inline constexpr const char* kByRoom = "\nkey: '{{ trigger.data.room }}'";

/// One directive `d` on an event `ring` that comes from one of two rooms, and what became of it.
class RunRules : public EngineFixture {
protected:
    /// A directive on the event `ring` that takes an hour, unless `rest` says otherwise.
    void write_slow(const std::string& rest, const std::string& actions = "[{delay: 1h}]") {
        write_file("directives/d.yaml",
                   "name: d\ntrigger: {event: ring}\nactions: " + actions + "\n" + rest + "\n");
    }
    void write_ringer(const std::string& room) {
        write_file("directives/ring_" + room + ".yaml",
                   "name: ring_" + room + "\nmode: parallel\ntrigger: manual\n" +
                       "action: {emit: ring, data: {room: " + room + "}}\n");
    }
    void start_with_ringers() {
        write_ringer("kitchen");
        write_ringer("garden");
        start();
    }
    void ring(const std::string& room = "kitchen") {
        ASSERT_TRUE(act(Verb::run, "ring_" + room));
        settle();
        settle();
    }
    void set_state(const std::string& name, const boost::json::value& value) {
        model::StateUpdate update;
        update.values[name] = value;
        ask([&](Control& control, auto answer) {
            control.states()->change_states(std::move(update), answer);
        });
        settle();
    }
    /// What became of each event, the oldest first: "started mode_max".
    std::string decisions() {
        std::string said;
        auto rows = history("d");
        for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
            const auto reason = text(*row, "reason");
            said +=
                (said.empty() ? "" : " ") + (reason == "null" ? text(*row, "decision") : reason);
        }
        return said;
    }
    /// How each run stands, the oldest first.
    std::string states() {
        std::string said;
        auto rows = history("d");
        for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
            const bool ran = row->as_object().contains("state");
            said += (said.empty() ? "" : " ") + (ran ? text(*row, "state") : "-");
        }
        return said;
    }
    std::string newest(const char* member) { return text(history("d").front(), member); }
    void crash_and_start() {
        settle();
        crash();
        start();
        settle();
        settle();
    }
    std::string reason_of_status() {
        auto shown =
            ask([](Control& control, auto answer) { control.show_directive("d", answer); });
        return shown ? text(*shown, "status_reason") : "";
    }
};

}  // namespace aifp::engine
