#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "config/settings.hpp"
#include "helpers/workflow/python_values.hpp"
#include "model/directive.hpp"

namespace aifp::helpers::workflow {

/// What an implementation is written from.
struct GenerationRequest {
    model::Directive directive;
    std::string content_hash;
    config::Settings settings;  ///< APIs and channels.
};

struct GeneratedFile {
    std::string path;  ///< Relative to the project: "src/automations/lights.py".
    std::string text;
};

/// What a generator wrote.
struct Generated {
    GeneratedFile program;
    GeneratedFile test;
    std::string entry_point;  ///< "execute_lights"
    /// The action that runs it, as YAML to paste into the directive.
    std::string usage;
};

/// Writes implementations. The one that is built in needs no AI and answers at once; another may
/// take its time. Loop thread only.
class Generator {
public:
    using Answer = std::function<void(Result<Generated>)>;

    virtual ~Generator() = default;
    /// Errors: invalid_input when it cannot be written, with the reason; not_found for an API or a
    /// channel that the settings do not have.
    virtual void generate(GenerationRequest request, Answer answer) const = 0;
};

/// Python from tables: the same directive and settings give the same bytes. What it can and cannot
/// carry over: docs/implementations.md.
[[nodiscard]] Result<Generated> generate_python(const GenerationRequest& request);
[[nodiscard]] std::unique_ptr<Generator> create_python_generator();

}  // namespace aifp::helpers::workflow
