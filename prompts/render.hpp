#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "config/secret_keeper.hpp"
#include "prompts/message.hpp"
#include "prompts/prompt_directive.hpp"

namespace aifp::prompts {

/// The messages of one prompt directive.
struct Rendered {
    std::vector<Message> messages;
    std::size_t bytes = 0;             ///< Of their texts.
    std::size_t attachment_bytes = 0;  ///< Of images and PDFs.
    std::string cut;                   ///< What max_bytes cost, in words; empty: nothing.
};

/// Makes a message of every output that is not blank: `keeper` (may be null) takes secrets out,
/// max_bytes cuts texts and leaves out JSON that is longer, text of others is marked as data.
[[nodiscard]] Rendered render(const PromptDirective& directive,
                              const std::vector<Output>& outputs,
                              const config::SecretKeeper* keeper);

/// `text` between markers that say that it is data. The markers carry a number made from the text,
/// which does not occur in it: nothing inside can end the block. The same text gives the same
/// block.
[[nodiscard]] std::string marked_as_data(std::string_view source, std::string_view text);

/// What stays of a text without the secrets that `keeper` (may be null) knows.
[[nodiscard]] std::string without_secrets(std::string text, const config::SecretKeeper* keeper);

}  // namespace aifp::prompts
