#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace aifp::helpers::workflow {

/// A Python version. (PEP 440, Version scheme) Pure values.
struct PythonVersion {
    enum class Phase { alpha, beta, candidate };

    std::uint64_t epoch = 0;
    std::vector<std::uint64_t> release;
    std::optional<std::pair<Phase, std::uint64_t>> pre;
    std::optional<std::uint64_t> post;
    std::optional<std::uint64_t> dev;
    std::string local;  ///< Normalised: lower case, parts joined by dots.

    [[nodiscard]] bool is_pre_release() const noexcept { return pre || dev; }
};

/// Reads "1.0", "v2.31.0", "1.0-alpha.1", "1!2.0.post3+deb.1". Errors: invalid_input.
[[nodiscard]] Result<PythonVersion> parse_python_version(std::string_view text);
/// The order of PEP 440: 1.0.dev1 < 1.0a1 < 1.0rc1 < 1.0 < 1.0+local < 1.0.post1.
[[nodiscard]] std::strong_ordering compare_versions(const PythonVersion& left,
                                                    const PythonVersion& right);

/// ">=2.0,<3": every clause must hold. (PEP 440, Version specifiers) A version alone means that or
/// a newer one. Pure.
class VersionRange {
public:
    /// Empty text: any version. Operators: == != <= >= < > ~= ===, and == != with ".*".
    /// Errors: invalid_input with the clause.
    [[nodiscard]] static Result<VersionRange> parse(std::string_view text);

    /// Whether the installed version will do. Pre-releases count: they are there already.
    [[nodiscard]] bool contains(std::string_view version) const;
    /// The clauses as pip takes them, without blanks.
    [[nodiscard]] const std::string& text() const noexcept { return text_; }

private:
    struct Clause {
        std::string operation;
        PythonVersion version;
        std::string written;
        bool is_prefix = false;  // ends with .*
    };
    [[nodiscard]] static Result<Clause> parse_clause(std::string_view text);
    [[nodiscard]] static bool holds(const Clause& clause, const PythonVersion& version);

    std::vector<Clause> clauses_;
    std::string text_;
};

}  // namespace aifp::helpers::workflow
