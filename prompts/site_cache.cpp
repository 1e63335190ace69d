#include "prompts/site_cache.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/json_text.hpp"
#include "prompts/site_context.hpp"

namespace aifp::prompts {
namespace {

using logging::Level;

constexpr std::array<std::string_view, 10> kEvents = {"post.created",
                                                      "post.updated",
                                                      "post.deleted",
                                                      "term.created",
                                                      "term.edited",
                                                      "term.deleted",
                                                      "user.registered",
                                                      "user.deleted",
                                                      "theme.switched",
                                                      "plugins.changed"};
constexpr std::array<std::string_view, 5> kOptions = {
    "name", "description", "url", "timezone", "language"};

}  // namespace

bool makes_site_old(std::string_view text, std::string_view detail) noexcept {
    if (text == "option.changed") {
        return std::find(kOptions.begin(), kOptions.end(), detail) != kOptions.end();
    }
    return std::find(kEvents.begin(), kEvents.end(), text) != kEvents.end();
}

SiteCache::SiteCache(std::string provider, std::optional<Milliseconds> max_age)
    : provider_(std::move(provider)), max_age_(max_age) {}

bool SiteCache::is_fresh(MonoTime now) const noexcept {
    if (value_ == nullptr || value_generation_ != generation_) {
        return false;
    }
    const Milliseconds age = std::chrono::duration_cast<Milliseconds>(now - fetched_at_);
    return (!max_age_ || age < *max_age_) && (!has_holes_ || age < kHolesPause);
}

void SiteCache::begin_fetch() noexcept {
    asked_generation_ = generation_;
    refresh_at_.reset();
}

SiteCache::Answer SiteCache::read(MonoTime now) {
    if (is_fresh(now)) {
        return {Step::use, value_, false};
    }
    if (asked_generation_) {
        return {Step::wait, value_, true};
    }
    if (failed_until_ && now < *failed_until_) {
        return {Step::use, value_, true};
    }
    begin_fetch();
    return {Step::fetch, value_, true};
}

SiteCache::Finished SiteCache::finish(Result<boost::json::object> got, MonoTime now) {
    const std::uint64_t asked = asked_generation_.value_or(generation_);
    asked_generation_.reset();
    Finished finished;
    if (!got) {
        failed_until_ = now + kFailurePause;
        finished.answer = {Step::use, value_, true};
        finished.notices.push_back({Level::warning,
                                    "Site context: provider failed",
                                    {{"provider", provider_},
                                     {"error", got.error().detail()},
                                     {"has_old_value", value_ != nullptr}}});
        return finished;
    }
    failed_until_.reset();
    auto value = std::make_shared<const boost::json::object>(std::move(*got));
    finished.answer = {Step::use, value, asked != generation_};
    finished.is_current = asked == generation_;
    finished.notices.push_back({Level::debug,
                                "Site context: rebuilt",
                                {{"provider", provider_},
                                 {"bytes", json_text(*value).size()},
                                 {"generation", asked},
                                 {"stored", finished.is_current}}});
    if (finished.is_current) {
        value_ = std::move(value);
        value_generation_ = asked;
        fetched_at_ = now;
        has_holes_ = count_holes(*value_) > 0;
    }
    return finished;
}

Notices SiteCache::invalidate(std::string_view reason, MonoTime now) {
    const bool was_current = value_ != nullptr && value_generation_ == generation_;
    ++generation_;
    refresh_at_ = now + kDebounce;
    failed_until_.reset();  // something happened over there: it is worth asking
    if (!was_current) {
        return {};  // a burst of events is told once
    }
    return {
        {Level::info, "Site context: invalidated", {{"provider", provider_}, {"reason", reason}}}};
}

bool SiteCache::begin_refresh(MonoTime now) {
    if (!refresh_at_ || now < *refresh_at_ || asked_generation_) {
        return false;
    }
    begin_fetch();
    return true;
}

void SiteCache::restore(boost::json::object value) {
    value_ = std::make_shared<const boost::json::object>(std::move(value));
    value_generation_ = 0;
}

}  // namespace aifp::prompts
