#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/diagnostic.hpp"

namespace aifp::document {

/// A place in a text, both from 1; the column counts code points.
struct Mark {
    int line = 1;
    int column = 1;
};

/// One node of a YAML or JSON text, with its place. Scalars keep what was written (`text`) and
/// what the language made of it (`type`), so that a reader can tell `08:00` unquoted (a YAML 1.1
/// sexagesimal trap) from "08:00".
struct Node {
    enum class Type { null, boolean, integer, real, string, sequence, mapping };

    struct Member {
        std::string key;
        Mark key_mark;
        std::shared_ptr<const Node> value;  // shared: an alias is the same node again
    };

    Type type = Type::null;
    Mark mark;
    std::string text;     ///< Scalars: the unquoted text.
    bool quoted = false;  ///< Scalars: written in quotes or as a block, so certainly a string.
    std::string tag;      ///< Local tags only: "!secret", "!import"; else empty.
    std::vector<std::shared_ptr<const Node>> items;  ///< sequence
    std::vector<Member> members;                     ///< mapping, in the order written; keys unique

    [[nodiscard]] const Node* find(std::string_view key) const noexcept;
    [[nodiscard]] bool is_scalar() const noexcept {
        return type != Type::sequence && type != Type::mapping;
    }
};

/// Bounds that keep any input cheap. Each breach is one diagnostic.
struct Limits {
    std::size_t max_bytes = 1 << 20;
    int max_depth = 32;
    std::size_t max_nodes = 50'000;  ///< Aliases count as often as they are expanded.
    std::size_t max_aliases = 100;
};

enum class Format { yaml, json };

/// A text split for diagnostics: makes Diagnostic values with file, source line and caret column.
/// Immutable, so thread-safe. A byte order mark at the start is dropped.
class SourceText {
public:
    SourceText(std::string file, std::string text);

    [[nodiscard]] const std::string& file() const noexcept { return file_; }
    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    /// The place of a byte of text(). Costs as much as the line before it is long.
    [[nodiscard]] Mark mark_at(std::size_t offset) const noexcept;
    [[nodiscard]] std::string_view line(int number) const noexcept;  ///< From 1; empty if none.
    [[nodiscard]] model::Diagnostic diagnostic(Mark mark,
                                               model::Severity severity,
                                               std::string message,
                                               std::string hint = {}) const;

private:
    std::string file_;
    std::string text_;
    std::vector<std::size_t> line_starts_;
};

/// The parsed tree, or no root and at least one error. A root may stand beside errors that leave a
/// tree to go on with (a duplicate key: the first one counts), so that a reader finds the rest.
struct Document {
    std::shared_ptr<const Node> root;
    model::Diagnostics diagnostics;
};

/// Parses one YAML document or one JSON text. Never throws, never takes longer than the limits
/// allow. Refuses bytes that are not UTF-8, NUL, duplicate keys, unknown aliases, tabs used for
/// indentation, more than one YAML document, merge keys, tags but !secret and !import, and for JSON
/// everything RFC 8259 refuses. An empty YAML text is null; an empty JSON text is an error.
/// Thread-safe. The tree does not refer to `source`.
[[nodiscard]] Document parse(const SourceText& source, Format format, const Limits& limits);

/// Message and source line with a caret below, as a compiler prints it:
///   directives/a.yaml:4:7: error: unknown key "trigers"
///     4 |       trigers: x
///       |       ^
///     hint: did you mean "triggers"?
[[nodiscard]] std::string format_diagnostic(const model::Diagnostic& diagnostic);

}  // namespace aifp::document
