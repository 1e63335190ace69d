#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/dispatcher.hpp"
#include "engine/reporter.hpp"
#include "engine/state_store.hpp"
#include "engine/wait_ids.hpp"
#include "model/directive.hpp"
#include "model/wait.hpp"
#include "triggers/sensor.hpp"

namespace aifp::engine {

/// Which wait of which run a trigger is for; run 0: it is a directive's own.
struct RunWaiter {
    LedgerId run;
    std::uint32_t strand = 0;
    std::uint64_t serial = 0;  ///< WaitRef::serial
    std::string trigger_id;
};

/// Under what a run's trigger keeps what it holds, and the run behind such a key (0: another key).
[[nodiscard]] std::string run_key(const StepRef& by, std::uint32_t step, std::string_view turn);
[[nodiscard]] LedgerId run_of_key(std::string_view key);

/// One trigger on what the engine knows, ready to be armed.
struct NewSensor {
    DirectiveId directive;
    std::uint32_t trigger_index = 0;
    std::string kind;
    std::string name;  ///< Of the directive, for messages.
    std::string hash;  ///< Of its content: what waits goes on only under the same.
    model::Misfire misfire = model::Misfire::skip;
    std::optional<Milliseconds> grace;
    RunWaiter waiter = {};
    std::unique_ptr<triggers::Sensor> sensor;
};

/// Under what it is kept: what waits goes on only for the same content. A run's own key stays so.
[[nodiscard]] std::string key_of(const NewSensor& made);

/// All armed sensors: tells them what happens, keeps their timers, and makes what they answer
/// durable: waits, decisions and the states behind them in one transaction, whatever the number of
/// listeners. Loop thread only; owned by the engine. (docs/triggers.md)
class Sensors final : public StateListener {
public:
    struct Services {
        StateStore& state;
        Reporter& reporter;
        const Clock& clock;
        WaitIds& wait_ids;
        /// Writes decisions together with the rest of the group, and acts on them once they are
        /// stored; tries until they are.
        std::function<void(std::vector<Offer>, storage::WriteGroup)> decide;
        /// What a run waits for has come. Must not change the sensors before it returns.
        std::function<void(const RunWaiter&, boost::json::object trigger)> tell_run =
            [](auto&&...) {};
    };
    explicit Sensors(Services services);
    ~Sensors() override;
    Sensors(const Sensors&) = delete;
    Sensors& operator=(const Sensors&) = delete;

    /// Waits of before the restart, to be taken up by the sensors that held them.
    void restore(model::Wait wait);
    void add(NewSensor sensor);
    /// Takes the directive's sensors out. What they held is kept for the same content to be armed
    /// again, until drop_parked.
    void park(DirectiveId directive);
    /// Ends what no armed sensor of the directive has taken up. Of one that would have fired by
    /// itself later there is a decision: not run, because of `reason`, in words `why`.
    void drop_parked(DirectiveId directive, model::Reason reason, const std::string& why);
    /// The same for all directives, after the start: nobody knows what is left by then.
    void drop_all_parked();

    void on_state_change(const model::StateChange& change) override;
    void on_changes_told() override { flush(); }
    /// Whether a signal of this name would be heard by anybody.
    [[nodiscard]] bool hears(const std::string& name) const { return by_signal_.contains(name); }
    [[nodiscard]] bool hears_nothing() const noexcept { return by_signal_.empty(); }
    /// An event, the end of a run, an occasion; with the runs that led to it.
    void signal(const std::string& name,
                const boost::json::object& payload,
                const model::Chain& chain = {});
    /// What a sensor found out by itself (a file, a poll).
    void take(DirectiveId directive, std::uint32_t trigger_index, triggers::Verdict verdict);

    // sensors_runs.cpp: triggers that runs wait for
    void take_of_run(LedgerId run,
                     std::uint32_t strand,
                     std::uint32_t trigger_index,
                     triggers::Verdict verdict);
    /// Takes out what the run (or one strand of it) listens to; for good: what it held goes too.
    void drop_run(LedgerId run, std::optional<std::uint32_t> strand, bool for_good);
    /// What was held for runs that are gone.
    void drop_parked_of_runs(const std::function<bool(LedgerId)>& is_live);

    [[nodiscard]] std::optional<WallTime> next_due() const;
    void on_time(WallTime now);
    /// The clock was set by so much: what triggers wait for comes when it would have.
    void clock_stepped(Milliseconds step);
    /// Goes into the same transaction as what follows from this turn.
    void add_to_turn(storage::WriteGroup group);
    /// While it is on, nothing follows from what sensors say; when it goes off, all of it does. For
    /// the start: what was under way before it has its place first.
    void hold_back(bool on);
    /// Writes and does what follows from everything that was told since the last time.
    void flush();

    /// How the source of an armed trigger stands, for people; empty: nothing to tell.
    [[nodiscard]] std::string source_of(DirectiveId directive, std::uint32_t trigger_index) const;
    [[nodiscard]] std::size_t size() const noexcept { return slots_.size(); }
    /// Somebody listens to a figure of the host.
    [[nodiscard]] bool wants_host() const noexcept { return host_listeners_ > 0; }

private:
    using Key = std::uint64_t;
    struct Slot {
        NewSensor made;
        triggers::Interests interests;
        WaitId wait;  ///< 0: it holds nothing.
        std::optional<triggers::Held> held;
        std::optional<WallTime> deadline;
        std::optional<WallTime> check;
    };
    struct Parked {
        std::string hash;  ///< Of the directive's content.
        std::string kind;  ///< Of the trigger.
        std::uint32_t trigger_index = 0;
        WaitId wait;
        triggers::Held held;
        LedgerId run = {};  ///< Not 0: a run held it.
    };
    using ParkedRow = std::unordered_multimap<DirectiveId, Parked>::iterator;
    ParkedRow drop(ParkedRow row);
    void tell_dropped(DirectiveId directive,
                      const Parked& parked,
                      model::Reason reason,
                      const std::string& why);
    enum class TimerKind { deadline, check };
    using Timer = std::pair<WallTime, std::pair<Key, TimerKind>>;

    [[nodiscard]] std::optional<Parked> unpark(const NewSensor& sensor);
    void subscribe(Key key, const triggers::Interests& interests, bool on);
    void apply(Key key, triggers::Verdict verdict);
    void offer(const Slot& slot, triggers::Verdict& verdict);
    void hold(Key key, Slot& slot, triggers::Verdict& verdict);
    void set_timer(Key key,
                   TimerKind kind,
                   std::optional<WallTime>& place,
                   std::optional<WallTime> at);
    void fire_into_run(Slot& slot, triggers::Verdict& verdict);
    [[nodiscard]] bool tell_run_again(Slot& slot, const triggers::Held& held);
    void tell_run(const Slot& slot, boost::json::object fired);
    static void judge_late(const Slot& slot, const triggers::Verdict& verdict, Offer& offer);

    Services services_;
    std::unordered_map<Key, Slot> slots_;
    std::unordered_map<std::string, std::vector<Key>> by_state_;
    std::unordered_map<std::string, std::vector<Key>> by_signal_;
    std::vector<Key> by_every_state_;
    std::unordered_multimap<DirectiveId, Key> by_directive_;
    std::unordered_multimap<LedgerId, Key> by_run_;
    std::unordered_multimap<DirectiveId, Parked> parked_;
    std::set<Timer> timers_;
    std::vector<Offer> offers_;  // of this turn
    storage::WriteGroup group_;  // likewise
    model::Chain chain_;
    std::string chained_by_;
    std::size_t host_listeners_ = 0;
    bool holds_back_ = false;
    Key last_key_ = 0;
};

}  // namespace aifp::engine
