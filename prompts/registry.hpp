#pragma once

#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

#include "prompts/prompt_directive.hpp"

namespace aifp::prompts {

/// The prompt directives of a project. Readers take a snapshot that never changes; a writer puts a
/// changed copy in its place, so that a request that is under way is not disturbed. Thread-safe.
/// Bounded: kMaxDirectives.
class Registry {
public:
    using Snapshot = std::shared_ptr<const std::vector<PromptDirective>>;
    static constexpr std::size_t kMaxDirectives = 1'000;

    Registry();

    /// Takes in one. The same id again replaces the former in its place. What is refused (no id, no
    /// producer, too many) or odd (speaks to nobody, an agent nobody knows) is told.
    Notices add(PromptDirective directive);
    /// Puts `directives` in the place of all, as if each were added: one step for readers.
    Notices assign(std::vector<PromptDirective> directives);
    /// False if there is none.
    bool remove(std::string_view id);

    /// In the order of registration.
    [[nodiscard]] Snapshot snapshot() const;

private:
    mutable std::mutex mutex_;  // guards directives_
    Snapshot directives_;
};

}  // namespace aifp::prompts
