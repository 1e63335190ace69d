#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/run.hpp"
#include "model/run.hpp"
#include "model/wait.hpp"
#include "storage/write_group.hpp"

namespace aifp::engine {

/// Why an event is held back.
enum class HoldKind : std::uint8_t {
    debounce,  ///< Until nothing more has come for so long.
    jitter,    ///< For a pause of chance length.
    catch_up,  ///< Until its turn among the instants that are made up for.
    accuracy,  ///< Until the moment at which this host gathers starts.
};
[[nodiscard]] std::string_view name_of(HoldKind kind) noexcept;

/// An event whose decision is `waiting`.
struct HeldEvent {
    LedgerId id;
    model::Event event;
    HoldKind kind = HoldKind::debounce;
    WaitId wait;  ///< Its row.
    WallTime held_since;
    WallTime deadline;
    std::uint32_t count = 1;  ///< debounce: events of this quiet time, itself the last.
    WallTime first_seen;      ///< debounce: when the first of them came.
    /// As Offer::ended: also told when it does not run after all.
    std::function<void(const RunEnd&)> ended = {};
    bool is_stored = false;  ///< Its decision is durable: its time may run out.
    std::string version;     ///< Content hash of the directive that it was decided under.
    /// It is not to run after all, which is written as soon as its decision is stored.
    std::optional<storage::LateSkip> doom = {};
};

/// Its row: everything that the ledger's row of the event does not have.
[[nodiscard]] model::Wait row_of(const HeldEvent& held);
/// Whether the row is one of these, and of which decision.
[[nodiscard]] std::optional<LedgerId> held_decision_of(const model::Wait& row);
/// Row and decision together again. Errors: invalid_input.
[[nodiscard]] Result<HeldEvent> held_from(const model::Wait& row, model::DecisionRecord decision);
/// The payload with what the quiet time gathered: `count` and `span` (seconds from its first event
/// to its last). Others keep theirs.
[[nodiscard]] std::string released_payload(const HeldEvent& held);

/// The events held back, by deadline; of each value of a directive's key at most one is debounced.
/// Pure bookkeeping: writes nothing. Loop thread only; owned by the dispatcher.
class HeldEvents {
public:
    /// All of the engine: beyond it an event is queue_full.
    static constexpr std::size_t kMaxHeld = 10'000;

    [[nodiscard]] bool is_full() const noexcept { return events_.size() >= kMaxHeld; }
    /// Takes the event in. A debounced one takes the place of the one before it with its key, which
    /// is returned and is held no more; it takes over that one's row and count.
    std::optional<HeldEvent> hold(HeldEvent held);
    /// From now on its deadline counts. Nothing: it is not held any more.
    [[nodiscard]] const HeldEvent* stored(LedgerId id);
    /// Its decision could not be stored. `replaced`, which hold() returned for it, is held again;
    /// or, if that one was refused too, the one before it; or, if a later one has taken the place
    /// meanwhile, as soon as that one is refused.
    void refused(LedgerId id, std::optional<HeldEvent> replaced);
    /// What hold() returned is over: the one that replaced it is stored. Returned is what is over
    /// with it without anybody having written that: the one before it, if it was refused itself.
    [[nodiscard]] std::optional<HeldEvent> settle(const HeldEvent& replaced);
    /// Whether settle() was called for it before its own decision was stored; told once.
    [[nodiscard]] bool was_overtaken(LedgerId id);
    void doom(LedgerId id, model::Reason reason, const std::string& detail);
    [[nodiscard]] std::optional<HeldEvent> take(LedgerId id);

    /// The clock was set by so much: all are held as long as they would have been.
    void clock_stepped(Milliseconds step);

    [[nodiscard]] const HeldEvent* find(LedgerId id) const;
    /// The debounced event of a directive's key.
    [[nodiscard]] const HeldEvent* find_debounced(DirectiveId directive,
                                                  const std::string& key) const;
    [[nodiscard]] std::vector<LedgerId> of(DirectiveId directive) const;
    [[nodiscard]] std::vector<LedgerId> due(WallTime now) const;
    [[nodiscard]] std::optional<WallTime> next_due() const;
    [[nodiscard]] std::size_t size() const noexcept { return events_.size(); }

    template <class Visit>
    void for_each(Visit visit) const {
        for (const auto& [id, held] : events_) {
            visit(held);
        }
    }

private:
    using Place = std::pair<DirectiveId, std::string>;

    /// What became of a decision whose event was replaced before that was known.
    enum class Fate : std::uint8_t { stored, refused, overtaken };
    struct Replaced {
        Fate fate = Fate::stored;
        std::optional<HeldEvent> before;  ///< Of a refused one: what it had replaced.
    };

    void insert(HeldEvent held);

    std::unordered_map<LedgerId, HeldEvent> events_;
    std::unordered_map<LedgerId, Replaced> replaced_;  ///< Until the later one's fate is known.
    std::map<Place, LedgerId> debounced_;
    std::set<std::pair<WallTime, LedgerId>> deadlines_;  ///< Of the stored ones.
    std::set<std::pair<DirectiveId, LedgerId>> by_directive_;
};

}  // namespace aifp::engine
