#pragma once

#include <boost/json/object.hpp>
#include <filesystem>
#include <string>

#include "base/result.hpp"
#include "directives/parse.hpp"

namespace aifp::helpers::workflow {

/// A directive file as parse_directive_file read it.
struct DirectiveFile {
    std::string sha256;  ///< Of the text that was parsed.
    directives::ParsedFile parsed;
};

/// Reads and parses one directive file of any form: YAML, JSON, plain sentences. One that is
/// written to meanwhile is read again. A name that is taken gets a number and a warning in
/// sentences, and is an error elsewhere. Blocks; any thread. Errors: as
/// directives::read_settled_file; invalid_input for an extension that is not read. (spec: Workflow
/// Helpers 1; issue 3)
[[nodiscard]] Result<DirectiveFile> parse_directive_file(const std::filesystem::path& file,
                                                         const directives::ParseContext& context);

/// {file, sha256, directives: [{name, line, configuration}], drafts: [{name, line, configuration,
/// questions}], broken: [{name, line}], diagnostics}.
[[nodiscard]] boost::json::object to_json(const DirectiveFile& file);

}  // namespace aifp::helpers::workflow
