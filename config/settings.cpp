#include "config/settings.hpp"

#include <fmt/format.h>

#include <array>
#include <boost/json/object.hpp>
#include <utility>

#include "base/enum_names.hpp"
#include "base/file.hpp"
#include "config/setting_rows.hpp"
#include "document/report.hpp"

namespace aifp::config {
namespace {

using document::Node;
using document::Report;

constexpr std::uint64_t kMaxSettingsBytes = 1 << 20;

// "any/.aifp-project/engine.yaml" as the user knows it.
std::string shown_path(const std::filesystem::path& path) {
    return (path.parent_path().filename() / path.filename()).native();
}

template <class Owner>
void describe(boost::json::array& all,
              std::string_view prefix,
              std::span<const SettingRow<Owner>> rows) {
    for (const SettingRow<Owner>& row : rows) {
        all.push_back(boost::json::object{{"name", fmt::format("{}{}", prefix, row.key)},
                                          {"type", row.type},
                                          {"unit", row.unit},
                                          {"default", row.fallback},
                                          {"meaning", row.meaning}});
    }
}

}  // namespace

std::string_view name_of(Approval approval) noexcept {
    constexpr EnumNames<3> kNames = {"required", "owner_files", "off"};
    return name_in(kNames, approval);
}

std::string_view name_of(Durability durability) noexcept {
    constexpr EnumNames<2> kNames = {"full", "normal"};
    return name_in(kNames, durability);
}

std::string_view name_of(Traces traces) noexcept {
    constexpr EnumNames<3> kNames = {"all", "failed", "off"};
    return name_in(kNames, traces);
}

LoadedSettings read_settings(const document::SourceText& source) {
    LoadedSettings loaded;
    Report report(source);
    document::Limits limits;
    limits.max_bytes = kMaxSettingsBytes;
    document::Document document = document::parse(source, document::Format::yaml, limits);
    report.add(std::move(document.diagnostics));
    if (document.root && document.root->type != Node::Type::null) {
        read_rows(settings_rows(), loaded.settings, report, *document.root, "");
    }
    loaded.settings.notify.try_emplace("default");
    if (document.root) {
        check_notice_channel(loaded.settings, report, *document.root);
        check_site(loaded.settings, report, *document.root);
    }
    loaded.diagnostics = report.take();
    return loaded;
}

LoadedSettings load_settings(const std::filesystem::path& path) {
    auto text = read_file(path, kMaxSettingsBytes);
    const bool is_missing = !text && text.error().code() == ErrorCode::not_found;
    const document::SourceText source(shown_path(path), text ? std::move(*text) : std::string());
    LoadedSettings loaded = read_settings(source);
    if (!text && !is_missing) {
        loaded.diagnostics.push_back(
            source.diagnostic({}, model::Severity::error, text.error().detail()));
    }
    return loaded;
}

std::filesystem::path settings_file(const ProjectPaths& paths) {
    std::error_code unknown;
    const auto system = paths.system_settings();
    const bool is_own = std::filesystem::exists(paths.settings(), unknown);
    return !is_own && std::filesystem::exists(system, unknown) ? system : paths.settings();
}

boost::json::array describe_settings() {
    boost::json::array all;
    describe(all, "", settings_rows());
    describe(all, "apis.NAME.", api_rows());
    describe(all, "notify.NAME.", channel_rows());
    describe(all, "notices.", notice_rows());
    describe(all, "limits.", limits_rows());
    describe(all, "retention.", retention_rows());
    describe(all, "admin.", admin_rows());
    describe(all, "hooks.", hooks_rows());
    describe(all, "mcp.", mcp_rows());
    describe(all, "prompts.", prompts_rows());
    describe(all, "prompts.wordpress.", wordpress_rows());
    describe(all, "llm.", llm_rows());
    describe(all, "chat.", chat_rows());
    describe(all, "codegen.", codegen_rows());
    return all;
}

}  // namespace aifp::config
