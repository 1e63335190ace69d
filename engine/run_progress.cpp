#include "engine/run_progress.hpp"

#include <utility>

#include "base/enum_names.hpp"

namespace aifp::engine {
namespace {

namespace json = boost::json;
using actions::StepError;

constexpr EnumNames<4> kPhases{"actions", "on_error", "finally", "ended"};
constexpr EnumNames<12> kDoings{"ready",
                                "step",
                                "joining",
                                "delay",
                                "retry",
                                "next_try",
                                "yield",
                                "until",
                                "trigger",
                                "answer",
                                "call",
                                "over"};
constexpr EnumNames<10> kCodes{"invalid_input",
                               "not_found",
                               "conflict",
                               "denied",
                               "busy",
                               "timed_out",
                               "cancelled",
                               "unreachable",
                               "io_failure",
                               "internal"};

json::string text(std::string_view view) {
    return json::string(view);
}

void put_time(json::object& to, json::string_view key, const std::optional<WallTime>& time) {
    if (time) {
        to[key] = to_unix_ms(*time);
    }
}

json::object write(const StepError& error) {
    json::object object;
    object["code"] = text(name_in(kCodes, error.code()));
    object["text"] = error.detail();
    object["class"] = error.error_class();
    return object;
}

json::object write(const RunFrame& frame) {
    json::object object;
    object["list"] = frame.list;
    object["index"] = frame.index;
    object["attempt"] = frame.attempt;
    put_time(object, "tried", frame.tried);
    put_time(object, "timeout", frame.timeout);
    if (frame.turn > 0) {
        object["turn"] = frame.turn;
        object["turns"] = frame.turns;
        object["items"] = frame.items;
    }
    return object;
}

json::object write(const RunStrand& strand) {
    json::object object;
    object["id"] = strand.id;
    if (strand.parent) {
        object["parent"] = *strand.parent;
    }
    json::array frames;
    for (const auto& frame : strand.frames) {
        frames.push_back(write(frame));
    }
    object["frames"] = std::move(frames);
    object["vars"] = strand.vars;
    object["wait"] = strand.wait;
    object["error"] = strand.error;
    object["doing"] = text(name_of(strand.doing));
    put_time(object, "since", strand.since);
    put_time(object, "until", strand.until);
    if (strand.called.value != 0) {
        object["called"] = strand.called.value;
    }
    if (strand.doing == RunStrand::Doing::answer && !strand.link.empty()) {
        object["link"] = strand.link;
    }
    if (strand.failed) {
        object["failed"] = write(*strand.failed);
    }
    if (strand.interrupt) {
        object["interrupt"] = write(strand.interrupt->error);
        if (strand.interrupt->depth) {
            object["interrupt_depth"] = *strand.interrupt->depth;
        }
    }
    return object;
}

std::string_view text_at(const json::object& object, json::string_view key) {
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_string() ? std::string_view(value->get_string())
                                                  : std::string_view();
}

std::optional<std::int64_t> number_at(const json::object& object, json::string_view key) {
    const auto* value = object.if_contains(key);
    json::error_code error;
    const auto number = value != nullptr ? value->to_number<std::int64_t>(error) : std::int64_t{0};
    return value != nullptr && !error ? std::optional(number) : std::nullopt;
}

std::optional<WallTime> time_at(const json::object& object, json::string_view key) {
    const auto ms = number_at(object, key);
    return ms ? std::optional(from_unix_ms(*ms)) : std::nullopt;
}

json::value value_at(const json::object& object, json::string_view key) {
    const auto* value = object.if_contains(key);
    return value != nullptr ? *value : json::value();
}

std::optional<StepError> error_at(const json::object& object, json::string_view key) {
    const auto* value = object.if_contains(key);
    if (value == nullptr || !value->is_object()) {
        return std::nullopt;
    }
    const auto& written = value->get_object();
    const auto code = find_by_name<ErrorCode>(kCodes, text_at(written, "code"));
    return StepError(
        Error(code.value_or(ErrorCode::internal), std::string(text_at(written, "text"))),
        std::string(text_at(written, "class")));
}

RunFrame read_frame(const json::object& object) {
    RunFrame frame;
    frame.list = static_cast<std::uint32_t>(number_at(object, "list").value_or(0));
    frame.index = static_cast<std::uint32_t>(number_at(object, "index").value_or(0));
    frame.attempt = static_cast<int>(number_at(object, "attempt").value_or(0));
    frame.tried = time_at(object, "tried");
    frame.timeout = time_at(object, "timeout");
    frame.turn = number_at(object, "turn").value_or(0);
    frame.turns = number_at(object, "turns").value_or(0);
    frame.items = value_at(object, "items");
    return frame;
}

std::optional<RunStrand> read_strand(const json::object& object) {
    const auto doing = find_by_name<RunStrand::Doing>(kDoings, text_at(object, "doing"));
    const auto* frames = object.if_contains("frames");
    const auto vars = value_at(object, "vars");
    if (!doing || frames == nullptr || !frames->is_array() || frames->get_array().empty() ||
        !vars.is_object()) {
        return std::nullopt;
    }
    RunStrand strand;
    strand.id = static_cast<std::uint32_t>(number_at(object, "id").value_or(0));
    if (const auto parent = number_at(object, "parent")) {
        strand.parent = static_cast<std::uint32_t>(*parent);
    }
    for (const auto& frame : frames->get_array()) {
        if (frame.is_object()) {
            strand.frames.push_back(read_frame(frame.get_object()));
        }
    }
    strand.vars = vars;
    strand.wait = value_at(object, "wait");
    strand.error = value_at(object, "error");
    strand.doing = *doing;
    strand.since = time_at(object, "since");
    strand.until = time_at(object, "until");
    strand.called = LedgerId{number_at(object, "called").value_or(0)};
    strand.link = std::string(text_at(object, "link"));
    strand.failed = error_at(object, "failed");
    if (auto error = error_at(object, "interrupt")) {
        const auto depth = number_at(object, "interrupt_depth");
        strand.interrupt.emplace(RunStrand::Interrupt{
            depth ? std::optional(static_cast<std::size_t>(*depth)) : std::nullopt,
            std::move(*error)});
    }
    return strand;
}

}  // namespace

std::string_view name_of(RunStrand::Doing doing) noexcept {
    return name_in(kDoings, doing);
}

json::object to_json(const RunProgress& progress) {
    json::object object;
    object["phase"] = text(name_in(kPhases, progress.phase));
    json::array strands;
    for (const auto& strand : progress.strands) {
        strands.push_back(write(strand));
    }
    object["strands"] = std::move(strands);
    object["outputs"] = progress.outputs;
    if (progress.error) {
        object["error"] = write(*progress.error);
    }
    object["state"] = text(model::name_of(progress.state));
    object["detail"] = progress.detail;
    object["result"] = progress.result;
    if (!progress.failed_at.is_null()) {
        object["failed_at"] = progress.failed_at;
    }
    object["next_strand"] = progress.next_strand;
    if (progress.first_began) {
        object["attempt"] = progress.attempt;
        put_time(object, "first_began", progress.first_began);
        put_time(object, "began", progress.began);
    }
    if (progress.is_last_try) {
        object["last_try"] = true;
    }
    return object;
}

Result<RunProgress> run_progress_from_json(const json::object& object) {
    RunProgress progress;
    const auto phase = find_by_name<RunProgress::Phase>(kPhases, text_at(object, "phase"));
    const auto state = model::run_state_from(text_at(object, "state"));
    const auto* strands = object.if_contains("strands");
    progress.outputs = value_at(object, "outputs");
    if (!phase || !state || strands == nullptr || !strands->is_array() ||
        !progress.outputs.is_object()) {
        return fail(ErrorCode::invalid_input, "the stored progress of a run is incomplete");
    }
    for (const auto& written : strands->get_array()) {
        auto strand = written.is_object() ? read_strand(written.get_object()) : std::nullopt;
        if (!strand) {
            return fail(ErrorCode::invalid_input, "the stored progress of a run is damaged");
        }
        progress.strands.push_back(std::move(*strand));
    }
    progress.phase = *phase;
    progress.state = *state;
    progress.error = error_at(object, "error");
    progress.detail = std::string(text_at(object, "detail"));
    progress.result = value_at(object, "result");
    progress.failed_at = value_at(object, "failed_at");
    progress.next_strand = static_cast<std::uint32_t>(number_at(object, "next_strand").value_or(1));
    progress.attempt = static_cast<int>(number_at(object, "attempt").value_or(1));
    progress.is_last_try = object.contains("last_try");
    progress.first_began = time_at(object, "first_began");
    progress.began = time_at(object, "began");
    return progress;
}

json::object error_object(const StepError& error, std::string_view step) {
    json::object object;
    object["code"] = text(aifp::name_of(error.code()));
    object["class"] = error.error_class();
    object["message"] = error.detail();
    object["step"] = text(step);
    return object;
}

void move_times(RunProgress& progress, Milliseconds by) {
    const auto move = [by](std::optional<WallTime>& time) {
        if (time) {
            *time += by;
        }
    };
    move(progress.first_began);
    move(progress.began);
    for (auto& strand : progress.strands) {
        move(strand.since);
        move(strand.until);
        for (auto& frame : strand.frames) {
            move(frame.tried);
            move(frame.timeout);
        }
    }
}

}  // namespace aifp::engine
