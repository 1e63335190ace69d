#include "helpers/workflow/version_range.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.hpp"

namespace aifp::helpers::workflow {
namespace {

constexpr std::size_t kMaxVersionBytes = 128;
constexpr std::size_t kMaxClauses = 32;

bool is_digit(char letter) {
    return letter >= '0' && letter <= '9';
}

bool is_separator(char letter) {
    return letter == '.' || letter == '-' || letter == '_';
}

/// Reads a version from left to right.
class VersionReader {
public:
    explicit VersionReader(std::string_view text) : rest_(text) {}

    std::optional<PythonVersion> read() {
        PythonVersion version;
        take("v");
        if (!read_release(version) || !read_suffixes(version) || !rest_.empty()) {
            return std::nullopt;
        }
        return version;
    }

private:
    bool take(std::string_view word) {
        if (!rest_.starts_with(word)) {
            return false;
        }
        rest_.remove_prefix(word.size());
        return true;
    }

    std::optional<std::uint64_t> number() {
        std::uint64_t value = 0;
        const auto read = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
        if (read.ec != std::errc() || rest_.empty()) {
            return std::nullopt;
        }
        rest_.remove_prefix(static_cast<std::size_t>(read.ptr - rest_.data()));
        return value;
    }

    bool read_release(PythonVersion& version) {
        auto part = number();
        if (part && take("!")) {
            version.epoch = *part;
            part = number();
        }
        while (part) {
            version.release.push_back(*part);
            if (rest_.size() < 2 || rest_[0] != '.' || !is_digit(rest_[1])) {
                return true;
            }
            take(".");
            part = number();
        }
        return false;
    }

    /// One of the words after at most one separator, and the number after it (0 if there is none).
    template <std::size_t count>
    std::optional<std::uint64_t> suffix(const std::array<std::string_view, count>& words) {
        const auto before = rest_;
        if (!rest_.empty() && is_separator(rest_[0])) {
            rest_.remove_prefix(1);
        }
        for (const auto word : words) {
            if (take(word)) {
                const auto after = rest_;
                if (!rest_.empty() && is_separator(rest_[0])) {
                    rest_.remove_prefix(1);
                }
                const auto value = number();
                rest_ = value ? rest_ : after;
                return value.value_or(0);
            }
        }
        rest_ = before;
        return std::nullopt;
    }

    bool read_suffixes(PythonVersion& version) {
        using Phase = PythonVersion::Phase;
        // Longer words first: "alpha" begins with "a".
        constexpr std::array<std::string_view, 2> kAlpha{"alpha", "a"};
        constexpr std::array<std::string_view, 2> kBeta{"beta", "b"};
        constexpr std::array<std::string_view, 4> kCandidate{"preview", "pre", "rc", "c"};
        constexpr std::array<std::string_view, 3> kPost{"post", "rev", "r"};
        constexpr std::array<std::string_view, 1> kDev{"dev"};
        if (const auto alpha = suffix(kAlpha)) {
            version.pre = {Phase::alpha, *alpha};
        } else if (const auto beta = suffix(kBeta)) {
            version.pre = {Phase::beta, *beta};
        } else if (const auto candidate = suffix(kCandidate)) {
            version.pre = {Phase::candidate, *candidate};
        }
        if (rest_.size() > 1 && rest_[0] == '-' && is_digit(rest_[1])) {
            take("-");
            version.post = number();
        } else {
            version.post = suffix(kPost);
        }
        version.dev = suffix(kDev);
        return !take("+") || read_local(version);
    }

    bool read_local(PythonVersion& version) {
        for (const char letter : rest_) {
            const bool fits = is_digit(letter) || (letter >= 'a' && letter <= 'z');
            if (!fits && !is_separator(letter)) {
                return false;
            }
            version.local += fits ? letter : '.';
        }
        rest_ = {};
        return !version.local.empty() && version.local.front() != '.' &&
               version.local.back() != '.';
    }

    std::string_view rest_;
};

std::strong_ordering compare_releases(const std::vector<std::uint64_t>& left,
                                      const std::vector<std::uint64_t>& right) {
    for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
        const auto one = i < left.size() ? left[i] : 0;
        const auto other = i < right.size() ? right[i] : 0;
        if (one != other) {
            return one <=> other;
        }
    }
    return std::strong_ordering::equal;
}

// 1.0.dev1 comes before 1.0a1, which comes before 1.0 and 1.0.post1.
std::pair<int, std::uint64_t> pre_rank(const PythonVersion& version) {
    constexpr int kFinal = 4;
    if (version.pre) {
        return {static_cast<int>(version.pre->first) + 1, version.pre->second};
    }
    return {!version.post && version.dev ? 0 : kFinal, 0};
}

// Numbers come after words, and more parts after fewer. (PEP 440, Local version identifiers)
std::strong_ordering compare_local_parts(std::string_view left, std::string_view right) {
    const bool left_is_number = std::all_of(left.begin(), left.end(), is_digit);
    const bool right_is_number = std::all_of(right.begin(), right.end(), is_digit);
    if (left_is_number != right_is_number) {
        return left_is_number ? std::strong_ordering::greater : std::strong_ordering::less;
    }
    if (left_is_number) {
        left.remove_prefix(std::min(left.find_first_not_of('0'), left.size()));
        right.remove_prefix(std::min(right.find_first_not_of('0'), right.size()));
        if (left.size() != right.size()) {
            return left.size() <=> right.size();
        }
    }
    return left <=> right;
}

std::strong_ordering compare_locals(const std::string& left, const std::string& right) {
    if (left.empty() || right.empty()) {
        return !left.empty() <=> !right.empty();
    }
    const auto one = split(left, '.');
    const auto other = split(right, '.');
    for (std::size_t i = 0; i < std::min(one.size(), other.size()); ++i) {
        if (const auto order = compare_local_parts(one[i], other[i]); order != 0) {
            return order;
        }
    }
    return one.size() <=> other.size();
}

PythonVersion without_local(PythonVersion version) {
    version.local.clear();
    return version;
}

bool has_prefix(const PythonVersion& version, const PythonVersion& prefix) {
    if (version.epoch != prefix.epoch) {
        return false;
    }
    for (std::size_t i = 0; i < prefix.release.size(); ++i) {
        if ((i < version.release.size() ? version.release[i] : 0) != prefix.release[i]) {
            return false;
        }
    }
    return true;
}

bool is_same_release(const PythonVersion& left, const PythonVersion& right) {
    return left.epoch == right.epoch && compare_releases(left.release, right.release) == 0;
}

}  // namespace

Result<PythonVersion> parse_python_version(std::string_view text) {
    const auto lower = to_lower_ascii(trim(text));
    auto version = lower.size() <= kMaxVersionBytes ? VersionReader(lower).read() : std::nullopt;
    if (!version) {
        return fail(ErrorCode::invalid_input,
                    fmt::format("{} is no version: write one like 2.31.0",
                                truncate_utf8(text, kMaxVersionBytes)));
    }
    return std::move(*version);
}

std::strong_ordering compare_versions(const PythonVersion& left, const PythonVersion& right) {
    if (const auto order = left.epoch <=> right.epoch; order != 0) {
        return order;
    }
    if (const auto order = compare_releases(left.release, right.release); order != 0) {
        return order;
    }
    if (const auto order = pre_rank(left) <=> pre_rank(right); order != 0) {
        return order;
    }
    // No post-release comes before the first one, a dev release before what it leads to.
    const auto post = [](const PythonVersion& version) {
        return std::pair(version.post.has_value(), version.post.value_or(0));
    };
    if (const auto order = post(left) <=> post(right); order != 0) {
        return order;
    }
    const auto dev = [](const PythonVersion& version) {
        return std::pair(!version.dev.has_value(), version.dev.value_or(0));
    };
    if (const auto order = dev(left) <=> dev(right); order != 0) {
        return order;
    }
    return compare_locals(left.local, right.local);
}

Result<VersionRange::Clause> VersionRange::parse_clause(std::string_view text) {
    constexpr std::array<std::string_view, 8> kOperators{
        "===", "==", "~=", "!=", "<=", ">=", "<", ">"};
    Clause clause;
    text = trim(text);
    clause.operation = ">=";
    for (const auto operation : kOperators) {
        if (text.starts_with(operation)) {
            clause.operation = operation;
            text = trim(text.substr(operation.size()));
            break;
        }
    }
    clause.written = to_lower_ascii(text);
    if (clause.operation == "===") {
        return clause;
    }
    const bool may_be_prefix = clause.operation == "==" || clause.operation == "!=";
    if (may_be_prefix && text.ends_with(".*")) {
        clause.is_prefix = true;
        text.remove_suffix(2);
    }
    auto version = parse_python_version(text);
    if (!version) {
        return fail(std::move(version).error());
    }
    if (clause.operation == "~=" && version->release.size() < 2) {
        return fail(ErrorCode::invalid_input,
                    fmt::format("~={0} needs two parts: write ~={0}.0", text));
    }
    clause.version = std::move(*version);
    return clause;
}

Result<VersionRange> VersionRange::parse(std::string_view text) {
    VersionRange range;
    for (const auto part : split(text, ',')) {
        if (trim(part).empty()) {
            continue;
        }
        auto clause = parse_clause(part);
        if (!clause) {
            return fail(clause.error().with_context(fmt::format("version {}", trim(text))));
        }
        if (range.clauses_.size() == kMaxClauses) {
            return fail(ErrorCode::invalid_input, "a version range has at most 32 parts");
        }
        range.text_ += fmt::format(
            "{}{}{}", range.text_.empty() ? "" : ",", clause->operation, clause->written);
        range.clauses_.push_back(std::move(*clause));
    }
    return range;
}

bool VersionRange::holds(const Clause& clause, const PythonVersion& candidate) {
    const auto& wanted = clause.version;
    const auto version = wanted.local.empty() ? without_local(candidate) : candidate;
    const auto order = compare_versions(version, wanted);
    if (clause.operation == "==") {
        return clause.is_prefix ? has_prefix(version, wanted) : order == 0;
    }
    if (clause.operation == "!=") {
        return clause.is_prefix ? !has_prefix(version, wanted) : order != 0;
    }
    if (clause.operation == "<=") {
        return order <= 0;
    }
    if (clause.operation == ">=") {
        return order >= 0;
    }
    if (clause.operation == "<") {
        const bool is_its_pre_release = !wanted.is_pre_release() && version.is_pre_release() &&
                                        is_same_release(version, wanted);
        return order < 0 && !is_its_pre_release;
    }
    if (clause.operation == ">") {
        const bool is_its_post_release =
            !wanted.post && version.post && is_same_release(version, wanted);
        return order > 0 && !is_its_post_release;
    }
    auto prefix = wanted;  // ~=
    prefix.release.pop_back();
    return order >= 0 && has_prefix(version, prefix);
}

bool VersionRange::contains(std::string_view text) const {
    const auto version = parse_python_version(text);
    return std::all_of(clauses_.begin(), clauses_.end(), [&](const Clause& clause) {
        if (clause.operation == "===") {
            return to_lower_ascii(trim(text)) == clause.written;
        }
        return version.has_value() && holds(clause, *version);
    });
}

}  // namespace aifp::helpers::workflow
