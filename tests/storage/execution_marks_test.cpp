#include "storage/execution_marks.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <map>

#include "tests/storage/ledger_fixture.hpp"

namespace aifp::storage {
namespace {

constexpr std::int64_t kMsPerHour = 3'600'000;
constexpr std::int64_t kFirstHour = 498'708;  // 2026-11-22T12:00Z
static_assert(kFirstHour % 24 == 12);

/// A run that ended in this hour.
struct Ended {
    std::int64_t hour = 0;
    std::int64_t directive = 1;
    bool went_well = true;
};

/// Writes runs as the engine does, and knows what the sums must be.
class Recorder {
public:
    explicit Recorder(Database& database) : database_(database), writer_(database, {}) {}

    void write(const std::vector<Ended>& runs) {
        WriteGroup group;
        for (const auto& run : runs) {
            auto outcome =
                make_outcome(++id_,
                             run.directive,
                             run.went_well ? model::RunState::ok : model::RunState::failed);
            outcome.ended_at = from_unix_ms(run.hour * kMsPerHour + 5);
            group.outcomes.push_back(outcome);
            runs_.push_back(run);
        }
        commit(database_, writer_, group);
    }

    [[nodiscard]] std::map<std::int64_t, RunSums> sums_before(std::int64_t hour) const {
        std::map<std::int64_t, RunSums> sums;
        for (const auto& run : runs_) {
            if (run.hour < hour) {
                auto& one = sums[run.directive];
                one += RunSums{1, run.went_well, !run.went_well, 0, Milliseconds(250)};
            }
        }
        return sums;
    }

private:
    Database& database_;
    GroupWriter writer_;
    std::int64_t id_ = 0;
    std::vector<Ended> runs_;
};

std::map<std::int64_t, RunSums> by_id(const std::vector<DirectiveSums>& all) {
    std::map<std::int64_t, RunSums> sums;
    for (const auto& one : all) {
        if (one.sums.runs > 0) {
            sums.emplace(one.directive.value, one.sums);
        }
    }
    return sums;
}

RunSums all_before(Database& database, std::int64_t hour) {
    return find_all_sums_before(database, hour).value_or(add_up(load_sums(database)));
}

RunSums together(const std::map<std::int64_t, RunSums>& sums) {
    RunSums all;
    for (const auto& [id, one] : sums) {
        all += one;
    }
    return all;
}

TEST(ExecutionMarks, tell_what_ran_before_an_hour) {
    const auto database = memory_database();
    Recorder recorder(*database);
    recorder.write({{kFirstHour}, {kFirstHour, 2, false}});
    recorder.write({{kFirstHour + 3}});
    EXPECT_TRUE(load_sums_before(*database, kFirstHour).empty());
    EXPECT_EQ(by_id(load_sums_before(*database, kFirstHour + 1)),
              recorder.sums_before(kFirstHour + 1));
    EXPECT_EQ(all_before(*database, kFirstHour + 3).runs, 2);
    EXPECT_EQ(find_all_sums_before(*database, kFirstHour + 4), std::nullopt);
}

TEST(ExecutionMarks, count_a_run_of_a_folded_hour_where_it_belongs) {
    const auto database = memory_database();
    Recorder recorder(*database);
    recorder.write({{kFirstHour}});
    recorder.write({{kFirstHour + 6}});
    recorder.write({{kFirstHour + 3, 7}});  // late, in an hour without a mark
    for (const std::int64_t hour : {0, 1, 3, 4, 6, 7}) {
        EXPECT_EQ(by_id(load_sums_before(*database, kFirstHour + hour)),
                  recorder.sums_before(kFirstHour + hour))
            << hour;
    }
}

TEST(ExecutionMarks, old_hours_go_and_beginnings_of_days_stay) {
    const auto database = memory_database();
    Recorder recorder(*database);
    for (std::int64_t hour = 0; hour < 24 * 5; ++hour) {
        recorder.write({{kFirstHour + hour}});
    }
    EXPECT_LE(database->integer("SELECT count(DISTINCT hour) FROM execution_marks"), 32);
    for (std::int64_t day = 1; day < 5; ++day) {
        const auto hour = kFirstHour - 12 + 24 * day;
        EXPECT_EQ(all_before(*database, hour), together(recorder.sums_before(hour)));
    }
}

TEST(ExecutionMarks, agree_with_adding_up_every_run) {
    EXPECT_TRUE(rc::check([] {
        const auto database = memory_database();
        Recorder recorder(*database);
        std::int64_t now = kFirstHour;
        const auto commits = *rc::gen::inRange(1, 30);
        for (int i = 0; i < commits; ++i) {
            now += *rc::gen::elementOf(std::vector<int>{0, 0, 1, 1, 2, 5, 23, 24, 25, 60});
            std::vector<Ended> runs;
            const auto count = *rc::gen::inRange(0, 4);
            for (int run = 0; run < count; ++run) {
                // Mostly of this hour or the one before; now and then late.
                const auto back = *rc::gen::elementOf(std::vector<int>{0, 0, 0, 1, 1, 2, 30});
                runs.push_back({now - back, *rc::gen::inRange(1, 4), *rc::gen::arbitrary<bool>()});
            }
            recorder.write(runs);
        }
        for (std::int64_t hour = now - 24; hour <= now + 1; ++hour) {
            RC_ASSERT(by_id(load_sums_before(*database, hour)) == recorder.sums_before(hour));
            RC_ASSERT(all_before(*database, hour) == together(recorder.sums_before(hour)));
        }
        for (std::int64_t day = now / 24 * 24; day >= kFirstHour - 48; day -= 24) {
            RC_ASSERT(by_id(load_sums_before(*database, day)) == recorder.sums_before(day));
            RC_ASSERT(all_before(*database, day) == together(recorder.sums_before(day)));
        }
    }));
}

TEST(ExecutionMarks, are_made_for_what_was_counted_before_there_were_marks) {
    DatabaseOptions options;
    options.file = ":memory:";
    const auto database = Database::open(options);
    migrate(*database, 2);
    const auto hours = [](std::int64_t from_first) {
        return std::to_string(kFirstHour + from_first);
    };
    std::string sql;
    for (const std::int64_t hour : {0, 1, 30, 100, 101, 102}) {
        for (const char* directive : {"1", "2"}) {
            sql += "INSERT INTO execution_counters VALUES (" + hours(hour) + ", " + directive +
                   ", 3, 2, 1, 0, 30, 0, 'success', NULL);";
        }
    }
    // 10 older runs of each whose hours are gone; the last hour is not folded yet.
    sql +=
        "INSERT INTO execution_totals VALUES (1, 25, 20, 5, 0, 250, 0, 'success', NULL);"
        "INSERT INTO execution_totals VALUES (2, 25, 20, 5, 0, 250, 0, 'success', NULL);"
        "UPDATE meta SET value = " +
        hours(102) + " WHERE key = 'totals_until_hour';";
    database->execute(sql.c_str());

    migrate(*database);

    const std::map<std::int64_t, std::int64_t> wanted{
        {-12, 10}, {12, 16}, {36, 19}, {60, 19}, {84, 19}, {101, 22}, {102, 25}};
    for (const auto& [hour, runs] : wanted) {
        const auto sums = by_id(load_sums_before(*database, kFirstHour + hour));
        EXPECT_EQ(sums.at(2).runs, runs) << hour;
        EXPECT_EQ(all_before(*database, kFirstHour + hour).runs, 2 * runs) << hour;
    }
    EXPECT_EQ(add_up(load_sums(*database)).runs, 56);
}

}  // namespace
}  // namespace aifp::storage
