#include "config/secret_keeper.hpp"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <optional>

#include "config/encoded_forms.hpp"

namespace aifp::config {
namespace {

constexpr std::string_view kMask = "***";
constexpr std::string_view kSecret = "secret:";
constexpr std::string_view kVariable = "env:";
// Around a name in sealed text. JSON writers write the control character with small letters, and
// what a caller sent in capitals is made small before: so nobody can ask for a secret by it.
constexpr std::string_view kMark = R"(\u001A)";
constexpr std::string_view kMarkOfOthers = R"(\u001a)";

std::string mask(const Sought& /*found*/) {
    return std::string(kMask);
}

std::string seal(const Sought& found) {
    if (found.reference.empty()) {
        return std::string(kMask);
    }
    return std::string(kMark) + found.reference + std::string(kMark);
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

// The forms of one value; the end of a reference says which.
void add_forms(const Sought& value, std::vector<Sought>& forms) {
    const auto form = [&](std::string_view which) {
        return value.reference.empty() ? std::string() : value.reference + std::string(which);
    };
    const auto json = json_encoded(value.text);
    forms.push_back({json, form(""), true});
    if (json != value.text) {
        forms.push_back({value.text, form("|plain"), false});
    }
    if (auto percent = percent_encoded(value.text); percent != value.text) {
        forms.push_back({std::move(percent), form("|url"), true});
    }
    // A text that is JSON itself, within a text of JSON or a URL: what a peer said back.
    if (json != value.text) {
        forms.push_back({json_encoded(json), form("|json"), true});
        forms.push_back({percent_encoded(json), form("|json-url"), true});
    }
    for (const auto letters : {EscapeCase::small, EscapeCase::capital}) {
        const std::string name = letters == EscapeCase::capital ? "|ASCII" : "|ascii";
        if (auto ascii = ascii_encoded(json, letters); ascii != json) {
            forms.push_back({json_encoded(ascii), form(name + "-json"), true});
            forms.push_back({percent_encoded(ascii), form(name + "-url"), true});
            forms.push_back({std::move(ascii), form(name), true});
        }
    }
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
    value = value.substr(0, kMaxValueBytes);
    const std::lock_guard lock(mutex_);
    const auto found = std::find_if(values_.begin(), values_.end(), [&](const Sought& known) {
        return known.text == value && known.reference == reference;
    });
    if (found != values_.end() && std::next(found) == values_.end()) {
        return;
    }
    if (found != values_.end()) {
        // Only one that is known under the same name with another value is news.
        const bool is_newest = std::none_of(std::next(found), values_.end(), [&](const auto& one) {
            return !reference.empty() && one.reference == reference;
        });
        if (is_newest) {
            return;
        }
        values_.erase(found);
    }
    values_.push_back({std::string(value), reference, true});
    if (values_.size() > kMaxValues) {
        values_.pop_front();
    }
    rebuild();
}

// Of two values of one name the newest comes first: it is the one that a reference means.
void SecretKeeper::rebuild() {
    auto forms = std::make_shared<Known>();
    for (auto value = values_.rbegin(); value != values_.rend(); ++value) {
        add_forms(*value, *forms);
    }
    known_ = std::move(forms);
    knows_any_ = true;
}

std::shared_ptr<const SecretKeeper::Known> SecretKeeper::known() const {
    const std::lock_guard lock(mutex_);
    return known_;
}

bool SecretKeeper::shows_in(std::string_view text) const {
    if (!knows_any_) {
        return false;
    }
    const auto forms = known();
    return std::any_of(forms->begin(), forms->end(), [&](const Sought& one) {
        return text.find(one.text) != std::string_view::npos;
    });
}

std::string SecretKeeper::redacted(std::string text) const {
    return shows_in(text) ? replaced(text, *known(), Inside::text, mask) : text;
}

std::string SecretKeeper::redacted_json(std::string json) const {
    if (!shows_in(json)) {
        return json;
    }
    const auto forms = known();
    return with_strings(json, [&](const JsonString& string) {
        return replaced(string.text, *forms, Inside::json_string, [&](const Sought& found) {
            return string.is_key && found.text.size() < kMinKeyBytes ? found.text : mask(found);
        });
    });
}

std::string SecretKeeper::sealed_json(std::string json) const {
    json = without_marks(std::move(json));
    if (!shows_in(json)) {
        return json;
    }
    const auto forms = known();
    return with_strings(json, [&](const JsonString& string) {
        return replaced(string.text, *forms, Inside::json_string, seal);
    });
}

std::string SecretKeeper::sealed_text(std::string text) const {
    text = without_marks(std::move(text));
    return shows_in(text) ? replaced(text, *known(), Inside::text, seal) : text;
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
        result += value_of(std::string_view(text).substr(begin, end - begin));
        done = end + kMark.size();
    }
    return done == 0 ? std::move(text) : result += text.substr(done);
}

std::string SecretKeeper::value_of(std::string_view reference) {
    const auto find = [&]() -> std::optional<std::string> {
        for (const auto& form : *known()) {
            if (form.reference == reference) {
                return form.text;
            }
        }
        return std::nullopt;
    };
    auto value = find();
    if (!value && reference.starts_with(kVariable)) {
        const std::string name(
            reference.substr(kVariable.size(), reference.find('|') - kVariable.size()));
        if (const char* set = std::getenv(name.c_str())) {
            remember_variable(name, set);
            value = find();
        }
    }
    return value.value_or(std::string(kMask));
}

}  // namespace aifp::config
