#include <array>
#include <filesystem>
#include <fstream>
#include <span>

#include "base/quantity.hpp"
#include "engine/states.hpp"
#include "tests/simulation/flow_player.hpp"

// What a script may let happen. A new verb is one row here.
namespace aifp::simulation {

namespace {

namespace json = boost::json;

json::value value_at(const json::object& step, std::string_view key) {
    const auto* found = step.if_contains(key);
    return found != nullptr ? *found : json::value(json::object());
}

void act(FlowPlayer& player, engine::Verb verb, std::string directive) {
    player.control().act(verb, std::move(directive), "eva", player.refusals());
}

void run(FlowPlayer& player, const json::object& step) {
    act(player, engine::Verb::run, text_at(step, "run"));
}
void pause(FlowPlayer& player, const json::object& step) {
    act(player, engine::Verb::pause, text_at(step, "pause"));
}
void resume(FlowPlayer& player, const json::object& step) {
    act(player, engine::Verb::resume, text_at(step, "resume"));
}
void snooze(FlowPlayer& player, const json::object& step) {
    player.control().snooze(
        text_at(step, "snooze"), text_at(step, "until"), "eva", player.refusals());
}
void unsnooze(FlowPlayer& player, const json::object& step) {
    player.control().unsnooze(text_at(step, "unsnooze"), "eva", player.refusals());
}
void hook(FlowPlayer& player, const json::object& step) {
    player.call_hook(text_at(step, "hook"), value_at(step, "body"), true);
}
void event(FlowPlayer& player, const json::object& step) {
    player.call_hook(teller_of(text_at(step, "event")), value_at(step, "data"), false);
    player.computer().settle();
}

void set(FlowPlayer& player, const json::object& step) {
    model::StateUpdate update;
    update.values = step.at("set").as_object();
    if (const auto* attributes = step.if_contains("attributes")) {
        update.attributes = attributes->as_object();
    }
    if (const auto ttl = text_at(step, "ttl"); !ttl.empty()) {
        update.ttl = parse_duration(ttl).value();
    }
    update.by = "outside";
    player.control().states()->change_states(std::move(update), player.refusals());
}
void unset(FlowPlayer& player, const json::object& step) {
    model::StateUpdate update;
    update.values[text_at(step, "unset")] = nullptr;
    update.remove = true;
    update.by = "outside";
    player.control().states()->change_states(std::move(update), player.refusals());
}

void answer(FlowPlayer& player, const json::object& step) {
    const auto run = player.run_of(text_at(step, "answer"));
    player.control().answer_run(run, {step.at("yes").as_bool(), "eva"}, player.refusals());
}
void cancel(FlowPlayer& player, const json::object& step) {
    player.control().cancel_run(player.run_of(text_at(step, "cancel")), "eva", player.refusals());
}

void edit(FlowPlayer& player, const json::object& step) {
    player.put_directives(text_at(step, "edit"), "directive.yaml");
    if (player.computer().is_up()) {
        player.reload();
    }
}
void add(FlowPlayer& player, const json::object& step) {
    player.put_directives(text_at(step, "add"), text_at(step, "add"));
    if (player.computer().is_up()) {
        player.reload();
    }
}
void remove(FlowPlayer& player, const json::object& step) {
    std::filesystem::remove(player.computer().paths().directives() / text_at(step, "remove"));
    if (player.computer().is_up()) {
        player.reload();
    }
}

void crash(FlowPlayer& player, const json::object&) {
    player.computer().crash();
}
void stop(FlowPlayer& player, const json::object&) {
    player.computer().stop(Seconds(0));
}
void start(FlowPlayer& player, const json::object&) {
    player.start();
}
void boot(FlowPlayer& player, const json::object& step) {
    player.computer().boot({text_at(step, "boot"), Seconds(60)});
}

void clock(FlowPlayer& player, const json::object& step) {
    const auto text = text_at(step, "clock");
    const auto jump = parse_duration(std::string_view(text).substr(1)).value();
    player.step_clock(text.front() == '-' ? -jump : jump);
}

void zone(FlowPlayer& player, const json::object& step) {
    player.computer().move_to(text_at(step, "zone"));
}

/// Where people and programs put files: below the project's folder.
void write(FlowPlayer& player, const json::object& step) {
    const auto path = player.computer().paths().root() / text_at(step, "write");
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text_at(step, "text");
    tell_folder_changed();
}
void take_away(FlowPlayer& player, const json::object& step) {
    std::filesystem::remove(player.computer().paths().root() / text_at(step, "take_away"));
    tell_folder_changed();
}
void rename(FlowPlayer& player, const json::object& step) {
    const auto& root = player.computer().paths().root();
    std::filesystem::rename(root / text_at(step, "rename"), root / text_at(step, "to"));
    tell_folder_changed();
}
void disk(FlowPlayer& player, const json::object& step) {
    player.computer().disk().set_full(text_at(step, "disk") == "full");
}

constexpr std::array kVerbs{
    FlowVerb{"run", run},       FlowVerb{"hook", hook},     FlowVerb{"event", event},
    FlowVerb{"set", set},       FlowVerb{"unset", unset},   FlowVerb{"pause", pause},
    FlowVerb{"resume", resume}, FlowVerb{"snooze", snooze}, FlowVerb{"unsnooze", unsnooze},
    FlowVerb{"answer", answer}, FlowVerb{"cancel", cancel}, FlowVerb{"edit", edit},
    FlowVerb{"add", add},       FlowVerb{"remove", remove}, FlowVerb{"crash", crash},
    FlowVerb{"stop", stop},     FlowVerb{"start", start},   FlowVerb{"boot", boot},
    FlowVerb{"clock", clock},   FlowVerb{"write", write},   FlowVerb{"take_away", take_away},
    FlowVerb{"rename", rename}, FlowVerb{"disk", disk},     FlowVerb{"zone", zone},
};

}  // namespace

const FlowVerb* find_verb(const json::object& step) noexcept {
    for (const std::span<const FlowVerb> verbs :
         {std::span<const FlowVerb>(kVerbs), question_verbs()}) {
        for (const auto& verb : verbs) {
            if (step.contains(verb.name)) {
                return &verb;
            }
        }
    }
    return nullptr;
}

}  // namespace aifp::simulation
