#include "daemon/neighbours.hpp"

#include <fmt/format.h>

#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <system_error>
#include <utility>

#include "base/file.hpp"
#include "base/hash.hpp"
#include "base/json_text.hpp"
#include "daemon/project_name.hpp"

namespace aifp::daemon {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::string_view kImportFolder = "directives/aifp_import";

// The features of `tracking_settings` that mean something here; the others are AIFP's own.
constexpr std::array<std::pair<logging::LogType, std::string_view>, 3> kFeatures{
    {{logging::LogType::execution, "execution_logging"},
     {logging::LogType::error, "error_logging"},
     {logging::LogType::lifecycle, "lifecycle_logging"}}};

std::string status_in(const json::value& directive) {
    const auto* object = directive.if_object();
    const auto* status = object == nullptr ? nullptr : object->if_contains("status");
    return status != nullptr && status->is_string() ? std::string(status->get_string()) : "";
}

}  // namespace

storage::UserDirectivesStatus status_of_directives(const json::value& directives) {
    using storage::UserDirectivesStatus;
    const auto* list = directives.if_array();
    if (list == nullptr || list->empty()) {
        return UserDirectivesStatus::none;
    }
    auto status = UserDirectivesStatus::disabled;
    for (const auto& directive : *list) {
        const auto word = status_in(directive);
        if (word == "active") {
            return UserDirectivesStatus::active;
        }
        if (word != "paused" && word != "archived") {
            status = UserDirectivesStatus::in_progress;
        }
    }
    return status;
}

Neighbours::Reading Neighbours::blocking_read(const ProjectPaths& paths) {
    return {storage::blocking_read_preferences(paths.user_preferences()),
            storage::blocking_read_system_directives(paths.aifp_core())};
}

void Neighbours::take(Reading reading) {
    const auto status_of = [](const auto& result) {
        return result ? Status() : fail(result.error());
    };
    note(paths_.user_preferences(), status_of(reading.preferences));
    note(paths_.aifp_core(), status_of(reading.system_directives));
    auto preferences =
        reading.preferences ? std::move(*reading.preferences) : storage::Preferences();
    preferences_ = std::move(preferences.directives);
    tracking_ = std::move(preferences.tracking);
    system_directives_ = reading.system_directives ? std::move(*reading.system_directives)
                                                   : std::vector<storage::SystemDirective>();
}

boost::json::object Neighbours::view() const {
    boost::json::array preferences;
    for (const auto& one : preferences_) {
        preferences.push_back(boost::json::object{
            {"directive", one.directive}, {"key", one.key}, {"value", one.value}});
    }
    boost::json::object tracking;
    for (const auto& [feature, is_on] : tracking_) {
        tracking[feature] = is_on;
    }
    boost::json::array directives;
    for (const auto& one : system_directives_) {
        directives.push_back(boost::json::object{
            {"name", one.name}, {"type", one.type}, {"description", one.description}});
    }
    boost::json::object view;
    view["preferences"] = std::move(preferences);
    view["tracking"] = std::move(tracking);
    view["system_directives"] = std::move(directives);
    return view;
}

bool Neighbours::is_tracked(logging::LogType type) const {
    for (const auto& [of_type, feature] : kFeatures) {
        if (of_type == type) {
            const auto found = tracking_.find(std::string(feature));
            return found == tracking_.end() || found->second;
        }
    }
    return true;
}

void Neighbours::note(const fs::path& file, const Status& status) {
    if (status || status.error().code() == ErrorCode::not_found) {
        told_.erase(file.string());
        return;
    }
    const auto& text = status.error().detail();
    if (std::exchange(told_[file.string()], text) != text) {
        warn_(text);
    }
}

std::vector<ImportedFile> Neighbours::blocking_plan_import(const fs::path& database) {
    std::vector<ImportedFile> files;
    const auto directives = storage::blocking_read_foreign_directives(database);
    if (!directives) {
        note(database, fail(directives.error()));
        return files;
    }
    for (const auto& directive : *directives) {
        std::error_code ignored;
        const auto path = fmt::format("{}/{}.json", kImportFolder, url_name(directive.name));
        const bool has_own_file = !directive.source_file.empty() &&
                                  fs::exists(paths_.root() / directive.source_file, ignored);
        if (has_own_file || fs::exists(paths_.root() / path, ignored)) {
            continue;
        }
        boost::system::error_code error;
        auto configuration = json::parse(directive.configuration_json, error);
        auto* object = error ? nullptr : configuration.if_object();
        if (object == nullptr) {
            warn_(
                fmt::format("{} of AIFP's database is not imported: its configuration is no JSON "
                            "object",
                            directive.name));
            continue;
        }
        (*object)["name"] = url_name(directive.name);
        auto text = json_text(configuration) + "\n";
        auto sha256 = sha256_hex(text);
        files.push_back({path, std::move(text), std::move(sha256)});
    }
    return files;
}

std::size_t Neighbours::blocking_write(const std::vector<ImportedFile>& files) {
    std::error_code failed;
    fs::create_directories(paths_.root() / kImportFolder, failed);
    std::size_t count = 0;
    for (const auto& file : files) {
        const auto written = write_file_atomically(paths_.root() / file.path, file.text, 0644);
        if (written) {
            ++count;
        } else {
            warn_(written.error().detail());
        }
    }
    return count;
}

}  // namespace aifp::daemon
