#include "triggers/signal_sensors.hpp"

#include "triggers/arguments.hpp"

namespace aifp::triggers {
namespace {

/// Fires whenever its one signal comes.
class SignalSensor final : public Sensor {
public:
    explicit SignalSensor(std::string signal) : signal_(std::move(signal)) {}
    Interests interests() const override { return {{}, false, {signal_}}; }
    Verdict begin(WallTime, std::optional<Held>) override { return {}; }
    Verdict on_signal(std::string_view, const boost::json::object& payload, WallTime) override {
        Verdict verdict;
        verdict.fire = payload;
        return verdict;
    }

private:
    std::string signal_;
};

}  // namespace

std::unique_ptr<Sensor> make_occasion_sensor(const model::Trigger& trigger) {
    return std::make_unique<SignalSensor>(signal_of_occasion(trigger.kind));
}

std::unique_ptr<Sensor> make_event_sensor(const model::Trigger& trigger) {
    return std::make_unique<SignalSensor>(signal_of_event(text_argument(trigger, "event")));
}

}  // namespace aifp::triggers
