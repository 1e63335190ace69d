#include <fmt/format.h>

#include <set>
#include <utility>

#include "base/memory.hpp"
#include "document/node.hpp"
#include "engine/engine_core.hpp"
#include "storage/database.hpp"
#include "storage/directives.hpp"
#include "storage/implementations.hpp"
#include "storage/recovery.hpp"
#include "storage/state.hpp"

namespace aifp::engine {
namespace {

using model::DirectiveStatus;
using model::Reason;

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

directives::ParseContext parse_context(const EngineParts& parts) {
    directives::ParseContext context;
    context.project_has_timezone = parts.settings.timezone_given;
    context.apis.emplace();
    for (const auto& [name, api] : parts.settings.apis) {
        context.apis->insert(name);
    }
    context.channels.emplace();
    for (const auto& [name, channel] : parts.settings.notify) {
        context.channels->insert(name);
    }
    context.limits.max_bytes = parts.settings.limits.max_file_size;
    return context;
}

}  // namespace

struct EngineCore::Load {
    Load(const EngineParts& parts, bool all)
        : context(parse_context(parts)),
          options{ScanOptions{parts.paths, context, parts.settings.limits.max_file_size},
                  parts.settings.approval,
                  parts.clock.wall()},
          everything(all) {}

    directives::ParseContext context;
    LoadOptions options;
    bool everything;  // at start: all entries and what the ledger knows, not only what has changed
    LoadPlan plan;
    LoadReport report;
    std::vector<Entry> entries;
    std::unordered_map<DirectiveId, Cursors> cursors;
    std::vector<storage::StateWrite> state;
    std::vector<storage::ReplayMark> replay_marks;
    storage::OpenRuns open;
};

EngineCore::EngineCore(const EngineParts& parts)
    : parts_(parts),
      resolver_(parts.secrets),
      state_(static_cast<std::size_t>(parts.settings.limits.max_state_entries)),
      sandbox_(sandbox_limits(parts.settings.limits)),
      scope_sources_{state_, parts.settings, parts.clock},
      reporter_(parts.log, parts.console),
      effects_(state_, reporter_, parts.clock),
      action_services_{parts.loop.get_executor(),
                       sandbox_,
                       parts.client,
                       resolver_,
                       parts.settings,
                       effects_,
                       parts.paths,
                       parts.clock},
      run_services_{parts.loop.get_executor(), parts.clock, scope_sources_},
      compiled_(action_services_, kCompiledDirectives),
      armory_(parts.settings, resolver_),
      dispatcher_(DispatcherServices{catalog_,
                                     compiled_,
                                     sandbox_,
                                     parts.store,
                                     state_,
                                     run_services_,
                                     reporter_,
                                     [this](Entry& entry) { return ask_gate(entry); }},
                  run_limits(parts.settings.limits)),
      hooks_(parts.loop.get_executor(), armory_.webhooks(), dispatcher_, parts.clock),
      stop_timer_(parts.loop),
      started_at_(parts.clock.mono()) {
    effects_.set_listeners({&armory_, &dispatcher_, &catalog_, &sandbox_, &scope_sources_});
}

void EngineCore::start(std::function<void(Status)> ready) {
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
            } else if (load->plan.scan.has_changes()) {
                write_load(load, std::move(done));
            } else if (load->everything) {
                load->report.diagnostics = load->plan.scan.problems;
                read_everything(load, std::move(done));
            } else {
                done({});
            }
        });
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
    load->plan = {};  // the parsed files are not needed any more
    parts_.store.read(
        [load, paths = &parts_.paths, now = load->options.now](storage::Database& database) {
            load->entries = load_entries(database, *paths);
            for (const auto& cursor : storage::load_cursors(database)) {
                load->cursors[cursor.directive][cursor.trigger_index] = cursor.decided_until;
            }
            load->state = storage::load_state(database);
            load->replay_marks = storage::load_replay_marks(database, now);
            load->open = storage::load_open_runs(database);
            database.release_memory();  // of the pages of the whole table, which nobody reads again
        },
        std::move(done));
}

void EngineCore::apply_start(Load& load) {
    for (const auto& value : load.state) {
        state_.restore(value.name, value.value_json);
    }
    const auto now = parts_.clock.wall();
    for (auto& mark : load.replay_marks) {
        // What no longer fits is older than everything that does.
        static_cast<void>(
            armory_.webhooks().replay_ledger().remember({mark.key, mark.forget_at}, now));
    }
    // What has just changed begins anew: its stored cursors belong to the schedule it had before.
    for (const auto id : load.report.rearm) {
        load.cursors.erase(id);
    }
    const Cursors none;
    for (auto& loaded : load.entries) {
        const auto id = loaded.id;
        catalog_.put(std::move(loaded));
        const auto cursors = load.cursors.find(id);
        settle(*catalog_.find(id), cursors == load.cursors.end() ? none : cursors->second);
    }
    load.entries = {};
    dispatcher_.recover(std::move(load.open));
    report(load.report);
    reporter_.lifecycle("engine_started",
                        {},
                        fmt::format("{} directives loaded, {} armed", catalog_.size(), armed_));
    clock_source_ = parts_.make_clock_source(parts_.loop.get_executor(),
                                             {[this] { tick(); }, [this] { on_clock_changed(); }});
    sleep_until_due();
    give_back_memory();  // what loading needed
}

void EngineCore::apply_reload(Load& load) {
    for (const auto id : load.report.removed) {
        if (auto* entry = catalog_.find(id)) {
            entry->status = DirectiveStatus::archived;
            entry->status_reason = std::string(kFileRemoved);
            settle(*entry, {});
            compiled_.forget(id);
        }
    }
    const std::set<DirectiveId> rearm(load.report.rearm.begin(), load.report.rearm.end());
    for (auto& changed : load.report.entries) {
        const auto id = changed.id;
        const auto* before = catalog_.find(id);
        const bool was_armed = before != nullptr && before->armed;
        changed.armed = was_armed;
        catalog_.put(std::move(changed));
        compiled_.forget(id);
        auto& entry = *catalog_.find(id);
        if (rearm.contains(id) || entry.status != DirectiveStatus::active || !was_armed) {
            settle(entry, {});
        }
    }
    report(load.report);
    sleep_until_due();
}

void EngineCore::report(const LoadReport& report) {
    ++loads_;
    for (const auto& diagnostic : report.diagnostics) {
        const auto text = document::format_diagnostic(diagnostic);
        if (diagnostic.severity == model::Severity::error) {
            reporter_.problem("directive_problem", text);
        } else {
            reporter_.lifecycle("directive_warning", {}, text);
        }
    }
    for (const auto& note : report.notes) {
        reporter_.lifecycle(note.event, note.directive, note.text);
    }
}

void EngineCore::begin_watching() {
    WatchOptions options;
    options.folder = parts_.paths.directives();
    watcher_ = create_directive_watcher(
        parts_.loop.get_executor(),
        std::move(options),
        [this] { reload_files([](const Status&) {}); },
        [this](const std::string& text) { reporter_.problem("watch_trouble", text); });
}

// One load at a time: changes that come meanwhile are found by the next one.
void EngineCore::reload_files(std::function<void(Status)> done) {
    after_load_.push_back(std::move(done));
    if (loading_) {
        load_again_ = true;
        return;
    }
    loading_ = true;
    auto load = make_load(false);
    run_load(load, [this, load](Status loaded) {
        loading_ = false;
        if (loaded) {
            apply_reload(*load);
        } else {
            reporter_.problem("reload_failed", loaded.error().detail());
        }
        if (std::exchange(load_again_, false) && !stopping_) {
            reload_files([](const Status&) {});
            return;
        }
        for (const auto& after : std::exchange(after_load_, {})) {
            after(loaded);
        }
    });
}

void EngineCore::settle(Entry& entry, const Cursors& cursors) {
    const bool at_rest = entry.status == DirectiveStatus::paused ||
                         entry.status == DirectiveStatus::archived ||
                         entry.status == DirectiveStatus::error;
    auto gate = Reason::none;
    if (!at_rest) {
        gate = ask_gate(entry);
        const auto status = status_for(gate);
        if (status != entry.status) {
            entry.status = status;
            entry.status_reason = gate == Reason::none ? "" : std::string(model::name_of(gate));
            store_status(entry);
        }
    }
    if (std::exchange(entry.armed, false)) {
        --armed_;
    }
    armory_.disarm(entry.id);
    if (entry.status != DirectiveStatus::active || !entry.enabled) {
        return;
    }
    const auto now = parts_.clock.wall();
    auto armed = armory_.arm(entry, cursors, now);
    if (!armed.problem) {
        entry.status_reason = armed.problem.error().detail();
        entry.status = DirectiveStatus::error;
        store_status(entry);
        reporter_.problem("directive_not_armed",
                          fmt::format("{}: {}", entry.name, entry.status_reason));
        return;
    }
    entry.armed = true;
    ++armed_;
    if (!armed.cursors.empty()) {
        storage::WriteGroup group;
        group.cursors = std::move(armed.cursors);
        parts_.store.submit_lazily(std::move(group));
    }
    if (entry.first_armed == WallTime()) {
        entry.first_armed = now;
        parts_.store.write(
            [id = entry.id, now](storage::Database& database) {
                storage::mark_first_armed(database, id, now);
            },
            [](const Status&) {});
    }
}

Reason EngineCore::ask_gate(Entry& entry) {
    bool changed = false;
    for (auto& file : entry.files) {
        changed = refresh_implementation(file, parts_.paths.root() / file.path) || changed;
    }
    if (changed) {
        accept_changed_files(entry);
    }
    return decide_gate(parts_.settings.approval, entry.approval, entry.content_hash, entry.files);
}

// Under owner_files the owner's edit of a script is its approval, as the edit of a directive is.
void EngineCore::accept_changed_files(Entry& entry) {
    if (parts_.settings.approval != config::Approval::owner_files ||
        entry.approval.by != kApprovedByOwnerFile || entry.approval.hash != entry.content_hash) {
        return;
    }
    for (const auto& file : entry.files) {
        const auto owned = check_owner_file(parts_.paths.root() / file.path, parts_.paths.root());
        if (!owned) {
            reporter_.lifecycle("implementation_changed", entry.name, owned.error().detail());
            return;
        }
    }
    for (auto& file : entry.files) {
        file.approved_sha256 = file.sha256;
    }
    reporter_.lifecycle("implementation_changed", entry.name, "approved: the file is the owner's");
    parts_.store.write(
        [id = entry.id, files = entry.files, now = parts_.clock.wall()](
            storage::Database& database) { approve_files(database, id, files, now); },
        [](const Status&) {});
}

void EngineCore::store_status(const Entry& entry) {
    parts_.store.write(
        [id = entry.id,
         status = entry.status,
         reason = entry.status_reason,
         now = parts_.clock.wall()](storage::Database& database) {
            storage::set_directive_status(database, id, status, reason, now);
        },
        [this](const Status& stored) {
            if (!stored) {
                reporter_.on_store_trouble(stored.error().detail());
            }
        });
}

// Webhooks hold resolved secrets, schedules the project's zone: all are armed anew, from where they
// are.
void EngineCore::settings_changed() {
    catalog_.for_each([&](Entry& entry) {
        Cursors cursors;
        for (const auto& cursor : armory_.timetable().cursors_of(entry.id)) {
            cursors[cursor.trigger_index] = cursor.decided_until;
        }
        compiled_.forget(entry.id);
        settle(entry, cursors);
    });
    sleep_until_due();
}

void EngineCore::handle_hook(http::Request request, http::Responder responder) {
    hooks_.handle(std::move(request), std::move(responder));
}

std::size_t EngineCore::hook_body_limit(std::string_view method, std::string_view target) const {
    return hooks_.body_limit(method, target);
}

std::unique_ptr<Engine> create_engine(const EngineParts& parts) {
    return std::make_unique<EngineCore>(parts);
}

}  // namespace aifp::engine
