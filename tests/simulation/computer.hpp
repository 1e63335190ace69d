#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <optional>

#include "base/file.hpp"
#include "base/project_paths.hpp"
#include "config/secrets.hpp"
#include "config/settings.hpp"
#include "engine/engine.hpp"
#include "logging/console.hpp"
#include "logging/log.hpp"
#include "tests/simulation/crash_disk.hpp"
#include "tests/simulation/journal.hpp"
#include "tests/simulation/outside.hpp"
#include "tests/simulation/step_store.hpp"
#include "tests/support/temp_dir.hpp"

namespace aifp::simulation {

/// A computer with one project on it: simulated clocks, a disk that may lose its power, and, while
/// it is up, the whole engine as the daemon builds it. When the disk has crashed the engine is gone
/// as soon as the present turn of the loop has ended.
class Computer {
public:
    Computer(Draw& draw, SimulatedTime& time, Journal& journal, Outside& outside, StoreWatch watch);
    ~Computer();
    Computer(const Computer&) = delete;
    Computer& operator=(const Computer&) = delete;

    /// Other settings, as the text of engine.yaml; an engine that is up reads them. What is wrong
    /// with them is a violation.
    void configure(const std::string& text);
    /// The machine was started so long ago; "boot" and long ago, if nothing is said.
    void boot(engine::HostBoot boot) { boot_ = std::move(boot); }

    /// Something that comes after the engine has started, and goes before the engine.
    using Companion = std::function<std::shared_ptr<void>(boost::asio::io_context&)>;
    void accompany(Companion make) { make_companion_ = std::move(make); }

    /// Starts the engine. False when the power went meanwhile.
    bool start();
    /// A clean stop of the daemon, which waits so long for runs under way.
    void stop(Seconds patience);
    /// The power goes now, or with a later write or turn of the loop.
    void crash();
    void crash_at_write(int count) { disk_.crash_at_write(count); }
    void crash_after_turns(int count) { turns_left_ = count; }
    void drop_crash_plan();

    [[nodiscard]] bool is_up() const noexcept { return engine_ != nullptr; }
    /// Starts so far.
    [[nodiscard]] int process() const noexcept { return process_; }
    /// When the last process ended.
    [[nodiscard]] Moment down_at() const noexcept { return down_at_; }
    /// The first id that this process gave.
    [[nodiscard]] LedgerId first_id() const noexcept { return first_id_; }

    /// Everything that can happen now happens.
    void settle();
    /// Time passes, in the steps in which something is due.
    void pass(Milliseconds duration);
    void step_clock(Milliseconds jump);
    /// The machine gets another time zone.
    void move_to(const std::string& zone);

    /// While is_up().
    [[nodiscard]] engine::Engine& engine() noexcept { return *engine_; }
    [[nodiscard]] StepStore& store() noexcept { return *store_; }

    [[nodiscard]] CrashDisk& disk() noexcept { return disk_; }
    [[nodiscard]] const ProjectPaths& paths() const noexcept { return paths_; }
    [[nodiscard]] const config::Settings& settings() const noexcept { return settings_; }
    [[nodiscard]] const config::Secrets& secrets() const noexcept { return secrets_; }

private:
    class Wakes;
    struct WakeDesk {
        engine::ClockCallbacks callbacks;
        std::optional<WallTime> at;
    };

    void create_parts();
    void drop_parts();
    void turn();
    [[nodiscard]] MonoTime next_step(MonoTime end) const;
    void bury();

    Draw& draw_;
    Draw chance_;  ///< What the engine leaves to chance: as the seed's, and apart from it.
    SimulatedTime& time_;
    Journal& journal_;
    Outside& outside_;
    StoreWatch watch_;
    testing::TempDir folder_;
    ProjectPaths paths_;
    config::Settings settings_;
    config::Secrets secrets_;
    FileDescriptor null_;
    CrashDisk disk_;
    std::unique_ptr<boost::asio::io_context> loop_;
    std::unique_ptr<logging::Log> log_;
    std::optional<logging::Console> console_;
    std::unique_ptr<StepStore> store_;
    std::unique_ptr<engine::Engine> engine_;
    Companion make_companion_;
    std::shared_ptr<void> companion_;
    WakeDesk wake_;
    class Place;
    TimeZone zone_ = TimeZone::utc();
    std::function<void()> zone_touched_;
    engine::HostBoot boot_{"boot", Seconds(100'000)};
    LedgerId first_id_;
    Moment down_at_;
    int process_ = 0;
    int turns_left_ = 0;  ///< Until the crash; 0: none is planned.
};

}  // namespace aifp::simulation
