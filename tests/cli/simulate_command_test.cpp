#include "cli/simulate_command.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "tests/cli/fake_terminal.hpp"
#include "tests/support/temp_dir.hpp"

namespace aifp::cli {
namespace {

namespace json = boost::json;

class Simulate : public ::testing::Test {
protected:
    Simulate() {
        write_text(paths_.settings(),
                   "timezone: Europe/Berlin\nlatitude: 52.52\nlongitude: 13.405\n");
        write_text(paths_.directives() / "early.yaml",
                   "name: early\ntrigger: {cron: \"30 2 * * *\"}\naction: {log: early}\n");
        write_text(paths_.directives() / "dusk.yaml",
                   "name: dusk\ntrigger: {sun: sunset, offset: -20m}\naction: {log: dusk}\n");
    }
    int simulate(const SimulateOptions& options) {
        return run_simulate(options, paths_, fake_.terminal);
    }

    testing::TempDir folder_;
    ProjectPaths paths_{folder_.path()};
    FakeTerminal fake_;
};

TEST_F(Simulate, lists_every_instant_and_marks_the_days_on_which_the_clock_is_set) {
    ASSERT_EQ(simulate({.from = "2027-03-27T00:00:00", .to = "2027-03-29T12:00:00", .json = true}),
              kDone);
    const auto answer = json::parse(fake_.out.str());
    EXPECT_EQ(answer.at("count"), 5);
    const auto& instants = answer.at("instants").as_array();
    ASSERT_EQ(instants.size(), 5U);
    EXPECT_EQ(instants[0].at("local"), "2027-03-27T02:30:00+01:00");
    EXPECT_EQ(instants[1].at("directive"), "dusk");
    EXPECT_EQ(instants[2].at("local"), "2027-03-28T03:00:00+02:00");
    EXPECT_EQ(instants[2].at("dst"), "gap");
    EXPECT_EQ(answer.at("dst_days").at(0).at("kind"), "gap");
}

TEST_F(Simulate, prints_lines_for_people) {
    ASSERT_EQ(
        simulate({.names = {"early"}, .from = "2027-10-30T12:00:00", .to = "2027-10-31T12:00:00"}),
        kDone);
    EXPECT_NE(fake_.out.str().find("2027-10-31T02:30:00+02:00  early  cron"), std::string::npos)
        << fake_.out.str();
    EXPECT_NE(fake_.out.str().find("[clock set that day: overlap]"), std::string::npos);
    EXPECT_NE(
        fake_.out.str().find("2027-10-31 Europe/Berlin: the clock is set, an hour comes twice"),
        std::string::npos);
}

TEST_F(Simulate, tells_the_nearest_name_and_wrong_instants) {
    EXPECT_EQ(
        simulate({.names = {"erly"}, .from = "2027-03-27T00:00:00", .to = "2028-01-01T00:00:00"}),
        kFailed);
    EXPECT_EQ(fake_.err.str(), "aifp: no directive is called erly; did you mean early?\n");
    EXPECT_EQ(simulate({.from = "soon", .to = "2028-01-01T00:00:00"}), kUsage);
    EXPECT_EQ(simulate({.from = "2028-01-01T00:00:00", .to = "2028-01-01T00:00:00"}), kUsage);
}

TEST_F(Simulate, leaves_broken_directives_out_and_says_so) {
    write_text(paths_.directives() / "broken.yaml", "name: broken\ntrigger: {cron: \"x\"}\n");
    ASSERT_EQ(simulate({.from = "2027-06-01T00:00:00", .to = "2027-06-02T00:00:00"}), kDone);
    EXPECT_NE(fake_.err.str().find("one directive that cannot be read is left out"),
              std::string::npos);
}

}  // namespace
}  // namespace aifp::cli
