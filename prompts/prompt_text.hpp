#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "document/report.hpp"
#include "prompts/context.hpp"

namespace aifp::prompts {

/// The text of a prompt file with its `{{context.NAME}}`.
class PromptText {
public:
    /// The text from `offset` of the report's source on. Unknown names are told.
    PromptText(document::Report& report, std::size_t offset);

    [[nodiscard]] std::string render(const Context& context) const;
    [[nodiscard]] bool is_blank() const noexcept;

private:
    struct Piece {
        std::string text;  ///< Stands as it is.
        std::string key;   ///< Behind it, the value of this; may be empty.
    };
    std::vector<Piece> pieces_;
};

}  // namespace aifp::prompts
