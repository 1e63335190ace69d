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
    desk.plan.steps.push_back({name, place.is_certain ? 1 : 0, most, place.turns});
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

// Lines around triggers and actions.
std::string level_condition(Draw& draw, Plan&) {
    return fmt::format("conditions: [\"default(state.level{}, 0) {} 50\"]\n",
                       draw.between(1, kLevels),
                       draw.one_in(2) ? ">" : "<");
}
std::string any_condition(Draw& draw, Plan&) {
    return fmt::format(
        "conditions: [{{any: [{{time: {{after: \"00:30\", before: \"02:00\"}}}}, "
        "{{last: [failure]}}, {{numeric_state: {{name: level{}, above: 50}}}}]}}]\n",
        draw.between(1, kLevels));
}
std::string rate(Draw& draw, Plan&) {
    return fmt::format("rate: {}/{}m\n", draw.between(1, 5), draw.between(1, 10));
}
std::string misfire(Draw& draw, Plan&) {
    constexpr std::array kRules{"skip", "once", "all"};
    return fmt::format("misfire: {}\ngrace: {}s\n", draw.pick(kRules), draw.between(1, 1'200));
}
std::string dst(Draw& draw, Plan& plan) {
    constexpr std::array kGaps{"run", "skip"};
    constexpr std::array kOverlaps{"first", "second", "both"};
    const int gap = draw.between(0, 1);
    const int overlap = draw.between(0, 2);
    plan.dst.gap = static_cast<model::DstRule::Gap>(gap);
    plan.dst.overlap = static_cast<model::DstRule::Overlap>(overlap);
    return fmt::format("dst: {{gap: {}, overlap: {}}}\n",
                       kGaps[static_cast<std::size_t>(gap)],
                       kOverlaps[static_cast<std::size_t>(overlap)]);
}
std::string timeout(Draw& draw, Plan&) {
    return fmt::format("timeout: {}s\n", draw.between(5, 1'800));
}
std::string on_edit(Draw&, Plan&) {
    return "on_edit: stop\n";
}
std::string on_error(Draw&, Plan&) {
    return "on_error: [{set: {failed: \"{{ error.class }}\"}}]\n";
}
std::string at_last(Draw&, Plan&) {
    return "finally: [{set: {count: 1}, increment: true}]\n";
}

constexpr std::array kFrames{
    FrameRow{5, true, level_condition},
    FrameRow{8, true, any_condition},
    FrameRow{6, true, rate},
    FrameRow{2, false, misfire},
    FrameRow{3, false, dst},
    FrameRow{4, false, timeout},
    FrameRow{4, false, on_edit},
    FrameRow{3, false, on_error},
    FrameRow{4, false, at_last},
};

}  // namespace

std::span<const StepRow> step_rows() noexcept {
    return kRows;
}

std::span<const FrameRow> frame_rows() noexcept {
    return kFrames;
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
