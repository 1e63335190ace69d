#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/json_text.hpp"
#include "base/text.hpp"
#include "base/time_zone.hpp"
#include "engine/engine_core.hpp"
#include "engine/host_boot.hpp"

// The state store on the loop, and the signals that sensors hear.

namespace aifp::engine {

// What led to a decision was written with it; the rest rides with the next commit.
void EngineCore::tell_states() {
    state_.deliver();
    if (state_.has_changes()) {
        storage::WriteGroup group;
        group.states = state_.take_changes();
        parts_.store.submit_lazily(std::move(group));
    }
    sleep_until_due();
}

std::optional<WallTime> EngineCore::next_host_sample() const {
    if (!sensors_.wants_host()) {
        return std::nullopt;
    }
    return host_.sampled_at().value_or(WallTime()) + HostFigures::kPeriod;
}

void EngineCore::refresh_host() {
    const auto now = parts_.clock.wall();
    if (!host_.is_fresh(now)) {
        state_.set_host(host_.sample(now), now);
    }
}

Result<boost::json::value> EngineCore::show_states(const std::string& name) {
    refresh_host();
    if (name.empty()) {
        return boost::json::value(state_.describe_all());
    }
    auto shown = state_.describe(name);
    if (!shown) {
        return fail(ErrorCode::not_found,
                    fmt::format("there is no state {}", truncate_utf8(name, 128)));
    }
    return boost::json::value(std::move(*shown));
}

void EngineCore::change_states(model::StateUpdate update, Answer answer) {
    auto outcome = state_.update(update, parts_.clock.wall());
    if (!outcome) {
        answer(fail(std::move(outcome).error()));
        return;
    }
    boost::json::object said;
    said["done"] = outcome->done;
    said["values"] = std::move(outcome->values);
    state_.deliver();
    storage::WriteGroup group;
    group.states = state_.take_changes();
    sleep_until_due();
    // What sensors wrote of it went before: this group is stored no earlier.
    const auto told = std::make_shared<Answer>(std::move(answer));
    const auto on_refused =
        [this, told, states = group.states, alive = alive_](const Error& error) {
            if (*alive) {
                parts_.store.submit_lazily(state_.changes_again(states));
            }
            (*told)(fail(error));
        };
    const auto taken = parts_.store.submit(
        std::move(group),
        [told, on_refused, said = boost::json::value(std::move(said))](const Status& stored) {
            stored ? (*told)(said) : on_refused(stored.error());
        });
    if (!taken) {
        on_refused(taken.error());
    }
}

namespace {

class Watcher final : public StateListener {
public:
    explicit Watcher(std::function<void(const model::StateChange&)> heard)
        : heard_(std::move(heard)) {}
    void on_state_change(const model::StateChange& change) override { heard_(change); }

private:
    std::function<void(const model::StateChange&)> heard_;
};

}  // namespace

Result<std::function<void()>> EngineCore::watch_states(
    const std::string& name, std::function<void(const model::StateChange&)> heard) {
    if (watchers_.size() >= kMaxWatchers) {
        return fail(ErrorCode::busy, fmt::format("{} watch the states already", kMaxWatchers));
    }
    const int id = ++last_watcher_;
    auto& watcher = watchers_[id];
    watcher = std::make_unique<Watcher>(std::move(heard));
    state_.listen(*watcher, name);
    return std::function<void()>([this, id, alive = alive_] {
        if (!*alive) {
            return;
        }
        if (const auto found = watchers_.find(id); found != watchers_.end()) {
            state_.stop_listening(*found->second);
            watchers_.erase(found);
        }
    });
}

boost::json::object describe_change(const model::StateChange& change) {
    boost::json::object object;
    object["name"] = change.name;
    object["from"] = change.before ? change.before->value : boost::json::value();
    object["to"] = change.after ? change.after->value : boost::json::value();
    object["known"] = change.after.has_value();
    object["attributes"] = change.after ? change.after->attributes : boost::json::object();
    object["at"] = format_utc_ms(change.at);
    object["by"] = change.by;
    return object;
}

void EngineCore::tell_run_ended(const RunEnd& end, std::string_view directive) {
    const auto status = model::execution_status_of(end.outcome.state);
    if (!status || directive.empty() || sensors_.hears_nothing()) {
        return;
    }
    const auto signal = triggers::signal_of_run(directive);
    if (!sensors_.hears(signal)) {
        return;
    }
    boost::json::object payload;
    payload["directive"] = directive;
    payload["run"] = end.outcome.id.value;
    payload["status"] = model::name_of(*status);
    payload["error"] = end.outcome.error;
    sensors_.signal(signal, payload, end.chain);
}

// The boot that was seen last stands among the states, under a name that no directive can use.
void EngineCore::tell_host_boot(const std::vector<storage::StateWrite>& stored) {
    constexpr std::string_view kName = "host.boot_id";
    const auto boot = parts_.read_boot();
    const auto text = json_text(boost::json::value(boot.id));
    const bool is_known = std::any_of(stored.begin(), stored.end(), [&](const auto& state) {
        return state.name == kName && state.value_json == text;
    });
    if (boot.id.empty() || is_known) {
        return;
    }
    storage::WriteGroup group;
    group.states.push_back({std::string(kName), text, parts_.clock.wall()});
    sensors_.add_to_turn(std::move(group));
    if (boot.uptime < kFreshBoot) {
        sensors_.signal(triggers::signal_of_occasion("host_boot"),
                        boost::json::object{{"uptime_seconds", boot.uptime.count()}});
    }
    sensors_.flush();
}

}  // namespace aifp::engine
