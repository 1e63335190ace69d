// What a condition and a log message cost.
#include <benchmark/benchmark.h>

#include <boost/json/parse.hpp>

#include "expression/sandbox.hpp"
#include "expression/syntax.hpp"

namespace {

using namespace aifp;
using expression::ObjectScope;
using expression::Sandbox;

ObjectScope household() {
    return ObjectScope(
        boost::json::parse(R"({"state": {"presence": "home", "lux": 35, "door": "shut"},
                               "trigger": {"id": "dusk"}, "vars": {"limit": 40}})")
            .as_object(),
        from_unix_ms(1795368615000));
}

void evaluate(benchmark::State& state, const char* text) {
    Sandbox sandbox;
    const ObjectScope scope = household();
    const auto expression = sandbox.compile(text).value();
    for (auto step : state) {
        benchmark::DoNotOptimize(sandbox.evaluate(expression, scope));
    }
}
BENCHMARK_CAPTURE(evaluate, equal, "state.presence == \"home\"");
BENCHMARK_CAPTURE(evaluate, three, "state.lux < vars.limit and presence == 'home'");
BENCHMARK_CAPTURE(evaluate, default_known, "default(state.lux, 1)");
BENCHMARK_CAPTURE(evaluate, default_unknown, "default(state.nothing, 1)");
BENCHMARK_CAPTURE(evaluate, unknown_name, "state.presense");
BENCHMARK_CAPTURE(evaluate,
                  own_loop,
                  "(function() local s = 0 for i = 1, 1000 do s = s + i end return s end)()");

void render(benchmark::State& state) {
    Sandbox sandbox;
    const ObjectScope scope = household();
    const auto message = sandbox.compile_template("light to {{ state.lux }} lx").value();
    for (auto step : state) {
        benchmark::DoNotOptimize(sandbox.render(message, scope));
    }
}
BENCHMARK(render);

void compile(benchmark::State& state) {
    Sandbox sandbox;
    for (auto step : state) {
        benchmark::DoNotOptimize(sandbox.compile("state.presence == \"home\""));
    }
}
BENCHMARK(compile);

void check(benchmark::State& state) {
    for (auto step : state) {
        benchmark::DoNotOptimize(expression::check_expression("state.presence == \"home\""));
    }
}
BENCHMARK(check);

void memory_of_one(benchmark::State& state) {
    for (auto step : state) {
        Sandbox sandbox;
        const std::size_t before = sandbox.memory_in_use();
        std::vector<expression::CompiledExpression> kept;
        for (int at = 0; at < 1000; ++at) {
            kept.push_back(sandbox.compile("state.presence == \"home\"").value());
        }
        state.counters["bytes_each"] =
            static_cast<double>(sandbox.memory_in_use() - before) / 1000.0;
        state.counters["bytes_idle"] = static_cast<double>(before);
    }
}
BENCHMARK(memory_of_one)->Iterations(3);

}  // namespace

BENCHMARK_MAIN();
