#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "document/node.hpp"
#include "model/diagnostic.hpp"

namespace aifp::document {

/// Collects what is wrong in one text, so that all mistakes are told in one pass. Bounded: after
/// kMaxDiagnostics it only counts. Not thread-safe; `source` must outlive it.
class Report {
public:
    static constexpr std::size_t kMaxDiagnostics = 100;

    explicit Report(const SourceText& source) : source_(&source) {}

    void error(Mark mark, std::string message, std::string hint = {});
    void warning(Mark mark, std::string message, std::string hint = {});
    void note(Mark mark, std::string message, std::string hint = {});
    /// Takes over what parse() or another Report of the same text found.
    void add(model::Diagnostics diagnostics);

    [[nodiscard]] const SourceText& source() const noexcept { return *source_; }
    [[nodiscard]] std::size_t error_count() const noexcept { return errors_; }
    [[nodiscard]] bool has_errors() const noexcept { return errors_ > 0; }
    /// What was collected, in the order of the text; a last note tells how many were left out.
    /// Leaves the Report empty.
    [[nodiscard]] model::Diagnostics take();

private:
    void put(model::Diagnostic diagnostic);

    const SourceText* source_;
    model::Diagnostics diagnostics_;
    std::size_t errors_ = 0;
    std::size_t left_out_ = 0;
};

/// `text` in double quotes for a message: at most 60 bytes, control characters replaced.
[[nodiscard]] std::string quoted(std::string_view text);

}  // namespace aifp::document
