#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/quantity.hpp"
#include "base/time_zone.hpp"
#include "triggers/arguments.hpp"
#include "triggers/signal_sensors.hpp"

namespace aifp::triggers {
namespace {

class AfterSensor final : public Sensor {
public:
    explicit AfterSensor(const model::Trigger& trigger)
        : names_(texts_argument(trigger, "after").value_or(std::vector<std::string>())),
          needs_all_(text_argument(trigger, "match") != "any"),
          on_(text_argument(trigger, "on")),
          within_(duration_argument(trigger, "within")) {
        std::sort(names_.begin(), names_.end());
        names_.erase(std::unique(names_.begin(), names_.end()), names_.end());
        if (on_.empty()) {
            on_ = "success";
        }
    }

    [[nodiscard]] bool has_names() const noexcept { return !names_.empty(); }

    Interests interests() const override {
        Interests interests;
        for (const auto& name : names_) {
            interests.signals.push_back(signal_of_run(name));
        }
        return interests;
    }

    Verdict begin(WallTime now, std::optional<Held> stored) override {
        Verdict verdict;
        if (stored) {
            runs_ = std::move(stored->data);
            is_kept_ = true;
            deadline_ = stored->deadline;
            if (deadline_ && *deadline_ <= now) {
                return on_deadline(now);
            }
        }
        return verdict;
    }

    // The payload is what ended: directive, run, status ("success", "failure", "timeout"), error.
    Verdict on_signal(std::string_view, const boost::json::object& payload, WallTime now) override {
        Verdict verdict;
        const std::string name(payload.at("directive").get_string());
        const std::string status(payload.at("status").get_string());
        const bool fits = on_ == "any" || (on_ == "success") == (status == "success");
        if (!fits) {
            verdict.refused = model::Reason::dependency_not_met;
            verdict.detail = fmt::format("{} ended with {}, and on is {}", name, status, on_);
            if (runs_.erase(name) > 0) {
                keep(verdict);
            }
            return verdict;
        }
        if (runs_.empty() && within_) {
            deadline_ = now + *within_;
        }
        runs_[name] = payload;
        if (needs_all_ && runs_.size() < names_.size()) {
            keep(verdict);
            return verdict;
        }
        boost::json::object fired;
        fired["directive"] = name;
        fired["status"] = status;
        fired["runs"] = std::exchange(runs_, {});
        verdict.fire = std::move(fired);
        verdict.release = std::exchange(is_kept_, false);
        deadline_.reset();
        return verdict;
    }

    Verdict on_deadline(WallTime) override {
        Verdict verdict;
        std::string missing;
        for (const auto& name : names_) {
            if (!runs_.contains(name)) {
                missing += fmt::format("{}{}", missing.empty() ? "" : ", ", name);
            }
        }
        verdict.refused = model::Reason::dependency_not_met;
        verdict.detail = fmt::format("{} did not end within {} of the first",
                                     missing,
                                     format_duration(within_.value_or(Milliseconds(0))));
        runs_ = {};
        deadline_.reset();
        is_kept_ = false;
        verdict.release = true;
        return verdict;
    }

    std::optional<Held> clock_stepped(Milliseconds step) override {
        if (!deadline_) {
            return std::nullopt;
        }
        *deadline_ += step;
        return Held{deadline_, runs_};
    }

private:
    void keep(Verdict& verdict) {
        if (runs_.empty()) {
            deadline_.reset();
            verdict.release = std::exchange(is_kept_, false);
            return;
        }
        is_kept_ = true;
        verdict.hold = Held{deadline_, runs_};
    }

    std::vector<std::string> names_;
    bool needs_all_;
    std::string on_;
    std::optional<Milliseconds> within_;
    boost::json::object runs_;  // what has ended since the last firing, by name
    std::optional<WallTime> deadline_;
    bool is_kept_ = false;
};

}  // namespace

Result<std::unique_ptr<Sensor>> make_after_sensor(const model::Trigger& trigger) {
    auto sensor = std::make_unique<AfterSensor>(trigger);
    if (!sensor->has_names()) {
        return fail(ErrorCode::invalid_input, "after: write the name of a directive, or a list");
    }
    return sensor;
}

}  // namespace aifp::triggers
