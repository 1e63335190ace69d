#include "tests/simulation/bench.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <filesystem>
#include <fstream>

#include "engine/states.hpp"
#include "storage/names.hpp"
#include "storage/state.hpp"
#include "storage/waits.hpp"

namespace aifp::simulation {

namespace {

namespace json = boost::json;

// Winter, and the nights in which Berlin's clocks are set.
constexpr std::array kStarts{
    WallTime(Milliseconds(1'767'225'600'000)),  // 2026-01-01T00:00:00Z
    WallTime(Milliseconds(1'774'742'400'000)),  // 2026-03-29T00:00:00Z
    WallTime(Milliseconds(1'792'882'800'000)),  // 2026-10-24T23:00:00Z
};

}  // namespace

Bench::Bench(std::uint64_t seed, bool is_verbose)
    : draw(seed),
      time(kStarts[static_cast<std::size_t>(draw.between(0, 2))] +
           draw.between(Milliseconds(0), Seconds(3'000))),
      journal(time, is_verbose),
      world(draw, time),
      computer(draw, time, journal, world, watch()),
      highest_(time.wall()) {
    for (int i = 0; i < kDirectives; ++i) {
        tracks[static_cast<std::size_t>(i)].character = draw_character(draw, i + 1);
    }
    world.on_call = [this](const Call& call) {
        journal.say("  call {}/{} of run {}{}",
                    call.directive,
                    call.step,
                    call.run,
                    call.turn > 0 ? fmt::format(", turn {}", call.turn) : "");
        if (!evidence.stored.contains(call.run)) {
            journal.violated("nothing is done before it is recorded",
                             fmt::format("run {} calls {}", call.run, call.step));
        }
    };
}

StoreWatch Bench::watch() {
    return {[this](const auto& groups, auto& database) { note_commit(groups, database); },
            [this](const std::string& what) {
                journal.violated("what is stored keeps the rules of the schema", what);
            }};
}

// What waits for a full disk is tried again after a second or two.
constexpr Seconds kTriedAgain{3};

void Bench::note_commit(const std::vector<const storage::WriteGroup*>& groups,
                        storage::Database& database) {
    bool has_cursors = false;
    for (const auto* group : groups) {
        for (const auto& decision : group->decisions) {
            journal.say("  decided {}: d-id {} trigger {} {} {} {} {}",
                        decision.id.value,
                        decision.event.directive.value,
                        decision.event.trigger_index,
                        decision.event.cause,
                        name_of(decision.kind),
                        name_of(decision.reason),
                        decision.detail);
            evidence.stored[decision.id.value] = {time.mono(), decision, {}, false};
        }
        for (const auto id : group->started) {  // or its decision was refused meanwhile
            if (const auto known = evidence.stored.find(id.value); known != evidence.stored.end()) {
                known->second.decision.kind = model::DecisionKind::started;
            }
        }
        for (const auto& released : group->released) {
            auto& stored = evidence.stored[released.id.value];
            stored.decision.kind = released.kind;
            stored.released = time.mono();
        }
        for (const auto& skip : group->skipped) {
            note_late_skip(skip);
        }
        for (const auto& outcome : group->outcomes) {
            journal.say(
                "  run {} ended: {} {}", outcome.id.value, name_of(outcome.state), outcome.error);
            evidence.stored_ends[outcome.id.value] = {time.mono(), outcome};
        }
        has_cursors = has_cursors || !group->cursors.empty();
    }
    if (computer.disk().is_full()) {
        room_since_ = time.mono();
    } else if (ready_ == computer.process() && time.mono() - room_since_ >= kTriedAgain) {
        stored_until_ = now();
    }
    if (has_cursors) {
        check_cursors(database);
    }
}

void Bench::note_late_skip(const storage::LateSkip& skip) {
    journal.say("  not run after all {}: {} {}", skip.id.value, name_of(skip.reason), skip.detail);
    if (const auto known = evidence.stored.find(skip.id.value); known != evidence.stored.end()) {
        known->second.decision.kind = model::DecisionKind::skipped;
        known->second.decision.reason = skip.reason;
        known->second.is_late_skip = true;
    }
}

// A cursor goes back only when somebody armed the directive anew, or the clock was set far back.
void Bench::check_cursors(storage::Database& database) {
    for (const auto& cursor : storage::load_cursors(database)) {
        const auto key =
            std::pair(cursor.directive.value, static_cast<std::int64_t>(cursor.trigger_index));
        const auto until = to_unix_ms(cursor.decided_until);
        const auto known = cursors_.find(key);
        if (known != cursors_.end() && until < known->second && evidence.clock_steps == 0) {
            journal.violated("cursors only go forward",
                             fmt::format("directive {} trigger {}: from {} to {}",
                                         key.first,
                                         key.second,
                                         known->second,
                                         until));
        }
        cursors_[key] = until;
    }
}

void Bench::start() {
    journal.say("-- start");
    evidence.tries.push_back(time.mono());
    if (!computer.start()) {
        look_after_crash();
        return;
    }
    evidence.starts.push_back(now());
    ready_ = computer.process();
    for (auto& track : tracks) {
        const auto status = status_of(track);
        if (!computer.is_up()) {
            look_after_crash();
            return;
        }
        const bool is_known = !std::exchange(track.is_unstored, false);
        if (is_known && track.loaded == track.file && track.paused != Known::unknown &&
            track.file != nullptr) {
            const auto* wanted = track.paused == Known::yes ? "paused" : "active";
            if (status != wanted) {
                journal.violated(
                    "what was acknowledged holds after a restart",
                    fmt::format("d{} is {}, not {}", track.character.number, status, wanted));
            }
        }
        track.is_edited = false;
        if (track.is_changing || !is_known) {
            end_change(track);
        }
    }
}

void Bench::look_after_crash() {
    if (computer.is_up() || buried_ == computer.process()) {
        return;
    }
    buried_ = computer.process();
    if (ready_ == buried_) {
        ready_until_ = computer.down_at();
    }
    for (auto& [name, value] : outside_) {
        value.reset();
    }
    for (auto& track : tracks) {
        if (track.is_edited) {
            limit_to_stored(track);
        }
    }
    // The rows that survived: read from a copy, so that the real file is opened by the engine.
    storage::DatabaseOptions options;
    options.file = StepStore::kFile;
    options.access = storage::Access::read_write;
    const auto database = storage::Database::open(options);
    database->keep_wal_on_close();
    storage::Statement rows(*database, "SELECT id, reason, decision FROM ledger");
    while (rows.step()) {
        take_row(rows);
    }
    rows.reset();
    check_waits(*database);
}

// What was seen to wait has its row until its end is stored.
void Bench::check_waits(storage::Database& database) {
    std::set<std::int64_t> kept;
    storage::load_waits(database, false, [&](const model::Wait& wait) {
        if (wait.kind == model::WaitKind::run) {
            evidence.kept_at_crash.push_back(wait.run.value);
            kept.insert(wait.run.value);
        }
    });
    storage::Statement open(
        database,
        "SELECT count(*) FROM ledger l WHERE l.id = ?1 AND l.end_state IS NULL "
        "AND NOT EXISTS (SELECT 1 FROM directive_executions e WHERE e.id = l.id)");
    for (const auto run : std::exchange(waiting_, {})) {
        open.bind(run);
        if (!kept.contains(run) && open.step() && open.integer(0) > 0) {
            journal.violated("no wait is lost", fmt::format("run {} waited and has no row", run));
        }
    }
}

void Bench::crash() {
    computer.crash();
    look_after_crash();
}

void Bench::stop() {
    journal.say("-- stop");
    computer.stop(Seconds(draw.between(0, 20)));
    look_after_crash();
}

// What was not acknowledged may have been stored all the same.
void Bench::take_row(const storage::Statement& row) {
    Stored found{time.mono(), {}};
    found.decision.id = LedgerId{row.integer(0)};
    found.decision.reason = model::reason_from(row.view(1)).value_or(model::Reason::none);
    found.decision.kind = storage::decision_kind_from(row.view(2));
    auto& stored = evidence.stored.emplace(row.integer(0), found).first->second;
    const bool was_open = stored.decision.kind == model::DecisionKind::queued ||
                          stored.decision.kind == model::DecisionKind::waiting;
    if (was_open) {
        stored.decision.kind = found.decision.kind;
        stored.is_late_skip = found.decision.kind == model::DecisionKind::skipped;
        stored.decision.reason =
            stored.is_late_skip ? found.decision.reason : stored.decision.reason;
    }
}

void Bench::edit(Track& track) {
    begin_change(track);
    track.is_edited = true;
    if (!computer.is_up()) {
        limit_to_stored(track);
    }
    auto plan = std::make_shared<Plan>(draw_plan(draw, track.character, steps_));
    plan->version = ++versions_;
    const auto path = computer.paths().directives() / (plan->name + ".yaml");
    const auto beside = computer.paths().run() / "new";
    std::ofstream(beside) << plan->yaml;
    std::filesystem::permissions(
        beside,
        std::filesystem::perms::group_write | std::filesystem::perms::others_write,
        std::filesystem::perm_options::remove);
    std::filesystem::rename(beside, path);
    journal.say("edit {}:\n{}", plan->name, plan->yaml);
    evidence.plans.push_back(plan);
    track.file = std::move(plan);
    track.perhaps.push_back(evidence.windows.size());
    evidence.windows.push_back({track.file, false, false, time.wall(), now(), {}, {}});
    tell_folder_changed();
}

void Bench::remove(Track& track) {
    if (track.file == nullptr) {
        return;
    }
    begin_change(track);
    track.is_edited = true;
    if (!computer.is_up()) {
        limit_to_stored(track);
    }
    journal.say("remove {}", track.file->name);
    end_sleep(track.file->name);
    std::filesystem::remove(computer.paths().directives() / (track.file->name + ".yaml"));
    track.file = nullptr;
    tell_folder_changed();
}

// What was edited before the request is loaded when it is answered.
void Bench::reload() {
    std::array<std::shared_ptr<const Plan>, kDirectives> files;
    for (std::size_t i = 0; i < files.size(); ++i) {
        files[i] = tracks[i].file;
    }
    computer.engine().control().reload(alive([this, files](const Result<json::value>& answer) {
        for (std::size_t i = 0; answer && i < files.size(); ++i) {
            tracks[i].is_edited = tracks[i].is_edited && tracks[i].file != files[i];
        }
    }));
    pass(Milliseconds(draw.between(0, 100)));
    resolve();
}

void Bench::resolve() {
    for (auto& track : tracks) {
        if (computer.is_up() && track.is_changing && !track.is_edited) {
            end_change(track);
        }
    }
    look_after_crash();
}

void Bench::pass(Milliseconds duration) {
    computer.pass(duration);
    highest_ = std::max(highest_, time.wall());
    look_after_crash();
}

}  // namespace aifp::simulation
