#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <system_error>

#include "base/file.hpp"
#include "base/project_lock.hpp"
#include "cli/api_client.hpp"
#include "cli/doctor.hpp"
#include "cli/project.hpp"
#include "config/secrets.hpp"
#include "config/settings.hpp"
#include "storage/snapshot.hpp"

namespace aifp::cli {
namespace {

namespace fs = std::filesystem;
using Level = Finding::Level;

constexpr std::uint64_t kMaxSecrets = 1024 * 1024;
constexpr Milliseconds kAnswerIn = Seconds(3);

std::string command(std::string_view deed, const fs::path& path) {
    return fmt::format("{} {}", deed, path.string());
}

Findings told(std::string_view check, const model::Diagnostics& diagnostics, const fs::path& file) {
    Findings findings;
    for (const auto& diagnostic : diagnostics) {
        const bool is_error = diagnostic.severity == model::Severity::error;
        findings.push_back(
            {std::string(check),
             is_error ? Level::fail : Level::warn,
             diagnostic.line > 0
                 ? fmt::format("{}:{}: {}", file.string(), diagnostic.line, diagnostic.message)
                 : fmt::format("{}: {}", file.string(), diagnostic.message),
             diagnostic.hint.empty() ? command("aifp check", file) : diagnostic.hint});
    }
    return findings;
}

}  // namespace

Findings look_at_folder(const Patient& patient) {
    const fs::path& root = patient.paths.root();
    if (!is_project(root)) {
        return {{"project",
                 Level::fail,
                 fmt::format("{} is no project", root.string()),
                 fmt::format("aifp --project FOLDER doctor, or make one: aifp init {}",
                             root.string())}};
    }
    Findings findings;
    struct stat of_root {};
    ::stat(root.c_str(), &of_root);
    for (const fs::path& folder :
         {root, patient.paths.directives(), root / "src", patient.paths.own()}) {
        struct stat facts {};
        if (::stat(folder.c_str(), &facts) != 0) {
            continue;  // what is missing is made, or not needed
        }
        if ((facts.st_mode & 022) != 0) {
            findings.push_back(
                {"project",
                 Level::fail,
                 fmt::format("others may write into {}, and so into what runs", folder.string()),
                 command("chmod go-w", folder)});
        }
        if (folder == patient.paths.own() && (facts.st_mode & 0700) != 0700) {
            findings.push_back(
                {"project",
                 Level::fail,
                 fmt::format("its owner may not write into {}, where the engine keeps all it knows",
                             folder.string()),
                 command("chmod u+rwx", folder)});
        }
        if (facts.st_uid != of_root.st_uid) {
            findings.push_back(
                {"project",
                 Level::fail,
                 fmt::format("{} belongs to another user than the project", folder.string()),
                 fmt::format("chown -R --reference={} {}", root.string(), folder.string())});
        }
    }
    if (findings.empty()) {
        findings.push_back(
            {"project", Level::ok, fmt::format("{}: only its owner writes there", root.string())});
    }
    return findings;
}

Findings look_at_settings(const Patient& patient) {
    const fs::path file = config::settings_file(patient.paths);
    Findings findings = told("settings", config::load_settings(file).diagnostics, file);
    if (findings.empty()) {
        std::error_code ignored;
        findings.push_back({"settings",
                            Level::ok,
                            fs::exists(file, ignored) ? file.string() + " is right"
                                                      : "none: the defaults are used"});
    }
    return findings;
}

Findings look_at_secrets(const Patient& patient) {
    const fs::path file = patient.paths.secrets();
    struct stat facts {};
    struct stat of_root {};
    ::stat(patient.paths.root().c_str(), &of_root);
    Findings findings;
    if (::stat(file.c_str(), &facts) == 0) {
        // As the engine sees it, which runs as the project's owner; root may ask for another.
        const auto why =
            config::why_refused({facts.st_mode & 07777U, facts.st_uid, of_root.st_uid});
        const auto text = read_file(file, kMaxSecrets);
        if (why) {
            findings.push_back({"secrets",
                                Level::fail,
                                fmt::format("{} {}", file.string(), *why),
                                fmt::format("chown --reference={} {}; chmod 600 {}",
                                            patient.paths.root().string(),
                                            file.string(),
                                            file.string())});
        } else if (text) {
            findings =
                told("secrets",
                     config::read_secrets(document::SourceText(file.string(), *text)).diagnostics,
                     file);
        } else {
            findings.push_back({"secrets", Level::warn, text.error().detail(), "ask as its owner"});
        }
    }
    if (findings.empty()) {
        std::error_code ignored;
        findings.push_back({"secrets",
                            Level::ok,
                            fs::exists(file, ignored) ? file.string() + " is only its owner's"
                                                      : "no secrets.yaml"});
    }
    const fs::path token = patient.paths.admin_token();
    if (::stat(token.c_str(), &facts) == 0 && (facts.st_mode & 077) != 0) {
        findings.push_back(
            {"token",
             Level::fail,
             fmt::format("{} may be read by others; who has it steers the engine", token.string()),
             fmt::format("rm {}, and restart aifpd: it makes a new one", token.string())});
    }
    return findings;
}

Findings look_at_database(const Patient& patient) {
    const fs::path file = patient.paths.database();
    const auto facts = storage::examine_database(file);
    if (facts) {
        return {{"database", Level::ok, fmt::format("sound, schema {}", facts->schema_version)}};
    }
    switch (facts.error().code()) {
        case ErrorCode::not_found:
            return {{"database", Level::ok, "none yet: the first start makes it"}};
        case ErrorCode::conflict:
            return {{"database", Level::fail, facts.error().detail(), "install the newer version"}};
        case ErrorCode::invalid_input:
            return {{"database",
                     Level::fail,
                     facts.error().detail(),
                     "stop aifpd, then: aifp restore FILE --force; without a backup the next start "
                     "sets the file aside and begins anew"}};
        default:
            return {{"database",
                     Level::fail,
                     facts.error().detail(),
                     "ask as the user that the engine runs as, or as root"}};
    }
}

Findings look_at_daemon(const Patient& patient) {
    const auto holder = ProjectLock::holder(patient.paths.lock());
    std::error_code ignored;
    if (!holder) {
        const bool is_stale = fs::exists(patient.paths.endpoints(), ignored);
        return {{"daemon",
                 Level::warn,
                 is_stale
                     ? "no aifpd runs this project; the last one did not stop by itself, what it "
                       "left in .aifp-project/run is replaced by the next"
                     : "no aifpd runs this project",
                 fmt::format("aifpd --project {}", patient.paths.root().string())}};
    }
    const auto answer =
        blocking_ask(find_socket(patient.paths), {"GET", "/api/v1/status"}, kAnswerIn);
    if (answer && answer->status == 200) {
        return {{"daemon", Level::ok, fmt::format("aifpd (process {}) answers", *holder)}};
    }
    const bool is_refused =
        answer ? answer->status == 403 : answer.error().code() == ErrorCode::denied;
    if (is_refused) {
        return {{"daemon",
                 Level::warn,
                 fmt::format("aifpd (process {}) runs, but you may not ask it", *holder),
                 "ask as the project's owner, or as root"}};
    }
    return {
        {"daemon",
         Level::fail,
         fmt::format("process {} holds {}, but does not answer: {}",
                     *holder,
                     patient.paths.lock().string(),
                     answer ? fmt::format("status {}", answer->status) : answer.error().detail()),
         fmt::format("if it stays like that: kill {}; what was under way is recorded", *holder)}};
}

}  // namespace aifp::cli
