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

expression::Limits sandbox_limits(const config::Limits& limits) {
    expression::Limits result;
    result.instructions = limits.expression_instructions;
    result.memory_bytes = limits.expression_memory;
    return result;
}

scheduler::RunLimits run_limits(const config::Limits& limits) {
    return scheduler::RunLimits{static_cast<std::size_t>(limits.max_concurrent_runs),
                                static_cast<std::size_t>(limits.max_queued_runs)};
}

}  // namespace

EngineCore::EngineCore(const EngineParts& parts)
    : parts_(parts),
      resolver_(parts.secrets, parts.read_environment, parts.keeper),
      state_(static_cast<std::size_t>(parts.settings.limits.max_state_entries)),
      host_(parts.paths.root()),
      sandbox_(sandbox_limits(parts.settings.limits)),
      scope_sources_{state_, parts.settings, parts.clock, [this] { refresh_host(); }},
      reporter_(parts.log, parts.console),
      health_(parts.loop.get_executor(), parts.store, reporter_),
      effects_(state_, reporter_, parts.clock),
      action_services_{parts.loop.get_executor(),
                       sandbox_,
                       parts.client,
                       resolver_,
                       parts.settings,
                       effects_,
                       parts.paths,
                       parts.clock,
                       parts.ai},
      traces_({parts.store, parts.settings, *parts.keeper, parts.clock}),
      run_services_{parts.loop.get_executor(),
                    parts.clock,
                    scope_sources_,
                    sandbox_,
                    *parts.keeper,
                    &traces_,
                    parts.chance,
                    parts.link_base},
      compiled_(action_services_, kCompiledDirectives),
      notices_(notice_services(), action_services_, scope_sources_),
      decision_traces_(traces_),
      feed_(feed_services()),
      observers_({&reporter_, &notices_, &decision_traces_, &feed_}),
      sensors_({state_,
                reporter_,
                parts.clock,
                wait_ids_,
                [this](std::vector<Offer> offers, storage::WriteGroup with) {
                    dispatcher_.offer_all(std::move(offers), std::move(with));
                    sleep_until_due();
                },
                [this](const RunWaiter& waiter, boost::json::object trigger) {
                    dispatcher_.trigger_came(waiter, std::move(trigger));
                }}),
      run_watch_(sensors_, sensor_parts()),
      armory_(parts.settings, resolver_, Armory::SensorDesk{sensors_, sensor_parts()}),
      dispatcher_(dispatcher_services(), run_limits(parts.settings.limits)),
      hooks_(hook_parts()),
      links_({dispatcher_, parts.log, parts.clock, trusted_proxies(parts.settings)}),
      stop_timer_(parts.loop),
      clock_guard_(parts.clock, parts.built, parts.clock_is_synchronised),
      clock_steps_(parts.clock, parts.since_boot),
      started_at_(parts.clock.mono()) {
    connect_parts();
}

HookFace::Parts EngineCore::hook_parts() {
    return {parts_.loop.get_executor(),
            armory_.webhooks(),
            dispatcher_,
            parts_.clock,
            [this](DirectiveId id) {
                auto* entry = catalog_.find(id);
                return entry == nullptr ? model::Reason::disabled : reason_at_rest(*entry);
            }};
}

// What has to know parts that are made after it.
void EngineCore::connect_parts() {
    parts_.keeper->remember(parts_.secrets);
    reporter_.set_listener(
        [this](logging::Level level,
               std::string_view event,
               std::string_view directive,
               std::string_view text) { feed_.on_lifecycle(level, event, directive, text); });
    state_.set_wake([this] {
        boost::asio::post(parts_.loop, [this, alive = alive_] {
            if (*alive) {
                tell_states();
            }
        });
    });
    effects_.set_listeners({&armory_,
                            &dispatcher_,
                            &catalog_,
                            &compiled_,
                            &sandbox_,
                            &scope_sources_,
                            &sensors_,
                            [this](std::string_view directive, const std::string& path) {
                                return check_program(directive, path);
                            }});
}

NoticeDesk::Services EngineCore::notice_services() {
    return {reporter_, catalog_, parts_.store, parts_.settings, parts_.clock, wait_ids_, [this] {
                sleep_until_due();
            }};
}

SensorParts EngineCore::sensor_parts() {
    return {state_,
            sandbox_,
            scope_sources_,
            action_services_,
            [this](DirectiveId directive, std::uint32_t index, triggers::Verdict verdict) {
                sensors_.take(directive, index, std::move(verdict));
                sleep_until_due();
            }};
}

DispatcherServices EngineCore::dispatcher_services() {
    return DispatcherServices{
        catalog_,
        compiled_,
        sandbox_,
        parts_.store,
        state_,
        run_services_,
        observers_,
        health_,
        wait_ids_,
        [this](Entry& entry) { return ask_gate(entry); },
        [this](const actions::RunContext& by, const std::string& text) {
            effects_.log_line(by, "warning", text);
        },
        [this] { sleep_until_due(); },
        [this](Entry& entry, std::string_view kind, const std::string& why) {
            pause_harmful(entry, kind, why);
        },
        &run_watch_,
        [this](const RunEnd& end, std::string_view directive) { tell_run_ended(end, directive); },
        [this](Entry& entry) { return reason_at_rest(entry); },
        parts_.host_place,
        [this](DirectiveId directive, schedule::CountsFrom moment) {
            count_from_run(directive, moment);
        }};
}

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
    for (const auto id : load.report.rearm) {
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

void EngineCore::handle_hook(http::Request request, http::Responder responder) {
    const bool is_link = ApprovalLinks::is_link(request.target);
    // No webhook is known yet, or no run any more: a 404 would be final for the sender.
    if (!ready_ || (stopping_ && is_link)) {
        auto answer = http::error_response(
            503, ready_ ? "the engine is stopping; try again" : "the engine is starting; try again");
        answer.headers.push_back({"Retry-After", "5"});
        responder(std::move(answer));
        return;
    }
    if (is_link) {
        links_.handle(request, responder);
        return;
    }
    hooks_.handle(std::move(request), std::move(responder));
}

std::size_t EngineCore::hook_body_limit(std::string_view method, std::string_view target) const {
    if (ApprovalLinks::is_link(target)) {
        return ApprovalLinks::kMaxBody;
    }
    // While it starts no path is known: the answer is 503 then, not 413.
    return ready_ ? hooks_.body_limit(method, target)
                  : static_cast<std::size_t>(parts_.settings.limits.max_payload);
}

std::unique_ptr<Engine> create_engine(const EngineParts& parts) {
    return std::make_unique<EngineCore>(parts);
}

}  // namespace aifp::engine
