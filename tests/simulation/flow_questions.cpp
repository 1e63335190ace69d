#include <fmt/format.h>

#include <array>
#include <boost/json/serialize.hpp>

#include "engine/insight.hpp"
#include "tests/simulation/flow_player.hpp"

// What a script may ask: the answers stand in the transcript. A new question is one row here.
namespace aifp::simulation {

namespace {

namespace json = boost::json;

LedgerId run_at(const json::object& step, std::string_view key) {
    return LedgerId{step.at(key).to_number<std::int64_t>()};
}

engine::Insight& insight(FlowPlayer& player) {
    return *player.control().insight();
}

/// Of the answer only the sentences, which is what `aifp why` prints.
void why(FlowPlayer& player, const json::object& step) {
    const auto tell = player.answers();
    insight(player).why(
        {text_at(step, "why"), text_at(step, "since")},
        [tell](const Result<json::value>& answer) { tell(answer ? answer->at("text") : answer); });
}

void dry(FlowPlayer& player, const json::object& step) {
    engine::DryRunQuery query;
    query.directive = text_at(step, "dry");
    query.trigger = text_at(step, "trigger");
    if (const auto* with = step.if_contains("with")) {
        query.payload = *with;
    }
    insight(player).dry_run(std::move(query), player.answers());
}

void backtest(FlowPlayer& player, const json::object& step) {
    insight(player).backtest({text_at(step, "backtest"), text_at(step, "since")}, player.answers());
}

void simulate(FlowPlayer& player, const json::object& step) {
    insight(player).simulate(
        {text_at(step, "from"), text_at(step, "to"), {text_at(step, "simulate")}, 100},
        player.answers());
}

void trace(FlowPlayer& player, const json::object& step) {
    insight(player).trace(run_at(step, "trace"), player.answers());
}

void replay(FlowPlayer& player, const json::object& step) {
    insight(player).replay({run_at(step, "replay"), step.contains("from_failed")},
                           player.refusals());
}

void force(FlowPlayer& player, const json::object& step) {
    player.control().begin_run_now(run_at(step, "force"), "eva", player.refusals());
}

constexpr std::array kQuestions{
    FlowVerb{"why", why},
    FlowVerb{"dry", dry},
    FlowVerb{"backtest", backtest},
    FlowVerb{"simulate", simulate},
    FlowVerb{"trace", trace},
    FlowVerb{"replay", replay},
    FlowVerb{"force", force},
};

}  // namespace

std::span<const FlowVerb> question_verbs() noexcept {
    return kQuestions;
}

std::vector<std::string> lines_of(const Result<json::value>& answer) {
    if (!answer) {
        return {"no: " + answer.error().detail()};
    }
    std::vector<std::string> lines;
    const auto add_all = [&lines](const json::value& value, const std::string& indent) {
        for (const auto& one : value.as_array()) {
            lines.push_back(
                indent + (one.is_string() ? std::string(one.get_string()) : json::serialize(one)));
        }
    };
    if (answer->is_array()) {
        add_all(*answer, "");
    } else if (answer->is_object()) {
        for (const auto& [key, value] : answer->get_object()) {
            const bool is_list = value.is_array() && !value.get_array().empty();
            lines.push_back(fmt::format(
                "{}:{}", std::string_view(key), is_list ? "" : " " + json::serialize(value)));
            if (is_list) {
                add_all(value, "  ");
            }
        }
    }
    return lines;
}

}  // namespace aifp::simulation
