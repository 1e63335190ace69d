#pragma once

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "document/node.hpp"
#include "model/diagnostic.hpp"

namespace aifp::config {

/// `.aifp-project/secrets.yaml`: names and their texts. Immutable once read, so thread-safe. What
/// keeps them out of texts is the SecretKeeper.
class Secrets {
public:
    Secrets() = default;
    explicit Secrets(std::map<std::string, std::string> values);

    /// Errors: not_found with the nearest name. Never contains a value.
    [[nodiscard]] Result<std::string> find(std::string_view name) const;
    [[nodiscard]] bool contains(std::string_view name) const;
    [[nodiscard]] std::set<std::string> names() const;
    [[nodiscard]] std::size_t size() const noexcept { return values_.size(); }

    /// Both; where a name is in both, `stronger` has the word.
    [[nodiscard]] Secrets with(const Secrets& stronger) const;

private:
    std::map<std::string, std::string, std::less<>> values_;
};

struct LoadedSecrets {
    Secrets secrets;  ///< Empty if there are errors.
    model::Diagnostics diagnostics;
};

/// A flat map of names and texts. Diagnostics never show a line of the file.
[[nodiscard]] LoadedSecrets read_secrets(const document::SourceText& source);
/// Whose the file is and who may see it.
struct SecretsFile {
    mode_t mode = 0600;  ///< Permission bits only.
    uid_t owner = 0;
    uid_t process_user = 0;  ///< Of the daemon.
};
/// Why such a file is not read, to stand behind "the file"; nothing if it may be.
[[nodiscard]] std::optional<std::string> why_refused(const SecretsFile& file);

/// Reads the file; a missing one is no secrets. Refused unless a regular file of mode 0600 or 0400
/// that the user of this process or root owns. Blocks.
[[nodiscard]] LoadedSecrets load_secrets(const std::filesystem::path& path);

/// What the service manager hands over (LoadCredential=, systemd.exec(5)): each regular file of the
/// folder is a secret of that name; a line end at its end does not count. Files whose name cannot
/// name a secret, that are empty, hold more than 1 MiB or cannot be read are warned of. Blocks.
[[nodiscard]] LoadedSecrets load_credentials(const std::filesystem::path& folder);

}  // namespace aifp::config
