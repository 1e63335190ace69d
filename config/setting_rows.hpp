#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "config/settings.hpp"
#include "document/reader.hpp"

// The tables behind engine.yaml: what reads a key stands beside what describes it.

namespace aifp::config {

/// One key of a map that becomes an Owner.
template <class Owner>
struct SettingRow {
    std::string_view key;
    std::string_view type;      ///< "integer", "size", "text", "choice", "list", "map"
    std::string_view unit;      ///< "bytes", "days", "runs" ...; for a choice its words.
    std::string_view fallback;  ///< The default as YAML; empty if there is none.
    std::string_view meaning;   ///< One line.
    /// Checks the value and stores it, or tells `report`. `name` is the key as shown.
    void (*read)(Owner& owner,
                 document::Report& report,
                 const document::Node& node,
                 std::string_view name);
};

[[nodiscard]] std::span<const SettingRow<Settings>> settings_rows() noexcept;
[[nodiscard]] std::span<const SettingRow<Limits>> limits_rows() noexcept;
[[nodiscard]] std::span<const SettingRow<Retention>> retention_rows() noexcept;
[[nodiscard]] std::span<const SettingRow<Settings>> admin_rows() noexcept;
[[nodiscard]] std::span<const SettingRow<Settings>> hooks_rows() noexcept;
[[nodiscard]] std::span<const SettingRow<Settings>> mcp_rows() noexcept;
[[nodiscard]] std::span<const SettingRow<Prompts>> prompts_rows() noexcept;
[[nodiscard]] std::span<const SettingRow<WordPress>> wordpress_rows() noexcept;
[[nodiscard]] std::span<const SettingRow<Llm>> llm_rows() noexcept;
[[nodiscard]] std::span<const SettingRow<Chat>> chat_rows() noexcept;
[[nodiscard]] std::span<const SettingRow<Codegen>> codegen_rows() noexcept;
[[nodiscard]] std::span<const SettingRow<Api>> api_rows() noexcept;
[[nodiscard]] std::span<const SettingRow<Channel>> channel_rows() noexcept;
[[nodiscard]] std::span<const SettingRow<Notices>> notice_rows() noexcept;

/// Reads every key of a map by its row and refuses the others. `name` is the key of the map, empty
/// for the whole file.
template <class Owner>
void read_rows(std::span<const SettingRow<Owner>> rows,
               Owner& owner,
               document::Report& report,
               const document::Node& node,
               std::string_view name) {
    document::Fields fields(report, node, name.empty() ? "the file" : document::quoted(name));
    for (const SettingRow<Owner>& row : rows) {
        if (const document::Node* value = fields.take(row.key)) {
            row.read(owner, report, *value, row.key);
        }
    }
    fields.finish();
}

/// Whether the node is a map; whether a member's key can name `what`. They tell if not.
[[nodiscard]] bool check_map(document::Report& report,
                             const document::Node& node,
                             std::string_view name);
[[nodiscard]] bool check_name(document::Report& report,
                              const document::Node::Member& member,
                              std::string_view what);

/// The readers of `apis`, `notify`, `calendars` and `blackout`.
void read_apis(Settings& settings,
               document::Report& report,
               const document::Node& node,
               std::string_view name);
void read_channels(Settings& settings,
                   document::Report& report,
                   const document::Node& node,
                   std::string_view name);
void read_calendars(Settings& settings,
                    document::Report& report,
                    const document::Node& node,
                    std::string_view name);
void read_blackout(Settings& settings,
                   document::Report& report,
                   const document::Node& node,
                   std::string_view name);

/// Tells of what a site context of WordPress misses. `root` is the whole file.
void check_site(const Settings& settings, document::Report& report, const document::Node& root);

/// Tells of a channel of `notices` that `notify` does not have. `root` is the whole file.
void check_notice_channel(const Settings& settings,
                          document::Report& report,
                          const document::Node& root);

/// `127.0.0.1:7717`, `[::1]:7717` or `localhost:7717`, port 0 to 65535.
[[nodiscard]] bool is_listen_address(std::string_view text);
/// An IPv4 or IPv6 address, alone or with a prefix length behind "/".
[[nodiscard]] bool is_network(std::string_view text);
/// A name of a channel, an API or a secret: [A-Za-z0-9_.-]{1,64}
[[nodiscard]] bool is_plain_name(std::string_view text) noexcept;
/// Of a project: lower case, a letter or a digit first.
[[nodiscard]] bool is_project_name(std::string_view text) noexcept;
/// [A-Za-z_][A-Za-z0-9_]*
[[nodiscard]] bool is_variable_name(std::string_view text) noexcept;
/// read, author, operate, approve.
[[nodiscard]] bool is_scope_name(std::string_view text) noexcept;

}  // namespace aifp::config
