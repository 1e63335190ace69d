#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "briefing/disk.hpp"
#include "prompts/lint.hpp"
#include "prompts/registry.hpp"
#include "prompts/site_context.hpp"

namespace aifp::briefing {

/// The prompt directives of a project from all their sources: the built-in ones, those of parts of
/// the program, files, the hook; and what was refused of them. Told what was read and run, it
/// answers what is worth a line in the log. Does no I/O. Loop thread only.
class Register {
public:
    Register();

    /// One more from the program itself; behind the built-in ones, before files.
    [[nodiscard]] prompts::Notices add(prompts::PromptDirective directive);
    void add(prompts::SiteFilter filter) { filters_.push_back(std::move(filter)); }

    /// Of the files that are known.
    [[nodiscard]] const std::string& fingerprint() const noexcept { return fingerprint_; }
    /// What was read for a request. Every mistake is told when it appears, not with each request.
    [[nodiscard]] prompts::Notices take(Gathered gathered);

    [[nodiscard]] bool has_directives_hook() const noexcept { return has_directives_hook_; }
    [[nodiscard]] bool has_site_hook() const noexcept { return has_site_hook_; }
    /// Whether the hook has to be run again: what it said has no time of its own, or that is over.
    [[nodiscard]] bool is_hook_old(MonoTime now) const noexcept { return now >= hook_until_; }
    /// What the hook gave; of one that failed nothing stays.
    [[nodiscard]] prompts::Notices take_hook(const Result<boost::json::value>& output,
                                             MonoTime now);

    /// Those that the hook's prompt directives name; to be read for each request.
    [[nodiscard]] const std::vector<prompts::FileEntry>& hook_files() const noexcept {
        return hook_files_;
    }

    [[nodiscard]] prompts::Registry::Snapshot snapshot() const { return registry_.snapshot(); }
    /// A site context with what site_context.yaml and the filters make of it.
    [[nodiscard]] boost::json::object extended(boost::json::object site,
                                               prompts::Notices& notices) const;

    /// {directives: [...], refused: [...], warnings: [...]}, for people.
    [[nodiscard]] boost::json::value view() const;
    /// What was refused and what is odd of it, in the same words: it is missing from every request.
    [[nodiscard]] std::vector<prompts::LintFinding> findings() const;

private:
    [[nodiscard]] prompts::Notices assign();
    [[nodiscard]] prompts::Notices take_hook_state(const char* name,
                                                   const Result<bool>& found,
                                                   std::string& fault);
    void forget_hook();
    [[nodiscard]] std::vector<std::string> told(model::Severity severity) const;
    [[nodiscard]] std::vector<std::string> refused_hooks() const;

    prompts::Registry registry_;
    std::string fingerprint_ = "nothing was read yet";
    OnDisk disk_;
    std::vector<prompts::PromptDirective> own_;
    std::vector<prompts::SiteFilter> filters_;
    std::vector<prompts::PromptDirective> from_hook_;
    std::vector<prompts::FileEntry> hook_files_;
    prompts::Notices refused_by_hook_;
    std::string hook_output_;  // the last, so that the same again changes nothing
    MonoTime hook_until_{};
    bool has_directives_hook_ = false;
    bool has_site_hook_ = false;
    std::string directives_fault_;  // why a hook that is there is not run
    std::string site_fault_;
};

}  // namespace aifp::briefing
