#include <fmt/format.h>

#include <boost/json/parse.hpp>
#include <utility>

#include "admin/call.hpp"
#include "base/json_member.hpp"
#include "base/read_number.hpp"
#include "base/text.hpp"

namespace aifp::admin {
namespace {

/// What explains; tells the caller when there is none.
engine::Insight* insight_of(const Call& call) {
    auto* const insight = call.control.insight();
    if (insight == nullptr) {
        call.answer(fail(ErrorCode::not_found, "no engine runs this project"));
    }
    return insight;
}

/// What a run by hand is to be.
struct ByHand {
    bool is_dry = false;
    boost::json::value payload = boost::json::object();
    std::string trigger;
    bool is_plain = true;  ///< Neither a payload nor a trigger is named.
};

/// {"dry": true, "with": {...}, "trigger": "id"}, each of which may be missing.
Result<ByHand> by_hand_in(const Call& call) {
    if (trim(call.body).empty()) {
        return ByHand();
    }
    boost::system::error_code error;
    const auto body = boost::json::parse(call.body, error);
    const auto* dry = member_in(body, "dry");
    const auto* with = member_in(body, "with");
    const auto* trigger = member_in(body, "trigger");
    const bool is_wrong = error || !body.is_object() || (dry != nullptr && !dry->is_bool()) ||
                          (with != nullptr && !with->is_object()) ||
                          (trigger != nullptr && !trigger->is_string());
    if (is_wrong) {
        return fail(ErrorCode::invalid_input,
                    R"(the body must be like {"dry": true, "with": {...}, "trigger": "0"})");
    }
    ByHand wanted;
    wanted.is_dry = dry != nullptr && dry->get_bool();
    wanted.payload = with != nullptr ? *with : wanted.payload;
    wanted.trigger = trigger != nullptr ? std::string(trigger->get_string()) : "";
    wanted.is_plain = with == nullptr && trigger == nullptr;
    return wanted;
}

/// The run that the path names; an answer of not_found and nothing when it is no number.
std::optional<LedgerId> run_in(Call& call) {
    const auto run = read_number<std::int64_t>(call.subject);
    if (!run) {
        call.answer(
            fail(ErrorCode::not_found,
                 fmt::format("{} is not the number of a run", truncate_utf8(call.subject, 64))));
        return std::nullopt;
    }
    return LedgerId{*run};
}

/// {"from_failed": true}, or nothing.
Result<bool> from_failed_in(const Call& call) {
    if (trim(call.body).empty()) {
        return false;
    }
    boost::system::error_code error;
    const auto body = boost::json::parse(call.body, error);
    const auto* from_failed = member_in(body, "from_failed");
    if (error || !body.is_object() || (from_failed != nullptr && !from_failed->is_bool())) {
        return fail(ErrorCode::invalid_input,
                    R"(the body must be {"from_failed": true}, or empty)");
    }
    return from_failed != nullptr && from_failed->get_bool();
}

}  // namespace

void why(Call call) {
    if (auto* insight = insight_of(call)) {
        insight->why({call.subject, call.parameter("since").value_or("")}, std::move(call.answer));
    }
}

void simulate(Call call) {
    auto* insight = insight_of(call);
    if (insight == nullptr) {
        return;
    }
    engine::SimulateQuery query;
    query.from = call.parameter("from").value_or("");
    query.to = call.parameter("to").value_or("");
    for (const auto& parameter : call.query) {
        if (parameter.name == "name") {
            query.names.push_back(parameter.value);
        }
    }
    if (const auto limit = call.parameter("limit")) {
        const auto number = read_number<std::size_t>(*limit);
        if (!number) {
            call.answer(fail(ErrorCode::invalid_input, "limit must be a whole number"));
            return;
        }
        query.limit = *number;
    }
    insight->simulate(std::move(query), std::move(call.answer));
}

void trace(Call call) {
    auto* const insight = insight_of(call);
    const auto run = insight != nullptr ? run_in(call) : std::nullopt;
    if (run) {
        insight->trace(*run, std::move(call.answer));
    }
}

void replay(Call call) {
    auto* const insight = insight_of(call);
    const auto run = insight != nullptr ? run_in(call) : std::nullopt;
    const auto from_failed = from_failed_in(call);
    if (run && !from_failed) {
        call.answer(fail(from_failed.error()));
    } else if (run) {
        insight->replay({*run, *from_failed}, std::move(call.answer));
    }
}

void backtest(Call call) {
    if (auto* insight = insight_of(call)) {
        insight->backtest({call.subject, call.parameter("since").value_or("")},
                          std::move(call.answer));
    }
}

void run_directive(Call call) {
    auto wanted = by_hand_in(call);
    if (!wanted) {
        call.answer(fail(std::move(wanted).error()));
        return;
    }
    if (wanted->is_plain && !wanted->is_dry) {
        call.control.act(engine::Verb::run, call.subject, call.caller.who, std::move(call.answer));
        return;
    }
    auto* const insight = insight_of(call);
    if (insight == nullptr) {
        return;
    }
    if (wanted->is_dry) {
        insight->dry_run({call.subject, std::move(wanted->payload), std::move(wanted->trigger)},
                         std::move(call.answer));
    } else {
        insight->run_with({call.subject, std::move(wanted->payload), std::move(wanted->trigger)},
                          std::move(call.answer));
    }
}

}  // namespace aifp::admin
