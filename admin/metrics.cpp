#include "admin/metrics.hpp"

#include <fmt/format.h>

#include <chrono>
#include <initializer_list>
#include <iterator>

#include "model/run_names.hpp"

namespace aifp::admin {
namespace {

constexpr double kMicroseconds = 1e6;  // in a second
constexpr double kMilliseconds = 1e3;

class Writer {
public:
    enum class Type { counter, gauge, histogram };

    void family(std::string_view name, Type type, std::string_view help) {
        name_ = name;
        add("# HELP {} {}\n", name, help);
        add("# TYPE {} {}\n",
            name,
            type == Type::counter ? "counter"
            : type == Type::gauge ? "gauge"
                                  : "histogram");
    }

    template <class Number>
    void value(Number number) {
        add("{} {}\n", name_, number);
    }
    template <class Number>
    void value(std::string_view label, std::string_view of, Number number) {
        add("{}{{{}=\"{}\"}} {}\n", name_, label, of, number);
    }

    /// `per_unit`: how many of the histogram's units are one of those that are written. Divided by,
    /// not multiplied with its inverse: 2.03 stays 2.03.
    void histogram(const HistogramView& view, double per_unit) {
        std::uint64_t below = 0;
        for (std::size_t i = 0; i < view.bounds.size(); ++i) {
            below += view.counts[i];
            const auto bound = static_cast<double>(view.bounds[i]) / per_unit;
            add("{}_bucket{{le=\"{:.6g}\"}} {}\n", name_, bound, below);
        }
        below += view.counts.back();
        add("{}_bucket{{le=\"+Inf\"}} {}\n", name_, below);
        add("{}_sum {}\n", name_, static_cast<double>(view.sum) / per_unit);
        add("{}_count {}\n", name_, below);
    }

    void counter(std::string_view name, std::string_view help, std::uint64_t number) {
        family(name, Type::counter, help);
        value(number);
    }
    template <class Number>
    void gauge(std::string_view name, std::string_view help, Number number) {
        family(name, Type::gauge, help);
        value(number);
    }

    [[nodiscard]] std::string take() { return std::move(text_); }

private:
    template <class... Arguments>
    void add(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
        fmt::format_to(std::back_inserter(text_), format, std::forward<Arguments>(arguments)...);
    }

    std::string text_;
    std::string_view name_;
};
using Type = Writer::Type;

double seconds_of(MonoTime::duration time) {
    return std::chrono::duration<double>(time).count();
}

void write_engine(Writer& out, const engine::EngineFigures& engine) {
    out.family("aifp_build_info", Type::gauge, "1; the label tells the version of the program.");
    out.value("version", engine.version, 1);
    out.gauge("aifp_uptime_seconds",
              "Time since the engine of the project was built.",
              seconds_of(engine.uptime));
    out.gauge("aifp_ready",
              "1 while the directives are armed and no stop has begun.",
              engine.ready ? 1 : 0);
    out.family("aifp_directives", Type::gauge, "Directives by status.");
    for (std::size_t i = 0; i < engine.directives.size(); ++i) {
        out.value("status",
                  model::name_of(static_cast<model::DirectiveStatus>(i)),
                  engine.directives.at(i));
    }
    out.gauge("aifp_directives_armed", "Directives whose triggers can fire.", engine.armed);
    out.counter("aifp_loads_total", "Loads of the directive files that changed any.", engine.loads);
    out.gauge("aifp_alerts", "Alerts that people are shown now.", engine.alerts);
    out.gauge("aifp_event_listeners", "Who listens to the live events.", engine.feed.listeners);
    out.counter("aifp_events_total", "Events told while anybody listened.", engine.feed.told);
}

void write_decisions(Writer& out, const engine::DispatchFigures& dispatch) {
    out.family("aifp_decisions_total", Type::counter, "Stored decisions about events.");
    const auto kinds = model::decision_names();
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        out.value("decision", kinds[i], dispatch.decided.at(i));
    }
    out.family("aifp_not_run_total", Type::counter, "Decisions not to run, by reason.");
    const auto reasons = model::reason_names();
    for (std::size_t i = 1; i < reasons.size(); ++i) {  // the first is none
        out.value("reason", reasons[i], dispatch.not_run.at(i));
    }
}

bool is_end(model::RunState state) {
    return state != model::RunState::queued && state != model::RunState::running &&
           state != model::RunState::waiting;
}

void write_runs(Writer& out, const engine::DispatchFigures& dispatch) {
    out.counter("aifp_runs_started_total", "Runs whose first action was begun.", dispatch.started);
    out.family("aifp_runs_ended_total",
               Type::counter,
               "Runs that ended, also those that never began, by outcome.");
    const auto states = model::run_state_names();
    for (std::size_t i = 0; i < states.size(); ++i) {
        if (is_end(static_cast<model::RunState>(i))) {
            out.value("state", states[i], dispatch.ended.at(i));
        }
    }
    out.family("aifp_run_duration_seconds",
               Type::histogram,
               "How long runs took from their first action, waits included.");
    out.histogram(dispatch.durations.view(), kMilliseconds);
    out.family("aifp_runs", Type::gauge, "Runs under way, by what they do.");
    out.value("state", "running", dispatch.running);
    out.value("state", "waiting", dispatch.waiting);
    out.value("state", "queued", dispatch.queued);
    out.family("aifp_open_waits", Type::gauge, "What waits and survives a crash.");
    out.value("kind", "run", dispatch.waits_of_runs);
    out.value("kind", "event", dispatch.held);
}

void write_schedules(Writer& out, const engine::EngineFigures& engine) {
    out.family("aifp_schedule_lateness_seconds",
               Type::histogram,
               "By how much due instants were decided later than they say.");
    out.histogram(engine.dispatch.lateness.view(), kMilliseconds);
    out.gauge("aifp_schedules", "Schedules that are watched.", engine.schedules);
    out.gauge("aifp_schedules_overdue",
              "Schedules due for more than a second and not decided yet.",
              engine.overdue);
}

void write_loop(Writer& out, const LoopFigures& loop) {
    const auto lag = loop.lag.view();
    out.family("aifp_loop_lag_seconds",
               Type::histogram,
               "How late the event loop came to a timer that asks it ten times a second.");
    out.histogram(lag, kMicroseconds);
    out.gauge("aifp_loop_lag_max_seconds",
              "The greatest lag since the start.",
              static_cast<double>(lag.max) / kMicroseconds);
    out.gauge("aifp_loop_lag_recent_max_seconds",
              "The greatest lag of the last one to two minutes.",
              static_cast<double>(loop.recent_max_us) / kMicroseconds);
}

void write_logs(Writer& out, const engine::EngineFigures& engine) {
    const auto each = [&](auto number_of) {
        for (const auto type : logging::kLogTypes) {
            out.value("log",
                      logging::name_of(type),
                      number_of(engine.logs.at(static_cast<std::size_t>(type))));
        }
    };
    out.family("aifp_log_lines_total", Type::counter, "Lines written to the log files.");
    each([](const logging::LogStatistics& log) { return log.written; });
    out.family("aifp_log_bytes_total", Type::counter, "Bytes written to the log files.");
    each([](const logging::LogStatistics& log) { return log.bytes; });
    out.family("aifp_log_lines_dropped_total",
               Type::counter,
               "Lines lost because the queue was full or the disk refused them.");
    each([](const logging::LogStatistics& log) { return log.dropped; });
}

void write_store(Writer& out, const engine::EngineFigures& engine) {
    const auto& store = engine.store;
    out.gauge("aifp_store_writable", "1 while the ledger takes writes.", engine.can_store ? 1 : 0);
    out.family("aifp_store_commit_duration_seconds",
               Type::histogram,
               "How long transactions of the ledger took, fsync included.");
    out.histogram(store.commit_times.view(), kMicroseconds);
    out.family("aifp_store_batch_groups",
               Type::histogram,
               "How many groups of records were committed as one transaction.");
    out.histogram(store.batches.view(), 1);
    out.gauge("aifp_store_queued_groups", "Groups of records not stored yet.", store.queued);
    out.counter("aifp_store_failures_total", "Transactions that were rolled back.", store.failures);
    out.counter("aifp_store_dropped_groups_total",
                "Groups of records that can never be stored: a defect.",
                store.dropped);
}

void write_listeners(Writer& out, const std::vector<ListenerFigures>& listeners) {
    const auto each = [&](auto member) {
        for (const auto& listener : listeners) {
            out.value("listener", listener.name, listener.statistics.*member);
        }
    };
    using Statistics = http::ServerStatistics;
    out.family("aifp_http_connections", Type::gauge, "Open connections.");
    each(&Statistics::connections);
    out.family("aifp_http_connections_total", Type::counter, "Connections so far.");
    each(&Statistics::accepted);
    out.family("aifp_http_connections_refused_total",
               Type::counter,
               "Connections turned away because there were too many.");
    each(&Statistics::turned_away);
    out.family("aifp_http_requests_total", Type::counter, "Complete requests.");
    each(&Statistics::requests);
    out.family("aifp_http_requests_refused_total",
               Type::counter,
               "Requests that were malformed, too large or too slow.");
    each(&Statistics::refused);
}

void write_process(Writer& out, const ProcessFigures& process) {
    out.gauge("aifp_process_resident_memory_bytes",
              "Resident memory of the daemon.",
              process.resident_bytes);
    out.family("aifp_process_cpu_seconds_total",
               Type::counter,
               "User and system time of the daemon, without its children.");
    out.value(process.cpu_seconds);
    out.gauge("aifp_process_open_fds", "Open file descriptors.", process.open_descriptors);
}

}  // namespace

std::string metrics_text(const Metrics& metrics) {
    Writer out;
    write_engine(out, metrics.engine);
    write_decisions(out, metrics.engine.dispatch);
    write_runs(out, metrics.engine.dispatch);
    write_schedules(out, metrics.engine);
    write_loop(out, metrics.daemon.loop);
    write_logs(out, metrics.engine);
    out.gauge("aifp_log_followers", "Who follows the lines of the log.", metrics.log_followers);
    write_store(out, metrics.engine);
    write_listeners(out, metrics.daemon.listeners);
    write_process(out, metrics.process);
    return out.take();
}

}  // namespace aifp::admin
