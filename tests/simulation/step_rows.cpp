#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "tests/simulation/rows.hpp"

// The steps that the generator knows. A new kind of action is one row here.
namespace aifp::simulation {

namespace {

std::string next_name(StepDesk& desk) {
    return fmt::format("s{}", ++desk.counter);
}

std::string call_of(const StepDesk& desk, const StepPlace& place, const std::string& name) {
    return fmt::format("http_request: \"POST http://world/{}/{}?run={{{{ run.id }}}}{}\"",
                       desk.plan.name,
                       name,
                       place.turns > 0 ? "&turn={{ repeat.index }}" : "");
}

std::string add_call(StepDesk& desk, StepPlace& place, int most, const std::string& more) {
    const auto name = next_name(desk);
    desk.plan.steps.push_back(
        {name, place.is_certain ? 1 : 0, most * desk.plan.tries, place.turns});
    place.last_request = name;
    return fmt::format(
        "{{{}, timeout: {}s{}}}", call_of(desk, place, name), desk.draw.between(1, 30), more);
}

std::string request(StepDesk& desk, StepPlace& place) {
    return add_call(desk, place, 1, "");
}

std::string request_anyway(StepDesk& desk, StepPlace& place) {
    return add_call(desk, place, 1, ", continue_on_error: true");
}

std::string request_again(StepDesk& desk, StepPlace& place) {
    const int attempts = desk.draw.between(2, 4);
    return add_call(desk,
                    place,
                    attempts,
                    fmt::format(", retry: {{attempts: {}, delay: {}s, jitter: 0}}",
                                attempts,
                                desk.draw.between(1, 90)));
}

// A pause is only checked between two steps that surely follow one another.
std::string delay(StepDesk& desk, StepPlace& place) {
    const auto time = desk.draw.between(Milliseconds(100), Seconds(600));
    auto text = fmt::format("{{delay: \"{}ms\"}}", time.count());
    if (place.is_in_line && !place.last_request.empty()) {
        const auto before = place.last_request;
        text += ", " + request(desk, place);
        desk.plan.pauses.push_back({before, place.last_request, time});
    }
    return text;
}

std::string wait_until(StepDesk& desk, StepPlace&) {
    return fmt::format("{{wait_until: \"default(state.level{}, 0) > 50\", timeout: {}s}}",
                       desk.draw.between(1, kLevels),
                       desk.draw.between(10, 900));
}

std::string wait_for(StepDesk& desk, StepPlace&) {
    return fmt::format("{{wait_for: {{event: {}}}, timeout: {}s}}",
                       directive_name(desk.draw.between(1, kDirectives)),
                       desk.draw.between(10, 900));
}

// What the wait saw is known between two steps that surely follow one another.
std::string wait_for_state(StepDesk& desk, StepPlace& place) {
    const auto source = fmt::format("out{}", desk.draw.between(1, kOutsideStates));
    const auto time = Seconds(desk.draw.between(10, 400));
    auto text = fmt::format("{{wait_for: {{state: {}}}, timeout: {}s}}", source, time.count());
    if (place.is_in_line) {
        const auto first = request(desk, place);
        const auto before = place.last_request;
        text = fmt::format("{}, {}, {}", first, text, request(desk, place));
        desk.plan.waits.push_back({before, place.last_request, source, time});
    }
    return text;
}

std::string wait_for_others(StepDesk& desk, StepPlace&) {
    const auto out = fmt::format("out{}", desk.draw.between(1, kOutsideStates));
    const auto level = fmt::format("level{}", desk.draw.between(1, kLevels));
    const std::array triggers{
        fmt::format("{{state: {}, not_to: idle, for: 20s}}", out),
        fmt::format("{{numeric_state: {}, above: 50}}", level),
        fmt::format("{{template: \"default(state.{}, 0) > 50\"}}", level),
        fmt::format("{{after: [{}], match: any, on: any}}",
                    directive_name(desk.draw.between(1, kDirectives))),
        std::string("{every: 2m}"),
        fmt::format("{{at: \"{:02}:{:02}\"}}", desk.draw.between(0, 3), desk.draw.between(0, 59)),
        std::string("clock_changed")};
    return fmt::format("{{wait_for: [{}, {}], timeout: {}s, continue_on_timeout: {}}}",
                       desk.draw.pick(triggers),
                       desk.draw.pick(triggers),
                       desk.draw.between(10, 900),
                       desk.draw.one_in(3) ? "false" : "true");
}

std::string inner_steps(StepDesk& desk, const StepPlace& place, int turns, bool is_certain) {
    StepPlace inner;
    inner.depth = place.depth + 1;
    inner.turns = turns;
    inner.is_certain = place.is_certain && is_certain;
    inner.is_in_line = false;
    std::string text = draw_step(desk, inner);
    for (int more = desk.draw.between(0, 1); more > 0; --more) {
        text += ", " + draw_step(desk, inner);
    }
    return text;
}

std::string repeat(StepDesk& desk, StepPlace& place) {
    if (place.turns > 0) {
        return request(desk, place);  // of two turns in one another only one is named
    }
    const int turns = desk.draw.between(1, 4);
    return fmt::format("{{repeat: [{}], count: {}}}", inner_steps(desk, place, turns, true), turns);
}

std::string parallel(StepDesk& desk, StepPlace& place) {
    return fmt::format("{{parallel: [{{sequence: [{}]}}, {{sequence: [{}]}}]}}",
                       inner_steps(desk, place, place.turns, true),
                       inner_steps(desk, place, place.turns, true));
}

std::string either(StepDesk& desk, StepPlace& place) {
    return fmt::format("{{if: \"default(state.level{}, 0) > 50\", then: [{}], else: [{}]}}",
                       desk.draw.between(1, kLevels),
                       inner_steps(desk, place, place.turns, false),
                       inner_steps(desk, place, place.turns, false));
}

std::string sequence(StepDesk& desk, StepPlace& place) {
    return fmt::format("{{sequence: [{}], timeout: {}s}}",
                       inner_steps(desk, place, place.turns, true),
                       desk.draw.between(5, 1'800));
}

std::string call(StepDesk& desk, StepPlace& place) {
    if (desk.plan.number == kDirectives) {
        return request(desk, place);
    }
    return fmt::format("{{call: {}, wait: {}, continue_on_error: true}}",
                       directive_name(desk.draw.between(desk.plan.number + 1, kDirectives)),
                       desk.draw.one_in(2) ? "true" : "false");
}

std::string emit(StepDesk& desk, StepPlace& place) {
    const auto name = next_name(desk);
    if (place.is_certain && place.is_in_line) {
        desk.plan.emits.push_back(name);
    }
    return fmt::format(
        "{{emit: {}, data: {{from: \"{}-{{{{ run.id }}}}.\"}}}}", desk.plan.name, name);
}

std::string set(StepDesk& desk, StepPlace&) {
    return desk.draw.one_in(2) ? fmt::format("{{set: {{inner{}: \"{{{{ run.id }}}}\"}}, ttl: 10m}}",
                                             desk.plan.number)
                               : std::string("{set: {count: 1}, increment: true}");
}

std::string approval(StepDesk& desk, StepPlace&) {
    return fmt::format("{{approval: \"may it?\", timeout: {}s}}", desk.draw.between(30, 1'200));
}

std::string variables(StepDesk&, StepPlace&) {
    return "{variables: {who: \"{{ run.id }}\"}}";
}

constexpr int kDeepest = 3;
constexpr std::array kRows{
    StepRow{6, kDeepest, request},
    StepRow{2, kDeepest, request_anyway},
    StepRow{4, kDeepest, request_again},
    StepRow{4, kDeepest, delay},
    StepRow{2, kDeepest, wait_until},
    StepRow{2, kDeepest, wait_for},
    StepRow{2, kDeepest, wait_for_state},
    StepRow{2, kDeepest, wait_for_others},
    StepRow{2, 1, repeat},
    StepRow{2, 1, parallel},
    StepRow{2, 1, either},
    StepRow{2, 1, sequence},
    StepRow{3, kDeepest, call},
    StepRow{6, kDeepest, emit},
    StepRow{2, kDeepest, set},
    StepRow{1, kDeepest, approval},
    StepRow{1, kDeepest, variables},
};

}  // namespace

std::span<const StepRow> step_rows() noexcept {
    return kRows;
}

std::string draw_step(StepDesk& desk, StepPlace& place) {
    for (;;) {
        const auto& row = desk.draw.pick_weighted(kRows);
        if (place.depth <= row.max_depth) {
            return row.write(desk, place);
        }
    }
}

}  // namespace aifp::simulation
