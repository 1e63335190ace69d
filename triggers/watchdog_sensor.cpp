#include <algorithm>
#include <map>
#include <utility>

#include "base/quantity.hpp"
#include "base/time_zone.hpp"
#include "triggers/arguments.hpp"
#include "triggers/signal_sensors.hpp"

namespace aifp::triggers {
namespace {

class WatchdogSensor final : public Sensor {
public:
    WatchdogSensor(const model::Trigger& trigger, std::vector<WatchdogMember> members)
        : members_(std::move(members)),
          within_(duration_argument(trigger, "within").value_or(Milliseconds(0))) {
        for (std::size_t i = 0; i < members_.size(); ++i) {
            const auto wants = members_[i].sensor->interests();
            for (const auto& state : wants.states) {
                by_state_.emplace(state, i);
            }
            for (const auto& signal : wants.signals) {
                by_signal_.emplace(signal, i);
            }
            sees_all_.resize(members_.size());
            sees_all_[i] = wants.every_state;
        }
    }

    Interests interests() const override {
        Interests all;
        for (const auto& member : members_) {
            auto wants = member.sensor->interests();
            all.every_state = all.every_state || wants.every_state;
            all.states.insert(all.states.end(), wants.states.begin(), wants.states.end());
            all.signals.insert(all.signals.end(), wants.signals.begin(), wants.signals.end());
        }
        return all;
    }

    Verdict begin(WallTime now, std::optional<Held> stored) override {
        for (auto& member : members_) {
            static_cast<void>(member.sensor->begin(now, std::nullopt));
        }
        if (stored && stored->deadline) {
            held_ = std::move(*stored);
        }
        return held_ && *held_->deadline <= now ? on_deadline(now) : Verdict();
    }

    Verdict on_change(const model::StateChange& change, WallTime now) override {
        Verdict verdict;
        for (std::size_t i = 0; i < members_.size(); ++i) {
            const auto [first, last] = by_state_.equal_range(change.name);
            const bool is_meant = sees_all_[i] || std::any_of(first, last, [&](const auto& row) {
                                      return row.second == i;
                                  });
            if (is_meant) {
                take(members_[i], members_[i].sensor->on_change(change, now), now, verdict);
            }
        }
        return verdict;
    }

    Verdict on_signal(std::string_view signal,
                      const boost::json::object& payload,
                      WallTime now) override {
        Verdict verdict;
        const auto [first, last] = by_signal_.equal_range(std::string(signal));
        for (auto row = first; row != last; ++row) {
            auto& member = members_[row->second];
            take(member, member.sensor->on_signal(signal, payload, now), now, verdict);
        }
        return verdict;
    }

    Verdict on_deadline(WallTime) override {
        Verdict verdict;
        if (held_) {
            verdict.fire = std::move(held_->data);
            verdict.due = held_->deadline;
            verdict.period = within_;
            verdict.release = true;
            held_.reset();
        }
        return verdict;
    }

    std::optional<Held> clock_stepped(Milliseconds step) override {
        if (held_) {
            *held_->deadline += step;
        }
        return held_;
    }

private:
    // What is expected wins over what arms: the same change may be both.
    void take(const WatchdogMember& member, Verdict said, WallTime now, Verdict& verdict) {
        if (!said.problem.empty()) {
            verdict.problem = std::move(said.problem);
        }
        if (!said.fire) {
            return;
        }
        if (member.expects) {
            verdict.release = verdict.release || held_.has_value();
            verdict.hold.reset();
            held_.reset();
            return;
        }
        boost::json::object data;
        data["armed_at"] = format_utc_ms(now);
        data["within"] = format_duration(within_);
        data["armed_by"] = std::move(*said.fire);
        held_ = Held{now + within_, std::move(data)};
        verdict.hold = held_;
    }

    std::vector<WatchdogMember> members_;
    std::multimap<std::string, std::size_t> by_state_;
    std::multimap<std::string, std::size_t> by_signal_;
    std::vector<bool> sees_all_;
    Milliseconds within_;
    std::optional<Held> held_;
};

}  // namespace

Result<std::unique_ptr<Sensor>> make_watchdog_sensor(const model::Trigger& trigger,
                                                     std::vector<WatchdogMember> members) {
    const auto expects = [](const WatchdogMember& member) { return member.expects; };
    if (std::all_of(members.begin(), members.end(), expects) ||
        std::none_of(members.begin(), members.end(), expects)) {
        return fail(ErrorCode::invalid_input,
                    "watchdog: write both arm: [TRIGGER] and expect: [TRIGGER]");
    }
    return std::make_unique<WatchdogSensor>(trigger, std::move(members));
}

}  // namespace aifp::triggers
