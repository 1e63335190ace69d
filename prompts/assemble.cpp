#include "prompts/assemble.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <iterator>
#include <utility>

#include "base/hash.hpp"
#include "prompts/render.hpp"
#include "prompts/selection.hpp"
#include "prompts/utf8.hpp"

namespace aifp::prompts {
namespace {

namespace json = boost::json;
using logging::Level;

/// A prompt directive of the request and what it gave.
struct Block {
    ManifestEntry entry;
    std::vector<Message> messages = {};
    bool is_required = false;
};

template <class Value>
json::value or_null(const std::optional<Value>& value) {
    return value ? json::value(*value) : json::value(nullptr);
}

// Other people's code may throw: the fence of extensions.
Result<Produced> produce(const PromptDirective& directive, const Context& context) {
    try {
        return directive.produce(context);
    } catch (const std::exception& exception) {
        return fail(ErrorCode::internal, exception.what());
    } catch (...) {
        return fail(ErrorCode::internal, "an unknown exception");
    }
}

std::string hash_of(const std::vector<Message>& messages) {
    if (messages.size() == 1 && !has_attachment(messages.front())) {
        return sha256_hex(messages.front().text);  // the usual case, without a copy
    }
    std::string all;
    for (const Message& message : messages) {
        all += message.text;
    }
    for (const Message& message : messages) {
        all += has_attachment(message) ? message.file->sha256 : "";
    }
    return sha256_hex(all);
}

// What prompt directives gave went through render().
void clean_message(Message& message, const config::SecretKeeper* keeper) {
    message.text = well_formed(without_secrets(std::move(message.text), keeper));
    for (ToolCall& call : message.tool_calls) {
        call.arguments = well_formed(without_secrets(std::move(call.arguments), keeper));
    }
}

/// One assembly, from first to last.
class Assembly {
public:
    Assembly(const Context& context, const Policy& policy) : context_(&context), policy_(&policy) {}

    // Errors: of a required one.
    [[nodiscard]] Status take(const PromptDirective& directive);
    void keep_within_bounds();
    [[nodiscard]] Result<Assembled> finish(std::span<const Message> conversation);

private:
    [[nodiscard]] Status take_failure(Block block, const Error& error);
    void take_success(Block block, const PromptDirective& directive, Produced produced);
    void leave_out(Trust trust, std::size_t& total);
    void warn_of_size(const ManifestEntry& entry);
    void hash_and_count();
    void tell_the_whole();
    void tell(Level level, std::string message, json::object fields) {
        request_.notices.push_back({level, std::move(message), std::move(fields)});
    }
    [[nodiscard]] json::array ids(std::initializer_list<PromptStatus> statuses) const;
    [[nodiscard]] std::size_t total_bytes() const noexcept;

    const Context* context_;
    const Policy* policy_;
    std::vector<Block> blocks_;
    Assembled request_;
};

Status Assembly::take(const PromptDirective& directive) {
    Block block;
    block.entry.id = directive.id;
    block.entry.source = directive.source;
    block.entry.priority = directive.priority;
    block.entry.trust = directive.trust;
    block.entry.volatility = directive.volatility;
    block.is_required = directive.required;
    block.entry.note = suppression(directive, *context_, *policy_);
    if (!block.entry.note.empty()) {
        block.entry.status = PromptStatus::suppressed;
        blocks_.push_back(std::move(block));
        return {};
    }
    auto produced = produce(directive, *context_);
    if (!produced) {
        return take_failure(std::move(block), produced.error());
    }
    take_success(std::move(block), directive, std::move(*produced));
    return {};
}

Status Assembly::take_failure(Block block, const Error& error) {
    if (block.is_required) {
        return fail(error.with_context(
            fmt::format("nothing is sent without the prompt directive {}", block.entry.id)));
    }
    tell(Level::error,
         "Directive: failed",
         {{"directive", block.entry.id},
          {"priority", block.entry.priority},
          {"error", error.detail()},
          {"job_id", or_null(context_->job_id)}});
    block.entry.status = PromptStatus::failed;
    block.entry.note = error.detail();
    blocks_.push_back(std::move(block));
    return {};
}

void Assembly::take_success(Block block, const PromptDirective& directive, Produced produced) {
    append(request_.notices, std::move(produced.notices));
    Rendered rendered = render(directive, produced.outputs, policy_->keeper);
    ManifestEntry& entry = block.entry;
    block.messages = std::move(rendered.messages);
    entry.bytes = rendered.bytes;
    entry.attachment_bytes = rendered.attachment_bytes;
    entry.note = std::move(produced.note);
    if (!rendered.cut.empty()) {
        entry.status = PromptStatus::truncated;
        entry.note = std::move(rendered.cut);
        tell(Level::warning,
             "Directive: over budget",
             {{"source", entry.source},
              {"id", entry.id},
              {"reason", entry.note},
              {"limit", directive.max_bytes}});
    } else if (block.messages.empty()) {
        tell(Level::debug,
             "Directive: Empty content",
             {{"directive", entry.id}, {"agent", context_->agent}});
    } else {
        entry.status = PromptStatus::applied;
    }
    blocks_.push_back(std::move(block));
}

std::size_t Assembly::total_bytes() const noexcept {
    std::size_t total = 0;
    for (const Block& block : blocks_) {
        total += block.entry.bytes;
    }
    return total;
}

void Assembly::keep_within_bounds() {
    std::size_t total = total_bytes();
    if (policy_->max_total_bytes > 0) {
        leave_out(Trust::site, total);
        leave_out(Trust::external, total);
    }
    if (policy_->warn_total_bytes > 0 && total > policy_->warn_total_bytes) {
        tell(Level::warning,
             "Directive: over budget",
             {{"reason", "all prompt directives together are long"},
              {"size", total},
              {"limit", policy_->warn_total_bytes}});
    }
    for (const Block& block : blocks_) {
        warn_of_size(block.entry);
    }
}

void Assembly::leave_out(Trust trust, std::size_t& total) {
    for (auto block = blocks_.rbegin(); block != blocks_.rend(); ++block) {
        ManifestEntry& entry = block->entry;
        const bool may_go = entry.trust == trust && !block->is_required && entry.bytes > 0;
        if (total <= policy_->max_total_bytes || !may_go) {
            continue;
        }
        total -= entry.bytes;
        tell(Level::warning,
             "Directive: over budget",
             {{"source", entry.source},
              {"id", entry.id},
              {"reason", "left out: all together would be too long"},
              {"size", entry.bytes},
              {"limit", policy_->max_total_bytes}});
        entry.status = PromptStatus::truncated;
        entry.note = fmt::format("left out: all together would have more than {} bytes",
                                 policy_->max_total_bytes);
        entry.bytes = 0;
        entry.attachment_bytes = 0;
        block->messages.clear();
    }
}

void Assembly::warn_of_size(const ManifestEntry& entry) {
    if (policy_->warn_directive_bytes > 0 && entry.bytes > policy_->warn_directive_bytes) {
        tell(Level::warning,
             "Directive: over budget",
             {{"source", entry.source},
              {"id", entry.id},
              {"reason", "it is long"},
              {"size", entry.bytes},
              {"limit", policy_->warn_directive_bytes}});
    }
}

void Assembly::hash_and_count() {
    constexpr std::size_t kBytesPerToken = 4;
    std::string all;
    for (Block& block : blocks_) {
        ManifestEntry& entry = block.entry;
        entry.messages = block.messages.size();
        entry.est_tokens = (entry.bytes + kBytesPerToken - 1) / kBytesPerToken;
        if (!block.messages.empty()) {
            entry.sha256 = hash_of(block.messages);
            all += entry.sha256;
        }
    }
    request_.sha256 = sha256_hex(all);
}

json::array Assembly::ids(std::initializer_list<PromptStatus> statuses) const {
    json::array ids;
    for (const ManifestEntry& entry : request_.manifest) {
        if (std::find(statuses.begin(), statuses.end(), entry.status) != statuses.end()) {
            ids.emplace_back(entry.id);
        }
    }
    return ids;
}

void Assembly::tell_the_whole() {
    std::size_t bytes = 0;
    std::size_t tokens = 0;
    for (const ManifestEntry& entry : request_.manifest) {
        bytes += entry.bytes;
        tokens += entry.est_tokens;
    }
    tell(Level::debug,
         "AI request built",
         {{"agent", context_->agent},
          {"provider", context_->provider},
          {"model", context_->model},
          {"message_count", request_.messages.size()},
          {"tool_count", request_.tools.size()},
          {"directives", ids({PromptStatus::applied, PromptStatus::truncated})},
          {"suppressed", ids({PromptStatus::suppressed})},
          {"empty", ids({PromptStatus::empty})},
          {"bytes", bytes},
          {"est_tokens", tokens},
          {"prompt_sha256", request_.sha256},
          {"job_id", or_null(context_->job_id)},
          {"session_id", or_null(context_->session_id)}});
}

Result<Assembled> Assembly::finish(std::span<const Message> conversation) {
    hash_and_count();
    std::vector<Message>& messages = request_.messages;
    for (Block& block : blocks_) {
        std::move(block.messages.begin(), block.messages.end(), std::back_inserter(messages));
        request_.manifest.push_back(std::move(block.entry));
    }
    const bool is_before = policy_->placement == Placement::before;
    messages.insert(
        is_before ? messages.end() : messages.begin(), conversation.begin(), conversation.end());
    if (messages.empty()) {
        return fail(ErrorCode::invalid_input,
                    "nothing to send: no message and no prompt directive");
    }
    for (Message& message : messages) {
        if (message.directive.empty()) {
            clean_message(message, policy_->keeper);
        }
    }
    request_.tools = context_->tools;
    tell_the_whole();
    return std::move(request_);
}

}  // namespace

Result<Assembled> assemble(std::span<const Message> conversation,
                           const Context& context,
                           std::span<const PromptDirective> directives,
                           const Policy& policy) {
    Assembly assembly(context, policy);
    for (const PromptDirective* directive : chosen(context.agent, directives)) {
        if (const Status taken = assembly.take(*directive); !taken) {
            return fail(taken.error());
        }
    }
    assembly.keep_within_bounds();
    return assembly.finish(conversation);
}

}  // namespace aifp::prompts
