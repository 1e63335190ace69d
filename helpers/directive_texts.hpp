#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <functional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/project_paths.hpp"
#include "base/result.hpp"
#include "directives/parse.hpp"
#include "engine/control.hpp"
#include "storage/store.hpp"

// What somebody who is not the owner's editor wants a directive to say: told its mistakes, or kept
// as a proposal that does not run without a yes. (reference/decisions.md, Approval)
namespace aifp::helpers {

/// What a text would be as a directive file. `name` tells the format: ".json", else YAML. Pure.
[[nodiscard]] directives::ParsedFile parse_directive_text(std::string name,
                                                          std::string text,
                                                          const directives::ParseContext& context);

/// A text that is to be parsed.
struct TextToParse {
    std::string name;
    std::string text;
    directives::ParseContext context;
};

/// A larger text is parsed on the store's reading thread: it would hold up the loop.
inline constexpr std::size_t kParsedOnLoop = 4'096;

/// parse_directive_text, of a large text elsewhere. `done` is called once, on the loop, perhaps
/// before this returns. `store` outlives that.
void parse_text(storage::Store& store,
                TextToParse wanted,
                std::function<void(directives::ParsedFile)> done);

/// {valid, directives: [NAME], questions, diagnostics: [{file, line, column, severity, message,
/// hint}]}. Pure.
[[nodiscard]] boost::json::object validation_view(const directives::ParsedFile& parsed);

/// Owned by the wiring; outlives the answers.
struct TextServices {
    engine::Control& control;
    storage::Store& store;
    const Clock& clock;
    const ProjectPaths& paths;
    directives::ParseContext context;
};

/// A directive file as somebody sends it.
struct DirectiveText {
    std::string file;  ///< "lights.yaml"; for a replacement only its ending counts.
    std::string text;
    std::string who;
};

using TextDone = std::function<void(Result<boost::json::value>)>;

/// Writes a new file into directives/, noted as the daemon's own writing: without approve nobody
/// but a person can make it run. Answers {file, directives, approved, next_step} once it is loaded.
/// Loop thread. Errors: invalid_input (it has mistakes: they are told; the file's name), conflict
/// (the file exists), io_failure.
void propose_new_directive(const TextServices& services, DirectiveText wanted, TextDone done);

/// Proposes the one directive of the text in place of `name`, whole: Control::propose_configuration
/// with every member. Answers {name, updated_fields, next_step}. Loop thread. Errors: not_found;
/// invalid_input, also when the text holds another directive, several, or leaves something open.
void propose_replacement(const TextServices& services,
                         const std::string& name,
                         DirectiveText wanted,
                         TextDone done);

}  // namespace aifp::helpers
