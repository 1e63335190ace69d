#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "engine/states.hpp"
#include "scheduler/timetable.hpp"
#include "tests/simulation/bench.hpp"
#include "tests/simulation/hook_answer.hpp"

// What people and the world ask of the engine.
namespace aifp::simulation {

namespace {

namespace json = boost::json;

std::int64_t number_of(const json::value& answer, const char* key) {
    const auto* object = answer.if_object();
    const auto* number = object != nullptr ? object->if_contains(key) : nullptr;
    return number != nullptr && number->is_int64() ? number->get_int64() : 0;
}

}  // namespace

std::string Bench::status_of(const Track& track) {
    auto status = std::make_shared<std::string>("unknown");
    computer.engine().control().show_directive(
        directive_name(track.character.number), [status](const Result<json::value>& answer) {
            if (answer) {
                *status = answer->at("status").as_string().c_str();
            } else if (answer.error().code() == ErrorCode::not_found) {
                *status = "archived";
            }
        });
    computer.settle();
    for (int tries = 0; computer.is_up() && *status == "unknown" && tries < 50; ++tries) {
        computer.pass(Milliseconds(20));
    }
    return *status;
}

void Bench::pause(Track& track, bool on) {
    const auto name = directive_name(track.character.number);
    journal.say("{} {}", on ? "pause" : "resume", name);
    begin_change(track);
    track.is_unstored = true;
    const auto verb = on ? engine::Verb::pause : engine::Verb::resume;
    const auto answered = alive([this, &track, on](const Result<json::value>& answer) {
        journal.say("  {}", answer ? "done" : answer.error().detail());
        const bool is_refused = !answer && answer.error().code() == ErrorCode::conflict;
        track.is_unstored = !answer && !is_refused;
        if (answer) {
            track.paused = on ? Known::yes : Known::no;
        }
    });
    computer.engine().control().act(verb, name, "somebody", answered);
    pass(Milliseconds(draw.between(0, 50)));
    resolve();
}

void Bench::run_by_hand(const Track& track) {
    const auto name = directive_name(track.character.number);
    journal.say("run {}", name);
    const auto number = evidence.asked.size();
    evidence.asked.push_back({name, {}, true, {}, 0, false});
    computer.engine().control().act(
        engine::Verb::run,
        name,
        "somebody",
        alive([this, number](const Result<json::value>& answer) {
            auto& asked = evidence.asked[number];
            asked.status = answer ? 202 : 409;
            asked.id = answer ? number_of(*answer, "run") : 0;
            journal.say("  answered {}",
                        answer ? std::to_string(asked.id) : answer.error().detail());
        }));
}

// Known to sleep from the answer on, until somebody else is asked for.
void Bench::snooze(const Track& track) {
    const auto name = directive_name(track.character.number);
    const auto duration = Seconds(draw.between(10, 900));
    const auto until = time.wall() + duration;
    journal.say("snooze {} for {} s", name, duration.count());
    end_sleep(name);
    computer.engine().control().snooze(
        name,
        fmt::format("{}s", duration.count()),
        "somebody",
        alive([this, name, until](const Result<json::value>& answer) {
            journal.say("  {}", answer ? "sleeps" : answer.error().detail());
            if (answer) {
                end_sleep(name);
                evidence.sleeps.push_back({name, time.wall(), until});
            }
        }));
}

void Bench::unsnooze(const Track& track) {
    const auto name = directive_name(track.character.number);
    journal.say("unsnooze {}", name);
    end_sleep(name);
    computer.engine().control().unsnooze(name, "somebody", [](auto&&) {});
}

void Bench::end_sleep(const std::string& directive) {
    for (auto& sleep : evidence.sleeps) {
        if (sleep.directive == directive) {
            sleep.until = std::min(sleep.until, time.wall());
        }
    }
}

void Bench::call_hook(const Track& track) {
    const auto name = directive_name(track.character.number);
    const auto number = evidence.asked.size();
    const auto token = fmt::format("token-{}.", ++tokens_);
    journal.say("hook {} {}", name, token);
    evidence.asked.push_back({name, token, false, {}, 0, false});
    http::Request request;
    request.method = "POST";
    request.target = "/hooks/" + name;
    request.headers.add("Content-Type", "application/json");
    request.body = fmt::format(R"({{"token":"{}"}})", token);
    request.received = time.mono();
    auto sink = std::make_shared<HookAnswer>(alive([this, number](const http::Response& response) {
        auto& asked = evidence.asked[number];
        json::error_code error;
        const auto body = json::parse(response.body, error);
        asked.status = response.status;
        asked.id = error ? 0 : std::max(number_of(body, "run"), number_of(body, "ledger_id"));
        asked.is_skip = !error && number_of(body, "ledger_id") != 0;
        journal.say("  answered {} {}", response.status, response.body);
    }));
    computer.engine().handle_hook(std::move(request), http::Responder(std::move(sink), 0));
}

void Bench::set_outside(int number) {
    const bool is_on = !draw.one_in(3);
    const auto value = is_on ? fmt::format("value-{}.", ++tokens_) : std::string("idle");
    change_state(fmt::format("out{}", number), json::string(value), is_on);
}

void Bench::set_level(int number) {
    const int value = draw.between(0, 100);
    change_state(fmt::format("level{}", number), value, value > 50);
}

void Bench::set_level_for(const ConditionPlan& condition, bool holds) {
    const bool is_on = condition.above == holds;
    change_state(condition.state, is_on ? draw.between(51, 100) : draw.between(0, 49), is_on);
}

void Bench::change_state(const std::string& name, json::value value, bool is_on) {
    pass(Milliseconds(1));  // no two changes at one time
    if (!computer.is_up()) {
        return;
    }
    const auto text = json::serialize(value);
    journal.say("set {} {}", name, text);
    const auto before = outside_.contains(name) ? outside_[name] : std::optional<std::string>("");
    const auto number = evidence.changes.size();
    evidence.changes.push_back({name, is_on, before != text, false, now()});
    outside_[name].reset();
    model::StateUpdate update;
    update.values[name] = std::move(value);
    update.by = "outside";
    computer.engine().control().states()->change_states(
        std::move(update),
        alive([this, number, name, text, before](const Result<json::value>& answer) {
            journal.say("  {}", answer ? "set" : answer.error().detail());
            const bool is_last = number + 1 == evidence.changes.size();
            if (answer && is_last) {
                outside_[name] = text;
            }
            evidence.changes[number].is_known = answer && before.has_value();
        }));
    computer.settle();
    look_after_crash();
}

json::array Bench::runs() {
    auto list = std::make_shared<json::array>();
    computer.engine().control().list_runs([list](const Result<json::value>& answer) {
        if (answer && answer->is_array()) {
            *list = answer->get_array();
        }
    });
    computer.settle();
    look_after_crash();
    return *list;
}

void Bench::cancel_some_run() {
    const auto list = runs();
    if (list.empty() || !computer.is_up()) {
        return;
    }
    const auto run = number_of(draw.pick(list), "run");
    journal.say("cancel run {}", run);
    computer.engine().control().cancel_run(LedgerId{run}, "somebody", [](auto&&) {});
}

void Bench::answer_some_approval() {
    for (const auto& run : runs()) {
        if (computer.is_up() && json::serialize(run).find("\"question\"") != std::string::npos) {
            const bool yes = !draw.one_in(3);
            journal.say("answer run {}: {}", number_of(run, "run"), yes);
            computer.engine().control().answer_run(
                LedgerId{number_of(run, "run")}, {yes, "somebody"}, [](auto&&) {});
            return;
        }
    }
}

void Bench::check_bounds() {
    if (!computer.is_up()) {
        return;
    }
    const auto& limits = computer.settings().limits;
    std::int64_t queued = 0;
    std::int64_t running = 0;
    for (const auto& run : runs()) {
        const auto& state = run.at("state").as_string();
        queued += state == "queued" ? 1 : 0;
        if (state == "waiting") {
            waiting_.insert(number_of(run, "run"));
        }
        // Runs of before a crash go on beyond the bound.
        const bool is_new = number_of(run, "run") >= computer.first_id().value;
        running += state == "running" && is_new ? 1 : 0;
    }
    // Those that are about to begin are shown as queued, too; one that replaces another one is
    // never refused.
    if (queued > limits.max_queued_runs + limits.max_concurrent_runs + kDirectives) {
        journal.violated("queues are bounded", fmt::format("{} runs are queued", queued));
    }
    // Runs that rested go on beyond the bound, too: at most as many as there may be at all.
    if (running > limits.max_concurrent_runs + kDirectives * 4) {
        journal.violated("runs are bounded", fmt::format("{} runs are under way", running));
    }
    if (computer.is_up() && computer.store().statistics().queued > StepStore::kMaxQueued * 2) {
        journal.violated("the store's queue is bounded", "it is longer than its bound");
    }
}

// scheduler::Timetable::kMaxStepBack is three hours, and it counts from the last tick.
void Bench::step_clock_back(bool far) {
    constexpr Milliseconds kMost = std::chrono::minutes(165);
    if (!far) {
        const auto room = kMost - (highest_ - time.wall());
        if (room > Seconds(1)) {
            step_clock(-draw.between(Seconds(1), room));
        }
        return;
    }
    if (computer.disk().is_full()) {
        return;  // where the schedules stand could not be stored
    }
    ++evidence.clock_resets;
    for (auto& track : tracks) {
        begin_change(track);
        if (track.window && evidence.windows[*track.window].rests) {
            // What the rest had still to gather is not told.
            evidence.windows[*track.window].sure_until->wall -= scheduler::Timetable::kRestPause;
        }
        close_windows(track);
    }
    step_clock(-draw.between(std::chrono::hours(10), std::chrono::hours(14)));
    highest_ = time.wall();
    pass(Milliseconds(50));
    resolve();
}

void Bench::step_clock(Milliseconds jump) {
    ++evidence.clock_steps;
    evidence.step_times.push_back(time.mono());
    journal.say("the clock is set by {} s", jump.count() / 1'000);
    computer.step_clock(jump);
    highest_ = std::max(highest_, time.wall());
    for (auto& track : tracks) {
        allow_for_step_back(track);
    }
    look_after_crash();
}

}  // namespace aifp::simulation
