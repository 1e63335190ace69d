#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "engine/engine_core.hpp"
#include "engine/simulation.hpp"
#include "model/definition.hpp"

namespace aifp::engine {
namespace {

constexpr std::size_t kMaxListed = 10'000;
// What a question over HTTP may cost; the command line has no such bound.
constexpr std::size_t kMaxInstants = 2'000'000;

/// Handed to the reading thread and back.
struct Simulating {
    SimulationRequest request;
    std::vector<std::string> definitions;
    std::size_t limit = 0;
    Result<boost::json::value> answer = boost::json::value();
};

void blocking_run(Simulating& work) {
    for (std::size_t i = 0; i < work.definitions.size(); ++i) {
        auto directive = model::read_definition(work.definitions[i]);
        if (!directive) {
            work.answer = fail(directive.error());
            return;
        }
        work.request.directives[i].directive = std::move(*directive);
    }
    boost::json::array listed;
    std::size_t seen = 0;
    const auto result = simulate(work.request, [&](const SimulatedInstant& instant) {
        if (listed.size() < work.limit) {
            listed.push_back(to_json(instant));
        }
        return ++seen < kMaxInstants;
    });
    if (!result) {
        work.answer = fail(result.error());
        return;
    }
    auto object = to_json(*result);
    object["truncated"] = result->truncated || result->instants > listed.size();
    object["from"] = format_rfc3339(work.request.from, work.request.settings.timezone);
    object["to"] = format_rfc3339(work.request.to, work.request.settings.timezone);
    object["instants"] = std::move(listed);
    work.answer = boost::json::value(std::move(object));
}

}  // namespace

// A year of many directives takes longer than the loop may wait: the store's reading thread does
// it, with copies of all that belongs to the loop.
void EngineCore::simulate(SimulateQuery query, Answer answer) {
    auto work = std::make_shared<Simulating>();
    const auto from = parse_instant(query.from, parts_.settings.timezone);
    const auto to = parse_instant(query.to, parts_.settings.timezone);
    if (!from || !to) {
        answer(fail(from ? to.error().with_context("to") : from.error().with_context("from")));
        return;
    }
    for (const auto& name : query.names) {
        if (find_entry(name) == nullptr) {
            answer(fail(ErrorCode::not_found, fmt::format("no directive is called {}", name)));
            return;
        }
    }
    work->request.settings = parts_.settings;
    work->request.from = *from;
    work->request.to = *to;
    work->request.host_place = parts_.host_place;
    work->limit = std::clamp<std::size_t>(query.limit, 1, kMaxListed);
    catalog_.for_each([&](const Entry& entry) {
        const bool wanted =
            query.names.empty()
                ? entry.status != model::DirectiveStatus::archived
                : std::any_of(query.names.begin(), query.names.end(), [&](const auto& name) {
                      return find_entry(name)->id == entry.id;
                  });
        if (wanted) {
            work->definitions.push_back(entry.definition);
            const auto* snooze = dispatcher_.snooze_of(entry.id);
            work->request.directives.push_back(
                {{}, entry.first_armed, snooze != nullptr ? std::optional(*snooze) : std::nullopt});
        }
    });
    parts_.store.read(
        [work](storage::Database&) { blocking_run(*work); },
        [work, answer = std::move(answer)](const Status& read) {
            answer(read ? std::move(work->answer) : Result<boost::json::value>(fail(read.error())));
        });
}

}  // namespace aifp::engine
