#include "world.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <fstream>

#include "logging/log.hpp"
#include "prompts/builtin.hpp"

namespace aifp::prompts::testing {

namespace json = boost::json;

std::string label_of(const Message& message, const std::vector<ManifestEntry>& list) {
    for (const ManifestEntry& entry : list) {
        if (!message.directive.empty() && entry.id == message.directive) {
            const std::string label = "S" + std::to_string(entry.priority);
            return message.file ? label + "(" + message.file->name + ")" : label;
        }
    }
    return message.text;
}

json::value data_in(const std::string& text) {
    const auto block = text.find("<data ");
    const auto begin = block == std::string::npos ? block : text.find('\n', block);
    const auto end = text.rfind("\n</data ");
    if (begin == std::string::npos || end == std::string::npos || end <= begin) {
        return nullptr;
    }
    boost::system::error_code error;
    return json::parse(text.substr(begin + 1, end - begin - 1), error);
}

World::World() {
    std::filesystem::create_directory(folder_ / "context");
    files_ = open_disk_files({folder_ / "context"});
}

const std::map<std::string_view, World::Deed>& World::deeds() {
    static const std::map<std::string_view, Deed> kDeeds = {
        {"set", &World::set},
        {"tools", &World::set_tools},
        {"pipeline", &World::set_pipeline},
        {"pipeline_error", &World::set_pipeline_error},
        {"settings", &World::set_settings},
        {"site", &World::set_site},
        {"local_site", &World::set_local_site},
        {"register", &World::register_directive},
        {"register_builtin", &World::register_builtin},
        {"prompt_file", &World::take_prompt_file},
        {"site_file", &World::take_site_file},
        {"site_filter", &World::take_site_filter},
        {"write", &World::write},
        {"write_hex", &World::write_hex},
        {"write_size", &World::write_size},
        {"link", &World::link},
        {"folder", &World::make_folder},
        {"remove", &World::remove},
        {"request", &World::make_request},
        {"hold_snapshot", &World::hold_snapshot},
        {"say", &World::say},
        {"event", &World::happen},
        {"events", &World::happen_often},
        {"clear", &World::clear_site},
        {"restart", &World::restart},
        {"advance_ms", &World::advance},
        {"parallel_reads", &World::read_in_parallel},
        {"finish_fetch", &World::finish_fetch},
        {"forget_notices", &World::forget_notices},
        {"upload", &World::upload},
        {"log_to_nowhere", &World::log_to_nowhere},
    };
    return kDeeds;
}

void World::do_step(std::string_view deed, const json::value& argument) {
    const auto found = deeds().find(deed);
    if (found == deeds().end()) {
        ADD_FAILURE() << "unknown deed " << deed;
        return;
    }
    (this->*found->second)(argument);
}

// "held": with the snapshot that was taken before.
void World::make_request(const json::value& argument) {
    context_.files = blocking_load_files(listed_, *files_, file_limits_);
    const auto snapshot = argument == "held" ? held_ : registry_.snapshot();
    context_.site = wants_site(context_, *snapshot, policy_) ? look_at_site() : nullptr;
    former_request_ = std::move(request_);
    request_ = assemble(conversation_, context_, *snapshot, policy_);
    if (request_) {
        append(notices_, request_->notices);
    }
}

void World::hold_snapshot(const json::value&) {
    held_ = registry_.snapshot();
}

// More of the conversation: "U3" is the user's, "A3" the assistant's, "S: ..." a system message.
void World::say(const json::value& argument) {
    for (const json::value& each : argument.as_array()) {
        Message message;
        message.text = std::string(each.as_string());
        const char first = message.text.front();
        message.role = first == 'A' ? Role::assistant : first == 'S' ? Role::system : Role::user;
        conversation_.push_back(std::move(message));
    }
}

Result<json::object> World::ask_provider() {
    ++queries_;
    if (!site_failure_.empty()) {
        return fail(ErrorCode::unreachable, site_failure_);
    }
    return to_json(site_);
}

SiteCache::Finished World::fetch() {
    auto finished = cache_.finish(ask_provider(), clock_.mono());
    append(notices_, finished.notices);
    if (finished.is_current) {
        kept_ = *finished.answer.value;
    }
    return finished;
}

std::shared_ptr<const SiteView> World::look_at_site() {
    SiteCache::Answer answer = cache_.read(clock_.mono());
    if (answer.step == SiteCache::Step::fetch) {
        answer = fetch().answer;
    }
    if (!answer.value) {
        return nullptr;
    }
    auto view = std::make_shared<SiteView>();
    view->provider = "fixture";
    view->is_stale = answer.is_stale;
    view->data = extended(*answer.value, filters_, notices_);
    return view;
}

// "post.updated", or ["option.changed", "name"].
void World::happen(const json::value& argument) {
    const json::array parts = argument.is_array() ? argument.as_array() : json::array{argument};
    const std::string detail = parts.size() > 1 ? std::string(parts[1].as_string()) : "";
    if (makes_site_old(parts[0].as_string(), detail)) {
        append(notices_, cache_.invalidate(parts[0].as_string(), clock_.mono()));
    }
}

// {"event": TEXT, "count": N, "every_ms": N}
void World::happen_often(const json::value& argument) {
    for (std::int64_t i = 0; i < argument.at("count").as_int64(); ++i) {
        clock_.advance(Milliseconds(argument.at("every_ms").as_int64()));
        happen(argument.at("event"));
    }
}

void World::clear_site(const json::value& argument) {
    append(notices_, cache_.invalidate(argument.as_string(), clock_.mono()));
}

void World::restart(const json::value&) {
    cache_ = SiteCache("fixture");
    if (kept_) {
        cache_.restore(*kept_);
    }
}

// Time passes; the shell's timer goes off when the cache asked for it.
void World::advance(const json::value& argument) {
    constexpr Milliseconds kTick{100};
    for (Milliseconds left(argument.as_int64()); left.count() > 0; left -= kTick) {
        clock_.advance(std::min(left, kTick));
        if (cache_.begin_refresh(clock_.mono())) {
            fetch();
        }
    }
}

void World::read_in_parallel(const json::value& argument) {
    json::object steps{{"use", 0}, {"fetch", 0}, {"wait", 0}};
    for (std::int64_t i = 0; i < argument.as_int64(); ++i) {
        const auto step = cache_.read(clock_.mono()).step;
        const char* const name = step == SiteCache::Step::use     ? "use"
                                 : step == SiteCache::Step::fetch ? "fetch"
                                                                  : "wait";
        steps[name] = steps.at(name).as_int64() + 1;
    }
    outcome_ = std::move(steps);
}

void World::finish_fetch(const json::value&) {
    const auto finished = fetch();
    outcome_ = json::object{{"is_current", finished.is_current},
                            {"has_value", finished.answer.value != nullptr}};
}

void World::forget_notices(const json::value&) {
    notices_.clear();
}

// [NAME, TEXT]
void World::upload(const json::value& argument) {
    const json::array& parts = argument.as_array();
    const auto checked = check_upload(parts[0].as_string(), parts[1].as_string());
    outcome_ = checked ? json::value("ok") : json::value(checked.error().detail());
}

// Writes all notices to a log whose folder cannot exist; the next step sees that nothing changed.
void World::log_to_nowhere(const json::value&) {
    std::ofstream(folder_ / "file") << "a file, not a folder";
    logging::LogOptions options;
    options.directory = folder_ / "file/logs";
    options.on_trouble = [](std::string_view) {};
    const auto log = logging::open_log(std::move(options), clock_);
    write_notices(*log, notices_);
    log->blocking_flush();
    outcome_ = json::object{{"written", log->statistics(logging::LogType::execution).written}};
}

}  // namespace aifp::prompts::testing
