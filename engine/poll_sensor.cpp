#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "actions/action.hpp"
#include "base/json_text.hpp"
#include "base/quantity.hpp"
#include "base/time_zone.hpp"
#include "engine/outside_sensors.hpp"
#include "triggers/arguments.hpp"

namespace aifp::engine {
namespace {

namespace json = boost::json;
using triggers::Held;
using triggers::Verdict;

constexpr std::size_t kMaxValueBytes = std::size_t{16} * 1024;

class PollSensor final : public triggers::Sensor, public std::enable_shared_from_this<PollSensor> {
public:
    struct Made {
        std::string source;  ///< As written, for people.
        Milliseconds every{60'000};
        Milliseconds timeout{30'000};
        std::unique_ptr<actions::Action> look;
        std::optional<expression::CompiledExpression> value;
    };
    PollSensor(Made made, SensorOwner owner, const SensorParts& parts)
        : made_(std::move(made)), owner_(std::move(owner)), parts_(parts) {}

    triggers::Interests interests() const override { return {}; }

    Verdict begin(WallTime now, std::optional<Held> stored) override {
        if (stored) {
            if (auto* value = stored->data.if_contains("value")) {
                known_ = std::move(*value);
            }
        }
        Verdict verdict;
        verdict.check_at = now;
        return verdict;
    }

    // A look that takes longer than the period is not joined by another.
    Verdict on_check(WallTime now) override {
        if (!is_looking_ && now >= next_look_) {
            next_look_ = now + made_.every;
            give_up_ = now + made_.timeout;
            begin_look();
        } else if (is_looking_ && now >= give_up_) {
            stop();
        }
        Verdict verdict;
        const auto next = is_looking_ ? std::min(give_up_, next_look_) : next_look_;
        verdict.check_at = std::max(next, now + Seconds(1));
        return verdict;
    }

    std::string source_now() const override {
        if (failures_ > 0) {
            return fmt::format(
                "its last {} looks at {} failed: {}", failures_, made_.source, last_failure_);
        }
        return known_ ? fmt::format("{} answers, always the same", made_.source)
                      : fmt::format("{} has not answered yet", made_.source);
    }

    std::optional<Held> clock_stepped(Milliseconds step) override {
        next_look_ += step;
        give_up_ += step;
        return std::nullopt;
    }

    void stop() {
        if (auto cancel = std::exchange(cancel_, {})) {
            cancel();
        }
    }

private:
    void begin_look() {
        is_looking_ = true;
        const actions::RunContext context{{}, owner_.name, &scope_};
        auto cancel = made_.look->start(context, [weak = weak_from_this()](const auto& result) {
            if (const auto self = weak.lock()) {
                self->on_answer(result);
            }
        });
        cancel_ = is_looking_ ? std::move(cancel) : actions::Cancel();
    }

    template <class Answer>
    void on_answer(const Answer& answer) {
        is_looking_ = false;
        cancel_ = {};
        Result<json::value> value = fail(ErrorCode::unreachable, "");
        if (answer) {
            value = value_of(*answer);
        } else {
            value = fail(ErrorCode::unreachable, answer.error().detail());
        }
        parts_.take(owner_.directive,
                    owner_.trigger_index,
                    value ? judge(std::move(*value)) : judge_failure(value.error().detail()));
    }

    Result<json::value> value_of(const json::value& output) const {
        if (!made_.value) {
            return output.is_object() ? plain_output(output.get_object()) : output;
        }
        json::object names;
        names["output"] = output;
        const expression::ObjectScope scope(
            std::move(names), parts_.scope_sources.clock.wall(), owner_.zone);
        return parts_.sandbox.evaluate(*made_.value, scope);
    }

    // Without an expression: what came, not how long it took.
    static json::value plain_output(const json::object& output) {
        for (const std::string_view key : {"json", "body", "stdout"}) {
            const auto* part = output.if_contains(key);
            if (part != nullptr && !part->is_null()) {
                return *part;
            }
        }
        return json::value();
    }

    Verdict judge(json::value value) {
        const auto size = json_text(value).size();
        if (size > kMaxValueBytes) {
            return judge_failure(fmt::format(
                "the answer has {} bytes; write value: EXPRESSION to watch a part of it", size));
        }
        Verdict verdict;
        if (const auto failures = std::exchange(failures_, 0); failures > 0) {
            verdict.notice =
                fmt::format("poll of {} works again, after {} failures", made_.source, failures);
        }
        if (known_ && *known_ == value) {
            return verdict;
        }
        if (known_) {
            json::object payload;
            payload["poll"] = made_.source;
            payload["from"] = *known_;
            payload["to"] = value;
            verdict.fire = std::move(payload);
        }
        known_ = std::move(value);
        verdict.hold = Held{std::nullopt, json::object{{"value", *known_}}};
        return verdict;
    }

    Verdict judge_failure(const std::string& why) {
        Verdict verdict;
        last_failure_ = why;
        if (++failures_ == 1) {
            verdict.problem = fmt::format(
                "poll of {} failed: {}; it is asked again every {}, and told when it "
                "works again",
                made_.source,
                why,
                format_duration(made_.every));
        }
        return verdict;
    }

    Made made_;
    SensorOwner owner_;
    SensorParts parts_;
    expression::ObjectScope scope_{{}, WallTime()};
    actions::Cancel cancel_;
    std::optional<json::value> known_;
    WallTime next_look_;
    WallTime give_up_;
    int failures_ = 0;
    std::string last_failure_;
    bool is_looking_ = false;
};

/// What the engine holds: the answers of a look that outlives it find nobody.
class PollHandle final : public triggers::Sensor {
public:
    explicit PollHandle(std::shared_ptr<PollSensor> sensor) : sensor_(std::move(sensor)) {}
    ~PollHandle() override { std::exchange(sensor_, nullptr)->stop(); }
    triggers::Interests interests() const override { return sensor_->interests(); }
    Verdict begin(WallTime now, std::optional<Held> stored) override {
        return sensor_->begin(now, std::move(stored));
    }
    Verdict on_check(WallTime now) override { return sensor_->on_check(now); }
    std::optional<Held> clock_stepped(Milliseconds step) override {
        return sensor_->clock_stepped(step);
    }
    std::string source_now() const override { return sensor_->source_now(); }

private:
    std::shared_ptr<PollSensor> sensor_;
};

model::Action action_from(const model::Trigger& trigger, const json::value& source) {
    model::Action action;
    if (source.is_string()) {
        action.kind = "http_request";
        action.arguments["http_request"] =
            fmt::format("GET {}", std::string_view(source.get_string()));
        if (const auto* headers = trigger.arguments.if_contains("headers")) {
            action.arguments["headers"] = *headers;
        }
    } else {
        action.kind = "command";
        action.arguments["command"] = source;
    }
    return action;
}

}  // namespace

Result<std::unique_ptr<triggers::Sensor>> make_poll_sensor(const model::Trigger& trigger,
                                                           const SensorOwner& owner,
                                                           const SensorParts& parts) {
    const auto* source = trigger.arguments.if_contains("poll");
    const auto every = triggers::duration_argument(trigger, "every");
    if (source == nullptr || !every) {
        return fail(ErrorCode::invalid_input, "poll: write a URL or a command, and every: 1m");
    }
    PollSensor::Made made;
    made.source = model::state_text(*source);
    made.every = *every;
    const auto action = action_from(trigger, *source);
    made.timeout = triggers::duration_argument(trigger, "timeout").value_or(made.timeout);
    auto look = actions::make_action(action, parts.actions);
    if (!look) {
        return fail(std::move(look).error());
    }
    made.look = std::move(*look);
    if (const auto text = triggers::text_argument(trigger, "value"); !text.empty()) {
        auto compiled = parts.sandbox.compile(text);
        if (!compiled) {
            return fail(std::move(compiled).error());
        }
        made.value.emplace(std::move(*compiled));
    }
    return std::make_unique<PollHandle>(
        std::make_shared<PollSensor>(std::move(made), owner, parts));
}

}  // namespace aifp::engine
