#include "daemon/project_host.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iostream>
#include <utility>

#include "base/boot_time.hpp"
#include "daemon/build_time.hpp"
#include "daemon/parts.hpp"
#include "document/node.hpp"

namespace aifp::daemon {
namespace {

void print(const model::Diagnostics& diagnostics) {
    for (const auto& diagnostic : diagnostics) {
        std::cerr << document::format_diagnostic(diagnostic) << "\n";
    }
}

bool has_errors(const model::Diagnostics& diagnostics) {
    return std::any_of(diagnostics.begin(), diagnostics.end(), [](const auto& diagnostic) {
        return diagnostic.severity == model::Severity::error;
    });
}

uid_t owner_of(const std::filesystem::path& folder) {
    struct stat facts {};
    return ::stat(folder.c_str(), &facts) == 0 ? facts.st_uid : ::geteuid();
}

}  // namespace

ProjectHost::ProjectHost(boost::asio::io_context& loop,
                         const Clock& clock,
                         std::filesystem::path folder)
    : loop_(loop),
      clock_(clock),
      paths_(std::move(folder)),
      answer_filter_(answer_filter()),
      log_feed_(loop.get_executor()),
      neighbours_(paths_, [this](const std::string& text) { warn("neighbour_database", text); }),
      tell_timer_(loop) {}

Status ProjectHost::prepare() {
    auto made = make_folders();
    if (!made) {
        return made;
    }
    auto lock = ProjectLock::take(paths_.lock());
    if (!lock) {
        return fail(std::move(lock).error());
    }
    lock_.emplace(std::move(*lock));
    std::error_code ignored;
    std::filesystem::remove(paths_.endpoints(), ignored);
    if (!load_settings()) {
        return fail(ErrorCode::invalid_input, "the settings have errors");
    }
    return {};
}

Status ProjectHost::make_folders() const {
    for (const auto& folder : {paths_.own(), paths_.run(), paths_.logs()}) {
        if (!std::filesystem::exists(folder) && ::mkdir(folder.c_str(), 0750) != 0) {
            return fail(ErrorCode::io_failure,
                        fmt::format("cannot make {}: {}", folder.string(), std::strerror(errno)));
        }
    }
    return {};
}

bool ProjectHost::load_settings() {
    auto settings = config::load_settings(config::settings_file(paths_));
    auto secrets = config::load_secrets(paths_.secrets());
    print(settings.diagnostics);
    print(secrets.diagnostics);
    if (has_errors(settings.diagnostics) || has_errors(secrets.diagnostics)) {
        return false;
    }
    settings_ = std::move(settings.settings);
    secrets_ = std::move(secrets.secrets);
    if (!credentials_.empty()) {
        auto credentials = config::load_credentials(credentials_);
        print(credentials.diagnostics);
        secrets_ = secrets_.with(credentials.secrets);
    }
    keeper_->remember(secrets_);
    return true;
}

Status ProjectHost::open(const std::string& name, const std::string& label) {
    name_ = name;
    label_ = label;
    open_logs(label);
    auto opened = open_store();
    if (!opened) {
        return opened;
    }
    client_ = http::create_client(loop_, clock_, {});
    engine::EngineParts parts{
        loop_, clock_, paths_, settings_, secrets_, *store_, *client_, *log_, *console_};
    parts.keeper = keeper_;
    parts.built = built_at();
    parts.clock_is_synchronised = [this] { return clock_.is_synchronised(); };
    parts.since_boot = read_time_since_boot;
    parts.zone_changed = [this](const TimeZone& zone) {
        if (!settings_.timezone_given) {
            settings_.timezone = zone;
        }
        return !settings_.timezone_given;
    };
    parts.link_base = [this] { return link_base(); };
    briefing_ = briefing::create_briefing(briefing_parts(parts));
    parts.directives_changed = [this] {
        tell_project_soon();
        briefing_->project_changed();
    };
    agents_.emplace(parts, *briefing_);
    parts.ai = &agents_->ai();
    engine_ = engine::create_engine(parts);
    auto token = admin::load_or_make_token(paths_.admin_token());
    if (!token) {
        return fail(std::move(token).error());
    }
    auto tokens = admin::Tokens::blocking_load(
        paths_.tokens(), [this](std::function<void()> job, std::function<void(Status)> done) {
            store_->read([job = std::move(job)](storage::Database&) { job(); }, std::move(done));
        });
    if (!tokens) {
        return fail(std::move(tokens).error());
    }
    tokens_.emplace(std::move(*tokens));
    open_helpers(parts, admin::AdminAccess{std::move(*token), owner_of(paths_.root()), &*tokens_});
    return open_socket();
}

void ProjectHost::open_helpers(const engine::EngineParts& parts, admin::AdminAccess access) {
    toolbox_.emplace(
        helpers::Services{engine_->control(), engine_->upkeep(), *store_, *log_, clock_, paths_});
    generator_ = agents_->create_generator();
    workflow_.emplace(workflow_services(parts, *engine_, *generator_));
    monitor_.emplace(*workflow_);
    agents_->open(engine_->control(), *toolbox_);
    const auto owner = access.owner;
    admin_.emplace(admin::AdminParts{*workflow_,
                                     *toolbox_,
                                     *log_,
                                     *tokens_,
                                     std::move(access),
                                     [this] { return boost::json::value(neighbours_.view()); },
                                     [this] { return daemon_figures(); },
                                     briefing_.get(),
                                     &agents_->chat(),
                                     &log_feed_});
    mcp_.emplace(parts, engine_->control(), *toolbox_, *admin_, owner);
}

Status ProjectHost::open_store() {
    storage::StoreOptions options;
    options.file = paths_.database();
    options.durability = settings_.durability == config::Durability::full
                             ? storage::Durability::full
                             : storage::Durability::normal;
    options.retention.age = std::chrono::days(settings_.retention.ledger_days);
    options.retention.rows = settings_.retention.ledger_rows;
    auto store = storage::open_secret_store(options, row_secrets(), loop_.get_executor(), clock_);
    if (!store) {
        return fail(std::move(store).error());
    }
    close_store_ = std::move(store->blocking_close);
    auto* opened = &store->opened;
    for (const auto& notice : opened->notices) {
        warn("store_notice", notice);
    }
    store_ = std::move(opened->store);
    to_import_ = std::move(opened->neighbour);
    to_check_ = opened->is_unchecked;
    take_neighbours(Neighbours::blocking_read(paths_));
    apply_logging_config();
    return {};
}

void ProjectHost::complain(const std::string& text) const {
    std::cerr << "aifpd: " << label_ << (label_.empty() ? "" : ": ") << keeper_->redacted(text)
              << std::endl;
}

}  // namespace aifp::daemon
