#include "tests/simulation/moves.hpp"

#include <array>

namespace aifp::simulation {

namespace {

Track& some(Bench& bench) {
    return bench.tracks[static_cast<std::size_t>(bench.draw.between(0, kDirectives - 1))];
}

void pass_little(Bench& bench) {
    bench.pass(bench.draw.between(Milliseconds(0), Milliseconds(400)));
}
void pass_some(Bench& bench) {
    bench.pass(bench.draw.between(Seconds(1), Milliseconds(180'000)));
}
void pass_much(Bench& bench) {
    bench.pass(bench.draw.between(Milliseconds(180'000), Milliseconds(1'500'000)));
}
const Track* some_with(Bench& bench, const std::string& kind) {
    std::vector<const Track*> found;
    for (const auto& track : bench.tracks) {
        for (std::size_t i = 0; track.file != nullptr && i < track.file->triggers.size(); ++i) {
            if (kind.empty() || track.file->triggers[i].kind == kind) {
                found.push_back(&track);
                break;
            }
        }
    }
    return found.empty() ? nullptr : bench.draw.pick(found);
}
void hook(Bench& bench) {
    if (const auto* track = some_with(bench, "webhook")) {
        bench.call_hook(*track);
    }
}
void hooks(Bench& bench) {
    if (const auto* track = some_with(bench, "webhook")) {
        for (int left = bench.draw.between(2, 6); left > 0; --left) {
            bench.call_hook(*track);
        }
    }
}
// What waits for its turn loses the reason for which it was let in.
void hooks_for_nothing(Bench& bench) {
    for (const auto& track : bench.tracks) {
        if (track.file == nullptr || !track.file->condition.recheck ||
            track.file->mode != model::RunMode::queued ||
            track.file->triggers.front().kind != "webhook") {
            continue;
        }
        bench.set_level_for(track.file->condition, true);
        for (int left = bench.draw.between(2, 4); left > 0 && bench.computer.is_up(); --left) {
            bench.call_hook(track);
        }
        pass_little(bench);
        bench.set_level_for(track.file->condition, false);
        return;
    }
}
void by_hand(Bench& bench) {
    if (const auto* track = some_with(bench, "")) {
        bench.run_by_hand(*track);
    }
}
void outside(Bench& bench) {
    bench.set_outside(bench.draw.between(1, kOutsideStates));
}
void level(Bench& bench) {
    bench.set_level(bench.draw.between(1, kLevels));
}
void cancel(Bench& bench) {
    bench.cancel_some_run();
}
void approve(Bench& bench) {
    bench.answer_some_approval();
}
void pause(Bench& bench) {
    auto& track = some(bench);
    if (track.file != nullptr && !track.is_edited) {
        bench.pause(track, track.paused != Known::yes);
    }
}
void snooze(Bench& bench) {
    const auto& track = some(bench);
    if (track.file == nullptr || track.is_edited) {
        return;
    }
    if (bench.draw.one_in(4)) {
        bench.unsnooze(track);
    } else {
        bench.snooze(track);
    }
}
void edit(Bench& bench) {
    bench.edit(some(bench));
    if (bench.draw.one_in(4)) {
        pass_some(bench);
    }
    if (bench.computer.is_up()) {
        bench.reload();
    }
}
void remove(Bench& bench) {
    bench.remove(some(bench));
    if (bench.computer.is_up()) {
        bench.reload();
    }
}
void settings(Bench& bench) {
    bench.journal.say("the settings are read again");
    bench.computer.engine().settings_changed();
}
void clock_forward(Bench& bench) {
    bench.step_clock(bench.draw.between(Seconds(1), Milliseconds(7'200'000)));
}
void clock_back(Bench& bench) {
    bench.step_clock_back(false);
}
void clock_far_back(Bench& bench) {
    bench.step_clock_back(true);
}
void slow_disk(Bench& bench) {
    bench.computer.store().set_latency(Milliseconds(bench.draw.between(0, 30)));
}
void full_disk(Bench& bench) {
    bench.journal.say("the disk is full");
    bench.evidence.was_full = true;
    bench.computer.disk().set_full(true);
}
void room_on_disk(Bench& bench) {
    bench.computer.disk().set_full(false);
}
void crash_now(Bench& bench) {
    bench.crash();
}
void crash_at_write(Bench& bench) {
    bench.computer.crash_at_write(bench.draw.between(1, 40));
}
void crash_after_turns(Bench& bench) {
    bench.computer.crash_after_turns(bench.draw.between(1, 60));
}
void stop(Bench& bench) {
    bench.stop();
}
void start(Bench& bench) {
    bench.computer.disk().set_full(false);
    if (bench.draw.one_in(3)) {
        bench.computer.crash_at_write(bench.draw.between(1, 25));
    }
    bench.start();
}

constexpr std::array kWhileUp{
    Move{"a moment passes", 12, pass_little},
    Move{"some time passes", 16, pass_some},
    Move{"much time passes", 5, pass_much},
    Move{"a webhook is called", 12, hook},
    Move{"a webhook is called often", 4, hooks},
    Move{"what is queued loses its reason", 3, hooks_for_nothing},
    Move{"a run by hand", 5, by_hand},
    Move{"a state is set", 8, outside},
    Move{"a level is set", 6, level},
    Move{"a run is cancelled", 2, cancel},
    Move{"an approval is answered", 3, approve},
    Move{"a directive is paused or resumed", 4, pause},
    Move{"a directive is let sleep or woken", 3, snooze},
    Move{"a file is written", 4, edit},
    Move{"a file is removed", 1, remove},
    Move{"the settings change", 1, settings},
    Move{"the clock is set forward", 1, clock_forward},
    Move{"the clock is set back", 1, clock_back},
    Move{"the clock is set far back", 1, clock_far_back},
    Move{"the disk gets slow or quick", 3, slow_disk},
    Move{"the disk is full", 2, full_disk},
    Move{"there is room on the disk", 4, room_on_disk},
    Move{"the power goes now", 2, crash_now},
    Move{"the power goes at a later write", 5, crash_at_write},
    Move{"the power goes in a later turn", 5, crash_after_turns},
    Move{"the engine is stopped", 2, stop},
};
constexpr std::array kWhileDown{
    Move{"time passes", 6, pass_some},
    Move{"much time passes", 2, pass_much},
    Move{"a file is written", 2, edit},
    Move{"a file is removed", 1, remove},
    Move{"the clock is set forward", 1, clock_forward},
    Move{"the clock is set back", 1, clock_back},
    Move{"the engine is started", 16, start},
};

}  // namespace

std::span<const Move> moves(bool is_up) noexcept {
    return is_up ? std::span<const Move>(kWhileUp) : std::span<const Move>(kWhileDown);
}

}  // namespace aifp::simulation
