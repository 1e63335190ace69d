#include "engine/engine_core.hpp"

#include <boost/asio/post.hpp>
#include <utility>

#include "model/definition.hpp"

// Of which parts the engine consists, and what each of them is told about the others.
namespace aifp::engine {
namespace {

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

void EngineCore::handle_hook(http::Request request, http::Responder responder) {
    const bool is_link = ApprovalLinks::is_link(request.target);
    // No webhook is known yet, or no run any more: a 404 would be final for the sender.
    if (!ready_ || (stopping_ && is_link)) {
        auto answer = http::error_response(
            503,
            ready_ ? "the engine is stopping; try again" : "the engine is starting; try again");
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
