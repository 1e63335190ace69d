#include <fmt/format.h>

#include <boost/asio/steady_timer.hpp>
#include <memory>

#include "helpers/workflow/activate_directive.hpp"

namespace aifp::helpers::workflow {
namespace {

constexpr Milliseconds kPoll{20};
constexpr Milliseconds kCancelTime = Seconds(15);  // TERM, grace and KILL of a step's program

/// Waits for the runs of one directive; keeps itself alive through its callbacks.
class Deactivation : public std::enable_shared_from_this<Deactivation> {
public:
    Deactivation(const WorkflowServices& services, DeactivateOptions options, Answer answer)
        : services_(services),
          options_(std::move(options)),
          answer_(std::move(answer)),
          timer_(services.executor) {}

    void begin() {
        services_.control.act(engine::Verb::pause,
                              options_.directive,
                              options_.who,
                              [self = shared_from_this()](Result<boost::json::value> paused) {
                                  if (!paused) {
                                      self->answer_(std::move(paused));
                                      return;
                                  }
                                  self->paused_ = std::move(paused->as_object());
                                  self->id_ = DirectiveId{self->paused_.at("id").as_int64()};
                                  self->polls_left_ = self->options_.grace / kPoll;
                                  self->wait();
                              });
    }

private:
    // Counted in polls: the timer is real time, whatever clock the engine is given.
    void wait() {
        const auto open = services_.upkeep.runs_of(id_);
        if (open == 0) {
            return finish();
        }
        if (polls_left_-- <= 0) {
            if (cancelled_ > 0) {
                answer_(fail(ErrorCode::timed_out,
                             fmt::format("{} runs of {} do not end; they are under way still",
                                         open,
                                         options_.directive)));
                return;
            }
            cancelled_ = open;
            polls_left_ = kCancelTime / kPoll;
            services_.upkeep.cancel_runs(id_, "the directive was deactivated");
        }
        timer_.expires_after(kPoll);
        timer_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
            if (!error) {
                self->wait();
            }
        });
    }

    void finish() {
        boost::json::object object;
        object["success"] = true;
        object["directive"] = paused_.at("name");
        object["status"] = paused_.at("status");
        object["cancelled"] = cancelled_;
        answer_(boost::json::value(std::move(object)));
    }

    WorkflowServices services_;
    DeactivateOptions options_;
    Answer answer_;
    boost::asio::steady_timer timer_;
    boost::json::object paused_;
    DirectiveId id_;
    std::int64_t polls_left_ = 0;
    std::size_t cancelled_ = 0;
};

}  // namespace

void deactivate_directive(const WorkflowServices& services,
                          DeactivateOptions options,
                          Answer answer) {
    std::make_shared<Deactivation>(services, std::move(options), std::move(answer))->begin();
}

}  // namespace aifp::helpers::workflow
