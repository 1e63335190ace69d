#include "scheduler/flow_limits.hpp"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include "base/json_text.hpp"

namespace aifp::scheduler {
namespace {

namespace json = boost::json;
using model::Reason;

constexpr WallTime kNever{};
// Each one a part of the next: a point of a wider grid is one of a narrower grid, too.
constexpr std::array<Milliseconds, 9> kGrids{Milliseconds(1),
                                             Milliseconds(10),
                                             Milliseconds(100),
                                             Milliseconds(1'000),
                                             Milliseconds(10'000),
                                             std::chrono::minutes(1),
                                             std::chrono::minutes(10),
                                             std::chrono::hours(1),
                                             std::chrono::hours(24)};

// When `distance` after `last` is reached.
std::optional<WallTime> free_at(WallTime last, Milliseconds distance, WallTime now) {
    if (last == kNever || distance.count() <= 0) {
        return std::nullopt;
    }
    const WallTime at = std::min(last, now) + distance;
    return at > now ? std::optional(at) : std::nullopt;
}

// How long one token takes to come back.
Milliseconds token_time(const Rate& rate) {
    return std::max(rate.period / static_cast<std::int64_t>(rate.count), Milliseconds(1));
}

Milliseconds refill_time(const Rate& rate) {
    return token_time(rate) * static_cast<std::int64_t>(rate.burst);
}

std::optional<WallTime> bucket_free_at(const Rate& rate, const FlowMark& mark, WallTime now) {
    // The bucket is empty when its refilling takes longer than that of all tokens but one.
    const WallTime full_at = std::min(mark.full_at, now + refill_time(rate));
    const WallTime at = full_at - (refill_time(rate) - token_time(rate));
    return at > now ? std::optional(at) : std::nullopt;
}

std::optional<WallTime> window_free_at(const Rate& rate, const FlowMark& mark, WallTime now) {
    if (mark.starts.size() < rate.count) {
        return std::nullopt;
    }
    return free_at(mark.starts[mark.starts.size() - rate.count], rate.period, now);
}

std::optional<WallTime> rate_free_at(const FlowLimits& limits, const FlowMark& mark, WallTime now) {
    if (!limits.rate) {
        return std::nullopt;
    }
    return limits.rate->burst > 0 ? bucket_free_at(*limits.rate, mark, now)
                                  : window_free_at(*limits.rate, mark, now);
}

std::optional<FlowBlock> find_distance_block(const FlowLimits& limits,
                                             WallTime last_start,
                                             WallTime last_end,
                                             WallTime now) {
    if (const auto at = free_at(last_start, limits.throttle, now)) {
        return FlowBlock{Reason::throttled, *at};
    }
    if (const auto at = free_at(last_end, limits.cooldown, now)) {
        return FlowBlock{Reason::cooldown, *at};
    }
    return std::nullopt;
}

void put(json::object& object, std::string_view key, WallTime at) {
    if (at != kNever) {
        object[key] = to_unix_ms(at);
    }
}

WallTime time_at(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_int64() ? from_unix_ms(value->get_int64()) : kNever;
}

// FNV-1a: the same on every machine and after every start.
std::uint64_t hash_of(std::string_view text) noexcept {
    std::uint64_t hash = 14'695'981'039'346'656'037ULL;
    for (const char c : text) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 1'099'511'628'211ULL;
    }
    return hash;
}

}  // namespace

std::optional<FlowBlock> find_block(const FlowLimits& limits, const FlowMark& mark, WallTime now) {
    const auto last = std::max(mark.last_start, mark.last_begin);
    if (auto block = find_distance_block(limits, last, mark.last_end, now)) {
        return block;
    }
    if (const auto at = rate_free_at(limits, mark, now)) {
        return FlowBlock{Reason::rate_limited, *at};
    }
    return std::nullopt;
}

std::optional<FlowBlock> find_turn_block(const FlowLimits& limits,
                                         const FlowMark& mark,
                                         WallTime now) {
    return find_distance_block(limits, mark.last_begin, mark.last_end, now);
}

void move_times(FlowMark& mark, Milliseconds by) {
    for (auto* time : {&mark.last_start, &mark.last_begin, &mark.last_end, &mark.full_at}) {
        *time += *time == kNever ? Milliseconds(0) : by;
    }
    for (auto& start : mark.starts) {
        start += by;
    }
}

void note_start(const FlowLimits& limits, FlowMark& mark, WallTime now) {
    mark.last_start = now;
    if (!limits.rate) {
        return;
    }
    if (limits.rate->burst > 0) {
        const WallTime latest = now + refill_time(*limits.rate);
        mark.full_at = std::clamp(mark.full_at, now, latest) + token_time(*limits.rate);
        return;
    }
    for (auto& start : mark.starts) {
        start = std::min(start, now);
    }
    mark.starts.push_back(now);
    if (mark.starts.size() > limits.rate->count) {
        mark.starts.erase(mark.starts.begin(),
                          mark.starts.end() - static_cast<std::ptrdiff_t>(limits.rate->count));
    }
}

void give_back(const FlowLimits& limits, FlowMark& mark, WallTime at) {
    if (mark.last_start == at) {
        mark.last_start = mark.last_begin;
    }
    if (limits.rate && limits.rate->burst > 0) {
        mark.full_at -= token_time(*limits.rate);
    }
    const auto counted = std::find(mark.starts.begin(), mark.starts.end(), at);
    if (counted != mark.starts.end()) {
        mark.starts.erase(counted);
    }
}

void note_begin(FlowMark& mark, WallTime now) {
    mark.last_begin = now;
}

void note_end(FlowMark& mark, WallTime now) {
    mark.last_end = now;
}

WallTime void_from(const FlowLimits& limits, const FlowMark& mark) {
    WallTime at = kNever;
    const auto consider = [&at](WallTime last, Milliseconds distance) {
        if (last != kNever && distance.count() > 0) {
            at = std::max(at, last + distance);
        }
    };
    consider(std::max(mark.last_start, mark.last_begin), limits.throttle);
    consider(mark.last_end, limits.cooldown);
    if (limits.rate && limits.rate->burst > 0) {
        at = std::max(at, mark.full_at);
    } else if (limits.rate && !mark.starts.empty()) {
        consider(mark.starts.back(), limits.rate->period);
    }
    return at;
}

std::string to_text(const FlowMark& mark) {
    json::object object;
    put(object, "start", mark.last_start);
    put(object, "begin", mark.last_begin);
    put(object, "end", mark.last_end);
    put(object, "full", mark.full_at);
    if (!mark.starts.empty()) {
        json::array starts;
        for (const auto start : mark.starts) {
            starts.emplace_back(to_unix_ms(start));
        }
        object["starts"] = std::move(starts);
    }
    return json_text(object);
}

std::optional<FlowMark> mark_from(std::string_view text) {
    json::error_code error;
    const auto value = json::parse(json::string_view(text.data(), text.size()), error);
    if (error || !value.is_object()) {
        return std::nullopt;
    }
    const auto& object = value.get_object();
    FlowMark mark;
    mark.last_start = time_at(object, "start");
    mark.last_begin = time_at(object, "begin");
    mark.last_end = time_at(object, "end");
    mark.full_at = time_at(object, "full");
    if (const auto* starts = object.if_contains("starts");
        starts != nullptr && starts->is_array()) {
        for (const auto& start : starts->get_array()) {
            if (start.is_int64()) {
                mark.starts.push_back(from_unix_ms(start.get_int64()));
            }
        }
    }
    return mark;
}

Milliseconds jitter_pause(const model::Jitter& jitter,
                          std::string_view directive,
                          std::uint64_t chance) noexcept {
    if (jitter.max.count() <= 0) {
        return Milliseconds(0);
    }
    const std::uint64_t chosen = jitter.fixed ? hash_of(directive) : chance;
    return Milliseconds(chosen % static_cast<std::uint64_t>(jitter.max.count()));
}

WallTime place_within(WallTime from, Milliseconds accuracy, std::uint64_t host) noexcept {
    Milliseconds grid = kGrids.front();
    for (const auto wider : kGrids) {
        grid = wider <= accuracy ? wider : grid;
    }
    const Milliseconds point(
        static_cast<std::int64_t>(host % static_cast<std::uint64_t>(kGrids.back().count())));
    const auto past = (from.time_since_epoch() - point) % grid;
    const auto rest = past < Milliseconds(0) ? past + grid : past;
    return rest == Milliseconds(0) ? from : from + (grid - rest);
}

}  // namespace aifp::scheduler
