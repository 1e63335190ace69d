#pragma once

#include "scheduler/due.hpp"

namespace aifp::scheduler {

/// Makes a row that would run, now or late, or is part of such a run, one that does not, because of
/// `why`; its detail then says how many instants it stands for, if several. What is left out for
/// another reason (no clock shows it) stays what it is: false.
bool let_rest(Due& row, model::Reason why);

}  // namespace aifp::scheduler
