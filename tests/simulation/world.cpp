#include "tests/simulation/world.hpp"

#include <array>
#include <charconv>

namespace aifp::simulation {

namespace {

// How the world answers.
struct Manner {
    int weight;
    int status;  ///< 0: not at all.
    Milliseconds least;
    Milliseconds most;
};
constexpr std::array kManners{
    Manner{34, 200, Milliseconds(0), Milliseconds(60)},
    Manner{6, 200, Seconds(1), Seconds(20)},
    Manner{2, 500, Milliseconds(1), Milliseconds(40)},
    Manner{1, 404, Milliseconds(1), Milliseconds(40)},
    Manner{1, 0, Milliseconds(100), Seconds(2)},
    Manner{1, 0, Seconds(300), Seconds(300)},  // hangs: the action's own time-out ends it
};

std::int64_t number_after(std::string_view text, std::string_view key) {
    const auto at = text.find(key);
    std::int64_t number = 0;
    if (at != std::string_view::npos) {
        const auto* begin = text.data() + at + key.size();
        std::from_chars(begin, text.data() + text.size(), number);
    }
    return number;
}

}  // namespace

Call call_from(std::string_view url) {
    constexpr std::string_view kHost = "http://world/";
    Call call;
    const auto query = url.find('?');
    auto path = url.substr(0, query);
    path.remove_prefix(std::min(path.size(), kHost.size()));
    const auto slash = path.find('/');
    call.directive = std::string(path.substr(0, slash));
    call.step = slash == std::string_view::npos ? "" : std::string(path.substr(slash + 1));
    const auto arguments = query == std::string_view::npos ? "" : url.substr(query);
    call.run = number_after(arguments, "run=");
    call.turn = static_cast<int>(number_after(arguments, "turn="));
    return call;
}

void World::process_gone() {
    ++process_;
    for (auto& call : calls_) {
        if (!call.ended) {
            call.ended = time_.mono();
            call.ended_as = ++order_;
        }
    }
}

World::Reply World::hear(std::size_t /*call*/, const http::ClientRequest& request) {
    auto made = call_from(request.url);
    made.process = process_;
    made.began = time_.mono();
    made.began_as = ++order_;
    calls_.push_back(std::move(made));
    on_call(calls_.back());
    const auto& manner = draw_.pick_weighted(kManners);
    return {manner.status, draw_.between(manner.least, manner.most), {}};
}

void World::end(std::size_t call, CallEnd how, const Reply& reply) {
    calls_[call].ended = time_.mono();
    calls_[call].ended_as = ++order_;
    calls_[call].status = how == CallEnd::answered ? reply.status : 0;
}

}  // namespace aifp::simulation
