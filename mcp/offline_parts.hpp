#pragma once

#include <memory>
#include <string>

#include "base/clock.hpp"
#include "engine/control.hpp"
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
    void change_status(DirectiveId directive,
                       model::DirectiveStatus status,
                       std::string who,
                       Answer answer) override;
    void set_approval(DirectiveId directive,
                      bool approved,
                      std::string who,
                      Answer answer) override;
    void propose_configuration(DirectiveId directive,
                               boost::json::object changes,
                               std::string who,
                               Answer answer) override;
    void history(engine::HistoryQuery query, Answer answer) override;
    void status(Answer answer) override;
    void reload(Answer answer) override;
    [[nodiscard]] bool is_ready() const override { return false; }

private:
    storage::Store& store_;
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
