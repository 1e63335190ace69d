// What it costs to look for secrets in a line of the log, in the payload of a webhook, and in
// base64 that is broken into lines.
#include <benchmark/benchmark.h>

#include <string>

#include "config/secret_keeper.hpp"

namespace {

using aifp::config::SecretKeeper;

constexpr std::string_view kLine =
    "kitchen lights turned on because motion was seen in the hall at 22:14, brightness 40 percent";

std::string payload(std::size_t bytes) {
    std::string text = R"({"device":"lamp-17","readings":[)";
    while (text.size() < bytes) {
        text +=
            R"({"at":"2026-05-01T10:11:12.123Z","temperature":21.5,"note":"all is well here"},)";
    }
    text.back() = ']';
    return text + "}";
}

void fill(SecretKeeper& keeper, std::int64_t count) {
    for (std::int64_t i = 0; i < count; ++i) {
        keeper.remember_secret("name" + std::to_string(i),
                               "sk-" + std::to_string(i * 7'919) + "-aVeryLongAndRandomKey");
    }
}

void clean_line(benchmark::State& state) {
    SecretKeeper keeper;
    fill(keeper, state.range(0));
    for (auto _ : state) {
        benchmark::DoNotOptimize(keeper.cleaned(kLine));
    }
}
BENCHMARK(clean_line)->Arg(0)->Arg(5)->Arg(50)->Arg(1'000);

void seal_payload(benchmark::State& state) {
    SecretKeeper keeper;
    fill(keeper, state.range(0));
    const auto text = payload(static_cast<std::size_t>(state.range(1)));
    for (auto _ : state) {
        benchmark::DoNotOptimize(keeper.sealed_json(text));
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(seal_payload)->ArgsProduct({{0, 5, 50, 1'000}, {200, 65'536}});

std::string broken_base64(std::size_t lines) {
    std::string text;
    for (std::size_t i = 0; i < lines; ++i) {
        text += std::string(76, static_cast<char>('a' + i % 26)) + '\n';
    }
    return text;
}

void clean_broken_base64(benchmark::State& state) {
    SecretKeeper keeper;
    fill(keeper, state.range(0));
    const auto text = broken_base64(850);
    for (auto _ : state) {
        benchmark::DoNotOptimize(keeper.cleaned(text));
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(clean_broken_base64)->Arg(0)->Arg(5)->Arg(50)->Arg(1'000);

}  // namespace

BENCHMARK_MAIN();
