#pragma once

#include <filesystem>
#include <utility>

namespace aifp {

/// Where the things of one project are. A project is one folder; nothing is global.
class ProjectPaths {
public:
    explicit ProjectPaths(std::filesystem::path root) : root_(std::move(root)) {}

    [[nodiscard]] const std::filesystem::path& root() const { return root_; }
    [[nodiscard]] std::filesystem::path directives() const { return root_ / "directives"; }
    [[nodiscard]] std::filesystem::path own() const { return root_ / ".aifp-project"; }
    [[nodiscard]] std::filesystem::path database() const { return own() / "user_directives.db"; }
    /// AIFP's own databases; mostly absent.
    [[nodiscard]] std::filesystem::path project_database() const { return own() / "project.db"; }
    [[nodiscard]] std::filesystem::path user_preferences() const {
        return own() / "user_preferences.db";
    }
    [[nodiscard]] std::filesystem::path aifp_core() const { return own() / "aifp_core.db"; }
    [[nodiscard]] std::filesystem::path settings() const { return own() / "engine.yaml"; }
    /// Where a project of the system service (/var/lib/aifp/NAME) may have them too; else empty.
    [[nodiscard]] std::filesystem::path system_settings() const {
        return root_.parent_path() == "/var/lib/aifp"
                   ? std::filesystem::path("/etc/aifp") / (root_.filename().native() + ".yaml")
                   : std::filesystem::path();
    }
    [[nodiscard]] std::filesystem::path secrets() const { return own() / "secrets.yaml"; }
    [[nodiscard]] std::filesystem::path logs() const { return own() / "logs"; }
    [[nodiscard]] std::filesystem::path run() const { return own() / "run"; }
    [[nodiscard]] std::filesystem::path endpoints() const { return run() / "endpoints.json"; }
    [[nodiscard]] std::filesystem::path admin_token() const { return run() / "admin.token"; }
    /// Tokens with scopes of their own, as hashes.
    [[nodiscard]] std::filesystem::path tokens() const { return own() / "tokens.json"; }
    /// Prompt directives as files (docs/prompts.md).
    [[nodiscard]] std::filesystem::path prompts() const { return root_ / "prompts.d"; }
    [[nodiscard]] std::filesystem::path prompt_hooks() const { return prompts() / "hooks"; }
    [[nodiscard]] std::filesystem::path site_file() const { return root_ / "site_context.yaml"; }
    /// Python of the project's own environment, if it has one.
    [[nodiscard]] std::filesystem::path venv_python() const { return own() / "venv/bin/python3"; }
    [[nodiscard]] std::filesystem::path lock() const { return run() / "aifpd.lock"; }

private:
    std::filesystem::path root_;
};

}  // namespace aifp
