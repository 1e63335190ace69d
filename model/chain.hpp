#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include "base/ids.hpp"

namespace aifp::model {

/// The runs that led to an event, the last one first: each emitted an event, changed a state,
/// called or just ended, and so the next one began. Not stored: after a restart a chain begins
/// anew. Cheap to copy; immutable.
class Chain {
public:
    struct Link {
        DirectiveId directive;
        LedgerId run;
        std::uint32_t depth = 1;  ///< This link and those before it.
        std::shared_ptr<const Link> before;
    };

    Chain() = default;
    /// The same with one run more, which all of it led to.
    [[nodiscard]] Chain then(DirectiveId directive, LedgerId run) const {
        Chain longer;
        longer.last_ = std::make_shared<const Link>(Link{directive, run, depth() + 1, last_});
        return longer;
    }

    [[nodiscard]] std::uint32_t depth() const noexcept { return last_ ? last_->depth : 0; }
    /// Null: nothing led to it but the world outside.
    [[nodiscard]] const Link* last() const noexcept { return last_.get(); }
    [[nodiscard]] bool passes(DirectiveId directive) const noexcept {
        for (const Link* link = last(); link != nullptr; link = link->before.get()) {
            if (link->directive == directive) {
                return true;
            }
        }
        return false;
    }

private:
    std::shared_ptr<const Link> last_;
};

}  // namespace aifp::model
