#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "storage/store.hpp"

namespace aifp::engine {

/// The project's durable state (`set`, `state.NAME`): all values in memory, changes handed to the
/// ledger's next commit. Loop thread only; owned by the engine.
class StateStore {
public:
    explicit StateStore(std::size_t max_entries) : max_entries_(max_entries) {}

    /// A value as the database has it, at start. A text that is no JSON is dropped.
    void restore(const std::string& name, const std::string& value_json);

    /// Errors: busy when there would be more than max_entries; invalid_input for a value over
    /// kMaxValueBytes. Then nothing changes.
    [[nodiscard]] Status set(const std::string& name, boost::json::value value, WallTime now);

    /// All values as one object: what `state` is in expressions. Stays the same object.
    [[nodiscard]] const boost::json::value& values() const noexcept { return values_; }

    /// The changes since the last call, each name once, to be written.
    [[nodiscard]] std::vector<storage::StateWrite> take_changes();
    [[nodiscard]] bool has_changes() const noexcept { return !changes_.empty(); }

    static constexpr std::size_t kMaxValueBytes = 64 * 1024;

private:
    std::size_t max_entries_;
    boost::json::value values_ = boost::json::object();
    std::vector<storage::StateWrite> changes_;
};

}  // namespace aifp::engine
