#include "tests/simulation/computer.hpp"

#include <fcntl.h>

#include <algorithm>
#include <filesystem>

#include "tests/simulation/plan.hpp"

namespace aifp::simulation {

namespace {

// The bounds are small, so that they are reached.
constexpr const char* kSettings =
    "timezone: UTC\nlimits: {max_concurrent_runs: 4, max_queued_runs: 8}\n";
std::string default_settings() {
    std::string text = kSettings;
    text += "calendars:\n";
    for (const auto& calendar : kCalendars) {
        text += fmt::format("  {}: \"{}\"\n", calendar.name, calendar.times);
    }
    return text;
}
constexpr Milliseconds kLongestStart{60'000};
constexpr std::uint64_t kHostPlace = 17'250;  // 17.25 s past each minute
constexpr int kMaxSteps = 100'000;

/// The journal, in the place of log files.
class JournalLog final : public logging::Log {
public:
    explicit JournalLog(Journal& journal) : journal_(journal) {}
    void write(logging::LogType /*type*/,
               logging::Level level,
               std::string_view event,
               std::span<const logging::Field> fields) override {
        if (journal_.is_verbose()) {
            std::string line;
            logging::append_line(line, {{}, level, event}, fields, {});
            journal_.say("    {}",
                         std::string_view(line).substr(kLineHead, line.size() - kLineHead - 1));
        }
    }
    Status configure(logging::LogType /*type*/, const logging::LogConfig& /*config*/) override {
        return {};
    }
    [[nodiscard]] logging::LogConfig config(logging::LogType type) const override {
        return logging::default_config(type);
    }
    [[nodiscard]] logging::LogStatistics statistics(logging::LogType /*type*/) const override {
        return {};
    }
    void blocking_flush() override {}

private:
    static constexpr std::size_t kLineHead = 32;  // {"ts":"...Z",

    Journal& journal_;
};

}  // namespace

/// Wakes the engine when the computer says so.
class Computer::Wakes final : public engine::ClockSource {
public:
    explicit Wakes(WakeDesk& desk) : desk_(desk) {}
    void sleep_until(WallTime at) override { desk_.at = at; }
    void stop() override { desk_.at.reset(); }

private:
    WakeDesk& desk_;
};

/// Where the machine is.
class Computer::Place final : public engine::ZoneSource {
public:
    explicit Place(const TimeZone& zone) : zone_(zone) {}
    [[nodiscard]] TimeZone zone() const override { return zone_; }

private:
    const TimeZone& zone_;
};

Computer::Computer(
    Draw& draw, SimulatedTime& time, Journal& journal, Outside& outside, StoreWatch watch)
    : draw_(draw),
      chance_(draw),
      time_(time),
      journal_(journal),
      outside_(outside),
      watch_(std::move(watch)),
      paths_(folder_.path()),
      null_(::open("/dev/null", O_WRONLY | O_CLOEXEC)) {
    std::filesystem::create_directories(paths_.directives());
    std::filesystem::create_directories(paths_.run());
    disk_.put(StepStore::kFile, empty_database());
    configure(default_settings());
}

Computer::~Computer() {
    disk_.crash();
    drop_parts();
}

void Computer::configure(const std::string& text) {
    auto loaded = config::read_settings(document::SourceText("engine.yaml", text));
    for (const auto& diagnostic : loaded.diagnostics) {
        journal_.violated("the settings are right", diagnostic.message);
    }
    settings_ = std::move(loaded.settings);
    if (!settings_.timezone_given) {
        settings_.timezone = zone_;
    }
    if (is_up()) {
        engine_->settings_changed();
        settle();
    }
}

void Computer::create_parts() {
    loop_ = std::make_unique<boost::asio::io_context>(1);
    log_ = std::make_unique<JournalLog>(journal_);
    logging::Console::Options console;
    console.fd = null_.get();
    console.zone = TimeZone::utc();
    console.max_lines_per_second = 0;
    console_.emplace(console, time_);
    store_ = std::make_unique<StepStore>(*loop_, time_, disk_, watch_);
    first_id_ = store_->next_ledger_id();
    engine::EngineParts parts{
        *loop_, time_, paths_, settings_, secrets_, *store_, outside_, *log_, *console_};
    parts.make_clock_source = [this](auto, engine::ClockCallbacks callbacks) {
        wake_.callbacks = std::move(callbacks);
        return std::make_unique<Wakes>(wake_);
    };
    parts.read_boot = [this] { return boot_; };
    parts.host_place = kHostPlace;
    parts.make_zone_source = [this](auto, std::function<void()> touched) {
        zone_touched_ = std::move(touched);
        return std::make_unique<Place>(zone_);
    };
    parts.zone_changed = [this](const TimeZone& zone) {
        settings_.timezone = settings_.timezone_given ? settings_.timezone : zone;
        return !settings_.timezone_given;
    };
    parts.chance = [this] { return chance_.next(); };
    engine_ = engine::create_engine(parts);
}

void Computer::drop_parts() {
    down_at_ = {time_.wall(), time_.mono()};
    companion_.reset();
    engine_.reset();
    store_.reset();
    // With the loop goes everything that was under way; nothing of it is heard of again.
    loop_.reset();
    console_.reset();
    log_.reset();
    wake_ = {};
    turns_left_ = 0;
    SimulatedTime::forget_timer();
    outside_.process_gone();
}

bool Computer::start() {
    ++process_;
    try {
        create_parts();
    } catch (const storage::DatabaseError& error) {
        if (!disk_.has_crashed()) {
            journal_.violated("the database opens", error.what());
        }
        bury();
        return false;
    }
    std::optional<Status> ready;
    engine_->start([&](Status started) { ready.emplace(std::move(started)); });
    const auto give_up = time_.mono() + kLongestStart;
    while (is_up() && !ready && time_.mono() < give_up) {
        pass(Milliseconds(10));
    }
    if (is_up() && !(ready && *ready)) {
        journal_.say("the engine could not start: {}", ready ? ready->error().detail() : "no end");
        crash();
    }
    if (is_up() && make_companion_) {
        companion_ = make_companion_(*loop_);
    }
    return is_up();
}

void Computer::stop(Seconds patience) {
    bool is_done = false;
    engine_->stop(patience, [&] { is_done = true; });
    const auto give_up = time_.mono() + kLongestStart;
    while (is_up() && !is_done && time_.mono() < give_up) {
        pass(Milliseconds(50));
    }
    if (!is_up()) {
        return;
    }
    if (!is_done) {
        journal_.violated("a stop ends", "it took longer than a minute");
    }
    drop_parts();
    if (disk_.has_crashed()) {
        journal_.say("-- the power went while the database was closed");
        disk_.restart(draw_);
    }
    drop_crash_plan();
}

void Computer::crash() {
    journal_.say("-- the power goes");
    disk_.crash();
    bury();
}

void Computer::drop_crash_plan() {
    disk_.crash_at_write(0);
    turns_left_ = 0;
}

void Computer::bury() {
    disk_.crash();
    drop_parts();
    disk_.restart(draw_);
}

// One turn of the loop: all that is ready, or up to the crash.
void Computer::turn() {
    loop_->restart();
    if (turns_left_ == 0) {
        loop_->poll();
    }
    while (turns_left_ > 0 && loop_->poll_one() > 0 && !disk_.has_crashed()) {
        if (--turns_left_ == 0) {
            disk_.crash();
        }
    }
    if (disk_.has_crashed()) {
        journal_.say("-- the power has gone");
        bury();
    }
}

void Computer::settle() {
    if (is_up()) {
        pass(Milliseconds(0));
    }
}

MonoTime Computer::next_step(MonoTime end) const {
    auto next = end;
    if (const auto timer = SimulatedTime::next_timer()) {
        next = std::min(next, *timer);
    }
    if (wake_.at) {
        next = std::min(next, time_.mono() + (*wake_.at - time_.wall()));
    }
    return std::max(next, time_.mono());
}

void Computer::pass(Milliseconds duration) {
    const auto end = time_.mono() + duration;
    for (int steps = 0;; ++steps) {
        if (steps > kMaxSteps) {
            journal_.violated("the loop comes to rest", "it was woken again and again");
            crash();
        }
        if (is_up()) {
            turn();
        }
        if (!is_up()) {
            time_.advance(end - time_.mono());
            return;
        }
        const auto next = next_step(end);
        time_.advance(next - time_.mono());
        bool is_something_due = false;
        if (const auto timer = SimulatedTime::next_timer(); timer && *timer <= next) {
            SimulatedTime::ring_timer();
            is_something_due = true;
        }
        if (wake_.at && *wake_.at <= time_.wall()) {
            wake_.at.reset();
            wake_.callbacks.wake();
            is_something_due = true;
        }
        if (next >= end && !is_something_due) {
            return;
        }
    }
}

void Computer::move_to(const std::string& zone) {
    zone_ = TimeZone::load(zone).value();
    if (is_up()) {
        zone_touched_();
        settle();
    } else if (!settings_.timezone_given) {
        settings_.timezone = zone_;
    }
}

void Computer::step_clock(Milliseconds jump) {
    time_.step_wall(jump);
    if (is_up() && wake_.callbacks.clock_changed) {
        wake_.callbacks.clock_changed();
        settle();
    }
}

}  // namespace aifp::simulation
