#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "directives/question.hpp"
#include "document/node.hpp"
#include "model/diagnostic.hpp"
#include "model/directive.hpp"
#include "schedule/sun.hpp"

namespace aifp::directives {

/// What the project knows beside the file. Sets that are absent are not checked against.
struct ParseContext {
    bool project_has_timezone = false;  ///< The settings name one: no warning when a file does not.
    std::optional<std::set<std::string>> secrets = {};  ///< Names in secrets.yaml.
    std::optional<std::set<std::string>> apis = {};     ///< Names under `apis:` in the settings.
    std::optional<std::set<std::string>> channels =
        {};  ///< Names under `channels:` in the settings.
    std::optional<std::set<std::string>> calendars =
        {};                            ///< Names under `calendars:` in the settings.
    std::string system_timezone = {};  ///< Holds where nothing names one; empty: not known.
    std::optional<WallTime> now = {};  ///< For warnings about what has passed; nothing: none.
    /// Where the project is: inner nothing if the settings do not say (directives about the sun are
    /// told what to write).
    std::optional<std::optional<schedule::SunPosition>> position = {};
    /// Names that other files of the project have, with their file: for sentences, which get
    /// another name then (reference: issue 3, parse).
    std::map<std::string, std::string> taken_names = {};
    Answers answers = {};  ///< What the owner has answered so far.
    document::Limits limits = {};
    std::size_t max_directives = 1'000;  ///< In one file.
};

/// A directive that was understood, and where it stands.
struct ParsedDirective {
    model::Directive directive;
    document::Mark mark;  ///< Where it begins.
    int last_line = 1;    ///< It ends here; its text is lines mark.line to last_line.
    /// `status:` of older files, mapped (reference/directive_forms.md, last line). The engine keeps
    /// the status; this only says what the file claimed.
    std::optional<model::DirectiveStatus> written_status;
    std::vector<Question> questions;  ///< Open ones. Critical ones only in a draft.
    std::vector<Question> answered;   ///< Whose kept answers went into it.
};

/// A directive with errors. The name lets the engine keep the last good version running.
struct BrokenDirective {
    std::string name;  ///< Empty when it has none.
    document::Mark mark;
};

/// What one file says.
struct ParsedFile {
    std::string file;
    std::vector<ParsedDirective> directives;  ///< Without errors, names unique, in file order.
    /// Nothing in them is wrong, but critical questions are open: what is missing is not there.
    std::vector<ParsedDirective> drafts;
    std::vector<BrokenDirective> broken;
    bool unreadable = false;         ///< No tree at all: nothing is known about what it holds.
    model::Diagnostics diagnostics;  ///< In the order of the text.

    [[nodiscard]] bool has_errors() const noexcept;
};

/// Understands a directive file: `directives: [...]`, one directive, or a list; native form and all
/// older forms (reference/directive_forms.md). All mistakes in one pass; a directive with an error
/// is in `broken` and harms no other. The values are canonical (docs/directive-kinds.md). Pure,
/// thread-safe, never throws; cost is bounded by context.limits.
[[nodiscard]] ParsedFile parse_directives(const document::SourceText& source,
                                          document::Format format,
                                          const ParseContext& context);

/// How a file is written.
enum class FileForm : std::uint8_t {
    yaml,
    json,
    sentences,  ///< Plain sentences (docs/sentences.md).
    any,        ///< .txt or no extension: whichever of the three it looks like.
};

/// parse_directives for yaml and json; plain sentences become the same directives (docs/
/// sentences.md). Pure, thread-safe, never throws, bounded by context.limits.
[[nodiscard]] ParsedFile parse_file(const document::SourceText& source,
                                    FileForm form,
                                    const ParseContext& context);

/// One trigger in short form ("cron: 0 7 * * *", "time: 18:00", "every: 10m") or as YAML in flow
/// form ("{at: \"17:00\", weekdays: [mon]}"), for `aifp next --trigger`. Errors: invalid_input with
/// the first diagnostic's message and hint.
[[nodiscard]] Result<model::Trigger> parse_trigger_text(std::string_view text);

/// The form by extension, in any case: .yaml, .yml, .json, .txt or none. Errors: invalid_input,
/// saying which extensions are read. (reference: directive forms, Files)
[[nodiscard]] Result<FileForm> form_of(std::string_view path);
/// What a text without a telling extension is: JSON, YAML that has keys of a directive, sentences.
[[nodiscard]] FileForm look_at_form(const document::SourceText& source,
                                    const document::Limits& limits);

/// The lines of a directive as written, for people.
[[nodiscard]] std::string slice(const document::SourceText& source, const ParsedDirective& parsed);

}  // namespace aifp::directives
