#pragma once

#include <string>
#include <vector>

namespace aifp::model {

enum class Severity {
    error,    ///< The directive or setting is not taken.
    warning,  ///< It is taken, but is probably not what was meant.
    note,     ///< Something worth knowing.
};

/// What a user wrote wrong, where, and what to write instead. Not an Error: all are collected and
/// all are reported.
struct Diagnostic {
    std::string file;  ///< As the user knows it: relative to the project where that is possible.
    int line = 1;      ///< From 1.
    int column = 1;    ///< From 1, in code points.
    Severity severity = Severity::error;
    std::string message;  ///< What is wrong, one sentence without a full stop.
    std::string hint;     ///< What to write instead; may be empty.
    std::string source;   ///< The source line, for the caret; may be empty.

    friend bool operator==(const Diagnostic&, const Diagnostic&) = default;
};

using Diagnostics = std::vector<Diagnostic>;

}  // namespace aifp::model
