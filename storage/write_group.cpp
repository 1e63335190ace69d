#include "storage/write_group.hpp"

#include <iterator>
#include <utility>

namespace aifp::storage {
namespace {

template <class Row>
void append(std::vector<Row>& rows, std::vector<Row>& more) {
    std::move(more.begin(), more.end(), std::back_inserter(rows));
}

}  // namespace

void append(WriteGroup& group, WriteGroup more) {
    append(group.decisions, more.decisions);
    append(group.cursors, more.cursors);
    append(group.started, more.started);
    append(group.skipped, more.skipped);
    append(group.released, more.released);
    append(group.outcomes, more.outcomes);
    append(group.streaks, more.streaks);
    append(group.states, more.states);
    append(group.replay_marks, more.replay_marks);
    append(group.waits, more.waits);
    append(group.waits_over, more.waits_over);
    append(group.traces, more.traces);
}

}  // namespace aifp::storage
