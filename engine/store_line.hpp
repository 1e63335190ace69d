#pragma once

#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "engine/dispatcher_services.hpp"
#include "engine/offer.hpp"
#include "engine/pending_decision.hpp"
#include "storage/store.hpp"

namespace aifp::engine {

/// The dispatcher's line to the store: hands over what was decided and tries again until it is
/// stored, so that no cursor passes a decision that is not. What waits goes together, because each
/// commit costs the same however many rows it has; what can never be stored, because it breaks a
/// rule of the schema, is found among the others and refused alone. Loop thread only; owned by the
/// dispatcher.
class StoreLine {
public:
    /// Decisions that become durable together, all or none, and what is written with them.
    struct Part {
        std::vector<PendingDecision> decisions;
        storage::WriteGroup with;
        /// Each decision may be stored without the others. `with` is empty then.
        bool is_separable = false;
    };
    /// What happens to them, and who else is told.
    struct Listener {
        /// Adds the rows of a decision.
        std::function<void(storage::WriteGroup&, const PendingDecision&)> put_into;
        std::function<void(PendingDecision&)> stored;
        /// It never will be.
        std::function<void(PendingDecision&, const Error&)> refused;
        /// Of events that were only counted there is one decision for each directive.
        std::function<void(std::vector<Offer>)> offer;
    };
    StoreLine(const DispatcherServices& services, Listener listener);
    StoreLine(const StoreLine&) = delete;
    StoreLine& operator=(const StoreLine&) = delete;

    /// Stored once, or `done` is told that it was not. Counts for storing(). Errors: busy.
    [[nodiscard]] Status write(storage::WriteGroup group, storage::Store::Done done);
    /// Stored whatever it takes.
    void submit(Part part);
    /// Likewise, behind what is on its way; nobody waits for it if nothing is.
    void store_cursors(std::vector<model::Cursor> cursors);
    /// `again` is called with the next try.
    void retry_later(const Error& error, std::function<void()> again);
    /// While so much waits that more would only pile up: the event is counted, and told of later.
    [[nodiscard]] bool only_counts(const Offer& offer);

    /// Due instants wait for the store.
    [[nodiscard]] bool is_holding_back() const noexcept;
    /// Groups on their way that may let a run begin.
    [[nodiscard]] std::size_t storing() const noexcept { return storing_; }

private:
    /// Parts that are one group of the store.
    struct Batch {
        std::vector<Part> parts;
        std::size_t decisions = 0;
        bool is_sealed = false;  ///< One of them can never be stored: nothing is added.
    };
    using Shared = std::shared_ptr<Batch>;
    /// Events that came while too many rows waited for the store already.
    struct Counted {
        model::Event first;
        WallTime last;
        std::size_t events = 0;
    };

    [[nodiscard]] static bool has_cursors(const Batch& batch);
    /// How many batches more there are in the line: it may become part of the last one.
    static std::size_t add(std::deque<Shared>& line, Shared batch);
    [[nodiscard]] static std::optional<Batch> split(Batch& batch);
    [[nodiscard]] storage::WriteGroup group_of(const Batch& batch) const;
    void submit_batch(Shared batch);
    void on_answer(const Status& stored, const Shared& batch);
    void submit_later(const Error& error, Shared batch);
    void submit_next_due();
    void try_apart(const Error& error, Shared batch);
    void refuse(Batch& batch, const Error& error);
    void begin_retrying(const Error& error);
    void retry();
    void tell_counted();

    const DispatcherServices& services_;
    const Listener listener_;
    boost::asio::steady_timer retry_timer_;
    std::vector<std::function<void()>> retries_;
    bool is_retrying_ = false;
    std::deque<Shared> unstored_;     ///< Wait for the next try.
    bool cursors_under_way_ = false;  ///< A group with cursors is on its way.
    std::deque<Shared> due_line_;     ///< Those with cursors behind it.
    std::unordered_map<DirectiveId, Counted> counted_;
    std::size_t storing_ = 0;
};

}  // namespace aifp::engine
