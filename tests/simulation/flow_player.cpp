#include "tests/simulation/flow_player.hpp"

#include <boost/json/serialize.hpp>
#include <fstream>
#include <set>

#include "base/quantity.hpp"
#include "base/time_zone.hpp"
#include "engine/states.hpp"
#include "helpers/workflow/monitor.hpp"
#include "tests/simulation/evidence.hpp"
#include "tests/simulation/hook_answer.hpp"

namespace aifp::simulation {

namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr const char* kOutside = "outside";

}  // namespace

FlowPlayer::FlowPlayer(fs::path folder)
    : folder_(std::move(folder)),
      script_(read_script(folder_ / "script.yaml")),
      draw_(1),
      time_(script_.start),
      planned_(script_.start),
      journal_(time_, false),
      transcript_(time_),
      world_(transcript_, script_.answers),
      generator_(helpers::workflow::create_python_generator()),
      computer_(draw_, time_, journal_, world_, watch()) {
    computer_.configure(script_.settings);
    if (script_.has_monitor) {
        computer_.accompany([this](auto& loop) { return start_monitor(loop); });
    }
}

// As the daemon has it: what it finds (stuck, overdue, error_rate) is told as everything else.
std::shared_ptr<void> FlowPlayer::start_monitor(boost::asio::io_context& loop) {
    auto monitor = std::make_shared<helpers::workflow::Monitor>(
        helpers::workflow::WorkflowServices{loop.get_executor(),
                                            time_,
                                            computer_.paths(),
                                            computer_.settings(),
                                            computer_.secrets(),
                                            computer_.store(),
                                            control(),
                                            computer_.engine().upkeep(),
                                            *generator_});
    monitor->start();
    return monitor;
}

StoreWatch FlowPlayer::watch() {
    return {[this](const auto& groups, auto& database) {
                for (const auto* group : groups) {
                    note(*group, database);
                }
            },
            [this](const std::string& what) {
                journal_.violated("what is stored keeps the rules of the schema", what);
            }};
}

std::string FlowPlayer::play() {
    put_directives("directive.yaml", "directive.yaml");
    write_tellers();
    transcript_.say("> start");
    start();
    for (const auto& step : script_.steps) {
        perform(step.as_object());
    }
    say_end();
    for (const auto& violation : journal_.violations()) {
        transcript_.say("VIOLATED {}", violation);
    }
    return transcript_.text();
}

void FlowPlayer::put_directives(const std::string& from, const std::string& as) {
    const auto path = computer_.paths().directives() / as;
    std::ofstream(path) << text_of_file(folder_ / from);
    fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
}

// Events come from directives only: one for each name that the script knows.
void FlowPlayer::write_tellers() {
    std::set<std::string> names;
    for (const auto& step : script_.steps) {
        if (const auto* event = step.as_object().if_contains("event")) {
            names.insert(event->as_string().c_str());
        }
    }
    for (const auto& name : names) {
        const auto path = computer_.paths().directives() / (teller_of(name) + ".yaml");
        std::ofstream(path) << fmt::format(
            "name: {0}\nmode: parallel\nmax: 1000\ntrigger: {{webhook: {0}, auth: none}}\n"
            "action: {{emit: {1}, data: \"{{{{ trigger.body }}}}\"}}\n",
            teller_of(name),
            name);
        fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
    }
}

void FlowPlayer::start() {
    if (!computer_.start()) {
        transcript_.say("the engine does not start");
        return;
    }
    const auto watched = control().states()->watch_states("", [this](const auto& change) {
        if (change.by != kOutside) {
            transcript_.say("  {} is {}",
                            change.name,
                            change.after ? json::serialize(change.after->value) : "not known");
        }
    });
    computer_.settle();
}

void FlowPlayer::reload() {
    control().reload(refusals());
    computer_.pass(Milliseconds(1));
}

engine::Control::Answer FlowPlayer::refusals() {
    return [this](const Result<json::value>& answer) {
        if (!answer) {
            transcript_.say("< no: {}", answer.error().detail());
        }
    };
}

engine::Control::Answer FlowPlayer::answers() {
    return [this](const Result<json::value>& answer) {
        for (const auto& line : lines_of(answer)) {
            transcript_.say("< {}", line);
        }
    };
}

void FlowPlayer::call_hook(const std::string& path, const json::value& body, bool is_told) {
    http::Request request;
    request.method = "POST";
    request.target = "/hooks/" + path;
    request.headers.add("Content-Type", "application/json");
    request.body = json::serialize(body);
    request.received = time_.mono();
    auto sink = std::make_shared<HookAnswer>([this, is_told](const http::Response& response) {
        std::string more;
        for (const auto& header : response.headers) {
            more += header.name == "Retry-After" ? ", Retry-After " + header.value : "";
        }
        if (is_told || response.status != 202) {
            transcript_.say("< {}{}", response.status, more);
        }
    });
    computer_.engine().handle_hook(std::move(request), http::Responder(std::move(sink), 0));
}

LedgerId FlowPlayer::run_of(const std::string& directive) {
    auto found = std::make_shared<std::int64_t>(0);
    control().list_runs([found, directive](const Result<json::value>& answer) {
        for (const auto& run : answer->as_array()) {
            const auto number = run.at("run").to_number<std::int64_t>();
            if (run.at("directive").as_string() == directive && (*found == 0 || number < *found)) {
                *found = number;
            }
        }
    });
    computer_.settle();
    return LedgerId{*found};
}

// `after` counts from the time of the step before: a start takes a moment.
void FlowPlayer::pass_until(const json::object& step) {
    if (const auto* after = step.if_contains("after")) {
        planned_ += parse_duration(after->as_string()).value();
    }
    if (const auto* at = step.if_contains("at")) {
        const std::string text(at->as_string());
        if (const auto of_day = parse_time_of_day(text)) {
            const auto before = planned_;
            planned_ = std::chrono::floor<std::chrono::days>(before) + Seconds(*of_day);
            planned_ += planned_ < before ? std::chrono::hours(24) : std::chrono::hours(0);
        } else {
            planned_ = parse_instant(text, TimeZone::utc()).value();
        }
    }
    computer_.pass(std::max(planned_ - time_.wall(), Milliseconds(0)));
}

void FlowPlayer::step_clock(Milliseconds jump) {
    planned_ += jump;
    computer_.step_clock(jump);
}

void FlowPlayer::perform(const json::object& step) {
    pass_until(step);
    const auto line = line_of(step);
    if (line.empty()) {
        return;
    }
    transcript_.say("> {}", line);
    if (const auto* verb = find_verb(step)) {
        verb->perform(*this, step);
    } else {
        transcript_.say("the script's verb is not known");
    }
    computer_.settle();
    computer_.settle();
}

// What the file holds when the power goes: all of it was stored.
void FlowPlayer::say_end() {
    if (computer_.is_up()) {
        computer_.pass(Milliseconds(40));
        computer_.crash();
    }
    Evidence evidence;
    read_database(evidence);
    std::map<std::string, int> counts;
    for (const auto& row : evidence.rows) {
        if (!is_teller(row.directive)) {
            const auto ended = row.ends.empty() ? row.decision : row.ends.front();
            ++counts[row.reason.empty() ? ended : row.reason];
        }
    }
    std::string text;
    for (const auto& [what, count] : counts) {
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, what);
    }
    transcript_.say("the ledger: {}; runs with a row: {}; the file: {}",
                    text.empty() ? "nothing" : text,
                    evidence.waits_left,
                    evidence.integrity);
}

}  // namespace aifp::simulation
