#include "config/secrets.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "base/file.hpp"
#include "base/text.hpp"
#include "config/setting_rows.hpp"
#include "document/report.hpp"

namespace aifp::config {
namespace {

using document::Node;
using document::Report;

constexpr std::uint64_t kMaxSecretsBytes = 1 << 20;

// Messages of the parser that quote what stands in the file may quote a value.
model::Diagnostics without_values(model::Diagnostics diagnostics) {
    for (model::Diagnostic& diagnostic : diagnostics) {
        const bool quotes_value = diagnostic.message.starts_with("unknown ");
        if (quotes_value) {
            diagnostic.message = "this value needs quotes";
            diagnostic.hint = "put it in single quotes";
        }
        diagnostic.source.clear();
    }
    return diagnostics;
}

void read_secret(std::map<std::string, std::string>& values,
                 Report& report,
                 const Node::Member& member) {
    const Node& node = *member.value;
    const bool is_text = node.type == Node::Type::string || node.type == Node::Type::integer ||
                         node.type == Node::Type::real;
    if (!is_plain_name(member.key)) {
        report.error(member.key_mark,
                     "this cannot name a secret",
                     "a name has up to 64 letters, digits, \"_\", \"-\" and \".\"");
    } else if (!is_text || !node.tag.empty()) {
        report.error(node.mark,
                     fmt::format("secret {} must be a text", document::quoted(member.key)),
                     "put the value in single quotes");
    } else if (node.text.empty()) {
        report.error(node.mark,
                     fmt::format("secret {} is empty", document::quoted(member.key)),
                     "give it a value, or remove it");
    } else {
        values.emplace(member.key, node.text);
    }
}

LoadedSecrets refuse(const std::filesystem::path& path, std::string message, std::string hint) {
    const document::SourceText source((path.parent_path().filename() / path.filename()).native(),
                                      "");
    LoadedSecrets refused;
    refused.diagnostics.push_back(
        source.diagnostic({}, model::Severity::error, std::move(message), std::move(hint)));
    return refused;
}

}  // namespace

Secrets::Secrets(std::map<std::string, std::string> values)
    : values_(values.begin(), values.end()) {}

Result<std::string> Secrets::find(std::string_view name) const {
    if (const auto found = values_.find(name); found != values_.end()) {
        return found->second;
    }
    std::vector<std::string_view> names;
    for (const auto& [known, value] : values_) {
        names.push_back(known);
    }
    const auto nearest = nearest_name(name, names);
    return fail(ErrorCode::not_found,
                fmt::format("no secret {} in secrets.yaml{}",
                            document::quoted(name),
                            nearest ? fmt::format("; did you mean \"{}\"?", *nearest) : ""));
}

bool Secrets::contains(std::string_view name) const {
    return values_.contains(name);
}

std::set<std::string> Secrets::names() const {
    std::set<std::string> names;
    for (const auto& [name, value] : values_) {
        names.insert(name);
    }
    return names;
}

Secrets Secrets::with(const Secrets& stronger) const {
    std::map<std::string, std::string> all(stronger.values_.begin(), stronger.values_.end());
    all.insert(values_.begin(), values_.end());
    return Secrets(std::move(all));
}

LoadedSecrets read_secrets(const document::SourceText& source) {
    document::Limits limits;
    limits.max_bytes = kMaxSecretsBytes;
    Report report(source);
    document::Document document = document::parse(source, document::Format::yaml, limits);
    report.add(std::move(document.diagnostics));
    std::map<std::string, std::string> values;
    if (document.root && document.root->type == Node::Type::mapping) {
        for (const Node::Member& member : document.root->members) {
            read_secret(values, report, member);
        }
    } else if (document.root && document.root->type != Node::Type::null) {
        report.error(
            document.root->mark, "secrets are a map", "write them as \"name: 'text'\" lines");
    }
    LoadedSecrets loaded;
    if (!report.has_errors()) {
        loaded.secrets = Secrets(std::move(values));
    }
    loaded.diagnostics = without_values(report.take());
    return loaded;
}

std::optional<std::string> why_refused(const SecretsFile& file) {
    if (file.owner != 0 && file.owner != file.process_user) {
        return "belongs to another user";
    }
    if (file.mode != 0600 && file.mode != 0400) {
        return fmt::format("has mode {:04o}; others may see it", file.mode);
    }
    return std::nullopt;
}

LoadedSecrets load_secrets(const std::filesystem::path& path) {
    struct stat about = {};
    if (::stat(path.c_str(), &about) != 0) {
        const int number = errno;
        return number == ENOENT || number == ENOTDIR
                   ? LoadedSecrets()
                   : refuse(path, std::generic_category().message(number), "");
    }
    const SecretsFile file{about.st_mode & 07777U, about.st_uid, ::geteuid()};
    if (const auto reason = why_refused(file); reason && S_ISREG(about.st_mode)) {
        return refuse(path,
                      fmt::format("the file {}", *reason),
                      "run: chmod 600 .aifp-project/secrets.yaml, as the user of the daemon");
    }
    auto text = read_file(path, kMaxSecretsBytes);
    if (!text) {
        return refuse(path, text.error().detail(), "");
    }
    return read_secrets(document::SourceText(
        (path.parent_path().filename() / path.filename()).native(), std::move(*text)));
}

LoadedSecrets load_credentials(const std::filesystem::path& folder) {
    LoadedSecrets loaded;
    std::map<std::string, std::string> values;
    const auto warn = [&](const std::string& name, std::string message) {
        loaded.diagnostics.push_back(
            document::SourceText("credential " + name, "")
                .diagnostic({}, model::Severity::warning, std::move(message), ""));
    };
    std::error_code failed;
    for (const auto& file : std::filesystem::directory_iterator(folder, failed)) {
        const auto name = file.path().filename().native();
        std::error_code unknown;
        if (!file.is_regular_file(unknown)) {
            continue;
        }
        auto text = read_file(file.path(), kMaxSecretsBytes);
        if (!is_plain_name(name)) {
            warn(name, "its name cannot name a secret");
        } else if (!text) {
            warn(name, text.error().detail());
        } else if (text->erase(text->find_last_not_of("\r\n") + 1).empty()) {
            warn(name, "it is empty");
        } else {
            values.emplace(name, std::move(*text));
        }
    }
    if (failed) {
        warn(folder.native(), failed.message());
    }
    loaded.secrets = Secrets(std::move(values));
    return loaded;
}

}  // namespace aifp::config
