#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/catalog.hpp"
#include "engine/dispatch_observer.hpp"
#include "engine/notice_sender.hpp"
#include "engine/reporter.hpp"
#include "engine/upkeep.hpp"
#include "engine/wait_ids.hpp"
#include "model/wait.hpp"
#include "scheduler/notices.hpp"
#include "storage/store.hpp"

namespace aifp::engine {

/// Tells people what becomes of directives: hears of every decision and every end of a run, lets
/// scheduler::Notices decide what is to be told, sends it and makes durable what was told. A
/// channel that fails is logged and tried again; runs never wait for it. Loop thread only; owned by
/// the engine. (docs/notices.md)
class NoticeDesk final : public DispatchObserver {
public:
    struct Services {
        Reporter& reporter;
        Catalog& catalog;
        storage::Store& store;
        const config::Settings& settings;
        const Clock& clock;
        WaitIds& wait_ids;
        std::function<void()> wake_changed;  ///< next_due() may be another one.
    };
    NoticeDesk(Services services, const actions::Services& actions, const ScopeSources& sources);

    /// Rows of before the restart (model::WaitKind::notice); the catalog is there already.
    void restore(const std::vector<model::Wait>& waits);

    void on_decided(const model::DecisionRecord& decision, std::string_view directive) override;
    void on_run_ended(const RunEnd& end, std::string_view directive) override;
    /// Something that stands until it is over; the caller tells it once.
    void on_alert(const Alert& alert);
    void forget(DirectiveId directive);

    /// Not within a quiet time.
    [[nodiscard]] std::optional<WallTime> next_due() const;
    void on_time(WallTime now);

    /// The directive's rules over those of the settings, with every default filled in.
    [[nodiscard]] model::NoticeRules rules_of(DirectiveId directive) const;
    /// Null: its last run did not fail.
    [[nodiscard]] const scheduler::Streak* streak_of(DirectiveId directive) const {
        return notices_.streak_of(directive);
    }

    static constexpr std::string_view kAlertChannel = "alerts";
    static constexpr Milliseconds kDigest{15 * 60 * 1000};

private:
    void restore(const model::Wait& wait);
    void happened(scheduler::Happening happening);
    void send(scheduler::Notice notice);
    void keep_changes();

    Services services_;
    NoticeSender sender_;
    scheduler::Notices notices_;
    std::unordered_map<DirectiveId, WaitId> rows_;
};

}  // namespace aifp::engine
