#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "engine/control.hpp"
#include "engine/upkeep.hpp"
#include "logging/log.hpp"
#include "storage/database.hpp"
#include "storage/store.hpp"

// Stand-ins for what only a daemon has. One thread; owned by Offline.
namespace aifp::mcp {

/// What every attempt to change something is told.
[[nodiscard]] Error no_daemon();

/// Reads at once, on the caller's thread; writes nothing.
class ReadOnlyStore final : public storage::Store {
public:
    /// Null: the project has no database yet; reads then fail, saying so.
    explicit ReadOnlyStore(std::unique_ptr<storage::Database> database)
        : database_(std::move(database)) {}

    [[nodiscard]] Status submit(storage::WriteGroup group, Done done) override;
    void submit_lazily(storage::WriteGroup group) override;
    void write(Job job, Done done) override;
    void read(Job job, Done done) override;
    [[nodiscard]] LedgerId next_ledger_id() override { return {}; }
    [[nodiscard]] storage::StoreStatistics statistics() const override { return {}; }
    void flush(Done done) override;

private:
    std::unique_ptr<storage::Database> database_;
};

/// Shows what the database holds; does nothing.
class ReadOnlyControl final : public engine::Control {
public:
    explicit ReadOnlyControl(storage::Store& store) : store_(store) {}

    void list_directives(Answer answer) override;
    void show_directive(std::string directive, Answer answer) override;
    void act(engine::Verb verb, std::string directive, std::string who, Answer answer) override;
    void snooze(std::string directive, std::string until, std::string who, Answer answer) override;
    void unsnooze(std::string directive, std::string who, Answer answer) override;
    void change_status(DirectiveId directive,
                       model::DirectiveStatus status,
                       std::string who,
                       Answer answer) override;
    void resume_paused(DirectiveId directive, std::string who, Answer answer) override;
    void set_approval(DirectiveId directive,
                      bool approved,
                      std::string who,
                      Answer answer) override;
    void approve(std::string directive,
                 std::string content_hash,
                 std::string who,
                 Answer answer) override;
    void propose_configuration(DirectiveId directive,
                               boost::json::object changes,
                               std::string who,
                               Answer answer) override;
    void questions(std::string directive, Answer answer) override;
    void answer_questions(std::string directive,
                          std::map<std::string, std::string> given,
                          std::string who,
                          Answer answer) override;
    void forget_answers(std::string directive, std::string who, Answer answer) override;
    void list_runs(Answer answer) override;
    void cancel_run(LedgerId run, std::string who, Answer answer) override;
    void begin_run_now(LedgerId run, std::string who, Answer answer) override;
    void answer_run(LedgerId run, model::RunAnswer said, Answer answer) override;
    void history(engine::HistoryQuery query, Answer answer) override;
    void status(Answer answer) override;
    void reload(Answer answer) override;
    [[nodiscard]] bool is_ready() const override { return false; }
    [[nodiscard]] bool can_store() const override { return false; }

private:
    storage::Store& store_;
};

/// Nothing runs, so there is nothing to look after.
class NoUpkeep final : public engine::Upkeep {
public:
    void set_missing(DirectiveId, std::vector<std::string>) override {}
    void note_written(std::string_view, std::string_view) override {}
    void raise_alert(const engine::Alert&) override {}
    void clear_alert(DirectiveId, std::string_view) override {}
    [[nodiscard]] std::vector<engine::Alert> alerts() const override { return {}; }
    [[nodiscard]] std::vector<engine::BusyRun> busy_runs() const override { return {}; }
    [[nodiscard]] std::size_t runs_of(DirectiveId) const override { return 0; }
    void cancel_runs(DirectiveId, const std::string&) override {}
};

/// Writes nowhere: the project's logs are the daemon's.
class NoLog final : public logging::Log {
public:
    void write(logging::LogType,
               logging::Level,
               std::string_view,
               std::span<const logging::Field>) override {}
    [[nodiscard]] Status configure(logging::LogType, const logging::LogConfig&) override;
    [[nodiscard]] logging::LogConfig config(logging::LogType type) const override {
        return logging::default_config(type);
    }
    [[nodiscard]] logging::LogStatistics statistics(logging::LogType) const override { return {}; }
    void blocking_flush() override {}
};

}  // namespace aifp::mcp
