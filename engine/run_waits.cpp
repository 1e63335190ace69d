#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>

#include "base/json_text.hpp"
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
    const auto* counts = object->if_contains("counts_from");
    const auto counts_ms = counts != nullptr && counts->is_int64() ? counts : started;
    move_times(*read, wait.moved);
    return KeptRun{wait.id,
                   std::string(version->get_string()),
                   from_unix_ms(started->get_int64()),
                   from_unix_ms(counts_ms->get_int64()) + wait.moved,
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
    if (counts_from_ != started_at_) {
        data["counts_from"] = to_unix_ms(counts_from_);
    }
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
    wait.data = json_text(data);
    return wait;
}

bool Run::only_waits_for_time() const {
    // What is only to be put into the time line is nothing that it has to do.
    const bool is_idle = std::all_of(commands_.begin(), commands_.end(), [](const auto& command) {
        return command.kind == RunCommand::Kind::note;
    });
    // Whoever puts it among the others of its directive has to know its key.
    return is_idle && !compiled_->stops_on_edit && scope_.event().key.empty() &&
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

void Run::clock_stepped(Milliseconds step) {
    if (ended_) {
        machine_.clock_stepped(step);
        counts_from_ += step;
        take({});
    }
}

void Run::look_again() {
    if (ended_ && machine_.is_listening()) {
        take(machine_.look_again(now()));
    }
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

}  // namespace aifp::engine
