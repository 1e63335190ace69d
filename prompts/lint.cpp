#include "prompts/lint.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "prompts/builtin.hpp"

namespace aifp::prompts {
namespace {

std::string_view how_often(Volatility volatility) noexcept {
    switch (volatility) {
        case Volatility::fixed:
            return "with the program";
        case Volatility::config:
            return "with the settings";
        case Volatility::session:
            return "with every conversation or run";
        default:
            return "with every request";
    }
}

// It is sent, and its note says what it lacks: files that were skipped, a site that did not answer.
bool is_incomplete(const ManifestEntry& entry) {
    const bool is_sent = entry.status == PromptStatus::applied;
    const bool has_no_file =
        entry.status == PromptStatus::empty && entry.id == kPipelineContextFilesId;
    return (is_sent || has_no_file) && !entry.note.empty();
}

// The one before `entry` that has the same texts, or null.
const ManifestEntry* find_same(const std::vector<ManifestEntry>& manifest,
                               const ManifestEntry& entry) {
    for (const ManifestEntry& other : manifest) {
        if (&other == &entry) {
            return nullptr;
        }
        if (!entry.sha256.empty() && other.sha256 == entry.sha256) {
            return &other;
        }
    }
    return nullptr;
}

}  // namespace

std::vector<LintFinding> lint(const std::vector<ManifestEntry>& manifest) {
    std::vector<LintFinding> findings;
    const ManifestEntry* restless = nullptr;  // the one so far that changes most often
    for (const ManifestEntry& entry : manifest) {
        if (entry.status == PromptStatus::failed || entry.status == PromptStatus::truncated) {
            findings.push_back(
                {entry.id, fmt::format("it was {}: {}", name_of(entry.status), entry.note)});
        }
        if (is_incomplete(entry)) {
            findings.push_back({entry.id, entry.note});
        }
        if (entry.messages == 0) {
            continue;
        }
        if (const ManifestEntry* same = find_same(manifest, entry)) {
            findings.push_back({entry.id, fmt::format("it says the same as {}", same->id)});
        }
        if (restless != nullptr && restless->volatility > entry.volatility) {
            findings.push_back(
                {restless->id,
                 fmt::format("it changes {}, but {} behind it only {}: a provider's cache ends "
                             "before it; give it a priority above {}",
                             how_often(restless->volatility),
                             entry.id,
                             how_often(entry.volatility),
                             entry.priority)});
        }
        if (restless == nullptr || entry.volatility >= restless->volatility) {
            restless = &entry;
        }
    }
    return findings;
}

}  // namespace aifp::prompts
