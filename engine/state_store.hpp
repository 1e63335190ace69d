#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "model/state.hpp"
#include "storage/store.hpp"

namespace aifp::engine {

/// Who hears of changes. Called on the loop, in the order of the changes; may change states (those
/// changes follow in a later turn) and may stop listening, itself or others.
class StateListener {
public:
    virtual ~StateListener() = default;
    virtual void on_state_change(const model::StateChange& change) = 0;
    /// All changes of this turn have been told. Only to those that listen to all states.
    virtual void on_changes_told() {}
};

/// The project's durable state (`set`, `state.NAME`): all of it in memory. A change is seen by
/// expressions at once; it is told to listeners in the loop's next turn, and only what was told is
/// handed to the ledger (take_changes), so that no trigger is lost between the two. Loop thread
/// only; owned by the engine. Rules: docs/state.md.
class StateStore {
public:
    explicit StateStore(std::size_t max_entries) : max_entries_(max_entries) {}

    /// A value as the database has it, at start. A text that is no JSON is dropped. Not told.
    void restore(const storage::StateWrite& stored);

    /// Changes all that are named or nothing. Errors: busy when there would be more than
    /// max_entries, or kMaxQueued changes wait to be told; invalid_input for a value over
    /// kMaxValueBytes, a name of the host's, or an increment of what is no number.
    [[nodiscard]] Result<model::StateOutcome> update(const model::StateUpdate& update,
                                                     WallTime now);
    /// States whose time to live is over go (told, by "ttl").
    void expire(WallTime now);
    [[nodiscard]] std::optional<WallTime> next_expiry() const;
    /// The host's own figures, `state.host.*`: told like any other, never stored.
    void set_host(const boost::json::object& figures, WallTime now);

    /// All values as one object: what `state` is in expressions. Stays the same object.
    [[nodiscard]] const boost::json::value& values() const noexcept { return values_; }
    /// Attributes by name, of those that have any: what `attributes` is in expressions.
    [[nodiscard]] const boost::json::value& attributes() const noexcept { return attributes_; }
    [[nodiscard]] std::optional<model::StateView> find(std::string_view name) const;
    /// When the state last got another value; nothing when it is not known.
    [[nodiscard]] std::optional<WallTime> last_changed(std::string_view name) const;
    /// {name, value, attributes, last_changed, last_updated, expires_at} for the faces.
    [[nodiscard]] std::optional<boost::json::object> describe(const std::string& name) const;
    /// The same of all, by name; the host's figures last.
    [[nodiscard]] boost::json::array describe_all() const;

    /// Hears of one state, or of all ("").
    void listen(StateListener& listener, const std::string& name = {});
    void stop_listening(StateListener& listener);
    /// Called when there is something to tell: deliver() is wanted in the loop's next turn.
    void set_wake(std::function<void()> wake) { wake_ = std::move(wake); }
    /// Tells what has changed so far. Within a listener it does nothing.
    void deliver();

    /// The told changes since the last call, each name once, to be written.
    [[nodiscard]] std::vector<storage::StateWrite> take_changes();
    [[nodiscard]] bool has_changes() const noexcept { return !writes_.empty(); }
    /// `lost` was taken and could not be stored. It is in force all the same: a group for the
    /// ledger with what these states are now.
    [[nodiscard]] storage::WriteGroup changes_again(const std::vector<storage::StateWrite>& lost);

    static constexpr std::size_t kMaxValueBytes = 64 * 1024;
    static constexpr std::size_t kMaxQueued = 10'000;
    static constexpr std::string_view kHost = "host";

private:
    struct Meta {
        WallTime changed;
        WallTime updated;
        std::optional<WallTime> expires;
    };
    struct Queued {
        std::optional<model::StateChange> change;  ///< Nothing: only its times are new.
        std::optional<storage::StateWrite> write;  ///< Nothing: of the host.
    };
    [[nodiscard]] Status check(const model::StateUpdate& update) const;
    [[nodiscard]] Result<boost::json::object> new_values(const model::StateUpdate& update) const;
    [[nodiscard]] bool stands_at(std::string_view name, const boost::json::value& wanted) const;
    void put(const std::string& name,
             const boost::json::value& value,
             const model::StateUpdate& update,
             WallTime now);
    void set_attributes(const std::string& name,
                        const std::optional<boost::json::object>& attributes);
    void remove(const std::string& name, const model::StateUpdate& update, WallTime now);
    void set_expiry(const std::string& name, Meta& meta, std::optional<WallTime> expires);
    [[nodiscard]] storage::StateWrite row_of(const std::string& name) const;
    void queue(Queued item);
    void tell(const model::StateChange& change, const std::string& listened);

    std::size_t max_entries_;
    boost::json::value values_ = boost::json::object();
    boost::json::value attributes_ = boost::json::object();
    std::unordered_map<std::string, Meta> meta_;
    std::set<std::pair<WallTime, std::string>> expiries_;
    std::vector<Queued> queue_;
    std::unordered_map<std::string, storage::StateWrite> writes_;
    std::unordered_map<std::string, std::vector<StateListener*>> listeners_;
    std::function<void()> wake_ = [] {};
    WallTime host_at_;
    bool telling_ = false;
};

}  // namespace aifp::engine
