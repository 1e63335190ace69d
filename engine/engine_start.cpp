#include <fmt/format.h>

#include <boost/asio/post.hpp>
#include <utility>

#include "base/memory.hpp"
#include "document/node.hpp"
#include "engine/engine_core.hpp"
#include "engine/engine_load.hpp"
#include "model/definition.hpp"
#include "storage/database.hpp"
#include "storage/executions.hpp"
#include "storage/recovery.hpp"
#include "storage/state.hpp"
#include "storage/waits.hpp"

namespace aifp::engine {
namespace {

// Their conditions, wherever they stand; whoever only has such a key of another meaning costs a
// row.
bool asks_for_last_run(const Entry& entry) {
    return entry.definition.find("\"last\":") != std::string::npos ||
           entry.definition.find("\"after_previous\":") != std::string::npos ||
           entry.definition.find("\"cooldown\":") != std::string::npos;
}

}  // namespace

void EngineCore::start(std::function<void(Status)> ready) {
    dispatcher_.set_storm_limits(storm_limits(parts_.settings.limits));
    auto load = make_load(true);
    run_load(load, [this, load, ready = std::move(ready)](Status read) {
        if (read) {
            apply_start(*load);
            begin_watching();
            ready_ = true;
        }
        ready(std::move(read));
    });
}

EngineCore::SharedLoad EngineCore::make_load(bool everything) {
    return std::make_shared<Load>(parts_, everything);
}

// Reading and parsing happen on the store's reading thread, so that a folder of 10,000 new files
// does not hold up the loop.
void EngineCore::run_load(SharedLoad load, std::function<void(Status)> done) {
    parts_.store.read(
        [load](storage::Database& database) { load->plan = plan_load(database, load->options); },
        [this, load, done = std::move(done)](Status planned) mutable {
            if (!planned) {
                done(std::move(planned));
            } else if (load->plan.has_work()) {
                write_load(load, std::move(done));
            } else if (load->everything) {
                load->report.diagnostics = load->plan.scan.problems;
                read_everything(load, std::move(done));
            } else {
                tell_new_problems(load->plan.scan.problems);
                done({});
            }
        });
}

// A folder that has just been closed changes no directive.
void EngineCore::tell_new_problems(const model::Diagnostics& problems) {
    std::set<std::string> texts;
    for (const auto& problem : problems) {
        const auto text = document::format_diagnostic(problem);
        if (!told_problems_.contains(text)) {
            reporter_.diagnostic(problem);
        }
        texts.insert(text);
    }
    told_problems_ = std::move(texts);
}

void EngineCore::write_load(SharedLoad load, std::function<void(Status)> done) {
    parts_.store.write(
        [load](storage::Database& database) {
            load->report = apply_load(database, load->plan, load->options);
        },
        [this, load, done = std::move(done)](Status written) mutable {
            if (written && load->everything) {
                read_everything(load, std::move(done));
            } else {
                done(std::move(written));
            }
        });
}

void EngineCore::read_everything(SharedLoad load, std::function<void(Status)> done) {
    auto files = std::move(load->plan.files);
    load->plan = {};  // the parsed files are not needed any more
    load->plan.files = std::move(files);
    parts_.store.read(
        [load, now = load->options.now](storage::Database& database) {
            load->entries = load_entries(database, load->plan.files);
            load->plan.files = {};
            for (const auto& cursor : storage::load_cursors(database)) {
                load->cursors[cursor.directive][cursor.trigger_index] = cursor.decided_until;
            }
            load->left = load_left_versions(database);
            for (const auto& entry : load->entries) {
                if (asks_for_last_run(entry)) {
                    const auto counts = storage::find_counts(database, entry.id);
                    if (counts.last_status && counts.last_execution) {
                        load->last_runs.emplace(
                            entry.id, LastRun{*counts.last_status, *counts.last_execution});
                    }
                }
                if (entry.rate.count > 0) {
                    load->run_times[entry.id] = storage::load_run_times(
                        database, entry.id, {entry.rate.count, now - entry.rate.period});
                }
            }
            load->state = storage::load_state(database);
            load->last_wait = storage::last_wait_id(database);
            load->kept = load_kept_runs(database, [&](model::Wait wait) {
                if (wait.kind == model::WaitKind::trigger) {
                    load->trigger_waits.push_back(std::move(wait));
                } else if (wait.kind == model::WaitKind::notice) {
                    load->notice_waits.push_back(std::move(wait));
                } else if (wait.kind == model::WaitKind::flow) {
                    load->flow_waits.push_back(std::move(wait));
                }
            });
            load->newest_row = storage::last_seen_time(database);
            load->replay_marks = storage::load_replay_marks(database, now);
            load->open = storage::load_open_runs(
                database, [&](LedgerId run) { return is_parked(load->kept, run); });
            load->failure_streaks = storage::load_failure_streaks(database);
            load->written = storage::load_written_contents(database);
            database.release_memory();  // of the pages of the whole table, which nobody reads again
        },
        std::move(done));
}

void EngineCore::apply_start(Load& load) {
    clock_guard_.begin(load.newest_row);
    clock_steps_.begin(!clock_guard_.is_trusted() || !parts_.clock_is_synchronised());
    for (const auto& value : load.state) {
        state_.restore(value);
    }
    const auto now = parts_.clock.wall();
    for (auto& mark : load.replay_marks) {
        // What no longer fits is older than everything that does.
        static_cast<void>(
            armory_.webhooks().replay_ledger().remember({mark.key, mark.forget_at}, now));
    }
    written_.insert(load.written.begin(), load.written.end());
    // What has just changed begins anew: its stored cursors belong to the schedule it had before.
    for (const auto id : load.report.anew) {
        load.cursors.erase(id);
    }
    wait_ids_.start_after(load.last_wait);
    for (auto& wait : load.trigger_waits) {
        sensors_.restore(std::move(wait));
    }
    sensors_.hold_back(true);
    settle_loaded(load);
    notices_.restore(load.notice_waits);
    sensors_.drop_all_parked();
    for (auto& [id, times] : load.run_times) {
        dispatcher_.limits().restore_rate(id, std::move(times));
    }
    for (const auto& streak : load.failure_streaks) {
        dispatcher_.restore_failures(streak);
    }
    for (const auto& [id, run] : load.last_runs) {
        dispatcher_.restore_last_run(id, run);
        // Its cursor may not have become durable with it. An end to come is one of a wrong clock.
        if (run.ended_at <= parts_.clock.wall()) {
            store_cursors(
                armory_.timetable().count_from(id, schedule::CountsFrom::run_end, run.ended_at));
        }
    }
    report(load.report);
    reporter_.lifecycle("engine_started",
                        {},
                        fmt::format("{} directives loaded, {} armed", catalog_.size(), armed_));
    clock_source_ = parts_.make_clock_source(parts_.loop.get_executor(),
                                             {[this] { tick(); }, [this] { on_clock_changed(); }});
    begin_zone();
    dispatcher_.restore_flow(std::move(load.flow_waits));
    dispatcher_.recover(std::move(load.open), load.kept);
    catalog_.for_each([this](const Entry& entry) { follow_runs(entry.id); });
    sensors_.drop_parked_of_runs([this](LedgerId run) { return dispatcher_.is_under_way(run); });
    load.kept = {};
    sensors_.hold_back(false);
    tell_host_boot(load.state);
    sensors_.signal(triggers::signal_of_occasion("engine_start"),
                    boost::json::object{{"version", AIFP_VERSION}});
    static_cast<void>(may_go_by_clock());
    sleep_until_due();
    give_back_memory();  // what loading needed
}

void EngineCore::settle_loaded(Load& load) {
    const Cursors none;
    for (auto& loaded : load.entries) {
        const auto id = loaded.id;
        const auto directive = model::read_definition(loaded.definition);
        if (directive) {
            take_settings(loaded, *directive);
        }
        catalog_.put(std::move(loaded));
        if (const auto left = load.left.find(id); left != load.left.end()) {
            decide_left(*catalog_.find(id), left->second);
        }
        const auto cursors = load.cursors.find(id);
        settle(*catalog_.find(id),
               cursors == load.cursors.end() ? none : cursors->second,
               directive ? &*directive : nullptr);
    }
    load.entries = std::vector<Entry>();
}

void EngineCore::report(const LoadReport& report) {
    ++loads_;
    parts_.directives_changed();
    told_problems_.clear();
    for (const auto& diagnostic : report.diagnostics) {
        reporter_.diagnostic(diagnostic);
        told_problems_.insert(document::format_diagnostic(diagnostic));
    }
    for (const auto& note : report.notes) {
        reporter_.lifecycle(note.event, note.directive, note.text);
    }
}

}  // namespace aifp::engine
