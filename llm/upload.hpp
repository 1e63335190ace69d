#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "llm/wire.hpp"

// Storing a file at a provider: POST {base}/files, multipart/form-data (RFC 7578). Pure.
// (https://docs.anthropic.com/en/api/files-create and
// https://platform.openai.com/docs/api-reference/files/create)

namespace aifp::llm {

/// What OpenAI is told to keep a file for, so that nothing is left there for ever; Anthropic has no
/// such bound.
inline constexpr int kStoredSeconds = 30 * 86'400;

/// Precondition: the provider stores files of this kind.
[[nodiscard]] Wire make_upload(const config::Llm& settings,
                               const prompts::ContextFile& file,
                               const std::string& api_key);

/// The id in what the provider answers. Errors: invalid_input when there is none.
[[nodiscard]] Result<std::string> read_upload(std::string_view body);

}  // namespace aifp::llm
