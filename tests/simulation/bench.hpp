#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/simulation/computer.hpp"
#include "tests/simulation/evidence.hpp"

namespace aifp::simulation {

enum class Known { no, yes, unknown };

/// What the outside knows of one directive.
struct Track {
    Character character;
    std::shared_ptr<const Plan> file;    ///< What its file says; null: there is none.
    std::shared_ptr<const Plan> loaded;  ///< What the engine has said that it loaded.
    Known paused = Known::no;
    bool is_unstored = false;  ///< A pause is not known to be stored: it may not outlast a crash.
    bool is_changing = false;  ///< Something was asked and is not answered yet.
    bool is_edited = false;    ///< ... among it a file that is not known to be loaded.
    Moment began;              ///< ... since then.
    WallTime earliest;         ///< ... and the earliest that the clock has shown since.
    std::optional<std::size_t> window;  ///< The one that is open.
    std::vector<std::size_t> perhaps;   ///< Of versions that may have been loaded meanwhile.
};

/// One seed's computer, world and witness, and what can be done to them. What is asked of the
/// engine is noted when it is asked, and again when it is answered: what was never answered may or
/// may not have happened.
class Bench {
public:
    Bench(std::uint64_t seed, bool is_verbose);

    [[nodiscard]] Moment now() const { return {time.wall(), time.mono()}; }

    // The daemon.
    void start();
    void crash();
    void stop();
    /// Notes what a crash has left, if there was one since the last call.
    void look_after_crash();

    // Files.
    void edit(Track& track);
    void remove(Track& track);
    void reload();

    // People.
    void pause(Track& track, bool on);
    void run_by_hand(const Track& track);
    /// Lets it sleep for a while, or wakes it.
    void snooze(const Track& track);
    void unsnooze(const Track& track);
    void cancel_some_run();
    void answer_some_approval();

    // The world.
    void call_hook(const Track& track);
    void set_outside(int number);
    void set_level(int number);
    /// So that the condition holds, or does not.
    void set_level_for(const ConditionPlan& condition, bool holds);

    // Time.
    void pass(Milliseconds duration);
    void step_clock(Milliseconds jump);
    /// `far`: so far that schedules begin anew; else less than that, all steps back together.
    void step_clock_back(bool far);

    /// Asks the engine for what is not known of its directives.
    void resolve();
    void check_bounds();
    /// Until the last run has ended; then the database is read.
    void finish();

    Draw draw;
    SimulatedTime time;
    Journal journal;
    World world;
    Evidence evidence;
    Computer computer;
    std::array<Track, kDirectives> tracks;

private:
    [[nodiscard]] StoreWatch watch();
    void note_commit(const std::vector<const storage::WriteGroup*>& groups,
                     storage::Database& database);
    void take_row(const storage::Statement& row);
    void note_late_skip(const storage::LateSkip& skip);
    void check_cursors(storage::Database& database);
    void check_waits(storage::Database& database);
    void begin_change(Track& track);
    void end_change(Track& track);
    void close_windows(Track& track);
    void allow_for_step_back(Track& track);
    /// From now on until it changes: what the engine has just said of it.
    void open_window(Track& track, const std::string& status);
    /// Up to then what was due has been stored, if the engine is down or its file is another one.
    void limit_to_stored(const Track& track);
    void change_state(const std::string& name, boost::json::value value, bool is_on);
    void drain();
    void end_sleep(const std::string& directive);
    [[nodiscard]] std::string status_of(const Track& track);
    [[nodiscard]] boost::json::array runs();
    /// Runs `answered` only while the same process lives.
    template <class Answered>
    [[nodiscard]] auto alive(Answered answered);

    int steps_ = 0;   ///< Names of steps.
    int tokens_ = 0;  ///< Names of events.
    int versions_ = 0;
    int ready_ = 0;  ///< The last process that was ready.
    Moment ready_until_;
    int buried_ = 0;       ///< The last process whose end was noted.
    WallTime highest_;     ///< The latest wall time, since the last step far back.
    Moment stored_until_;  ///< Nothing that was due until then still waited for the store.
    MonoTime room_since_;  ///< The disk was full until then.
    std::map<std::pair<std::int64_t, std::int64_t>, std::int64_t> cursors_;
    std::set<std::int64_t> waiting_;  ///< Runs that this process has shown as waiting.
    std::map<std::string, std::optional<std::string>> outside_;  ///< Values; nothing: not known.
};

template <class Answered>
auto Bench::alive(Answered answered) {
    return [this, process = computer.process(), answered = std::move(answered)](auto&& value) {
        if (computer.is_up() && computer.process() == process && !computer.disk().has_crashed()) {
            answered(std::forward<decltype(value)>(value));
        }
    };
}

}  // namespace aifp::simulation
