#include "helpers/workflow/updates.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace aifp::helpers::workflow {
namespace {

namespace json = boost::json;
using directives::KnownDirective;
using directives::WantedFile;

WantedFile wanted_from(const directives::ParsedFile& file) {
    WantedFile wanted;
    wanted.path = file.file;
    wanted.unreadable = file.unreadable;
    for (const auto& parsed : file.directives) {
        wanted.directives.push_back(parsed.directive);
    }
    for (const auto& draft : file.drafts) {
        wanted.broken_names.push_back(draft.directive.name);
    }
    for (const auto& broken : file.broken) {
        wanted.broken_names.push_back(broken.name);
    }
    return wanted;
}

// Other files are as they were: they want nothing new and give up nothing.
std::vector<WantedFile> with_others(WantedFile file, const std::vector<KnownDirective>& known) {
    std::map<std::string, WantedFile> others;
    for (const auto& directive : known) {
        if (directive.path != file.path) {
            auto& other = others[directive.path];
            other.path = directive.path;
            other.unreadable = true;
        }
    }
    std::vector<WantedFile> all{std::move(file)};
    for (auto& [path, other] : others) {
        all.push_back(std::move(other));
    }
    return all;
}

json::array texts_of(const std::vector<std::string>& names) {
    json::array array;
    for (const auto& name : names) {
        array.emplace_back(json::string(name));
    }
    return array;
}

}  // namespace

UpdateReport update_directive(const directives::ParsedFile& file,
                              const std::vector<KnownDirective>& known) {
    const auto wanted = with_others(wanted_from(file), known);
    const auto changes = directives::reconcile(wanted, known);
    UpdateReport report;
    const auto add_names = [&](const std::vector<DirectiveId>& ids, std::vector<std::string>& to) {
        for (const auto& directive : known) {
            const bool is_meant = directive.path == file.file &&
                                  std::find(ids.begin(), ids.end(), directive.id) != ids.end();
            if (is_meant) {
                to.push_back(directive.directive.name);
            }
        }
    };
    for (const auto& changed : changes.changed) {
        report.changed.push_back(
            {wanted[changed.wanted.file].directives[changed.wanted.directive].name,
             changed.content,
             changed.description});
    }
    for (const auto& added : changes.added) {
        report.added.push_back(wanted[added.file].directives[added.directive].name);
    }
    for (const auto& duplicate : changes.duplicates) {
        report.refused.push_back(
            wanted[duplicate.refused.file].directives[duplicate.refused.directive].name);
    }
    add_names(changes.removed, report.removed);
    add_names(changes.unchanged, report.unchanged);
    add_names(changes.kept, report.kept);
    return report;
}

json::object to_json(const UpdateReport& report) {
    json::array changed;
    for (const auto& directive : report.changed) {
        json::object one;
        one["name"] = directive.name;
        one["needs_approval"] = directive.needs_approval;
        one["description"] = directive.description;
        changed.push_back(std::move(one));
    }
    json::object object;
    object["changed"] = std::move(changed);
    object["added"] = texts_of(report.added);
    object["removed"] = texts_of(report.removed);
    object["unchanged"] = texts_of(report.unchanged);
    object["kept"] = texts_of(report.kept);
    object["refused"] = texts_of(report.refused);
    return object;
}

}  // namespace aifp::helpers::workflow
