#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/deadline.hpp"
#include "base/side_by_side.hpp"
#include "base/text.hpp"
#include "briefing/site_provider.hpp"
#include "briefing/wordpress_answers.hpp"
#include "briefing/wordpress_wire.hpp"

namespace aifp::briefing {
namespace {

namespace asio = boost::asio;
using logging::Level;

/// What is known so far of a site that is being asked.
struct Reading {
    prompts::Site site;
    Result<std::vector<WpType>> types = fail(ErrorCode::internal, "not asked yet");
    Result<std::vector<WpTaxonomy>> taxonomies = fail(ErrorCode::internal, "not asked yet");
    bool has_lists = false;        ///< Types and taxonomies are there: the rest may be missing.
    std::optional<Error> missing;  ///< Why the first of the rest that is missing is.
};

class WordPressSite final : public SiteProvider {
public:
    WordPressSite(config::WordPress settings,
                  WordPressLimits limits,
                  const config::Resolver& resolver,
                  http::Client& client)
        : limits_(limits), wire_(std::move(settings), limits, resolver, client) {}

    [[nodiscard]] std::string id() const override { return "wordpress " + wire_.settings().url; }
    [[nodiscard]] std::optional<Milliseconds> max_age() const override {
        const config::WordPress& settings = wire_.settings();
        return settings.poll > Milliseconds(0) ? std::min(settings.poll, settings.max_age)
                                               : settings.max_age;
    }
    [[nodiscard]] asio::awaitable<Result<boost::json::object>> fetch() override;
    [[nodiscard]] prompts::Notices take_notices() override { return std::exchange(notices_, {}); }

private:
    asio::awaitable<Status> gather(Reading* reading);
    asio::awaitable<Result<prompts::Site>> read_site();
    asio::awaitable<void> read_language(std::string* language);
    asio::awaitable<void> read_types(Result<std::vector<WpType>>* types);
    asio::awaitable<void> read_taxonomies(Result<std::vector<WpTaxonomy>>* taxonomies);
    asio::awaitable<void> read_count(WpType* type, std::optional<Error>* missing);
    asio::awaitable<void> read_terms(WpTaxonomy* taxonomy, std::optional<Error>* missing);
    std::vector<Job> details_of(Reading* reading);
    boost::json::object finished(Reading reading);
    void tell_of_sign_in();
    void tell_of_holes(const std::vector<std::string>& holes, const std::optional<Error>& why);

    WordPressLimits limits_;
    WordPressWire wire_;
    std::optional<bool> was_signed_in_;   // told once per change
    std::vector<std::string> had_holes_;  // likewise
    prompts::Notices notices_;
};

bool is_refusal(const WordPressWire::Response& response) {
    return !response && response.error().code() == ErrorCode::denied;
}

// What is not shown to everybody, or is no more: no hole, it is simply not part of the site.
bool is_hidden(const Error& error) {
    return error.code() == ErrorCode::denied || error.code() == ErrorCode::not_found;
}

void keep_first(std::optional<Error>* missing, Error error, const std::string& route) {
    if (!missing->has_value()) {
        missing->emplace(std::move(error).with_context(route));
    }
}

void WordPressSite::tell_of_sign_in() {
    const bool works = !wire_.refusal();
    if (!wire_.signs_in() || was_signed_in_ == works) {
        return;
    }
    was_signed_in_ = works;
    if (!works) {
        notices_.push_back({Level::warning,
                            "Site context: signing in was refused, public data only",
                            {{"provider", id()}, {"error", *wire_.refusal()}}});
    }
}

void WordPressSite::tell_of_holes(const std::vector<std::string>& holes,
                                  const std::optional<Error>& why) {
    if (holes == had_holes_) {
        return;
    }
    had_holes_ = holes;
    if (!holes.empty()) {
        notices_.push_back({Level::warning,
                            "Site context: parts are missing",
                            {{"provider", id()},
                             {"parts", join(holes, ", ")},
                             {"error", why ? why->detail() : "there was no time left"}}});
    }
}

asio::awaitable<Result<prompts::Site>> WordPressSite::read_site() {
    WpQuery query;
    query.fields = "_fields=name,description,url,home,gmt_offset,timezone_string";
    query.signs_in = false;
    std::optional<Error> first;
    for (int i = 0; i < 2; ++i) {
        const WordPressWire::Response response = co_await wire_.ask(query);
        Result<prompts::Site> site =
            response ? read_wp_index(response->body) : fail(response.error());
        const bool is_lost = !response && response.error().code() != ErrorCode::not_found;
        if (site || is_lost) {
            co_return site;
        }
        if (!first) {
            first.emplace(site.error());
        }
        wire_.change_addresses();  // another site than last time, or it changed its addresses
    }
    co_return fail(*first);
}

asio::awaitable<void> WordPressSite::read_language(std::string* language) {
    if (wire_.signs_in()) {
        WpQuery query;
        query.route = "wp/v2/settings";
        query.fields = "_fields=language";
        const WordPressWire::Response response = co_await wire_.ask(std::move(query));
        const auto found = response ? read_wp_language(response->body) : fail(response.error());
        if (found) {
            *language = *found;
            co_return;
        }
        if (is_refusal(response)) {
            notices_.push_back({Level::debug,
                                "Site context: settings are for administrators, language from feed",
                                {{"provider", id()}}});
        }
    }
    const WordPressWire::Response feed = co_await wire_.ask_page("/feed/");
    const bool has_feed = feed && feed->status == 200;
    *language = has_feed ? language_in_feed(feed->body) : std::string();
}

asio::awaitable<void> WordPressSite::read_types(Result<std::vector<WpType>>* types) {
    WpQuery query;
    query.route = "wp/v2/types";
    query.fields = "_fields=name,slug,hierarchical,rest_base,rest_namespace";
    const WordPressWire::Response response = co_await wire_.ask_as_editor(std::move(query));
    *types = response ? read_wp_types(response->body) : fail(response.error());
}

asio::awaitable<void> WordPressSite::read_taxonomies(Result<std::vector<WpTaxonomy>>* taxonomies) {
    WpQuery query;
    query.route = "wp/v2/taxonomies";
    query.fields = "_fields=name,slug,hierarchical,types,rest_base,rest_namespace";
    const WordPressWire::Response response = co_await wire_.ask_as_editor(std::move(query));
    *taxonomies = response ? read_wp_taxonomies(response->body) : fail(response.error());
}

asio::awaitable<void> WordPressSite::read_count(WpType* type, std::optional<Error>* missing) {
    WpQuery query;
    query.route = type->route;
    query.fields = "per_page=1&_fields=id";
    query.signs_in = false;  // what is published counts, drafts do not
    const WordPressWire::Response response = co_await wire_.ask(std::move(query));
    if (response) {
        type->type.count = wp_total(response->headers);
    } else if (is_hidden(response.error())) {
        type->type.count = 0;
    }
    if (!type->type.count) {
        const bool answered = response.has_value();
        keep_first(missing,
                   answered ? Error(ErrorCode::invalid_input, "the answer has no X-WP-Total")
                            : response.error(),
                   type->route);
    }
}

asio::awaitable<void> WordPressSite::read_terms(WpTaxonomy* taxonomy,
                                                std::optional<Error>* missing) {
    WpQuery query;
    query.route = taxonomy->route;
    query.fields =
        fmt::format("hide_empty=true&orderby=count&order=desc&per_page={}&_fields=name,slug,count",
                    prompts::kMaxTerms);
    query.signs_in = false;
    const WordPressWire::Response response = co_await wire_.ask(std::move(query));
    auto terms = response ? read_wp_terms(response->body) : fail(response.error());
    if (!terms) {
        if (is_hidden(terms.error())) {
            taxonomy->taxonomy.has_terms = true;
        } else {
            keep_first(missing, terms.error(), taxonomy->route);
        }
        co_return;
    }
    const auto seen = static_cast<std::int64_t>(terms->size());
    taxonomy->taxonomy.has_terms = true;
    taxonomy->taxonomy.more_terms =
        std::max<std::int64_t>(wp_total(response->headers).value_or(0) - seen, 0);
    taxonomy->taxonomy.terms = std::move(*terms);
}

// Until its own answer is there, each of them is a hole.
std::vector<Job> WordPressSite::details_of(Reading* reading) {
    std::vector<Job> jobs;
    auto* const missing = &reading->missing;
    for (WpType& type : *reading->types) {
        type.type.count.reset();
        jobs.emplace_back([this, type = &type, missing] { return read_count(type, missing); });
    }
    for (WpTaxonomy& taxonomy : *reading->taxonomies) {
        taxonomy.taxonomy.has_terms = false;
        jobs.emplace_back(
            [this, taxonomy = &taxonomy, missing] { return read_terms(taxonomy, missing); });
    }
    return jobs;
}

asio::awaitable<Status> WordPressSite::gather(Reading* reading) {
    const Status ready = wire_.prepare();
    if (!ready) {
        co_return fail(ready.error());
    }
    Result<prompts::Site> site = co_await read_site();
    if (!site) {
        co_return fail(site.error());
    }
    reading->site = std::move(*site);
    std::vector<Job> lists;
    lists.emplace_back([this, reading] { return read_types(&reading->types); });
    lists.emplace_back([this, reading] { return read_taxonomies(&reading->taxonomies); });
    lists.emplace_back([this, reading] { return read_language(&reading->site.language); });
    co_await side_by_side(std::move(lists), limits_.at_once);
    if (!reading->types) {
        co_return fail(reading->types.error().with_context("wp/v2/types"));
    }
    if (!reading->taxonomies) {
        co_return fail(reading->taxonomies.error().with_context("wp/v2/taxonomies"));
    }
    auto details = details_of(reading);
    reading->has_lists = true;
    co_await side_by_side(std::move(details), limits_.at_once);
    co_return Status();
}

boost::json::object WordPressSite::finished(Reading reading) {
    prompts::SiteContext context;
    context.site = std::move(reading.site);
    for (WpType& type : *reading.types) {
        context.post_types.push_back(std::move(type.type));
    }
    for (WpTaxonomy& taxonomy : *reading.taxonomies) {
        context.taxonomies.push_back(std::move(taxonomy.taxonomy));
    }
    tell_of_holes(prompts::holes_in(context), reading.missing);
    return prompts::to_json(context);
}

asio::awaitable<Result<boost::json::object>> WordPressSite::fetch() {
    Reading reading;
    auto work = gather(&reading);
    const Status got = co_await with_deadline(std::move(work), limits_.whole);
    tell_of_sign_in();
    // What came in time counts: one slow route does not take the rest away.
    if (!got && !(reading.has_lists && got.error().code() == ErrorCode::timed_out)) {
        co_return fail(got.error());
    }
    co_return finished(std::move(reading));
}

}  // namespace

std::unique_ptr<SiteProvider> create_wordpress_site(config::WordPress settings,
                                                    const config::Resolver& resolver,
                                                    http::Client& client,
                                                    WordPressLimits limits) {
    return std::make_unique<WordPressSite>(std::move(settings), limits, resolver, client);
}

}  // namespace aifp::briefing
