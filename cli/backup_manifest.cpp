#include "cli/backup_manifest.hpp"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <map>

#include "base/json_text.hpp"
#include "cli/printers.hpp"

namespace aifp::cli {
namespace {

namespace json = boost::json;

constexpr std::int64_t kFormat = 1;

tl::unexpected<Error> unreadable() {
    return fail(ErrorCode::invalid_input, "its manifest cannot be read");
}

std::int64_t number_in(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_int64() ? value->get_int64() : 0;
}

}  // namespace

std::string manifest_text(const BackupManifest& manifest) {
    json::object object;
    object["format"] = kFormat;
    object["engine"] = manifest.engine;
    object["schema"] = manifest.schema;
    object["project"] = manifest.project;
    object["made_at"] = manifest.made_at;
    object["with_secrets"] = manifest.with_secrets;
    json::array files;
    for (const ArchiveEntry& entry : manifest.files) {
        files.push_back({{"name", entry.name}, {"size", entry.size}, {"sha256", entry.sha256}});
    }
    object["files"] = std::move(files);
    return json_text(object) + "\n";
}

Result<BackupManifest> read_manifest(std::string_view text) {
    boost::system::error_code failed;
    const auto value = json::parse(text, failed);
    const auto* object = failed ? nullptr : value.if_object();
    if (object == nullptr) {
        return unreadable();
    }
    if (number_in(*object, "format") > kFormat) {
        return fail(ErrorCode::conflict,
                    fmt::format("a newer version of this program made it ({})",
                                text_in(value, "engine").value_or("?")));
    }
    const auto* files = object->if_contains("files");
    if (number_in(*object, "format") != kFormat || files == nullptr || !files->is_array()) {
        return unreadable();
    }
    BackupManifest manifest;
    manifest.engine = text_in(value, "engine").value_or("");
    manifest.schema = static_cast<int>(number_in(*object, "schema"));
    manifest.project = text_in(value, "project").value_or("");
    manifest.made_at = text_in(value, "made_at").value_or("");
    manifest.with_secrets = text_in(value, "with_secrets") == "true";
    for (const auto& file : files->get_array()) {
        if (!file.is_object()) {
            return unreadable();
        }
        ArchiveEntry entry;
        entry.name = text_in(file, "name").value_or("");
        entry.size = static_cast<std::uint64_t>(number_in(file.get_object(), "size"));
        entry.sha256 = text_in(file, "sha256").value_or("");
        manifest.files.push_back(std::move(entry));
    }
    return manifest;
}

Status verify_entries(const BackupManifest& manifest, const std::vector<ArchiveEntry>& entries) {
    std::map<std::string_view, const ArchiveEntry*> wanted;
    for (const ArchiveEntry& entry : manifest.files) {
        wanted.emplace(entry.name, &entry);
    }
    for (const ArchiveEntry& entry : entries) {
        if (entry.name == kManifestName) {
            continue;
        }
        const auto known = wanted.find(entry.name);
        if (known == wanted.end() || known->second->size != entry.size ||
            known->second->sha256 != entry.sha256) {
            return fail(ErrorCode::invalid_input,
                        fmt::format("{} is not as it was written", entry.name));
        }
        wanted.erase(known);
    }
    return wanted.empty() ? Status{}
                          : Status(fail(ErrorCode::invalid_input,
                                        fmt::format("{} is missing", wanted.begin()->first)));
}

}  // namespace aifp::cli
