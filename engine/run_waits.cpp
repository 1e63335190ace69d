#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <random>

#include "actions/arguments.hpp"
#include "directives/files.hpp"
#include "engine/run.hpp"

namespace aifp::engine {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxRowBytes = std::size_t{4} * 1024 * 1024;
constexpr std::size_t kMaxDepth = 128;
constexpr Seconds kWritePause{1};
constexpr Seconds kWorthParking{60};

bool is_waiting(const RunStrand& strand) noexcept {
    using Doing = RunStrand::Doing;
    return strand.doing != Doing::step && strand.doing != Doing::ready &&
           strand.doing != Doing::yield;
}

json::object place_of(const RunStrand& strand, const PlanStep& step) {
    json::object object;
    const bool is_whole = strand.doing == RunStrand::Doing::next_try;
    object["step"] = is_whole ? std::string_view("all actions") : std::string_view(step.place);
    object["doing"] = name_of(strand.doing);
    object["until"] = strand.until ? json::value(format_utc_ms(*strand.until)) : json::value();
    return object;
}

}  // namespace

Result<KeptRun> kept_run_from(const model::Wait& wait) {
    json::error_code error;
    json::parse_options options;
    options.max_depth = kMaxDepth;
    const auto value = json::parse(wait.data, error, {}, options);
    const auto* object = error ? nullptr : value.if_object();
    const auto* version = object != nullptr ? object->if_contains("version") : nullptr;
    const auto* started = object != nullptr ? object->if_contains("started_at") : nullptr;
    const auto* progress = object != nullptr ? object->if_contains("progress") : nullptr;
    if (version == nullptr || !version->is_string() || started == nullptr || !started->is_int64() ||
        progress == nullptr || !progress->is_object()) {
        return fail(ErrorCode::invalid_input, "the row of a waiting run is damaged");
    }
    auto read = run_progress_from_json(progress->get_object());
    if (!read) {
        return fail(std::move(read).error());
    }
    return KeptRun{wait.id,
                   std::string(version->get_string()),
                   from_unix_ms(started->get_int64()),
                   std::move(*read)};
}

// Nothing is written for a run that never waits long.
bool Run::wants_row() {
    if (wait_id_.value == 0) {
        if (!machine_.waits_long(now())) {
            return false;
        }
        wait_id_ = host_.new_wait_id();
    }
    return written_ != version_;
}

model::Wait Run::row() const {
    model::Wait wait;
    wait.id = wait_id_;
    wait.kind = model::WaitKind::run;
    wait.directive = directive();
    wait.run = id_;
    wait.deadline = wake_time();
    json::object data;
    data["version"] = compiled_->version;
    data["started_at"] = to_unix_ms(started_at_);
    data["progress"] = to_json(machine_.progress());
    if (only_waits_for_time()) {
        wait.key = kOnlyTime;
        json::array places;  // for people: the plan is not at hand where the row is read
        for (const auto& strand : machine_.progress().strands) {
            if (strand.doing != RunStrand::Doing::joining) {
                places.push_back(place_of(strand, machine_.step_of(strand)));
            }
        }
        data["at"] = std::move(places);
    }
    wait.data = json::serialize(data);
    return wait;
}

bool Run::only_waits_for_time() const {
    // Whoever puts it among the others of its directive has to know its key.
    return commands_.empty() && !compiled_->stops_on_edit && scope_.event().key.empty() &&
           machine_.only_waits_for_time();
}

std::optional<WallTime> Run::wake_time() const {
    const auto next = machine_.next_time();
    const auto end = end_of_try();
    return next && end ? std::min(*next, *end) : (next ? next : end);
}

std::optional<ParkedRun> Run::parking_place() const {
    const auto wake = wake_time();
    const bool is_still = ended_ && !busy_ && !stopping_ && rests_ && leaves_.empty();
    // A chain of events is only counted in memory.
    const bool counts = is_awaited_ || scope_.event().chain.depth() > 0;
    if (!is_still || counts || written_ != version_ || !only_waits_for_time() || !wake ||
        *wake - now() < kWorthParking) {
        return std::nullopt;
    }
    return ParkedRun{id_, wait_id_, directive(), *wake};
}

void Run::write_row() {
    auto wait = row();
    if (wait.data.size() > kMaxRowBytes && !stopping_) {
        busy_ = false;
        wait_id_ = written_ == 0 ? WaitId{} : wait_id_;
        stop(model::RunState::cancelled, "what it keeps while it waits is larger than 4 MiB");
        return;
    }
    const auto version = version_;
    host_.keep(std::move(wait), [self = shared_from_this(), version](const Status& stored) {
        if (self->gone_ || !self->ended_) {
            return;
        }
        if (stored) {
            self->written_ = version;
            self->work();
            return;
        }
        self->write_timer_.emplace(self->services_.executor, kWritePause);
        self->write_timer_->async_wait([self](const boost::system::error_code& error) {
            if (!error && self->ended_) {
                self->work();
            }
        });
    });
}

void Run::listen(const RunCommand& command) {
    if (listening_.erase(command.strand) > 0) {
        host_.unlisten(id_, command.strand);
    }
    if (compiled_->steps[command.step->id].triggers.empty()) {
        return;
    }
    const auto serial = ++last_serial_;
    listening_[command.strand] = serial;
    const WaitRef wait{
        {id_, directive(), command.strand}, serial, machine_.turn_of(command.strand)};
    const auto heard = host_.listen(wait, *command.step, *compiled_);
    if (!heard) {
        take(machine_.wait_ended(
            command.strand,
            actions::fail_step(heard.error().code(),
                               fmt::format("{}: {}", command.step->place, heard.error().detail()),
                               "config"),
            now()));
    }
}

// The strands that wait no more: one of several came, or the time was over.
void Run::stop_listening() {
    for (auto it = listening_.begin(); it != listening_.end();) {
        const auto& strands = machine_.progress().strands;
        const bool waits =
            std::any_of(strands.begin(), strands.end(), [&](const RunStrand& strand) {
                return strand.id == it->first && strand.doing == RunStrand::Doing::trigger;
            });
        if (!waits) {
            host_.unlisten(id_, it->first);
        }
        it = waits ? std::next(it) : listening_.erase(it);
    }
}

void Run::trigger_came(std::uint32_t strand, std::uint64_t serial, json::object trigger) {
    const auto found = listening_.find(strand);
    if (ended_ && found != listening_.end() && found->second == serial) {
        take(machine_.wait_ended(strand, json::value(std::move(trigger)), now()));
    }
}

void Run::tell_host() {
    stop_listening();
    const auto next = machine_.next_time();
    if (next != wake_) {
        wake_ = next;
        host_.wake_at(id_, next);
    }
    const auto& strands = machine_.progress().strands;
    const bool rests =
        wait_id_.value != 0 && std::all_of(strands.begin(), strands.end(), is_waiting);
    if (rests != rests_) {
        rests_ = rests;
        busy_since_ = services_.clock.mono();
        host_.set_resting(id_, rests);
    }
}

void Run::time_passed() {
    if (ended_) {
        wake_.reset();
        take(machine_.time_passed(now()));
    }
}

void Run::look_again() {
    if (ended_ && machine_.is_listening()) {
        take(machine_.look_again(now()));
    }
}

void Run::event_came(const std::string& name, const json::value& data) {
    const json::value trigger{{"kind", "event"}, {"event", name}, {"data", data}};
    std::vector<std::uint32_t> meant;
    for (const auto& strand : machine_.progress().strands) {
        if (strand.doing == RunStrand::Doing::trigger && is_awaited(strand, trigger)) {
            meant.push_back(strand.id);
        }
    }
    for (const auto strand : meant) {
        if (ended_) {
            take(machine_.wait_ended(strand, trigger, now()));
        }
    }
}

bool Run::is_awaited(const RunStrand& strand, const json::value& trigger) {
    const auto& events = compiled_->steps[machine_.step_of(strand).id].events;
    return std::any_of(events.begin(), events.end(), [&](const WantedEvent& wanted) {
        return wanted.name == trigger.at("event").as_string() && passes(wanted, strand, trigger);
    });
}

// A filter that cannot be decided lets nothing pass: the wait goes on.
bool Run::passes(const WantedEvent& wanted, const RunStrand& strand, const json::value& trigger) {
    const auto names = machine_.names_of(strand.id);
    if (!wanted.filter || !names) {
        return true;
    }
    scope_.set_strand(&*names);
    scope_.set_arrived(&trigger);
    const auto verdict = services_.sandbox.holds(*wanted.filter, scope_);
    scope_.set_arrived(nullptr);
    scope_.set_strand(nullptr);
    if (!verdict) {
        host_.tell(id_,
                   compiled_->name,
                   fmt::format("the filter of wait_for {} cannot be decided: {}",
                               wanted.name,
                               verdict.error().detail()));
    }
    return verdict.value_or(false);
}

void Run::call(const RunCommand& command) {
    const auto names = machine_.names_of(command.strand);
    const auto& step = compiled_->steps[command.step->id];
    auto with = names ? value(*command.step, *names) : Result<json::value>(json::value());
    if (!with) {
        take(machine_.step_ended(
            command.strand, fail(with.error().with_context(command.step->place)), now()));
        return;
    }
    host_.call({id_, directive(), command.strand}, step.target, std::move(*with));
}

void Run::call_started(std::uint32_t strand, LedgerId run) {
    for (const auto& known : machine_.progress().strands) {
        if (!ended_ || known.id != strand) {
            continue;
        }
        if (machine_.step_of(known).waits) {
            // Before the row is written: a short run has ended by then.
            host_.await({id_, directive(), strand}, run);
            take(machine_.called(strand, run, now()));
        } else {
            json::object output;
            output["run"] = run.value;
            take(machine_.step_ended(strand, json::value(std::move(output)), now()));
        }
        return;
    }
}

void Run::call_failed(std::uint32_t strand, actions::StepError error) {
    if (ended_) {
        take(machine_.step_ended(strand, actions::fail_step(std::move(error)), now()));
    }
}

void Run::call_ended(std::uint32_t strand, const RunEnd& end) {
    const auto& strands = machine_.progress().strands;
    const bool is_its_call = std::any_of(strands.begin(), strands.end(), [&](const auto& one) {
        return one.id == strand && one.called == end.outcome.id;
    });
    if (!ended_ || !is_its_call) {
        return;
    }
    const auto status = model::execution_status_of(end.outcome.state);
    if (status != model::ExecutionStatus::success) {
        take(machine_.wait_ended(
            strand,
            actions::fail_step(ErrorCode::io_failure,
                               fmt::format("run {} ended as {}{}{}",
                                           end.outcome.id.value,
                                           model::name_of(end.outcome.state),
                                           end.outcome.error.empty() ? "" : ": ",
                                           end.outcome.error),
                               "call"),
            now()));
        return;
    }
    json::object output;
    output["run"] = end.outcome.id.value;
    output["state"] = model::name_of(end.outcome.state);
    output["steps"] = end.outputs;
    output["result"] = end.result;
    take(machine_.wait_ended(strand, json::value(std::move(output)), now()));
}

void Run::ask(const RunCommand& command) {
    const auto names = machine_.names_of(command.strand);
    const auto question = names ? value(*command.step, *names) : Result<json::value>(nullptr);
    host_.tell(id_,
               compiled_->name,
               fmt::format("{}; answer with aifp approve-run {} yes, or no",
                           question ? actions::to_text(*question) : command.step->place,
                           id_.value));
    const auto& notify = compiled_->steps[command.step->id].action;
    if (!notify || !names) {
        return;
    }
    scope_.set_strand(&*names);
    static_cast<void>(
        notify->start(context(), [self = shared_from_this()](const actions::StepResult& told) {
            if (!told && !self->gone_) {
                self->host_.tell(self->id_,
                                 self->compiled_->name,
                                 "nobody could be asked: " + told.error().detail());
            }
        }));
    scope_.set_strand(nullptr);
}

Status Run::answer(bool yes, const std::string& who) {
    for (const auto& strand : machine_.progress().strands) {
        if (strand.doing != RunStrand::Doing::answer) {
            continue;
        }
        json::object output;
        output["answer"] = yes ? "yes" : "no";
        output["who"] = who;
        host_.tell(id_, compiled_->name, fmt::format("{} said {}", who, yes ? "yes" : "no"));
        take(machine_.wait_ended(
            strand.id,
            yes ? actions::StepResult(json::value(std::move(output)))
                : actions::StepResult(actions::fail_step(
                      ErrorCode::denied,
                      fmt::format("{}: {} said no", machine_.step_of(strand).place, who),
                      "denied")),
            now()));
        return {};
    }
    return fail(ErrorCode::conflict, fmt::format("run {} asks for no approval", id_.value));
}

json::object Run::view_of(const RunStrand& strand, const PlanStep& step) {
    auto object = place_of(strand, step);
    if (strand.called.value != 0) {
        object["run"] = strand.called.value;
    }
    if (strand.doing == RunStrand::Doing::answer) {
        const auto names = machine_.names_of(strand.id);
        const auto question = names ? value(step, *names) : Result<json::value>(nullptr);
        object["question"] = question ? *question : json::value();
    }
    return object;
}

json::object Run::view() {
    json::object object;
    object["run"] = id_.value;
    object["directive"] = compiled_->name;
    if (!key().empty()) {
        object["key"] = key();
    }
    if (machine_.attempt() > 1) {
        object["attempt"] = machine_.attempt();
    }
    object["state"] = rests_ ? "waiting" : "running";
    object["started_at"] = format_utc_ms(started_at_);
    json::array strands;
    for (const auto& strand : machine_.progress().strands) {
        if (strand.doing != RunStrand::Doing::joining && strand.doing != RunStrand::Doing::over) {
            strands.push_back(view_of(strand, machine_.step_of(strand)));
        }
    }
    object["at"] = std::move(strands);
    return object;
}

Result<bool> Run::holds(const PlanStep& step, std::size_t which, const StrandNames& names) {
    const auto& conditions = compiled_->steps[step.id].conditions;
    if (which >= conditions.size()) {
        return fail(ErrorCode::internal, "no such conditions");
    }
    scope_.set_strand(&names);
    const auto trigger = compiled_->trigger_id(scope_.event().trigger_index);
    ConditionContext asked{services_.sandbox, scope_, trigger, &services_.scope_sources.state};
    asked.position = directives::position_of(services_.scope_sources.settings);
    const auto verdict = check_conditions(conditions[which], asked);
    scope_.set_strand(nullptr);
    if (verdict.reason == model::Reason::condition_error) {
        return fail(ErrorCode::invalid_input, verdict.detail);
    }
    return verdict.reason == model::Reason::none;
}

Result<json::value> Run::value(const PlanStep& step, const StrandNames& names) {
    const auto& compiled = compiled_->steps[step.id].value;
    if (compiled.is_literal()) {
        return compiled.literal();
    }
    scope_.set_strand(&names);
    auto rendered = services_.sandbox.render_value(compiled, scope_);
    scope_.set_strand(nullptr);
    return rendered;
}

double Run::chance() {
    static std::mt19937 source{std::random_device{}()};
    return std::uniform_real_distribution<double>(0, 1)(source);
}

}  // namespace aifp::engine
