#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/simulation/draw.hpp"
#include "tests/simulation/outside.hpp"
#include "tests/simulation/simulated_time.hpp"

namespace aifp::simulation {

/// One call of an action to the world: a side effect that cannot be taken back.
struct Call {
    std::int64_t run = 0;
    std::string directive;
    std::string step;
    int turn = 0;  ///< Of a `repeat`; else 0.
    int process = 0;
    MonoTime began;
    std::optional<MonoTime> ended;
    // What came first, where both are at one time: counts on with each beginning and end.
    int began_as = 0;
    int ended_as = 0;  ///< 0: it has not.
    int status = 0;    ///< What was answered; 0: nothing (lost, cancelled, timed out, cut off).
};

/// The outside of the engine: answers its HTTP requests as chance wants, quickly or late, well or
/// badly or not at all, and remembers each one. Outlives the engines.
class World final : public Outside {
public:
    World(Draw& draw, const SimulatedTime& time) : draw_(draw), time_(time) {}

    /// From now on calls come from another process; those under way are cut off.
    void process_gone() override;
    [[nodiscard]] const std::vector<Call>& calls() const noexcept { return calls_; }
    /// Told of each call as it comes.
    std::function<void(const Call&)> on_call = [](const Call&) {};

private:
    Reply hear(std::size_t call, const http::ClientRequest& request) override;
    void end(std::size_t call, CallEnd how, const Reply& reply) override;

    Draw& draw_;
    const SimulatedTime& time_;
    std::vector<Call> calls_;
    int process_ = 0;
    int order_ = 0;
};

/// "http://world/DIRECTIVE/STEP?run=7&turn=2"
[[nodiscard]] Call call_from(std::string_view url);

}  // namespace aifp::simulation
