#include "config/secret_keeper.hpp"

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "config/encoded_forms.hpp"
#include "config/json_strings.hpp"

namespace aifp::config {
namespace {

using Found = KnownValues::Found;
using Inside = KnownValues::Inside;

constexpr std::string_view kMask = "***";
constexpr std::string_view kSecret = "secret:";
constexpr std::string_view kVariable = "env:";
// Around a name in sealed text. JSON writers write the control character with small letters, and
// what a caller sent in capitals is made small before: so nobody can ask for a secret by it.
constexpr std::string_view kMark = R"(\u001A)";
constexpr std::string_view kMarkOfOthers = R"(\u001a)";

// Of "/" nobody knows whether it belongs to the path around it.
bool may_be_taken(char c) {
    return c != '/' && is_base64_letter(c);
}

// The letters before and behind that hold some bits of the value, and the padding.
void take_borders(Found& found, std::string_view text) {
    if (!found.is_base64) {
        return;
    }
    const bool is_shared =
        found.begin > 0 && !found.form.ends_with("-0") && may_be_taken(text[found.begin - 1]);
    if (is_shared && !is_escaped(text, found.begin - 1)) {  // the letter of \n stays with its \ .
        --found.begin;
    }
    if (found.end < text.size() && may_be_taken(text[found.end])) {
        ++found.end;
    }
    while (found.end < text.size() && text[found.end] == '=') {
        ++found.end;
    }
}

std::string masked(std::string_view text, std::vector<Found> all) {
    std::string result;
    std::size_t done = 0;
    for (auto& found : all) {
        take_borders(found, text);
        if (found.begin >= done) {
            result += text.substr(done, found.begin - done);
            result += kMask;
        }
        done = std::max(done, found.end);
    }
    return result += text.substr(done);
}

std::string seal(const Found& found, std::string_view source) {
    return std::string(kMark) + reference_to(found, source) + std::string(kMark);
}

std::string sealed(std::string_view text, const std::vector<Found>& all) {
    std::string result;
    std::size_t done = 0;
    for (const auto& found : all) {
        if (!found.is_whole) {
            continue;  // a run goes on from it: nothing is taken away for good
        }
        result += text.substr(done, found.begin - done);
        const auto source = text.substr(found.begin, found.end - found.begin);
        // Behind a lone backslash, as no JSON has it, a mark would not be recognised.
        result += is_escaped(text, found.begin) ? std::string(kMask) : seal(found, source);
        done = found.end;
    }
    return result += text.substr(done);
}

std::size_t find_mark(std::string_view text, std::size_t at) {
    at = text.find(kMark, at);
    while (at != std::string_view::npos && is_escaped(text, at)) {
        at = text.find(kMark, at + 1);
    }
    return at;
}

std::string without_marks(std::string text) {
    for (auto at = find_mark(text, 0); at != std::string::npos; at = find_mark(text, at)) {
        text.replace(at, kMark.size(), kMarkOfOthers);
    }
    return text;
}

}  // namespace

void SecretKeeper::remember(const Secrets& secrets) {
    for (const auto& name : secrets.names()) {
        if (const auto value = secrets.find(name)) {
            remember_secret(name, *value);
        }
    }
}

void SecretKeeper::remember_secret(std::string_view name, std::string_view value) {
    if (value.size() >= kMinSecretBytes) {
        keep(value, std::string(kSecret) + json_encoded(name));
    }
}

void SecretKeeper::remember_variable(std::string_view name, std::string_view value) {
    if (value.size() >= kMinValueBytes) {
        keep(value, std::string(kVariable) + std::string(name));
    }
}

void SecretKeeper::keep(std::string_view value, const std::string& reference) {
    const std::lock_guard lock(mutex_);
    auto& newest = newest_[reference];
    if (newest != nullptr && newest->text == value) {
        return;
    }
    // One that was changed and changed back is known already.
    const auto known = std::find_if(values_.begin(), values_.end(), [&](const Value& one) {
        return one->reference == reference && one->text == value;
    });
    if (known != values_.end()) {
        bytes_ -= value.size();
        values_.erase(known);
    }
    newest = std::make_shared<const KnownValue>(KnownValue{reference, std::string(value)});
    values_.push_back(newest);
    bytes_ += value.size();
    while (values_.size() > kMaxValues || (bytes_ > kMaxBytes && values_.size() > 1)) {
        drop_oldest();
    }
    known_.reset();
    knows_any_ = true;
}

void SecretKeeper::drop_oldest() {
    const auto oldest = values_.front();
    values_.pop_front();
    bytes_ -= oldest->text.size();
    const auto newest = newest_.find(oldest->reference);
    if (newest != newest_.end() && newest->second == oldest) {
        newest_.erase(newest);
    }
}

std::shared_ptr<const KnownValues> SecretKeeper::known() const {
    if (!knows_any_) {
        return nullptr;
    }
    const std::lock_guard lock(mutex_);
    if (known_ == nullptr) {
        // Of two names with one value the newest is meant.
        known_ = std::make_shared<const KnownValues>(
            std::vector<Value>(values_.rbegin(), values_.rend()));
    }
    return known_;
}

bool SecretKeeper::shows_in(std::string_view text) const {
    const auto values = known();
    return values != nullptr && values->show_in(text);
}

std::optional<std::string> SecretKeeper::cleaned(std::string_view text) const {
    const auto values = known();
    auto found = values != nullptr ? values->find_in(text, Inside::text) : std::vector<Found>();
    return found.empty() ? std::nullopt : std::optional(masked(text, std::move(found)));
}

std::string SecretKeeper::redacted(std::string text) const {
    auto clean = cleaned(text);
    return clean ? std::move(*clean) : std::move(text);
}

std::string SecretKeeper::redacted_json(std::string json) const {
    const auto values = known();
    if (values == nullptr || !values->show_in(json)) {
        return json;
    }
    return with_strings(json, [&](const JsonString& string) {
        auto found = values->find_in(string.text, Inside::json_string);
        if (string.is_key) {
            std::erase_if(found,
                          [](const Found& one) { return one.end - one.begin < kMinKeyBytes; });
        }
        return masked(string.text, std::move(found));
    });
}

std::string SecretKeeper::sealed_json(std::string json) const {
    json = without_marks(std::move(json));
    const auto values = known();
    if (values == nullptr || !values->show_in(json)) {
        return json;
    }
    return with_strings(json, [&](const JsonString& string) {
        return sealed(string.text, values->find_in(string.text, Inside::json_string));
    });
}

std::string SecretKeeper::sealed_text(std::string text) const {
    text = without_marks(std::move(text));
    const auto values = known();
    return values == nullptr ? std::move(text) : sealed(text, values->find_in(text, Inside::text));
}

std::string SecretKeeper::opened(std::string text) {
    std::string result;
    std::size_t done = 0;
    for (auto mark = find_mark(text, 0); mark != std::string::npos; mark = find_mark(text, done)) {
        const auto begin = mark + kMark.size();
        const auto end = find_mark(text, begin);
        if (end == std::string::npos) {
            break;
        }
        result += text.substr(done, mark - done);
        result += part_for(std::string_view(text).substr(begin, end - begin));
        done = end + kMark.size();
    }
    return done == 0 ? std::move(text) : result += text.substr(done);
}

std::optional<std::string> SecretKeeper::newest_of(std::string_view reference) const {
    const std::lock_guard lock(mutex_);
    const auto found = newest_.find(reference);
    return found == newest_.end() ? std::nullopt : std::optional(found->second->text);
}

// `reference` with what part_of() names behind it.
std::string SecretKeeper::part_for(std::string_view reference) {
    const auto bar = std::min(reference.find('|'), reference.size());
    const auto name = reference.substr(0, bar);
    auto value = newest_of(name);
    if (!value && name.starts_with(kVariable)) {
        const std::string variable(name.substr(kVariable.size()));
        if (const char* set = std::getenv(variable.c_str())) {
            remember_variable(variable, set);
            value = newest_of(name);
        }
    }
    const auto part = value ? part_of(*value, reference.substr(bar)) : std::nullopt;
    return part.value_or(std::string(kMask));
}

}  // namespace aifp::config
