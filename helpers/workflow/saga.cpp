#include "helpers/workflow/saga.hpp"

#include <fmt/format.h>

#include <memory>

namespace aifp::helpers::workflow {
namespace {

/// Keeps itself alive through its callbacks.
class Saga : public std::enable_shared_from_this<Saga> {
public:
    Saga(std::vector<SagaStep> steps, StatusDone done)
        : steps_(std::move(steps)), done_(std::move(done)) {}

    void go_on() {
        if (next_ == steps_.size()) {
            done_({});
            return;
        }
        steps_[next_].perform([self = shared_from_this()](Status status) {
            if (status) {
                ++self->next_;
                self->go_on();
            } else {
                self->problem_ = status.error().with_context(self->steps_[self->next_].name);
                self->go_back();
            }
        });
    }

private:
    void go_back() {
        if (next_ == 0) {
            done_(fail(std::move(problem_)));
            return;
        }
        const auto& step = steps_[--next_];
        if (!step.undo) {
            return go_back();
        }
        step.undo([self = shared_from_this()](const Status& status) {
            if (!status) {
                self->problem_ = Error(self->problem_.code(),
                                       fmt::format("{}; undoing {} failed: {}",
                                                   self->problem_.detail(),
                                                   self->steps_[self->next_].name,
                                                   status.error().detail()));
            }
            self->go_back();
        });
    }

    std::vector<SagaStep> steps_;
    StatusDone done_;
    std::size_t next_ = 0;
    Error problem_{ErrorCode::internal, ""};
};

}  // namespace

void run_saga(std::vector<SagaStep> steps, StatusDone done) {
    std::make_shared<Saga>(std::move(steps), std::move(done))->go_on();
}

}  // namespace aifp::helpers::workflow
