#include "agents/agent_run.hpp"

#include <fmt/format.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <exception>
#include <utility>

#include "base/quantity.hpp"

namespace aifp::agents {
namespace {

/// One task on its way; keeps itself alive through its callbacks.
class AgentRun : public std::enable_shared_from_this<AgentRun> {
public:
    AgentRun(const AgentServices& services, AgentTask task, std::function<void(AgentResult)> done)
        : services_(services),
          task_(std::move(task)),
          exchange_(std::move(task_.draft.conversation), task_.limits),
          done_(std::move(done)),
          deadline_(services.executor) {
        task_.draft.tools = offered(task_.tools);
    }

    void begin() {
        deadline_.expires_after(task_.max_time);
        deadline_.async_wait([weak = weak_from_this()](const auto& error) {
            if (const auto self = error ? nullptr : weak.lock()) {
                self->stop(ErrorCode::timed_out,
                           fmt::format("the AI had no answer within {}",
                                       format_duration(self->task_.max_time)));
            }
        });
        send();
    }

    void stop(ErrorCode code, std::string why) {
        if (done_ == nullptr) {
            return;
        }
        const auto self = shared_from_this();  // what follows lets go of the last handler
        end(Error(code, std::move(why)));
        // Asio reaches for what it cancels: only while that is there.
        if (is_asking_) {
            signal_.emit(boost::asio::cancellation_type::terminal);
        }
    }

private:
    [[nodiscard]] bool is_over() const noexcept { return done_ == nullptr; }

    void follow(Exchange::Step step) {
        switch (step) {
            case Exchange::Step::ask:
                send();
                return;
            case Exchange::Step::call:
                call_tools();
                return;
            case Exchange::Step::end:
                judge();
                return;
        }
    }

    void send() {
        result_.model = services_.model_name().value_or(llm::ModelName());
        auto draft = task_.draft;
        draft.conversation = exchange_.messages();
        if (task_.events.text) {
            draft.on_text = [weak = weak_from_this()](std::string_view piece) {
                if (const auto self = weak.lock(); self && !self->is_over()) {
                    self->task_.events.text(piece);
                }
            };
        }
        auto finish = [self = shared_from_this()](std::exception_ptr failure,
                                                  Result<llm::Reply> reply) {
            if (failure) {
                reply = fail(ErrorCode::internal, "the AI's client failed unexpectedly");
            }
            self->is_asking_ = false;
            self->take(std::move(reply));
        };
        is_asking_ = true;
        boost::asio::co_spawn(
            services_.executor,
            services_.ask(std::move(draft)),
            boost::asio::bind_cancellation_slot(signal_.slot(), std::move(finish)));
    }

    void take(Result<llm::Reply> reply) {
        if (is_over()) {
            return;
        }
        if (!reply) {
            end(std::move(reply).error());
            return;
        }
        follow(exchange_.take(reply->answer));
    }

    void call_tools() {
        const auto calls = exchange_.calls();
        auto outcomes = std::make_shared<std::vector<ToolOutcome>>(calls.size());
        auto missing = std::make_shared<std::size_t>(calls.size());
        for (std::size_t i = 0; i < calls.size() && !is_over(); ++i) {
            if (task_.events.calling) {
                task_.events.calling(calls[i]);
            }
            auto done = [self = shared_from_this(), call = calls[i], outcomes, missing, i](
                            ToolOutcome outcome) {
                if (self->is_over()) {
                    return;
                }
                if (self->task_.events.called) {
                    self->task_.events.called(call, outcome);
                }
                (*outcomes)[i] = std::move(outcome);
                if (--*missing == 0) {
                    self->follow(self->exchange_.give(std::move(*outcomes)));
                }
            };
            call_tool(task_.tools, calls[i], services_.redact, done);
        }
    }

    void judge() {
        if (exchange_.ended() != Ended::answered || !task_.judge) {
            end(std::nullopt);
            return;
        }
        task_.judge(exchange_.text(),
                    [self = shared_from_this()](const std::optional<std::string>& fault) {
                        if (self->is_over()) {
                            return;
                        }
                        if (fault && self->exchange_.mend(*fault) == Exchange::Step::ask) {
                            self->send();
                        } else {
                            self->end(std::nullopt);
                        }
                    });
    }

    void end(std::optional<Error> error) {
        deadline_.cancel();
        result_.error = std::move(error);
        result_.ended = exchange_.ended();
        result_.text = exchange_.text();
        result_.added = exchange_.added();
        result_.usage = exchange_.usage();
        result_.rounds = exchange_.rounds();
        auto done = std::exchange(done_, nullptr);
        done(std::move(result_));
    }

    AgentServices services_;
    AgentTask task_;
    Exchange exchange_;
    std::function<void(AgentResult)> done_;  // empty once it is over
    AgentResult result_;
    boost::asio::steady_timer deadline_;
    boost::asio::cancellation_signal signal_;
    bool is_asking_ = false;  // a request is under way
};

}  // namespace

std::function<void()> run_agent(const AgentServices& services,
                                AgentTask task,
                                std::function<void(AgentResult)> done) {
    auto run = std::make_shared<AgentRun>(services, std::move(task), std::move(done));
    run->begin();
    return [weak = std::weak_ptr(run)] {
        if (const auto self = weak.lock()) {
            self->stop(ErrorCode::cancelled, "stopped before it ended");
        }
    };
}

}  // namespace aifp::agents
