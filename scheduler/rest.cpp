#include "scheduler/rest.hpp"

#include <fmt/format.h>

namespace aifp::scheduler {

bool let_rest(Due& row, model::Reason why) {
    switch (row.reason) {
        case model::Reason::none:
        case model::Reason::misfire_skipped:
        case model::Reason::coalesced_into:
            row.reason = why;
            row.detail = row.instants > 1 ? fmt::format("{} instants", row.instants) : "";
            return true;
        default:
            return false;
    }
}

}  // namespace aifp::scheduler
