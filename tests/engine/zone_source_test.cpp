#include "engine/zone_source.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <fstream>

#include "base/file.hpp"
#include "tests/engine/engine_fixture.hpp"
#include "tests/support/temp_dir.hpp"

namespace aifp::engine {
namespace {

namespace fs = std::filesystem;

/// The real inotify on a folder that stands for /etc; the loop is stepped until it tells.
class ZoneSourceTest : public ::testing::Test {
protected:
    ZoneSourceTest() { link("Europe/Berlin"); }

    /// As timedatectl does: a link beside it takes its place.
    void link(const std::string& zone) {
        fs::create_symlink("/usr/share/zoneinfo/" + zone, dir_.path() / ".new");
        fs::rename(dir_.path() / ".new", dir_.path() / "localtime");
    }
    void write(const std::string& name, const std::string& text) {
        std::ofstream(dir_.path() / name) << text << '\n';
    }
    void begin() {
        source_ = create_zone_source_of(dir_.path(), loop_.get_executor(), [this] { ++told_; });
    }
    void run_until_told(int times) {
        for (int turns = 0; turns < 500 && told_ < times; ++turns) {
            loop_.restart();
            loop_.run_one_for(Milliseconds(10));
        }
        EXPECT_EQ(told_, times);
    }

    testing::TempDir dir_;
    boost::asio::io_context loop_{1};
    std::unique_ptr<ZoneSource> source_;
    int told_ = 0;
};

TEST_F(ZoneSourceTest, a_link_that_is_replaced_is_told_once) {
    begin();
    EXPECT_EQ(source_->zone().name(), "Europe/Berlin");
    write("hostname", "here");
    link("America/New_York");
    write("timezone", "America/New_York");
    run_until_told(1);
    EXPECT_EQ(source_->zone().name(), "America/New_York");
    link("Asia/Tokyo");
    run_until_told(2);
    EXPECT_EQ(source_->zone().name(), "Asia/Tokyo");
}

TEST_F(ZoneSourceTest, where_the_zone_is_a_copy_debians_name_counts) {
    fs::remove(dir_.path() / "localtime");
    write("localtime", "TZif");
    write("timezone", "Europe/Vienna");
    begin();
    EXPECT_EQ(source_->zone().name(), "Europe/Vienna");
    write("timezone", "nothing like a zone");
    run_until_told(1);
    EXPECT_EQ(source_->zone().name(), "UTC");
}

TEST_F(ZoneSourceTest, a_folder_that_is_not_there_is_utc_and_tells_nothing) {
    source_ = create_zone_source_of(dir_.path() / "none", loop_.get_executor(), [] {});
    EXPECT_EQ(source_->zone().name(), "UTC");
}

/// An engine on a machine whose zone changes.
class ChangedZone : public EngineFixture {
protected:
    std::string move_to(const char* zone) {
        machine_zone = *TimeZone::load(zone);
        zone_touched();
        settle();
        log->blocking_flush();
        const auto lines = read_file(paths.logs() / "lifecycle/current.jsonl", 100'000);
        const auto at = lines ? lines->rfind("timezone_changed") : std::string::npos;
        return at == std::string::npos ? "" : lines->substr(at);
    }
    std::string next_due(const std::string& name) {
        auto shown =
            ask([&](Control& control, auto answer) { control.show_directive(name, answer); });
        return text(*shown, "next_due");
    }
    void write_noon() {
        write_file("directives/noon.yaml",
                   "name: noon\ntrigger: {at: \"12:00\"}\naction: {log: x}\n");
    }
};

TEST_F(ChangedZone, is_followed_where_the_settings_name_none) {
    settings.timezone_given = false;
    write_noon();
    start();
    EXPECT_EQ(next_due("noon"), "2026-01-01T12:00:00+00:00");
    EXPECT_NE(move_to("Asia/Tokyo").find("directives without a zone of their own go by it"),
              std::string::npos);
    EXPECT_EQ(next_due("noon"), "2026-01-01T12:00:00+09:00");
}

TEST_F(ChangedZone, is_only_told_where_they_name_one) {
    settings.timezone_given = true;
    write_noon();
    start();
    EXPECT_NE(move_to("Asia/Tokyo").find("the settings name UTC"), std::string::npos);
    EXPECT_EQ(next_due("noon"), "2026-01-01T12:00:00+00:00");
}

TEST_F(ChangedZone, that_is_the_same_is_no_change) {
    write_noon();
    start();
    EXPECT_EQ(move_to("UTC"), "");
}

}  // namespace
}  // namespace aifp::engine
