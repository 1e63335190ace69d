#include "triggers/truth_sensor.hpp"

#include <algorithm>
#include <utility>

#include "base/quantity.hpp"
#include "base/time_zone.hpp"
#include "triggers/arguments.hpp"
#include "triggers/for_rule.hpp"

namespace aifp::triggers {
namespace {

constexpr Milliseconds kDefaultCheck{30'000};
constexpr Milliseconds kLongestIdleCheck{60'000};

/// Asks a probe; what cannot be decided is false, and told once until it can again.
class Question {
public:
    explicit Question(Probe probe) : probe_(std::move(probe)) {}
    [[nodiscard]] bool ask(Verdict& verdict) {
        auto holds = probe_();
        if (holds) {
            is_told_ = false;
            return *holds;
        }
        if (!std::exchange(is_told_, true)) {
            verdict.problem = holds.error().detail();
        }
        return false;
    }
    /// For people: that it cannot be decided now, and why; empty: it can.
    [[nodiscard]] std::string trouble() const {
        const auto holds = probe_();
        return holds ? std::string() : "it cannot be decided: " + holds.error().detail();
    }

private:
    Probe probe_;
    bool is_told_ = false;
};

class TruthSensor final : public Sensor {
public:
    TruthSensor(const model::Trigger& trigger, Watched watched)
        : text_(text_argument(trigger, trigger.kind)),
          interests_(std::move(watched.interests)),
          question_(std::move(watched.probe)),
          for_(duration_argument(trigger, "for"), std::move(watched.render)) {
        if (trigger.kind == "condition") {
            interval_ = duration_argument(trigger, "check_interval").value_or(kDefaultCheck);
        }
    }

    Interests interests() const override { return interests_; }
    std::string source_now() const override { return question_.trouble(); }

    Verdict begin(WallTime now, std::optional<Held> stored) override {
        Verdict verdict;
        was_true_ = question_.ask(verdict);
        if (stored) {
            for_.restore(std::move(*stored));
            if (!was_true_) {
                for_.cancel("it is not true any more", now, verdict);
            } else if (for_.deadline() && *for_.deadline() <= now) {
                for_.finish(verdict);
            }
        }
        check_again(now, verdict);
        return verdict;
    }

    Verdict on_change(const model::StateChange& change, WallTime now) override {
        return look(now, &change);
    }

    Verdict on_check(WallTime now) override {
        auto verdict = look(now, nullptr);
        check_again(now, verdict);
        return verdict;
    }

    Verdict on_deadline(WallTime now) override {
        auto verdict = look(now, nullptr);
        for_.finish(verdict);
        return verdict;
    }

    std::optional<Held> clock_stepped(Milliseconds step) override {
        return for_.clock_stepped(step);
    }

private:
    Verdict look(WallTime now, const model::StateChange* change) {
        Verdict verdict;
        const bool is_true = question_.ask(verdict);
        const bool was_true = std::exchange(was_true_, is_true);
        if (is_true && !was_true) {
            boost::json::object payload;
            payload["expression"] = text_;
            payload["state"] =
                change != nullptr ? boost::json::value(change->name) : boost::json::value();
            payload["changed_at"] = format_utc_ms(now);
            payload["by"] =
                change != nullptr ? boost::json::value(change->by) : boost::json::value();
            for_.match(std::move(payload), now, verdict);
        } else if (!is_true && was_true) {
            for_.cancel("it became false", now, verdict);
        }
        return verdict;
    }

    void check_again(WallTime now, Verdict& verdict) const {
        if (interval_) {
            verdict.check_at = now + *interval_;
        }
    }

    std::string text_;
    Interests interests_;
    Question question_;
    ForRule for_;
    std::optional<Milliseconds> interval_;
    bool was_true_ = false;
};

class WhileSensor final : public Sensor {
public:
    WhileSensor(const model::Trigger& trigger, Watched watched)
        : every_(duration_argument(trigger, "every").value_or(kDefaultCheck)),
          interests_(std::move(watched.interests)),
          question_(std::move(watched.probe)) {}

    Interests interests() const override { return interests_; }
    std::string source_now() const override { return question_.trouble(); }

    Verdict begin(WallTime now, std::optional<Held> stored) override {
        if (stored && stored->deadline) {
            held_ = std::move(*stored);
        }
        Verdict verdict;
        if (held_ && *held_->deadline <= now && question_.ask(verdict)) {
            fire(now, verdict);
        } else {
            look(now, verdict);
        }
        return verdict;
    }

    Verdict on_change(const model::StateChange&, WallTime now) override {
        Verdict verdict;
        look(now, verdict);
        return verdict;
    }

    Verdict on_check(WallTime now) override {
        Verdict verdict;
        look(now, verdict);
        return verdict;
    }

    Verdict on_deadline(WallTime now) override {
        Verdict verdict;
        if (held_ && question_.ask(verdict)) {
            fire(now, verdict);
        } else {
            look(now, verdict);
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
    // Conditions may read the clock as well as states: they are looked at now and then.
    void look(WallTime now, Verdict& verdict) {
        const bool holds = question_.ask(verdict);
        verdict.check_at = now + std::min(every_, kLongestIdleCheck);
        if (holds && !held_) {
            boost::json::object data;
            data["since"] = format_utc_ms(now);
            data["count"] = 0;
            held_ = Held{now + every_, std::move(data)};
            verdict.hold = held_;
        } else if (!holds && held_) {
            held_.reset();
            verdict.release = true;
        }
    }

    void fire(WallTime now, Verdict& verdict) {
        auto& data = held_->data;
        const auto* count = data.if_contains("count");
        data["count"] = (count != nullptr && count->is_int64() ? count->get_int64() : 0) + 1;
        verdict.fire = data;
        (*verdict.fire)["every"] = format_duration(every_);
        verdict.due = held_->deadline;
        verdict.period = every_;
        const auto next = *held_->deadline + every_;
        held_->deadline = next > now ? next : now + every_;
        verdict.hold = held_;
        verdict.check_at = now + std::min(every_, kLongestIdleCheck);
    }

    Milliseconds every_;
    Interests interests_;
    Question question_;
    std::optional<Held> held_;
};

}  // namespace

std::unique_ptr<Sensor> make_truth_sensor(const model::Trigger& trigger, Watched watched) {
    return std::make_unique<TruthSensor>(trigger, std::move(watched));
}

std::unique_ptr<Sensor> make_while_sensor(const model::Trigger& trigger, Watched watched) {
    return std::make_unique<WhileSensor>(trigger, std::move(watched));
}

}  // namespace aifp::triggers
