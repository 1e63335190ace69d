#pragma once

#include <string>

#include "tests/engine/engine_fixture.hpp"

namespace aifp::engine {

/// What explains and tries out, on a whole engine.
class InsightOfEngine : public EngineFixture {
protected:
    Insight& insight() { return *engine->control().insight(); }

    boost::json::value why(const std::string& name, const std::string& since = {}) {
        auto answer = ask([&](Control&, auto done) { insight().why({name, since}, done); });
        return answer ? *answer : boost::json::value(answer.error().detail());
    }
    std::string why_text(const std::string& name) {
        std::string text;
        const auto answer = why(name);
        for (const auto& line : answer.at("text").as_array()) {
            text += std::string(line.as_string()) + "\n";
        }
        return text;
    }
    boost::json::value dry_run(DryRunQuery query) {
        auto answer = ask([&](Control&, auto done) { insight().dry_run(query, done); });
        return answer ? *answer : boost::json::value(answer.error().detail());
    }
    boost::json::value trace(std::int64_t run) {
        auto answer = ask([&](Control&, auto done) { insight().trace(LedgerId{run}, done); });
        return answer ? *answer : boost::json::value(answer.error().detail());
    }
    boost::json::value simulate(SimulateQuery query) {
        auto answer = ask([&](Control&, auto done) { insight().simulate(query, done); });
        return answer ? *answer : boost::json::value(answer.error().detail());
    }
};

}  // namespace aifp::engine
