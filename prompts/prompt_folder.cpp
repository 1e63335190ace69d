#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <system_error>
#include <utility>

#include "base/file.hpp"
#include "document/node_json.hpp"
#include "document/report.hpp"
#include "document/scalar.hpp"
#include "prompts/prompt_file.hpp"

namespace aifp::prompts {
namespace {

namespace fs = std::filesystem;
using document::Node;
using document::SourceText;

void report_file(model::Diagnostics& diagnostics,
                 const std::string& file,
                 std::string message,
                 model::Severity severity = model::Severity::error) {
    diagnostics.push_back(SourceText(file, "").diagnostic({}, severity, std::move(message)));
}

// What somebody may have meant to be read; not what editors leave behind.
bool is_passed_over(const fs::directory_entry& entry) {
    const std::string name = entry.path().filename().native();
    std::error_code ignored;
    return !name.starts_with('.') && !name.ends_with('~') && entry.is_regular_file(ignored);
}

std::vector<fs::path> prompt_files(const fs::path& folder, LoadedPrompts& loaded) {
    std::vector<fs::path> files;
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
        if (entry->path().extension() == ".md" &&
            !entry->path().filename().native().starts_with('.')) {
            files.push_back(entry->path());
        } else if (is_passed_over(*entry) && loaded.diagnostics.size() < kMaxPromptFiles) {
            report_file(loaded.diagnostics,
                        (folder.filename() / entry->path().filename()).native(),
                        "it is not read: the names of prompt directives end with .md",
                        model::Severity::warning);
        }
    }
    if (error && error != std::errc::no_such_file_or_directory) {
        report_file(loaded.diagnostics,
                    folder.filename().native(),
                    "the folder cannot be read: " + error.message());
    }
    std::sort(files.begin(), files.end());
    return files;
}

}  // namespace

LoadedPrompts blocking_load_prompts(const fs::path& folder) {
    LoadedPrompts loaded;
    std::vector<fs::path> files = prompt_files(folder, loaded);
    if (files.size() > kMaxPromptFiles) {
        report_file(
            loaded.diagnostics,
            folder.filename().native(),
            fmt::format(
                "there are {} files; the first {} are read", files.size(), kMaxPromptFiles));
        files.resize(kMaxPromptFiles);
    }
    for (const fs::path& file : files) {
        const std::string shown = (folder.filename() / file.filename()).native();
        auto text = read_file(file, kMaxPromptFileBytes);
        if (!text) {
            report_file(loaded.diagnostics, shown, text.error().detail());
            continue;
        }
        ParsedPrompt parsed = parse_prompt_file(SourceText(shown, std::move(*text)));
        std::move(parsed.diagnostics.begin(),
                  parsed.diagnostics.end(),
                  std::back_inserter(loaded.diagnostics));
        if (parsed.directive) {
            loaded.directives.push_back(std::move(*parsed.directive));
        }
    }
    return loaded;
}

ParsedSiteFile parse_site_file(const SourceText& source) {
    constexpr std::array<std::string_view, 3> kProviders = {"site", "post_types", "taxonomies"};
    ParsedSiteFile parsed;
    document::Report report(source);
    document::Limits limits;
    limits.max_bytes = kMaxPromptFileBytes;
    document::Document document = document::parse(source, document::Format::yaml, limits);
    report.add(std::move(document.diagnostics));
    const bool is_map = document.root && document.root->type == Node::Type::mapping;
    if (document.root && !is_map && document.root->type != Node::Type::null) {
        report.error(document.root->mark,
                     fmt::format("the file must be a map, not {}",
                                 document::describe_type(document.root->type)),
                     "write what an AI should know as \"key: value\" lines");
    }
    for (std::size_t i = 0; is_map && i < document.root->members.size(); ++i) {
        const Node::Member& member = document.root->members[i];
        if (std::find(kProviders.begin(), kProviders.end(), member.key) != kProviders.end()) {
            report.error(member.key_mark,
                         fmt::format("{} comes from the provider", document::quoted(member.key)),
                         "use a name of your own");
        } else {
            parsed.extra.insert_or_assign(member.key, document::to_json(*member.value));
        }
    }
    parsed.diagnostics = report.take();
    return parsed;
}

SiteFilter site_file_filter(boost::json::object extra) {
    return {"site_context.yaml",
            [extra = std::move(extra)](
                const boost::json::object& context) -> Result<boost::json::value> {
                boost::json::object whole = context;
                for (const auto& member : extra) {
                    whole.insert_or_assign(member.key(), member.value());
                }
                return whole;
            }};
}

}  // namespace aifp::prompts
