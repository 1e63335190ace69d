#pragma once

#include <gmock/gmock.h>

#include <boost/json/serialize.hpp>

#include "helpers/workflow/generator.hpp"
#include "helpers/workflow/services.hpp"
#include "storage/database.hpp"
#include "storage/statement.hpp"
#include "tests/engine/engine_fixture.hpp"
#include "tests/helpers/real_process.hpp"

namespace aifp::helpers::workflow {

/// A whole engine on a real database, and the workflow helpers above it.
class WorkflowFixture : public engine::EngineFixture {
protected:
    WorkflowServices services() {
        return {loop->get_executor(),
                clock,
                paths,
                settings,
                secrets,
                *store,
                engine->control(),
                engine->upkeep(),
                *generator};
    }

    /// What a helper answers. Real programs may take their time.
    Result<boost::json::value> answer_of(const std::function<void(Answer)>& call) {
        std::optional<Result<boost::json::value>> answer;
        call([&](Result<boost::json::value> result) { answer.emplace(std::move(result)); });
        for (int turns = 0; turns < 6'000 && !answer; ++turns) {
            loop->restart();
            loop->run_one_for(Milliseconds(10));
        }
        EXPECT_TRUE(answer) << "no answer";
        return answer ? std::move(*answer)
                      : Result<boost::json::value>(fail(ErrorCode::timed_out, "no answer"));
    }

    static std::string error_of(const Result<boost::json::value>& answer) {
        return answer ? "no error: " + boost::json::serialize(*answer) : answer.error().detail();
    }

    std::string read(const std::string& name) {
        return read_file(paths.root() / name, 1 << 20).value_or("(none)");
    }

    /// One value of the database.
    std::string query(const std::string& sql) {
        std::string value = "(none)";
        bool done = false;
        store->read(
            [&](storage::Database& database) {
                storage::Statement row(database, sql);
                if (row.step()) {
                    value = row.text(0);
                }
            },
            [&](const Status& status) { done = status.has_value(); });
        run_until([&] { return done; });
        return value;
    }

    /// Loads the directive files again.
    void reload() {
        const auto loaded =
            ask([](engine::Control& control, auto answer) { control.reload(answer); });
        ASSERT_TRUE(loaded) << loaded.error().detail();
    }

    std::unique_ptr<Generator> generator = create_python_generator();
};

}  // namespace aifp::helpers::workflow
