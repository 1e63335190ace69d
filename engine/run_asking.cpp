#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "actions/arguments.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"
#include "base/time_text.hpp"
#include "directives/files.hpp"
#include "engine/approval_links.hpp"
#include "engine/run.hpp"

// The part of Run that asks others: directives that it calls, people, conditions and templates.
namespace aifp::engine {

namespace json = boost::json;

namespace {

constexpr std::size_t kLinkBytes = 20;

/// What the link of these names ends with; empty: there is none.
std::string secret_of(const json::value& approval) {
    const auto link = std::string(approval.at("link").as_string());
    return link.empty() ? link : link.substr(link.rfind('-') + 1);
}

// A channel that failed may have quoted what it was to send.
std::string without(std::string text, const std::string& secret) {
    for (auto at = text.find(secret); !secret.empty() && at != std::string::npos;
         at = text.find(secret, at)) {
        text.replace(at, secret.size(), "***");
    }
    return text;
}

}  // namespace

void Run::call(const RunCommand& command) {
    const auto names = machine_.names_of(command.strand);
    const auto& step = compiled_->steps[command.step->id];
    auto with = names ? value(*command.step, *names) : Result<json::value>(json::value());
    if (!with) {
        take(machine_.step_ended(
            command.strand, fail(with.error().with_context(command.step->place)), now()));
        return;
    }
    host_.call({id_, directive(), command.strand}, step.target, std::move(*with));
}

void Run::call_started(std::uint32_t strand, LedgerId run) {
    for (const auto& known : machine_.progress().strands) {
        if (!ended_ || known.id != strand) {
            continue;
        }
        if (machine_.step_of(known).waits) {
            // Before the row is written: a short run has ended by then.
            host_.await({id_, directive(), strand}, run);
            take(machine_.called(strand, run, now()));
        } else {
            json::object output;
            output["run"] = run.value;
            take(machine_.step_ended(strand, json::value(std::move(output)), now()));
        }
        return;
    }
}

void Run::call_failed(std::uint32_t strand, const actions::StepError& error) {
    for (const auto& known : machine_.progress().strands) {
        if (ended_ && known.id == strand) {
            const auto& place = machine_.step_of(known).place;
            take(machine_.step_ended(strand, actions::fail_step(error.with_context(place)), now()));
            return;
        }
    }
}

void Run::call_ended(std::uint32_t strand, const RunEnd& end) {
    const auto& strands = machine_.progress().strands;
    const auto caller = std::find_if(strands.begin(), strands.end(), [&](const auto& one) {
        return one.id == strand && one.called == end.outcome.id;
    });
    if (!ended_ || caller == strands.end()) {
        return;
    }
    const auto status = model::execution_status_of(end.outcome.state);
    if (status != model::ExecutionStatus::success) {
        take(machine_.wait_ended(
            strand,
            actions::fail_step(ErrorCode::io_failure,
                               fmt::format("{}: run {} ended as {}{}{}",
                                           machine_.step_of(*caller).place,
                                           end.outcome.id.value,
                                           model::name_of(end.outcome.state),
                                           end.outcome.error.empty() ? "" : ": ",
                                           end.outcome.error),
                               "call"),
            now()));
        return;
    }
    json::object output;
    output["run"] = end.outcome.id.value;
    output["state"] = model::name_of(end.outcome.state);
    output["steps"] = end.outputs;
    output["result"] = end.result;
    take(machine_.wait_ended(strand, json::value(std::move(output)), now()));
}

// Only what is sent to the person has the link: who reads logs or traces is not asked.
void Run::ask(const RunCommand& command) {
    const auto names = machine_.names_of(command.strand);
    const auto question = names ? value(*command.step, *names) : Result<json::value>(nullptr);
    host_.tell(id_,
               compiled_->name,
               fmt::format("{}; answer with aifp approve-run {} yes, or no",
                           question ? actions::to_text(*question) : command.step->place,
                           id_.value));
    const auto approval = approval_names(command.strand);
    const auto& notify = compiled_->steps[command.step->id].action;
    if (!notify || !names) {
        return;
    }
    auto unnoted = context();
    unnoted.notes = nullptr;
    scope_.set_strand(&*names);
    scope_.set_approval(&approval);
    auto answered = [self = shared_from_this(),
                     secret = secret_of(approval)](const actions::StepResult& told) {
        if (!told && !self->gone_) {
            self->host_.tell(self->id_,
                             self->compiled_->name,
                             "nobody could be asked: " + without(told.error().detail(), secret));
        }
    };
    static_cast<void>(notify->start(unnoted, std::move(answered)));
    scope_.set_approval(nullptr);
    scope_.set_strand(nullptr);
}

std::string Run::new_link(const PlanStep& step, std::uint32_t strand) {
    links_.erase(strand);
    const bool is_told = compiled_->steps[step.id].action != nullptr;
    if (!is_told || !services_.link_base || services_.link_base().empty()) {
        return {};
    }
    auto& secret = links_[strand];
    secret = random_hex(kLinkBytes);
    return sha256_hex(secret);
}

json::value Run::approval_names(std::uint32_t strand) {
    const auto link = links_.extract(strand);
    json::object approval;
    approval["link"] =
        link.empty()
            ? std::string()
            : fmt::format("{}{}{}-{}", services_.link_base(), kLinkPath, id_.value, link.mapped());
    return approval;
}

const RunStrand* Run::asking_by_link(const std::string& hash) const {
    const auto& strands = machine_.progress().strands;
    const auto asking = std::find_if(strands.begin(), strands.end(), [&](const auto& strand) {
        return strand.doing == RunStrand::Doing::answer && !strand.link.empty() &&
               equal_constant_time(strand.link, hash) && (!strand.until || *strand.until > now());
    });
    return ended_ && asking != strands.end() ? &*asking : nullptr;
}

Result<json::object> Run::asked_by_link(const std::string& hash) {
    const auto* strand = asking_by_link(hash);
    if (strand == nullptr) {
        return fail(ErrorCode::not_found, "no approval has this link");
    }
    const auto names = machine_.names_of(strand->id);
    const auto question =
        names ? value(machine_.step_of(*strand), *names) : Result<json::value>(nullptr);
    json::object asked;
    asked["directive"] = compiled_->name;
    asked["question"] = services_.keeper.redacted(question ? actions::to_text(*question)
                                                           : machine_.step_of(*strand).place);
    asked["until"] = strand->until ? json::value(format_rfc3339(*strand->until, compiled_->zone))
                                   : json::value();
    return asked;
}

Status Run::answer_by_link(const std::string& hash, bool yes) {
    const auto* strand = asking_by_link(hash);
    if (strand == nullptr) {
        return fail(ErrorCode::not_found, "no approval has this link");
    }
    take_answer(*strand, yes, std::string(kByLink));
    return {};
}

Status Run::answer(const model::RunAnswer& said) {
    std::vector<const RunStrand*> asking;
    std::vector<std::string> places;
    for (const auto& strand : machine_.progress().strands) {
        if (strand.doing != RunStrand::Doing::answer) {
            continue;
        }
        const auto& step = machine_.step_of(strand);
        places.push_back(step.as.empty() ? step.path : step.as);
        if (said.step.empty() || said.step == step.as || said.step == step.path) {
            asking.push_back(&strand);
        }
    }
    if (places.empty()) {
        return fail(ErrorCode::conflict, fmt::format("run {} asks for no approval", id_.value));
    }
    if (asking.size() != 1) {
        return fail(ErrorCode::conflict,
                    fmt::format("run {} asks for {} approvals: say which step is meant: {}",
                                id_.value,
                                places.size(),
                                join(places, ", ")));
    }
    take_answer(*asking.front(), said.yes, said.who);
    return {};
}

void Run::take_answer(const RunStrand& strand, bool yes, const std::string& who) {
    const auto* const word = yes ? "yes" : "no";
    json::object output;
    output["answer"] = word;
    output["who"] = who;
    host_.tell(id_, compiled_->name, fmt::format("{} said {}", who, word));
    take(machine_.wait_ended(
        strand.id,
        yes ? actions::StepResult(json::value(std::move(output)))
            : actions::StepResult(actions::fail_step(
                  ErrorCode::denied,
                  fmt::format("{}: {} said no", machine_.step_of(strand).place, who),
                  "denied")),
        now()));
}

Result<bool> Run::holds(const PlanStep& step, std::size_t which, const StrandNames& names) {
    const auto& conditions = compiled_->steps[step.id].conditions;
    if (which >= conditions.size()) {
        return fail(ErrorCode::internal, "no such conditions");
    }
    scope_.set_strand(&names);
    const auto trigger = compiled_->trigger_id(scope_.event().trigger_index);
    ConditionContext asked{services_.sandbox, scope_, trigger, &services_.scope_sources.state};
    asked.last = host_.last_run(directive());
    asked.position = directives::position_of(services_.scope_sources.settings);
    const auto verdict = check_conditions(conditions[which], asked);
    scope_.set_strand(nullptr);
    if (verdict.reason == model::Reason::condition_error) {
        return fail(ErrorCode::invalid_input, verdict.detail);
    }
    return verdict.reason == model::Reason::none;
}

Result<json::value> Run::value(const PlanStep& step, const StrandNames& names) {
    const auto& compiled = compiled_->steps[step.id].value;
    if (compiled.is_literal()) {
        return compiled.literal();
    }
    scope_.set_strand(&names);
    scope_.set_approval(step.kind == StepKind::approval ? &hidden_approval() : nullptr);
    auto rendered = services_.sandbox.render_value(compiled, scope_);
    scope_.set_approval(nullptr);
    scope_.set_strand(nullptr);
    return rendered;
}

double Run::chance() {
    constexpr int digits = std::numeric_limits<double>::digits;
    return std::ldexp(static_cast<double>(services_.chance() >> (64 - digits)), -digits);
}

}  // namespace aifp::engine
