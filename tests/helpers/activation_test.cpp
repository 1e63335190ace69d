#include <filesystem>
#include <fstream>

#include "helpers/workflow/activate_directive.hpp"
#include "helpers/workflow/saga.hpp"
#include "tests/helpers/workflow_fixture.hpp"

namespace aifp::helpers::workflow {
namespace {

using ::testing::ElementsAre;

/// Steps that take notes; the one named fails.
std::vector<SagaStep> noting_steps(std::vector<std::string>& notes, const std::string& failing) {
    std::vector<SagaStep> steps;
    for (const std::string name : {"one", "two", "three"}) {
        steps.push_back({name,
                         [&notes, name, failing](const StatusDone& done) {
                             notes.push_back(name);
                             done(name == failing ? Status(fail(ErrorCode::conflict, "no"))
                                                  : Status());
                         },
                         [&notes, name](const StatusDone& done) {
                             notes.push_back("un" + name);
                             done({});
                         }});
    }
    return steps;
}

TEST(RunSaga, undoes_what_was_done_the_last_first) {
    std::vector<std::string> notes;
    Status result;
    run_saga(noting_steps(notes, "three"), [&](Status status) { result = std::move(status); });
    EXPECT_THAT(notes, ElementsAre("one", "two", "three", "untwo", "unone"));
    EXPECT_EQ(result.error().detail(), "three: no");
}

TEST(RunSaga, undoes_nothing_when_all_went_well_or_the_first_failed) {
    std::vector<std::string> notes;
    run_saga(noting_steps(notes, ""), [](const Status& status) { EXPECT_TRUE(status); });
    EXPECT_THAT(notes, ElementsAre("one", "two", "three"));
    notes.clear();
    run_saga(noting_steps(notes, "one"), [](const Status& status) { EXPECT_FALSE(status); });
    EXPECT_THAT(notes, ElementsAre("one"));
}

TEST(RunSaga, says_what_could_not_be_undone) {
    std::vector<std::string> notes;
    auto steps = noting_steps(notes, "two");
    steps[0].undo = [](const StatusDone& done) { done(fail(ErrorCode::io_failure, "stuck")); };
    run_saga(std::move(steps), [](const Status& status) {
        EXPECT_EQ(status.error().detail(), "two: no; undoing one failed: stuck");
    });
}

/// Passes everything on and fails the write that is asked for, counted from now.
class FailingStore final : public storage::Store {
public:
    explicit FailingStore(storage::Store& real) : real_(real) {}
    void fail_write(int number) { fail_at_ = number; }
    /// Something else is written just before.
    void slip_in_before(int number, Job job) {
        slip_at_ = number;
        slipped_ = std::move(job);
    }

    Status submit(storage::WriteGroup group, Done done) override {
        return real_.submit(std::move(group), std::move(done));
    }
    void submit_lazily(storage::WriteGroup group) override {
        real_.submit_lazily(std::move(group));
    }
    void write(Job job, Done done) override {
        if (slip_at_ > 0 && --slip_at_ == 0) {
            real_.write(slipped_, [](const Status&) {});
        }
        if (fail_at_ > 0 && --fail_at_ == 0) {
            job = [](storage::Database&) { throw std::runtime_error("the disk is full"); };
        }
        real_.write(std::move(job), std::move(done));
    }
    void read(Job job, Done done) override { real_.read(std::move(job), std::move(done)); }
    LedgerId next_ledger_id() override { return real_.next_ledger_id(); }
    storage::StoreStatistics statistics() const override { return real_.statistics(); }
    void flush(Done done) override { real_.flush(std::move(done)); }

private:
    storage::Store& real_;
    int fail_at_ = 0;
    int slip_at_ = 0;
    Job slipped_;
};

class ActivateDirective : public WorkflowFixture {
protected:
    void load(const std::string& action) {
        write_file("directives/lamp.yaml",
                   "name: lamp\ntriggers: [{every: 1h}]\nactions:\n  - " + action + "\n");
        start();
        ASSERT_TRUE(act(engine::Verb::pause, "lamp"));
    }
    Result<boost::json::value> activate(storage::Store* instead = nullptr) {
        return answer_of([&](Answer answer) {
            auto parts = services();
            WorkflowServices used{parts.executor,
                                  parts.clock,
                                  parts.paths,
                                  parts.settings,
                                  parts.secrets,
                                  instead != nullptr ? *instead : *store,
                                  parts.control,
                                  parts.upkeep,
                                  parts.generator};
            activate_directive(used, "lamp", std::move(answer));
        });
    }
    std::string traces() {
        return query(
            "SELECT count(*) || ' ' || coalesce((SELECT group_concat(status) FROM "
            "directive_implementations), '') FROM directive_tracking");
    }
};

TEST_F(ActivateDirective, arms_and_begins_the_tracking) {
    load("log: hi");
    const auto answer = activate();
    ASSERT_TRUE(answer) << error_of(answer);
    EXPECT_EQ(answer->at("armed"), true);
    EXPECT_EQ(status_of("lamp"), "active");
    EXPECT_EQ(traces(), "1 deployed");
}

TEST_F(ActivateDirective, asks_for_the_approval) {
    settings.approval = config::Approval::required;
    write_file("directives/lamp.yaml",
               "name: lamp\ntriggers: [{every: 1h}]\nactions: [{log: a}]\n");
    start();
    EXPECT_NE(error_of(activate()).find("approval: lamp waits for a yes"), std::string::npos);
    EXPECT_EQ(traces(), "0 deployed");
}

TEST_F(ActivateDirective, asks_for_the_implementation) {
    write_file("src/lamp.py", "pass\n");
    load("run: src/lamp.py");
    std::filesystem::remove(paths.root() / "src/lamp.py");
    EXPECT_NE(error_of(activate()).find("implementation: src/lamp.py does not exist"),
              std::string::npos);
}

TEST_F(ActivateDirective, asks_whether_the_implementation_was_approved) {
    write_file("src/lamp.py", "pass\n");
    load("run: src/lamp.py");
    write_file("src/lamp.py", "print('changed')\n");
    EXPECT_NE(error_of(activate()).find("is not what was approved"), std::string::npos);
    EXPECT_EQ(status_of("lamp"), "paused");
}

TEST_F(ActivateDirective, asks_for_the_dependencies) {
    load("command: [no-such-program-x]");
    EXPECT_NE(
        error_of(activate()).find("dependencies: the program no-such-program-x is not installed"),
        std::string::npos);
    EXPECT_EQ(status_of("lamp"), "paused");
    EXPECT_EQ(traces(), "0 deployed");
}

TEST_F(ActivateDirective, asks_python_for_the_entry_point) {
    write_file("src/lamp.py", "def go():\n    pass\n");
    load("{run: src/lamp.py, entry: gone}");
    EXPECT_NE(error_of(activate()).find("entry point: src/lamp.py has no function gone"),
              std::string::npos);
    EXPECT_EQ(status_of("lamp"), "paused");
}

TEST_F(ActivateDirective, does_not_take_a_file_that_is_no_python) {
    write_file("src/lamp.py", "def go(:\n");
    load("run: src/lamp.py");
    EXPECT_NE(error_of(activate()).find("is no Python"), std::string::npos);
}

TEST_F(ActivateDirective, undoes_everything_when_a_write_fails) {
    load("log: hi");
    FailingStore failing(*store);
    // The first write stores dependencies, the second the deployment, the third the tracking.
    for (const int number : {1, 2, 3}) {
        failing.fail_write(number);
        const auto answer = activate(&failing);
        EXPECT_NE(error_of(answer).find("the disk is full"), std::string::npos) << number;
        EXPECT_EQ(status_of("lamp"), "paused") << number;
        EXPECT_EQ(traces(), "0 deployed") << number;
    }
    failing.fail_write(0);
    EXPECT_TRUE(activate(&failing));
}

TEST_F(ActivateDirective, brings_back_no_approval_that_was_taken_back_meanwhile) {
    write_file("src/lamp.py", "pass\n");
    load("run: src/lamp.py");
    FailingStore store_of(*store);
    store_of.slip_in_before(2, [](storage::Database& database) {
        database.execute("UPDATE directive_implementations SET approved_hash = NULL");
    });
    static_cast<void>(activate(&store_of));
    EXPECT_EQ(query("SELECT count(*) FROM directive_implementations WHERE approved_hash IS NULL"),
              "1");
}

TEST_F(ActivateDirective, undoes_everything_when_it_cannot_be_armed) {
    load("log: hi");
    engine->stop(Milliseconds(0), [] {});
    EXPECT_NE(error_of(activate()).find("arming: the engine is starting or stopping"),
              std::string::npos);
    EXPECT_EQ(traces(), "0 deployed");
}

TEST_F(ActivateDirective, does_not_wake_the_archive) {
    load("log: hi");
    ASSERT_TRUE(act(engine::Verb::archive, "lamp"));
    EXPECT_NE(error_of(activate()).find("aifp unarchive lamp"), std::string::npos);
}

TEST_F(ActivateDirective, what_was_paused_stays_paused_when_arming_fails) {
    load("log: hi");
    settings.approval = config::Approval::required;
    const auto answer = act(engine::Verb::resume, "lamp");
    EXPECT_NE(error_of(answer).find("not_approved"), std::string::npos);
    EXPECT_EQ(status_of("lamp"), "paused");
}

class DeactivateDirective : public WorkflowFixture {
protected:
    void run_for(const std::string& seconds) {
        write_file("directives/slow.yaml",
                   "name: slow\ntriggers: [{manual: }]\nactions:\n  - {command: [sleep, \"" +
                       seconds + "\"], grace: 100ms}\n");
        start();
        ASSERT_TRUE(act(engine::Verb::run, "slow"));
        ASSERT_EQ(engine->upkeep().runs_of(DirectiveId{1}), 1U);
    }
    Result<boost::json::value> deactivate(Milliseconds grace) {
        return answer_of([&](Answer answer) {
            deactivate_directive(services(), {"slow", "test", grace}, std::move(answer));
        });
    }
};

TEST_F(DeactivateDirective, lets_runs_end_within_the_grace) {
    run_for("0.3");
    const auto answer = deactivate(Seconds(20));
    ASSERT_TRUE(answer) << error_of(answer);
    EXPECT_EQ(answer->at("cancelled"), 0);
    EXPECT_EQ(status_of("slow"), "paused");
    EXPECT_EQ(history("slow")[0].at("state"), "ok");
}

TEST_F(DeactivateDirective, cancels_what_takes_longer_and_keeps_history) {
    run_for("600");
    const auto answer = deactivate(Milliseconds(40));
    ASSERT_TRUE(answer) << error_of(answer);
    EXPECT_EQ(answer->at("cancelled"), 1);
    EXPECT_EQ(history("slow")[0].at("state"), "cancelled");
}

TEST_F(DeactivateDirective, says_when_there_is_no_such_directive) {
    start();
    EXPECT_EQ(deactivate(Milliseconds(0)).error().code(), ErrorCode::not_found);
}

}  // namespace
}  // namespace aifp::helpers::workflow
