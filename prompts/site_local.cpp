#include "prompts/site_local.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace aifp::prompts {
namespace {

using Counts = std::map<std::string, std::int64_t>;

std::string capitalized(std::string_view word) {
    std::string text(word);
    if (!text.empty() && text.front() >= 'a' && text.front() <= 'z') {
        text.front() = static_cast<char>(text.front() - 'a' + 'A');
    }
    return text;
}

Taxonomy taxonomy_of(std::string slug, std::string label, std::string singular, Counts counts) {
    Taxonomy taxonomy;
    taxonomy.slug = std::move(slug);
    taxonomy.label = std::move(label);
    taxonomy.singular_label = std::move(singular);
    for (auto& [name, count] : counts) {
        if (!name.empty()) {
            taxonomy.terms.push_back({name, name, count});
        }
    }
    return taxonomy;
}

Counts count(const std::vector<std::string>& names) {
    Counts counts;
    for (const std::string& name : names) {
        ++counts[name];
    }
    return counts;
}

std::int64_t size_of(const std::vector<std::string>& names) noexcept {
    return static_cast<std::int64_t>(names.size());
}

}  // namespace

SiteContext local_site(const LocalProject& project) {
    std::map<model::DirectiveType, std::int64_t> types;
    Counts statuses;
    Counts files;
    std::set<std::string> kinds;
    std::set<std::string> kinds_in_files;
    for (const LocalDirective& directive : project.directives) {
        const std::string kind(model::name_of(directive.type));
        ++types[directive.type];
        ++statuses[std::string(model::name_of(directive.status))];
        ++files[directive.source_file];
        kinds.insert(kind);
        if (!directive.source_file.empty()) {
            kinds_in_files.insert(kind);
        }
    }
    SiteContext context;
    context.site = project.site;
    for (const auto& [type, number] : types) {
        const std::string kind(model::name_of(type));
        context.post_types.push_back({kind,
                                      capitalized(kind) + " directives",
                                      capitalized(kind) + " directive",
                                      number,
                                      type == model::DirectiveType::sequence});
    }
    context.post_types.push_back({"implementation",
                                  "Implementations",
                                  "Implementation",
                                  size_of(project.test_results),
                                  false});
    context.post_types.push_back(
        {"dependency", "Dependencies", "Dependency", size_of(project.dependency_types), false});
    Taxonomy status = taxonomy_of("status", "Statuses", "Status", std::move(statuses));
    status.post_types.assign(kinds.begin(), kinds.end());
    Taxonomy tests =
        taxonomy_of("test_status", "Test results", "Test result", count(project.test_results));
    tests.post_types = {"implementation"};
    Taxonomy needs = taxonomy_of(
        "dependency_type", "Dependency types", "Dependency type", count(project.dependency_types));
    needs.post_types = {"dependency"};
    Taxonomy sources = taxonomy_of("source_file", "Source files", "Source file", std::move(files));
    sources.hierarchical = true;
    sources.post_types.assign(kinds_in_files.begin(), kinds_in_files.end());
    context.taxonomies = {
        std::move(status), std::move(tests), std::move(needs), std::move(sources)};
    return context;
}

}  // namespace aifp::prompts
