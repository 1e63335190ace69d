#include <fmt/format.h>

#include <utility>

#include "base/json_text.hpp"
#include "base/time_zone.hpp"
#include "triggers/arguments.hpp"
#include "triggers/for_rule.hpp"
#include "triggers/state_sensor.hpp"

namespace aifp::triggers {
namespace {

/// What is held of a trigger that has fired and is not armed again yet. (semantics.md 3.3)
constexpr std::string_view kHasFired = "has_fired";

/// A bound: a number, or the name of a state that holds one.
class Bound {
public:
    Bound(const model::Trigger& trigger, std::string_view key) {
        if (const auto* value = trigger.arguments.if_contains(key)) {
            number_ = model::state_number(*value);
            name_ = number_ ? std::string() : text_argument(trigger, key);
        }
    }
    [[nodiscard]] bool is_written() const noexcept { return number_ || !name_.empty(); }
    [[nodiscard]] std::optional<double> read(const ReadState& reader) const {
        if (name_.empty()) {
            return number_;
        }
        const auto view = reader(name_);
        return view ? model::state_number(view->value) : std::nullopt;
    }

private:
    std::optional<double> number_;
    std::string name_;
};

class NumericSensor final : public Sensor {
public:
    NumericSensor(const model::Trigger& trigger, ReadState read, RenderFor render)
        : name_(text_argument(trigger, "numeric_state")),
          attribute_(text_argument(trigger, "attribute")),
          above_(trigger, "above"),
          below_(trigger, "below"),
          reset_below_(trigger, "reset_below"),
          reset_above_(trigger, "reset_above"),
          for_(duration_argument(trigger, "for"), std::move(render)),
          read_(std::move(read)) {}

    [[nodiscard]] bool has_bound() const { return above_.is_written() || below_.is_written(); }
    Interests interests() const override { return {{name_}, false, {}}; }
    std::string source_now() const override {
        const auto view = read_(name_);
        if (!view) {
            return fmt::format("the state {} is not known: nothing has set it", name_);
        }
        const auto* value = model::watched_value(view, attribute_);
        return value != nullptr ? fmt::format("{} is {}", name_, json_text(*value))
                                : fmt::format("the state {} has no {}", name_, attribute_);
    }

    Verdict begin(WallTime now, std::optional<Held> stored) override {
        Verdict verdict;
        const auto view = read_(name_);
        const auto number = number_in(view);
        // What is inside already has had its chance.
        armed_ = !number || !is_inside(*number);
        if (stored && !stored->deadline) {
            is_kept_ = true;
            armed_ = number && is_reset(*number);
        } else if (stored) {
            armed_ = false;
            is_kept_ = true;
            for_.restore(std::move(*stored));
            if (number) {
                look_again(*number, now, verdict);
            } else {
                is_missing_ = true;
                verdict.check_at = now + kUnknownPatience;
                verdict.problem = fmt::format(
                    "{} is no number yet: what waits for it goes on with its first value", name_);
            }
        }
        keep_armed(verdict);
        return verdict;
    }

    Verdict on_change(const model::StateChange& change, WallTime now) override {
        Verdict verdict;
        const auto number = number_in(change.after);
        if (!number) {
            tell_no_number(change, verdict);
            if (!is_missing_) {
                cancel(fmt::format("{} was no number any more", name_), now, verdict);
            }
            keep_armed(verdict);
            return verdict;
        }
        is_no_number_ = false;
        if (std::exchange(is_missing_, false)) {
            look_again(*number, now, verdict);
        } else if (!is_inside(*number)) {
            cancel(fmt::format("{} became {}", name_, *number), now, verdict);
            armed_ = armed_ || is_reset(*number);
        } else if (armed_) {
            armed_ = false;
            for_.match(payload(change, *number), now, verdict);
        }
        keep_armed(verdict);
        return verdict;
    }

    Verdict on_deadline(WallTime) override {
        Verdict verdict;
        if (!is_missing_) {
            for_.finish(verdict);
        }
        keep_armed(verdict);
        return verdict;
    }

    Verdict on_check(WallTime now) override {
        Verdict verdict;
        if (std::exchange(is_missing_, false)) {
            cancel(fmt::format("{} is not known since the restart", name_), now, verdict);
        }
        keep_armed(verdict);
        return verdict;
    }

    std::optional<Held> clock_stepped(Milliseconds step) override {
        return for_.clock_stepped(step);
    }

private:
    [[nodiscard]] std::optional<double> number_in(
        const std::optional<model::StateView>& view) const {
        const auto* value = model::watched_value(view, attribute_);
        return value != nullptr ? model::state_number(*value) : std::nullopt;
    }

    // A bound that cannot be read keeps everything out.
    [[nodiscard]] bool is_inside(double number) const {
        const auto above = above_.read(read_);
        const auto below = below_.read(read_);
        return (!above_.is_written() || (above && number > *above)) &&
               (!below_.is_written() || (below && number < *below));
    }

    // Whether it is far enough outside to fire again on its return.
    [[nodiscard]] bool is_reset(double number) const {
        const auto low = (reset_below_.is_written() ? reset_below_ : above_).read(read_);
        const auto high = (reset_above_.is_written() ? reset_above_ : below_).read(read_);
        const bool under = low && (reset_below_.is_written() ? number < *low : number <= *low);
        const bool over = high && (reset_above_.is_written() ? number > *high : number >= *high);
        return under || over;
    }

    // What did not hold has not fired: it may match again at once.
    void cancel(const std::string& what, WallTime now, Verdict& verdict) {
        if (for_.is_waiting()) {
            for_.cancel(what, now, verdict);
            armed_ = true;
        }
    }

    // Without bounds of its own for that, being armed again can be seen from the value.
    void keep_armed(Verdict& verdict) {
        const bool has_fired = !armed_ && !for_.is_waiting() &&
                               (reset_below_.is_written() || reset_above_.is_written());
        if (has_fired && (verdict.release || !is_kept_)) {
            verdict.hold = Held{std::nullopt, boost::json::object{{kHasFired, true}}};
        } else if (is_kept_ && armed_) {
            verdict.release = true;
        }
        is_kept_ = verdict.hold || (is_kept_ && !verdict.release);
    }

    void look_again(double number, WallTime now, Verdict& verdict) {
        if (!is_inside(number)) {
            cancel(fmt::format("{} is {}", name_, number), now, verdict);
        } else if (for_.deadline() && *for_.deadline() <= now) {
            for_.finish(verdict);
        }
    }

    void tell_no_number(const model::StateChange& change, Verdict& verdict) {
        const auto* value = model::watched_value(change.after, attribute_);
        if (value != nullptr && !std::exchange(is_no_number_, true)) {
            verdict.problem =
                fmt::format("{} is {}, which is no number: numeric_state waits for one",
                            name_,
                            json_text(*value));
        }
    }

    [[nodiscard]] boost::json::object payload(const model::StateChange& change,
                                              double number) const {
        boost::json::object result;
        result["state"] = name_;
        const auto* before = model::watched_value(change.before, attribute_);
        result["from"] = before != nullptr ? *before : boost::json::value();
        result["to"] = *model::watched_value(change.after, attribute_);
        result["number"] = number;
        for (const auto& [key, bound] :
             {std::pair{"above", &above_}, std::pair{"below", &below_}}) {
            const auto read = bound->read(read_);
            result[key] = read ? boost::json::value(*read) : boost::json::value();
        }
        result["changed_at"] = format_utc_ms(change.at);
        result["by"] = change.by;
        return result;
    }

    std::string name_;
    std::string attribute_;
    Bound above_;
    Bound below_;
    Bound reset_below_;
    Bound reset_above_;
    ForRule for_;
    ReadState read_;
    bool armed_ = true;
    bool is_kept_ = false;  // something is held: `for`, or that it has fired
    bool is_missing_ = false;
    bool is_no_number_ = false;
};

}  // namespace

Result<std::unique_ptr<Sensor>> make_numeric_sensor(const model::Trigger& trigger,
                                                    ReadState read,
                                                    RenderFor render) {
    auto sensor = std::make_unique<NumericSensor>(trigger, std::move(read), std::move(render));
    if (!sensor->has_bound()) {
        return fail(ErrorCode::invalid_input,
                    "numeric_state: write above: NUMBER or below: NUMBER");
    }
    return sensor;
}

}  // namespace aifp::triggers
