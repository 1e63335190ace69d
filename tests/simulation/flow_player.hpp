#pragma once

#include <boost/json/object.hpp>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "helpers/workflow/generator.hpp"
#include "tests/simulation/computer.hpp"
#include "tests/simulation/flow_script.hpp"
#include "tests/simulation/scripted_world.hpp"
#include "tests/simulation/transcript.hpp"

namespace aifp::simulation {

/// Plays one golden folder: its directives on a computer of their own, what its script lets happen,
/// and a transcript of what the engine decided, did and recorded. Loop thread only.
class FlowPlayer {
public:
    explicit FlowPlayer(std::filesystem::path folder);

    /// The whole play, once; what it gives is to be as decisions.txt.
    [[nodiscard]] std::string play();

    // For the table of verbs in flow_verbs.cpp.
    [[nodiscard]] engine::Control& control() { return computer_.engine().control(); }
    [[nodiscard]] Computer& computer() noexcept { return computer_; }
    void start();
    void step_clock(Milliseconds jump);
    /// Puts a file of the folder among the directives.
    void put_directives(const std::string& from, const std::string& as);
    /// Reads the files again.
    void reload();
    void call_hook(const std::string& path, const boost::json::value& body, bool is_told);
    /// The run of a directive that is under way; of several the oldest. 0: none.
    [[nodiscard]] LedgerId run_of(const std::string& directive);
    /// Tells what was answered, if it was a no; or in any case.
    [[nodiscard]] engine::Control::Answer refusals();
    [[nodiscard]] engine::Control::Answer answers();

private:
    [[nodiscard]] StoreWatch watch();
    [[nodiscard]] std::shared_ptr<void> start_monitor(boost::asio::io_context& loop);
    void note(const storage::WriteGroup& group, storage::Database& database);
    void say_decision(const model::DecisionRecord& decision);
    void say_of(LedgerId run, const std::string& text, std::optional<WallTime> at = {});
    void write_tellers();
    void perform(const boost::json::object& step);
    void pass_until(const boost::json::object& step);
    void say_end();

    std::filesystem::path folder_;
    FlowScript script_;
    Draw draw_;
    SimulatedTime time_;
    WallTime planned_;  ///< Of the step that was last.
    Journal journal_;
    Transcript transcript_;
    ScriptedWorld world_;
    std::unique_ptr<helpers::workflow::Generator> generator_;  ///< The monitor's parts name one.
    Computer computer_;
    std::map<std::int64_t, std::string> directives_;  ///< Names by id.
    std::map<std::int64_t, std::string> runs_;        ///< Their directives' names.
};

/// Something that a script may let happen: its key, what stands beside it, and what it does.
struct FlowVerb {
    std::string_view name;
    void (*perform)(FlowPlayer& player, const boost::json::object& step);
};
/// Those that ask the engine something and change nothing, but for `replay` (flow_questions.cpp).
[[nodiscard]] std::span<const FlowVerb> question_verbs() noexcept;
/// An answer for the transcript, without what no other machine would say.
[[nodiscard]] std::vector<std::string> lines_of(const Result<boost::json::value>& answer);
/// Null: there is none of the step's keys.
[[nodiscard]] const FlowVerb* find_verb(const boost::json::object& step) noexcept;

/// An event of a script comes from a directive of this name, which the player adds; the transcript
/// leaves it out.
[[nodiscard]] std::string teller_of(std::string_view event);
[[nodiscard]] bool is_teller(std::string_view directive);

}  // namespace aifp::simulation
