#pragma once

#include <optional>
#include <string>
#include <utility>

#include "triggers/sensor.hpp"

namespace aifp::triggers {

/// The `for:` of a trigger: what matches has to stay so. Without a duration it fires at once. One
/// that is a template is rendered once, for the change that matched; when that fails, the change
/// does not count. Part of a sensor. (reference/semantics.md 3.2)
class ForRule {
public:
    explicit ForRule(std::optional<Milliseconds> duration, RenderFor render = {})
        : duration_(duration), render_(std::move(render)) {}

    [[nodiscard]] bool is_waiting() const noexcept { return held_.has_value(); }
    /// It matched. A second match while waiting changes nothing.
    void match(boost::json::object payload, WallTime now, Verdict& verdict);
    /// It is not so any more: "it became off after 2m13s".
    void cancel(const std::string& what, WallTime now, Verdict& verdict);
    /// The time is over and it still is so.
    void finish(Verdict& verdict);
    /// Goes on from before a restart; what has become of it is for the sensor to find out.
    void restore(Held stored);
    [[nodiscard]] std::optional<WallTime> deadline() const;
    /// As Sensor::clock_stepped.
    [[nodiscard]] std::optional<Held> clock_stepped(Milliseconds step);

private:
    [[nodiscard]] std::string text() const;

    std::optional<Milliseconds> duration_;  ///< With a template: of what is held.
    RenderFor render_;
    std::optional<Held> held_;
};

}  // namespace aifp::triggers
