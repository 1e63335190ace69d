#include "cli/verbs.hpp"

#include <CLI/App.hpp>
#include <array>
#include <string_view>
#include <vector>

#include "base/text.hpp"
#include "cli/backup_command.hpp"
#include "cli/chat_command.hpp"
#include "cli/check_command.hpp"
#include "cli/daemon_command.hpp"
#include "cli/doctor_command.hpp"
#include "cli/init_command.hpp"
#include "cli/insight_command.hpp"
#include "cli/invocation.hpp"
#include "cli/logs_command.hpp"
#include "cli/mcp_command.hpp"
#include "cli/next_command.hpp"
#include "cli/online_verbs.hpp"
#include "cli/prompt_verbs.hpp"
#include "cli/propose_command.hpp"
#include "cli/reference_command.hpp"
#include "cli/restore_command.hpp"
#include "cli/runs_command.hpp"
#include "cli/simulate_command.hpp"
#include "cli/snooze_command.hpp"
#include "cli/state_command.hpp"
#include "cli/tail_command.hpp"
#include "cli/token_command.hpp"
#include "cli/tool_command.hpp"
#include "cli/validate_command.hpp"
#include "cli/version_command.hpp"
#include "cli/workflow_command.hpp"

namespace aifp::cli {
namespace {

/// Some verbs, as their own file adds them.
struct VerbRow {
    void (*add)(CLI::App& app, Invocation& invocation);
    std::string_view offline = {};  ///< Which of them need no daemon, as people are told.
};

/// Every verb there is, in the order of the help. A new one is a row here; what is made from the
/// verbs follows.
constexpr std::array kRows{
    VerbRow{add_init_verb, "init"},
    VerbRow{add_check_verb, "check"},
    VerbRow{add_online_verbs},
    VerbRow{add_propose_verb},
    VerbRow{add_daemon_verbs},
    VerbRow{add_state_verb},
    VerbRow{add_prompt_verbs},
    VerbRow{add_chat_verbs},
    VerbRow{add_tool_verb},
    VerbRow{add_validate_verb},
    VerbRow{add_approve_run_verb},
    VerbRow{add_snooze_verb},
    VerbRow{add_version_verbs},
    VerbRow{add_token_verb},
    VerbRow{add_workflow_verbs},
    VerbRow{add_next_verb, "next --cron"},
    VerbRow{add_simulate_verb, "simulate"},
    VerbRow{add_insight_verbs},
    VerbRow{add_logs_verb, "logs"},
    VerbRow{add_tail_verb},
    VerbRow{add_mcp_verb, "mcp"},
    VerbRow{add_backup_verb, "backup"},
    VerbRow{add_restore_verb, "restore"},
    VerbRow{add_doctor_verb, "doctor"},
    VerbRow{add_reference_verbs, "completion"},
};

}  // namespace

std::string offline_verbs() {
    std::vector<std::string> verbs;
    for (const VerbRow& row : kRows) {
        if (!row.offline.empty()) {
            verbs.emplace_back(row.offline);
        }
    }
    return join(verbs, ", ");
}

void build_command_line(CLI::App& app, Invocation& invocation) {
    app.set_version_flag("--version", AIFP_VERSION);
    app.require_subcommand(1);
    app.fallthrough();
    app.add_option("--project",
                   invocation.project,
                   "The project folder (default: the nearest one from here upwards)");
    app.add_flag("--json", invocation.json, "Print JSON for programs");
    app.footer(
        "Exit codes: 0 done, 1 refused or failed, 2 wrong usage or unreadable, "
        "3 no daemon runs the project.");
    for (const VerbRow& row : kRows) {
        row.add(app, invocation);
    }
}

}  // namespace aifp::cli
