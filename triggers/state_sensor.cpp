#include "triggers/state_sensor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/time_zone.hpp"
#include "triggers/arguments.hpp"
#include "triggers/for_rule.hpp"

namespace aifp::triggers {
namespace {

constexpr std::string_view kUnknown = "unknown";

std::string text_of(const boost::json::value* value) {
    return value != nullptr ? model::state_text(*value) : std::string(kUnknown);
}

/// Which values are meant: `from` and `to` name them, `not_from` and `not_to` leave them out.
class ValueRule {
public:
    ValueRule(const model::Trigger& trigger, const std::string& key)
        : is_written_(trigger.arguments.contains(key) || trigger.arguments.contains("not_" + key)),
          wanted_(texts_argument(trigger, key)),
          unwanted_(texts_argument(trigger, "not_" + key)) {}

    /// `to: null` is written, and any value is meant.
    [[nodiscard]] bool is_written() const noexcept { return is_written_; }
    [[nodiscard]] bool names_values() const noexcept { return wanted_ || unwanted_; }
    [[nodiscard]] bool matches(const std::string& text) const {
        const auto holds = [&](const auto& list) {
            return std::find(list->begin(), list->end(), text) != list->end();
        };
        return (!wanted_ || holds(wanted_)) && (!unwanted_ || !holds(unwanted_));
    }

private:
    bool is_written_;
    std::optional<std::vector<std::string>> wanted_;
    std::optional<std::vector<std::string>> unwanted_;
};

class StateSensor final : public Sensor {
public:
    StateSensor(const model::Trigger& trigger, ReadState read, RenderFor render)
        : name_(text_argument(trigger, "state")),
          attribute_(text_argument(trigger, "attribute")),
          from_(trigger, "from"),
          to_(trigger, "to"),
          for_(duration_argument(trigger, "for"), std::move(render)),
          read_(std::move(read)) {}

    Interests interests() const override { return {{name_}, false, {}}; }

    Verdict begin(WallTime now, std::optional<Held> stored) override {
        Verdict verdict;
        if (!stored) {
            return verdict;
        }
        armed_as_ = stored_text(stored->data);
        for_.restore(std::move(*stored));
        const auto view = read_(name_);
        const auto* value = model::watched_value(view, attribute_);
        if (value == nullptr && armed_as_ != kUnknown) {
            is_missing_ = true;
            verdict.check_at = now + kUnknownPatience;
            verdict.problem = fmt::format(
                "the state {} is not known yet: what waits for it goes on with its first value",
                subject());
        } else {
            look_again(text_of(value), now, verdict);
        }
        return verdict;
    }

    Verdict on_change(const model::StateChange& change, WallTime now) override {
        Verdict verdict;
        const auto* old_value = model::watched_value(change.before, attribute_);
        const auto* new_value = model::watched_value(change.after, attribute_);
        const auto before = text_of(old_value);
        const auto after = text_of(new_value);
        if (is_missing_) {
            is_missing_ = false;
            look_again(after, now, verdict);
            return verdict;
        }
        const bool is_same = before == after;
        if (is_same && (!attribute_.empty() || from_.is_written() || to_.is_written())) {
            return verdict;
        }
        if (for_.is_waiting()) {
            if (is_same || stays(after)) {
                return verdict;
            }
            for_.cancel(fmt::format("{} became {}", subject(), after), now, verdict);
        }
        if (from_.matches(before) && to_.matches(after)) {
            armed_as_ = after;
            for_.match(payload(change, old_value, new_value), now, verdict);
        }
        return verdict;
    }

    Verdict on_deadline(WallTime) override {
        Verdict verdict;
        if (!is_missing_) {
            for_.finish(verdict);
        }
        return verdict;
    }

    Verdict on_check(WallTime now) override {
        Verdict verdict;
        if (std::exchange(is_missing_, false)) {
            for_.cancel(fmt::format("{} is not known since the restart", subject()), now, verdict);
        }
        return verdict;
    }

    std::string source_now() const override {
        const auto view = read_(name_);
        if (!view) {
            return fmt::format("the state {} is not known: nothing has set it", name_);
        }
        const auto* value = model::watched_value(view, attribute_);
        return value != nullptr ? fmt::format("{} is {}", subject(), text_of(value))
                                : fmt::format("the state {} has no {}", name_, attribute_);
    }

    std::optional<Held> clock_stepped(Milliseconds step) override {
        return for_.clock_stepped(step);
    }

private:
    [[nodiscard]] std::string subject() const {
        return attribute_.empty() ? name_ : fmt::format("{}, attribute {}", name_, attribute_);
    }

    // With `to` it must stay in it; with `from` alone it must not go back; else it must not change.
    [[nodiscard]] bool stays(const std::string& text) const {
        if (to_.names_values()) {
            return to_.matches(text);
        }
        return from_.names_values() ? !from_.matches(text) : text == armed_as_;
    }

    void look_again(const std::string& text, WallTime now, Verdict& verdict) {
        if (!stays(text)) {
            for_.cancel(fmt::format("{} is {}", subject(), text), now, verdict);
        } else if (for_.deadline() && *for_.deadline() <= now) {
            for_.finish(verdict);
        }
    }

    [[nodiscard]] static std::string stored_text(const boost::json::object& data) {
        const auto* to = data.if_contains("to");
        return to == nullptr || to->is_null() ? std::string(kUnknown) : model::state_text(*to);
    }

    [[nodiscard]] boost::json::object payload(const model::StateChange& change,
                                              const boost::json::value* before,
                                              const boost::json::value* after) const {
        boost::json::object result;
        result["state"] = name_;
        result["from"] = before != nullptr ? *before : boost::json::value();
        result["to"] = after != nullptr ? *after : boost::json::value();
        if (!attribute_.empty()) {
            result["attribute"] = attribute_;
        }
        result["attributes"] = change.after ? change.after->attributes : boost::json::object();
        result["changed_at"] = format_utc_ms(change.at);
        result["by"] = change.by;
        return result;
    }

    std::string name_;
    std::string attribute_;
    ValueRule from_;
    ValueRule to_;
    ForRule for_;
    ReadState read_;
    std::string armed_as_;     // the value that `for` began with
    bool is_missing_ = false;  // after a restart: not known yet
};

}  // namespace

Result<std::unique_ptr<Sensor>> make_state_sensor(const model::Trigger& trigger,
                                                  ReadState read,
                                                  RenderFor render) {
    if (text_argument(trigger, "state").empty()) {
        return fail(ErrorCode::invalid_input, "state: write the name of the state, like presence");
    }
    return std::make_unique<StateSensor>(trigger, std::move(read), std::move(render));
}

}  // namespace aifp::triggers
