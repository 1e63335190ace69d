#include "triggers/clock_sensor.hpp"

#include <utility>

#include "base/time_zone.hpp"

namespace aifp::triggers {
namespace {

class ClockSensor final : public Sensor {
public:
    explicit ClockSensor(schedule::Schedule schedule) : schedule_(std::move(schedule)) {}

    Interests interests() const override { return {}; }

    Verdict begin(WallTime now, std::optional<Held> stored) override {
        if (stored && stored->deadline) {
            due_ = stored->deadline;
            return {};
        }
        Verdict verdict;
        const auto next = schedule_.next_run_after(now);
        if (!next) {
            verdict.problem = "its times are all over: it never comes";
            return verdict;
        }
        due_ = next->at;
        verdict.hold = Held{next->at, {}};
        return verdict;
    }

    Verdict on_deadline(WallTime now) override {
        Verdict verdict;
        const auto due = due_.value_or(now);
        verdict.fire.emplace();
        verdict.fire->emplace("scheduled_for", format_rfc3339(due, schedule_.zone()));
        verdict.due = due;
        verdict.release = true;
        return verdict;
    }

private:
    schedule::Schedule schedule_;
    std::optional<WallTime> due_;
};

}  // namespace

std::unique_ptr<Sensor> make_clock_sensor(schedule::Schedule schedule) {
    return std::make_unique<ClockSensor>(std::move(schedule));
}

}  // namespace aifp::triggers
