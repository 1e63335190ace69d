#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "storage/database.hpp"
#include "storage/group_writer.hpp"
#include "storage/store.hpp"
#include "storage/work_queue.hpp"
#include "tests/simulation/crash_disk.hpp"

namespace aifp::simulation {

/// What the store is asked to tell the witness.
struct StoreWatch {
    /// These groups have just become durable.
    std::function<void(const std::vector<const storage::WriteGroup*>&, storage::Database&)>
        committed;
    /// A group broke a rule of the schema: a defect of the engine.
    std::function<void(const std::string&)> broke_rule;
};

/// The store on the loop's own thread, step by step: the rows are written by storage's own
/// GroupWriter into a real database, but there is no thread and no real time, so that equal seeds
/// commit the same groups in the same transactions. When the disk loses its power the loop stops at
/// once and nothing is answered any more.
class StepStore final : public storage::Store {
public:
    StepStore(boost::asio::io_context& loop, const Clock& clock, CrashDisk& disk, StoreWatch watch);
    ~StepStore() override;
    StepStore(const StepStore&) = delete;
    StepStore& operator=(const StepStore&) = delete;

    /// How long a commit takes from now on.
    void set_latency(Milliseconds latency) { latency_ = latency; }
    [[nodiscard]] storage::Database& database() noexcept { return *database_; }

    Status submit(storage::WriteGroup group, Done done) override;
    void submit_lazily(storage::WriteGroup group) override;
    void write(Job job, Done done) override;
    void read(Job job, Done done) override;
    LedgerId next_ledger_id() override { return LedgerId{next_id_.value++}; }
    [[nodiscard]] storage::StoreStatistics statistics() const override;
    void flush(Done done) override;

    static constexpr const char* kFile = "user_directives.db";
    static constexpr std::size_t kMaxQueued = 256;

private:
    using Works = std::vector<storage::Work>;

    void enqueue(storage::Work work);
    void commit_after(Milliseconds pause);
    void commit();
    bool commit_groups(Works groups);
    bool run_job(storage::Work work);
    [[nodiscard]] std::optional<storage::DatabaseError> transact(
        const std::function<void()>& statements);
    void keep_or_refuse(Works groups, const storage::DatabaseError& error);
    void answer(std::vector<std::pair<Done, Status>> answers);

    boost::asio::io_context& loop_;
    const Clock& clock_;
    CrashDisk& disk_;
    StoreWatch watch_;
    std::unique_ptr<storage::Database> database_;
    storage::GroupWriter writer_;
    LedgerId next_id_;
    boost::asio::steady_timer timer_;
    Works pending_;
    Works retained_;
    Milliseconds latency_{0};
    bool is_due_ = false;      ///< A commit of more than lazy work is on its way.
    bool is_waiting_ = false;  ///< The timer runs.
    std::string last_error_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

/// The bytes of an empty database of the newest schema.
[[nodiscard]] const std::string& empty_database();

}  // namespace aifp::simulation
