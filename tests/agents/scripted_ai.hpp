#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "agents/agent_run.hpp"

namespace aifp::agents {

/// An AI that says what the test tells it to, in order. It keeps what it was asked.
class ScriptedAi {
public:
    explicit ScriptedAi(boost::asio::io_context& loop) : loop_(loop) {}

    ScriptedAi& says(const std::string& text, llm::Stop stop = llm::Stop::done) {
        llm::Answer answer;
        answer.text = text;
        answer.stop = stop;
        return answers(std::move(answer));
    }
    /// Calls of tools at once: pairs of a name and its arguments.
    ScriptedAi& calls(const std::vector<std::pair<std::string, std::string>>& tools) {
        llm::Answer answer;
        answer.stop = llm::Stop::tools;
        for (const auto& [tool, arguments] : tools) {
            const auto id = "call_" + std::to_string(++ids_);
            answer.tool_calls.push_back({id, tool, arguments});
        }
        return answers(std::move(answer));
    }
    ScriptedAi& answers(llm::Answer answer) {
        answer.usage.input_tokens = 100;
        answer.usage.output_tokens = 10;
        llm::Reply reply;
        reply.answer = std::move(answer);
        script_.emplace_back(std::move(reply));
        return *this;
    }
    ScriptedAi& fails(ErrorCode code, const std::string& why) {
        script_.emplace_back(fail(code, why));
        return *this;
    }

    AgentServices services() {
        AgentServices made;
        made.executor = loop_.get_executor();
        made.ask = [this](briefing::Draft draft) { return answer(std::move(draft)); };
        made.model_name = [this] { return name; };
        made.redact = [](std::string text) {
            const auto at = text.find("s3cr3t");
            return at == text.npos ? text : text.replace(at, 6, "***");
        };
        return made;
    }

    std::optional<llm::ModelName> name = llm::ModelName{"compatible", "test-model"};
    std::vector<briefing::Draft> asked;
    bool hangs = false;  ///< It never answers, until it is cancelled.
    bool was_cancelled = false;

private:
    boost::asio::awaitable<Result<llm::Reply>> answer(briefing::Draft draft) {
        asked.push_back(draft);
        if (hangs) {
            co_await hang();
        }
        if (script_.empty()) {
            co_return fail(ErrorCode::internal, "the test did not say what the AI answers");
        }
        auto next = std::move(script_.front());
        script_.pop_front();
        if (next && draft.on_text && !next->answer.text.empty()) {
            draft.on_text(next->answer.text);
        }
        co_return next;
    }

    boost::asio::awaitable<void> hang() {
        boost::asio::steady_timer timer(loop_, Seconds(60));
        try {
            co_await timer.async_wait(boost::asio::use_awaitable);
        } catch (const boost::system::system_error&) {
            was_cancelled = true;
            throw;
        }
    }

    boost::asio::io_context& loop_;
    std::deque<Result<llm::Reply>> script_;
    int ids_ = 0;
};

/// A tool that gives back its argument `x`, or fails when that is "fail".
inline AgentTool echo_tool() {
    AgentTool tool;
    tool.name = "echo";
    tool.description = "Gives it back";
    tool.schema = R"({"type":"object","properties":{"x":{"type":"string"}},"required":["x"],)"
                  R"("additionalProperties":false})";
    tool.run = [](boost::json::object arguments, const ToolDone& done) {
        if (arguments.at("x") == "fail") {
            done(fail(ErrorCode::conflict, "it may not; the key is s3cr3t"));
        } else {
            done(boost::json::value(std::move(arguments)));
        }
    };
    return tool;
}

}  // namespace aifp::agents
