#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/json/serialize.hpp>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

#include "base/file.hpp"
#include "config/secrets.hpp"
#include "config/settings.hpp"
#include "engine/engine.hpp"
#include "http/client.hpp"
#include "logging/console.hpp"
#include "logging/log.hpp"
#include "storage/store.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/temp_dir.hpp"

namespace aifp::engine {

/// A clock source that wakes when the test says so.
class ScriptedClockSource final : public ClockSource {
public:
    struct Handle {
        ClockCallbacks callbacks;
        std::optional<WallTime> wake_at;
        bool stopped = false;
    };
    explicit ScriptedClockSource(Handle& handle) : handle_(handle) {}
    void sleep_until(WallTime at) override { handle_.wake_at = at; }
    void stop() override { handle_.stopped = true; }

private:
    Handle& handle_;
};

/// The zone of the machine, as the test says.
class ScriptedZoneSource final : public ZoneSource {
public:
    explicit ScriptedZoneSource(const TimeZone& zone) : zone_(zone) {}
    TimeZone zone() const override { return zone_; }

private:
    const TimeZone& zone_;
};

/// One whole engine on a real database in a folder of its own, with a fake clock. The loop is
/// stepped by the test. start() may be called again after crash(): that is a new process on the
/// same folder.
class EngineFixture : public ::testing::Test {
protected:
    EngineFixture() : paths(dir.path()) {
        std::filesystem::create_directories(paths.directives());
        std::filesystem::create_directories(paths.run());
        std::filesystem::create_directories(paths.root() / "src");
        null_ = FileDescriptor(::open("/dev/null", O_WRONLY | O_CLOEXEC));
    }
    ~EngineFixture() override { crash(); }

    void write_file(const std::string& name, const std::string& text) {
        const auto path = paths.root() / name;
        std::filesystem::create_directories(path.parent_path());
        std::ofstream(path) << text;
        std::filesystem::permissions(
            path,
            std::filesystem::perms::group_write | std::filesystem::perms::others_write,
            std::filesystem::perm_options::remove);
    }

    void start() {
        begin_start();
        run_until([this] { return ready; });
    }

    /// Only begins: nothing is loaded before the loop is stepped.
    void begin_start() {
        logging::LogOptions log_options;
        log_options.directory = paths.logs();
        log = logging::open_log(std::move(log_options), clock);
        logging::Console::Options console_options;
        console_options.fd = null_.get();
        console.emplace(console_options, clock);
        storage::StoreOptions store_options;
        store_options.file = paths.database();
        auto opened = storage::open_store(store_options, loop->get_executor(), clock);
        ASSERT_TRUE(opened) << opened.error().detail();
        store = std::move(opened->store);
        client = http::create_client(*loop, clock, {});
        EngineParts parts{*loop, clock, paths, settings, secrets, *store, *client, *log, *console};
        parts.built = built;
        parts.host_place = host_place;
        parts.clock_is_synchronised = [this] { return synchronised; };
        parts.link_base = [this] { return link_base; };
        parts.make_clock_source = [this](auto, ClockCallbacks callbacks) {
            time.callbacks = std::move(callbacks);
            return std::make_unique<ScriptedClockSource>(time);
        };
        parts.make_zone_source = [this](auto, std::function<void()> touched) {
            zone_touched = std::move(touched);
            return std::make_unique<ScriptedZoneSource>(machine_zone);
        };
        parts.zone_changed = [this](const TimeZone& zone) {
            settings.timezone = settings.timezone_given ? settings.timezone : zone;
            return !settings.timezone_given;
        };
        engine = create_engine(parts);
        ready = false;
        engine->start([this](const Status& started) { ready = started.has_value(); });
    }

    /// Ends everything without saying goodbye.
    void crash() {
        engine.reset();
        store.reset();
        client.reset();
        // With the loop goes everything that was under way; nothing of it is heard of again.
        loop = std::make_unique<boost::asio::io_context>(1);
        console.reset();
        log.reset();
    }

    void stop() {
        bool done = false;
        engine->stop(Milliseconds(0), [&] { done = true; });
        run_until([&] { return done; });
        crash();
    }

    /// How many handlers the loop ran until then.
    template <class Predicate>
    std::size_t run_until(Predicate reached) {
        std::size_t ran = 0;
        for (int turns = 0; turns < 2'000 && !reached(); ++turns) {
            loop->restart();
            ran += loop->run_one_for(Milliseconds(10));
        }
        EXPECT_TRUE(reached()) << "the loop did not get there";
        return ran;
    }

    /// Moves the clock to `at` in the steps in which the engine wants to be woken.
    void pass(Milliseconds duration) {
        const auto end = clock.wall() + duration;
        while (time.wake_at && *time.wake_at <= end) {
            if (*time.wake_at > clock.wall()) {
                clock.advance(*time.wake_at - clock.wall());
            }
            time.wake_at.reset();
            time.callbacks.wake();
            settle();
        }
        clock.advance(end - clock.wall());
    }

    /// Lets everything that was begun come to its end. A run writes more than once, each time when
    /// the loop has heard of the write before, so the store is flushed until the loop had nothing
    /// to hear but the flush itself.
    void settle() {
        constexpr int most_writes_in_a_row = 50;
        for (int round = 0; round < most_writes_in_a_row && heard_in_a_flush() > 1; ++round) {
        }
    }

    std::size_t heard_in_a_flush() {
        bool flushed = false;
        store->flush([&](const Status&) { flushed = true; });
        std::size_t heard = run_until([&] { return flushed; });
        loop->restart();
        return heard + loop->poll();
    }

    Result<boost::json::value> ask(std::function<void(Control&, Control::Answer)> question) {
        std::optional<Result<boost::json::value>> answer;
        question(engine->control(),
                 [&](Result<boost::json::value> result) { answer.emplace(std::move(result)); });
        run_until([&] { return answer.has_value(); });
        return std::move(*answer);
    }

    Result<boost::json::value> act(Verb verb, const std::string& name) {
        return ask([&](Control& control, auto answer) { control.act(verb, name, "test", answer); });
    }

    /// Decisions, newest first.
    boost::json::array history(const std::string& name = {}) { return decided(name, false); }
    /// Only those that ran.
    boost::json::array ran(const std::string& name) { return decided(name, true); }

    boost::json::array decided(const std::string& name, bool only_runs) {
        settle();
        HistoryQuery query;
        query.limit = 500;
        query.executions_only = only_runs;
        if (!name.empty()) {
            query.directive = name;
        }
        auto rows = ask([&](Control& control, auto answer) { control.history(query, answer); });
        return rows ? rows->as_array() : boost::json::array();
    }

    std::string text(const boost::json::value& row, const char* key) {
        const auto& value = row.at(key);
        return value.is_string() ? std::string(value.get_string()) : boost::json::serialize(value);
    }

    std::string status_of(const std::string& name) {
        auto shown =
            ask([&](Control& control, auto answer) { control.show_directive(name, answer); });
        return shown ? text(*shown, "status") : shown.error().detail();
    }

    testing::TempDir dir;
    ProjectPaths paths;
    testing::FakeClock clock;
    std::unique_ptr<boost::asio::io_context> loop = std::make_unique<boost::asio::io_context>(1);
    config::Settings settings = [] {
        auto made = config::read_settings(document::SourceText("engine.yaml", "timezone: UTC"));
        return std::move(made.settings);
    }();
    config::Secrets secrets;
    ScriptedClockSource::Handle time;
    WallTime built{};  // as EngineParts
    std::uint64_t host_place = 0;
    TimeZone machine_zone = TimeZone::utc();
    std::function<void()> zone_touched = {};
    bool synchronised = true;  // as EngineParts::clock_is_synchronised
    std::string link_base;     // likewise
    bool ready = false;
    std::unique_ptr<logging::Log> log;
    std::optional<logging::Console> console;
    std::unique_ptr<storage::Store> store;
    std::unique_ptr<http::Client> client;
    std::unique_ptr<Engine> engine;

private:
    FileDescriptor null_;
};

}  // namespace aifp::engine
