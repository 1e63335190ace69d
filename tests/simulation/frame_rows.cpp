#include <fmt/format.h>

#include <array>

#include "tests/simulation/rows.hpp"

// Lines around triggers and actions. A new key of a directive is one row here.
namespace aifp::simulation {

namespace {

std::string level_condition(Draw& draw, Plan& plan) {
    plan.condition.state = fmt::format("level{}", draw.between(1, kLevels));
    plan.condition.above = draw.one_in(2);
    // Only what waits for its turn can tell.
    plan.condition.recheck = draw.one_in(plan.mode == model::RunMode::queued ? 1 : 2);
    return fmt::format("conditions: [\"default(state.{}, 0) {} 50\"]\nrecheck: {}\n",
                       plan.condition.state,
                       plan.condition.above ? ">" : "<",
                       plan.condition.recheck ? "true" : "false");
}
std::string any_condition(Draw& draw, Plan& plan) {
    if (!plan.condition.state.empty()) {
        return "";
    }
    return fmt::format(
        "conditions: [{{any: [{{time: {{after: \"00:30\", before: \"02:00\"}}}}, "
        "{{last: [failure]}}, {{numeric_state: {{name: level{}, above: 50}}}}]}}]\n",
        draw.between(1, kLevels));
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
    FrameRow{4, level_condition},
    FrameRow{8, any_condition},
    FrameRow{2, misfire},
    FrameRow{3, dst},
    FrameRow{4, timeout},
    FrameRow{4, on_edit},
    FrameRow{3, on_error},
    FrameRow{4, at_last},
};

std::string debounce(Draw& draw, Plan& plan) {
    const int time = draw.between(1, 90);
    plan.limits.debounce = Seconds(time);
    return fmt::format("debounce: {}s\n", time);
}
std::string throttle(Draw& draw, Plan& plan) {
    const int time = draw.between(5, 300);
    plan.limits.throttle = Seconds(time);
    return fmt::format("throttle: {}s\n", time);
}
std::string cooldown(Draw& draw, Plan& plan) {
    const int time = draw.between(5, 300);
    plan.limits.cooldown = Seconds(time);
    return fmt::format("cooldown: {}s\n", time);
}
std::string rate(Draw& draw, Plan& plan) {
    const int minutes = draw.between(1, 10);
    plan.limits.rate_count = draw.between(1, 5);
    plan.limits.rate_period = std::chrono::minutes(minutes);
    if (draw.one_in(2)) {
        return fmt::format("rate: {}/{}m\n", plan.limits.rate_count, minutes);
    }
    plan.limits.rate_burst = draw.between(1, 3);
    return fmt::format("rate: {{limit: {}/{}m, burst: {}}}\n",
                       plan.limits.rate_count,
                       minutes,
                       plan.limits.rate_burst);
}
std::string calendars(Draw& draw, Plan& plan) {
    const auto* name = draw.pick(kCalendars).name;
    if (draw.one_in(2)) {
        plan.limits.include = name;
        return fmt::format("calendars: {{include: [{}]}}\n", name);
    }
    plan.limits.exclude = name;
    return fmt::format("calendars: {{exclude: [{}]}}\n", name);
}
std::string retry(Draw& draw, Plan& plan) {
    const int time = draw.between(5, 120);
    plan.tries = draw.between(2, 3);
    plan.retry_pause = Seconds(time);
    return fmt::format(
        "retry: {{attempts: {}, delay: {}s, backoff: constant, jitter: 0}}\n", plan.tries, time);
}
std::string max_age(Draw& draw, Plan& plan) {
    if (plan.mode != model::RunMode::queued) {
        return "";
    }
    const int time = draw.between(1, 120);
    plan.limits.max_age = Seconds(time);
    return fmt::format("max_age: {}s\n", time);
}

constexpr std::array kLimits{
    FrameRow{8, debounce},
    FrameRow{7, throttle},
    FrameRow{7, cooldown},
    FrameRow{6, rate},
    FrameRow{8, calendars},
    FrameRow{5, retry},
    FrameRow{2, max_age},
};

}  // namespace

std::span<const FrameRow> frame_rows() noexcept {
    return kFrames;
}

std::span<const FrameRow> limit_rows() noexcept {
    return kLimits;
}

}  // namespace aifp::simulation
