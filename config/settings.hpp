#pragma once

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/calendar.hpp"
#include "base/clock.hpp"
#include "base/project_paths.hpp"
#include "base/rate.hpp"
#include "base/time_zone.hpp"
#include "config/chat_settings.hpp"
#include "config/codegen_settings.hpp"
#include "config/llm_settings.hpp"
#include "config/prompt_settings.hpp"
#include "document/node.hpp"
#include "model/diagnostic.hpp"
#include "model/notices.hpp"

namespace aifp::config {

/// Whose directives run without a yes. (reference/decisions.md, Directives)
enum class Approval {
    required,     ///< Every directive waits for a yes.
    owner_files,  ///< Files of the project's owner are approved by being there.
    off,          ///< Nothing waits.
};

/// When a ledger row counts as written.
enum class Durability {
    full,    ///< After fsync: survives a power cut.
    normal,  ///< After the write: survives a crash of the program.
};

/// Which runs leave their steps in the store. The last ones are in memory in any case, unless off.
enum class Traces {
    all,
    failed,  ///< Runs that did not end well.
    off,     ///< None are made.
};

/// Name -> text or {"$secret": NAME}; Resolver makes text of it.
using Headers = std::map<std::string, boost::json::value>;

/// One entry of `apis`.
struct Api {
    std::string base_url;
    Headers headers;
    Milliseconds timeout = Seconds(30);
};

/// One entry of `notify`.
struct Channel {
    enum class Kind {
        log,      ///< A line in the log.
        http,     ///< A POST to `url`.
        command,  ///< A program; the message is its standard input.
    };
    Kind kind = Kind::log;
    boost::json::value url;  ///< Text or a secret (webhook addresses often are one).
    Headers headers;
    std::vector<std::string> command;  ///< Program and arguments.
};

/// Times of day between which nobody is told anything; may pass midnight.
struct QuietTime {
    int from = 0;   ///< Seconds after midnight in the project's zone.
    int until = 0;  ///< Likewise; not included.
};

/// What people are told of all directives (docs/notices.md); a directive's own rules stand above.
struct Notices {
    model::NoticeRules rules;
    std::vector<QuietTime> quiet;
};

/// Bounds that keep the engine small.
struct Limits {
    std::int64_t max_concurrent_runs = 64;
    std::int64_t max_queued_runs = 10'000;        ///< Over all directives.
    std::uint64_t max_file_size = 1 << 20;        ///< Bytes of a directive file.
    std::uint64_t max_payload = 1 << 20;          ///< Bytes of a webhook's body.
    std::uint64_t max_output = 64 << 10;          ///< Bytes kept of a child's output.
    std::int64_t max_own_starts_per_minute = 50;  ///< Of one directive, by its own runs; 0: any.
    std::int64_t max_starts_per_minute = 30'000;  ///< Of one directive; 0: any.
    std::int64_t max_state_entries = 10'000;
    std::int64_t expression_instructions = 100'000;
    std::uint64_t expression_memory = 4 << 20;  ///< Bytes.
};

/// How long the ledger's rows are kept: whichever bound is reached first.
struct Retention {
    std::int64_t ledger_days = 90;
    std::int64_t ledger_rows = 1'000'000;
};

/// `.aifp-project/engine.yaml`, checked. docs of every key: describe_settings().
struct Settings {
    std::string name;  ///< Of the project, in URLs; empty: made from the folder's name.
    Approval approval = Approval::owner_files;
    Durability durability = Durability::full;
    TimeZone timezone = TimeZone::system();
    bool timezone_given = false;      ///< False: `timezone` is the machine's.
    std::optional<double> latitude;   ///< Degrees, north is positive: where the sun is looked at.
    std::optional<double> longitude;  ///< Degrees, east is positive.
    double elevation_m = 0;           ///< Above the land around.
    Traces traces = Traces::failed;
    std::map<std::string, Api> apis;
    std::map<std::string, Channel> notify;  ///< Always has `default`.
    Notices notices;
    std::map<std::string, Calendar> calendars;  ///< Seen in each directive's own zone.
    std::vector<std::string> blackout;  ///< Names of calendars that hold for all directives.
    std::vector<std::string> env;       ///< Names that env(NAME) may read.
    Limits limits;
    Retention retention;
    std::string admin_address = "127.0.0.1:7717";
    std::string hooks_listen = "127.0.0.1:7718";
    std::string hooks_public_url;  ///< Where others reach that listener; empty: as it listens.
    std::vector<std::string> trusted_proxies;  ///< Addresses and CIDR ranges.
    /// What an assistant may do over MCP: read, author, operate, approve. (decisions.md, Scopes)
    std::vector<std::string> mcp_scope{"read", "author"};
    Prompts prompts;
    std::vector<std::string> admin_hosts;  ///< Names of the admin endpoint besides localhost.
    Rate admin_rate{1'000, Milliseconds(10'000)};  ///< Of each client of the admin endpoint.
    Llm llm;
    Chat chat;
    Codegen codegen;
};

struct LoadedSettings {
    Settings settings;  ///< What was right; the rest has its default.
    model::Diagnostics diagnostics;
};

/// The settings in a text; pure apart from the zone database. An empty text is all defaults.
[[nodiscard]] LoadedSettings read_settings(const document::SourceText& source);
/// Reads the file; a missing one is all defaults, an unreadable one an error at 1:1. Blocks.
[[nodiscard]] LoadedSettings load_settings(const std::filesystem::path& path);
/// The file that a project's settings stand in: its own, or where that is missing the system's.
[[nodiscard]] std::filesystem::path settings_file(const ProjectPaths& paths);
/// Every key, generated from the table that read_settings uses: an array of
/// {name, type, unit, default, meaning}.
[[nodiscard]] boost::json::array describe_settings();

/// The keys whose new value takes effect only at the next start: "durability", "limits.max_output".
[[nodiscard]] std::vector<std::string> waiting_for_restart(const Settings& before,
                                                           const Settings& after);

[[nodiscard]] std::string_view name_of(Approval approval) noexcept;
[[nodiscard]] std::string_view name_of(Durability durability) noexcept;
[[nodiscard]] std::string_view name_of(Traces traces) noexcept;

}  // namespace aifp::config
