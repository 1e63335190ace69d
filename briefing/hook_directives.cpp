#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "base/quantity.hpp"
#include "briefing/hook.hpp"

namespace aifp::briefing {
namespace {

namespace json = boost::json;
using prompts::PromptDirective;

constexpr std::size_t kMaxEntries = 200;
constexpr Milliseconds kMaxTtl = std::chrono::hours(24);
constexpr std::array<std::string_view, 10> kKeys = {"id",
                                                    "priority",
                                                    "agents",
                                                    "text",
                                                    "json",
                                                    "file",
                                                    "label",
                                                    "max_bytes",
                                                    "trust",
                                                    "volatility"};
constexpr std::array<std::string_view, 3> kOutputs = {"text", "json", "file"};

/// One entry, member by member; the first thing that is wrong rejects it.
class EntryReader {
public:
    explicit EntryReader(const json::object& entry) : entry_(&entry) {}

    // Errors: invalid_input with the reason.
    [[nodiscard]] Result<PromptDirective> read();
    // The file that it names, or "".
    [[nodiscard]] const std::string& file() const noexcept { return file_; }

private:
    [[nodiscard]] const json::value* find(std::string_view key) const {
        return entry_->if_contains(key);
    }
    void check_keys();
    void read_id();
    void read_priority();
    void read_agents();
    void read_bound();
    template <class Enum, std::size_t kCount>
    void read_word(std::string_view key, Enum& member);
    void read_output();
    [[nodiscard]] std::optional<prompts::Output> output_in(std::string_view kind,
                                                           const json::value& value) const;
    void reject(std::string reason) {
        if (reason_.empty()) {
            reason_ = std::move(reason);
        }
    }

    const json::object* entry_;
    PromptDirective directive_;
    std::string file_;
    std::string reason_;
};

void EntryReader::check_keys() {
    for (const auto& member : *entry_) {
        const std::string_view key(member.key().data(), member.key().size());
        if (std::find(kKeys.begin(), kKeys.end(), key) == kKeys.end()) {
            reject(fmt::format("unknown key \"{}\"", key));
        }
    }
}

void EntryReader::read_id() {
    const auto* id = find("id");
    if (id == nullptr || !id->is_string() || !prompts::is_prompt_id(id->get_string())) {
        reject("\"id\" must be a name of a-z, 0-9, _, . and -");
        return;
    }
    directive_.id = std::string(id->get_string());
}

void EntryReader::read_priority() {
    const auto* value = find("priority");
    std::optional<std::int64_t> number;
    if (value != nullptr && value->is_int64()) {
        number = value->get_int64();
    } else if (value != nullptr && value->is_string()) {
        const std::string_view text = value->get_string();
        std::int64_t read = 0;
        const auto parsed = std::from_chars(text.data(), text.data() + text.size(), read);
        number = parsed.ec == std::errc() && parsed.ptr == text.data() + text.size()
                     ? std::optional(read)
                     : std::nullopt;
    }
    constexpr std::int64_t kMost = 1'000'000;
    if (!number || *number < -kMost || *number > kMost) {
        reject("\"priority\" must be a whole number");
        return;
    }
    directive_.priority = static_cast<int>(*number);
}

void EntryReader::read_agents() {
    const auto* agents = find("agents");
    if (agents == nullptr) {
        return;
    }
    directive_.agents.clear();
    if (agents->is_string()) {
        directive_.agents.emplace_back(agents->get_string());
        return;
    }
    for (const json::value& agent : agents->is_array() ? agents->get_array() : json::array()) {
        if (agent.is_string()) {
            directive_.agents.emplace_back(agent.get_string());
        }
    }
    if (!agents->is_array() || directive_.agents.size() != agents->get_array().size()) {
        reject("\"agents\" must be a name or a list of names");
    }
}

void EntryReader::read_bound() {
    const auto* bound = find("max_bytes");
    if (bound != nullptr && (!bound->is_int64() || bound->get_int64() < 0)) {
        reject("\"max_bytes\" must be a whole number");
    } else if (bound != nullptr) {
        directive_.max_bytes = static_cast<std::size_t>(bound->get_int64());
    }
}

template <class Enum, std::size_t kCount>
void EntryReader::read_word(std::string_view key, Enum& member) {
    const auto* value = find(key);
    if (value == nullptr) {
        return;
    }
    for (std::size_t i = 0; i < kCount; ++i) {
        if (value->is_string() && value->get_string() == name_of(static_cast<Enum>(i))) {
            member = static_cast<Enum>(i);
            return;
        }
    }
    reject(fmt::format("\"{}\" is not one of its words", key));
}

// A file is read for each request, and fails alone when it cannot be.
Result<prompts::Produced> file_in(const prompts::Context& context, const std::string& path) {
    prompts::Produced produced;
    for (const auto& file : context.hook_files.files) {
        if (file->path == path) {
            produced.outputs.emplace_back(prompts::FileOutput{file});
            return produced;
        }
    }
    for (const prompts::SkippedFile& file : context.hook_files.skipped) {
        if (file.path == path) {
            return fail(ErrorCode::not_found, fmt::format("{}: {}", path, file.reason));
        }
    }
    return fail(ErrorCode::not_found, path + ": was not read");
}

// Nothing: the value is of another kind.
std::optional<prompts::Output> EntryReader::output_in(std::string_view kind,
                                                      const json::value& value) const {
    if (kind == "json" && value.is_object()) {
        const auto* label = find("label");
        const bool has_label = label != nullptr && label->is_string();
        return prompts::JsonOutput{has_label ? std::string(label->get_string()) : directive_.id,
                                   value.get_object()};
    }
    if (kind != "json" && value.is_string()) {
        return prompts::TextOutput{std::string(value.get_string())};
    }
    return std::nullopt;
}

void EntryReader::read_output() {
    const auto has = [this](std::string_view kind) { return find(kind) != nullptr; };
    if (std::count_if(kOutputs.begin(), kOutputs.end(), has) != 1) {
        reject("exactly one of \"text\", \"json\", \"file\" is needed");
        return;
    }
    const std::string_view kind = *std::find_if(kOutputs.begin(), kOutputs.end(), has);
    auto output = output_in(kind, *find(kind));
    if (!output) {
        reject(kind == "json"   ? "\"json\" must be an object"
               : kind == "file" ? "\"file\" must be a path below a folder for context files"
                                : "\"text\" must be a text");
        return;
    }
    if (kind == "file") {
        file_ = std::get<prompts::TextOutput>(*output).content;
        directive_.trust = find("trust") == nullptr ? prompts::Trust::external : directive_.trust;
        directive_.produce = [path = file_](const prompts::Context& context) {
            return file_in(context, path);
        };
        return;
    }
    directive_.produce = [output = *output](const prompts::Context&) -> Result<prompts::Produced> {
        prompts::Produced produced;
        produced.outputs.push_back(output);
        return produced;
    };
}

Result<PromptDirective> EntryReader::read() {
    directive_.source = fmt::format("prompts.d/hooks/{}", kDirectivesHook);
    check_keys();
    read_id();
    read_priority();
    read_agents();
    read_bound();
    // A program may say anything, each time something else; but never the engine's own word.
    directive_.volatility = prompts::Volatility::turn;
    read_word<prompts::Trust, 4>("trust", directive_.trust);
    read_word<prompts::Volatility, 4>("volatility", directive_.volatility);
    if (directive_.trust == prompts::Trust::engine) {
        reject("\"trust\" may be owner, site or external");
    }
    read_output();
    if (!reason_.empty()) {
        return fail(ErrorCode::invalid_input, std::move(reason_));
    }
    return std::move(directive_);
}

// The list, and the time it holds for.
const json::value* list_in(const json::value& output, HookDirectives& read) {
    const json::object* const whole = output.if_object();
    if (whole == nullptr) {
        return &output;
    }
    if (const auto* ttl = whole->if_contains("ttl")) {
        const auto duration =
            ttl->is_string()
                ? parse_duration(ttl->get_string())
                : parse_duration(ttl->is_int64() ? std::to_string(ttl->get_int64()) : "?");
        if (!duration || *duration > kMaxTtl) {
            read.notices.push_back(
                hook_rejected(kDirectivesHook, "\"ttl\" must be a duration of at most 1d"));
        } else {
            read.ttl = *duration;
        }
    }
    return whole->if_contains("directives");
}

}  // namespace

HookDirectives read_hook_directives(const json::value& output) {
    HookDirectives read;
    const json::value* const list = list_in(output, read);
    if (list == nullptr || !list->is_array() || list->get_array().size() > kMaxEntries) {
        read.notices.push_back(hook_rejected(
            kDirectivesHook,
            fmt::format("it has to write a list of at most {} prompt directives", kMaxEntries)));
        return read;
    }
    for (std::size_t i = 0; i < list->get_array().size(); ++i) {
        const json::object* const entry = list->get_array()[i].if_object();
        const json::object nothing;
        EntryReader reader(entry == nullptr ? nothing : *entry);
        auto directive =
            entry == nullptr
                ? Result<PromptDirective>(fail(ErrorCode::invalid_input, "it is no object"))
                : reader.read();
        if (!directive) {
            read.notices.push_back(hook_rejected(
                kDirectivesHook, fmt::format("entry {}: {}", i + 1, directive.error().detail())));
            continue;
        }
        read.directives.push_back(std::move(*directive));
        if (!reader.file().empty()) {
            read.files.push_back({reader.file(), {}});
        }
    }
    return read;
}

}  // namespace aifp::briefing
