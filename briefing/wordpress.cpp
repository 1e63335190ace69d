#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/deadline.hpp"
#include "briefing/site_provider.hpp"
#include "briefing/wordpress_answers.hpp"
#include "http/encoding.hpp"
#include "http/ip_address.hpp"
#include "http/url.hpp"

namespace aifp::briefing {
namespace {

namespace asio = boost::asio;
using logging::Level;

constexpr Milliseconds kWholeLimit{30'000};  // of a fetch
constexpr Milliseconds kCallLimit{8'000};
constexpr std::size_t kMaxAnswer = 2 << 20;

/// A question to the REST API.
struct Query {
    std::string route;   ///< "wp/v2/types"
    std::string fields;  ///< Names and values behind "?", encoded.
    bool signs_in = true;
};

class WordPressSite final : public SiteProvider {
public:
    WordPressSite(config::WordPress settings,
                  const config::Resolver& resolver,
                  http::Client& client)
        : settings_(std::move(settings)), resolver_(resolver), client_(client) {
        while (settings_.url.ends_with('/')) {
            settings_.url.pop_back();
        }
    }

    [[nodiscard]] std::string id() const override { return "wordpress " + settings_.url; }
    [[nodiscard]] std::optional<Milliseconds> max_age() const override {
        return settings_.poll > Milliseconds(0) ? std::min(settings_.poll, settings_.max_age)
                                                : settings_.max_age;
    }
    [[nodiscard]] asio::awaitable<Result<boost::json::object>> fetch() override;
    [[nodiscard]] prompts::Notices take_notices() override { return std::exchange(notices_, {}); }

private:
    using Response = Result<http::ClientResponse>;

    asio::awaitable<Result<boost::json::object>> gather();
    asio::awaitable<Result<prompts::Site>> read_site();
    asio::awaitable<std::string> read_language();
    asio::awaitable<Result<std::vector<prompts::PostType>>> read_types();
    asio::awaitable<Result<std::vector<prompts::Taxonomy>>> read_taxonomies();
    asio::awaitable<Status> read_terms(WpTaxonomy* taxonomy);
    asio::awaitable<Response> ask_as_editor(Query query);
    asio::awaitable<Response> ask(Query query);
    [[nodiscard]] http::ClientRequest request_for(const std::string& url) const;
    [[nodiscard]] std::string url_of(const Query& query) const;
    [[nodiscard]] Status prepare();
    void tell_of_sign_in(bool works, const std::string& why);

    config::WordPress settings_;
    const config::Resolver& resolver_;
    http::Client& client_;
    std::string authorization_;          // empty: nobody signs in
    bool is_plain_ = false;              // the site has no pretty addresses
    std::optional<bool> was_signed_in_;  // told once per change
    prompts::Notices notices_;
};

bool is_refusal(const Result<http::ClientResponse>& response) {
    return !response && response.error().code() == ErrorCode::denied;
}

Status WordPressSite::prepare() {
    const auto url = http::parse_url(settings_.url);
    if (!url) {
        return fail(url.error().with_context("prompts.wordpress.url"));
    }
    authorization_.clear();
    if (settings_.user.empty() || settings_.password.is_null()) {
        return {};
    }
    const auto address = http::IpAddress::parse(url->host);
    const bool is_here = address ? address->is_loopback() : url->host == "localhost";
    if (!url->tls && !is_here && !settings_.allow_plain_http) {
        return fail(ErrorCode::invalid_input,
                    "prompts.wordpress: the password would travel unencrypted; write https:// in "
                    "url, or \"allow_plain_http: true\" for a site in your own network");
    }
    const auto password = resolver_.text(settings_.password);
    if (!password) {
        return fail(password.error().with_context("prompts.wordpress.password"));
    }
    authorization_ = "Basic " + http::base64_encode(settings_.user + ":" + *password);
    return {};
}

std::string WordPressSite::url_of(const Query& query) const {
    return is_plain_
               ? fmt::format("{}/?rest_route=/{}&{}", settings_.url, query.route, query.fields)
               : fmt::format("{}/wp-json/{}?{}", settings_.url, query.route, query.fields);
}

http::ClientRequest WordPressSite::request_for(const std::string& url) const {
    http::ClientRequest request;
    request.url = url;
    request.timeout = kCallLimit;
    request.max_redirects = 3;  // the password stays behind when another origin is meant
    request.max_response_bytes = kMaxAnswer;
    request.ca_file = settings_.ca_file;
    return request;
}

asio::awaitable<WordPressSite::Response> WordPressSite::ask(Query query) {
    http::ClientRequest request = request_for(url_of(query));
    if (query.signs_in && !authorization_.empty()) {
        request.headers.push_back(http::Header{"Authorization", authorization_});
    }
    Response response = co_await client_.send(std::move(request));
    if (!response || (response->status >= 200 && response->status < 300)) {
        co_return response;
    }
    const int status = response->status;
    const ErrorCode code = status == 401 || status == 403 ? ErrorCode::denied
                           : status == 404                ? ErrorCode::not_found
                                                          : ErrorCode::unreachable;
    co_return fail(code, fmt::format("{} answered {} to {}", settings_.url, status, query.route));
}

void WordPressSite::tell_of_sign_in(bool works, const std::string& why) {
    if (authorization_.empty() || was_signed_in_ == works) {
        return;
    }
    was_signed_in_ = works;
    if (!works) {
        notices_.push_back({Level::warning,
                            "Site context: signing in was refused, public data only",
                            {{"provider", id()}, {"error", why}}});
    }
}

// What an editor is told has labels; what everybody is told will do.
asio::awaitable<WordPressSite::Response> WordPressSite::ask_as_editor(Query query) {
    if (!authorization_.empty()) {
        Query edit = query;
        edit.fields += ",labels,viewable,visibility&context=edit";
        Response response = co_await ask(std::move(edit));
        tell_of_sign_in(!is_refusal(response), response ? "" : response.error().detail());
        if (!is_refusal(response)) {
            co_return response;
        }
    }
    query.signs_in = false;
    Response response = co_await ask(std::move(query));
    co_return response;
}

asio::awaitable<Result<prompts::Site>> WordPressSite::read_site() {
    Query query;
    query.fields = "_fields=name,description,url,home,gmt_offset,timezone_string";
    query.signs_in = false;
    std::optional<Error> first;
    for (int i = 0; i < 2; ++i) {
        Response response = co_await ask(query);
        Result<prompts::Site> site =
            response ? read_wp_index(response->body) : fail(response.error());
        const bool is_lost = !response && response.error().code() != ErrorCode::not_found;
        if (site || is_lost) {
            co_return site;
        }
        if (!first) {
            first.emplace(site.error());
        }
        is_plain_ = !is_plain_;  // another site than last time, or one that changed its addresses
    }
    co_return fail(*first);
}

asio::awaitable<std::string> WordPressSite::read_language() {
    if (!authorization_.empty()) {
        Query query;
        query.route = "wp/v2/settings";
        query.fields = "_fields=language";
        const Response response = co_await ask(std::move(query));
        const auto language = response ? read_wp_language(response->body) : fail(response.error());
        if (language) {
            co_return *language;
        }
        if (is_refusal(response)) {
            notices_.push_back({Level::debug,
                                "Site context: settings are for administrators, language from feed",
                                {{"provider", id()}}});
        }
    }
    http::ClientRequest request = request_for(settings_.url + "/feed/");
    const Response feed = co_await client_.send(std::move(request));
    const bool has_feed = feed && feed->status == 200;
    co_return has_feed ? language_in_feed(feed->body) : std::string();
}

asio::awaitable<Result<std::vector<prompts::PostType>>> WordPressSite::read_types() {
    Query query;
    query.route = "wp/v2/types";
    query.fields = "_fields=name,slug,hierarchical,rest_base,rest_namespace";
    const Response response = co_await ask_as_editor(std::move(query));
    if (!response) {
        co_return fail(response.error());
    }
    Result<std::vector<WpType>> types = read_wp_types(response->body);
    if (!types) {
        co_return fail(types.error());
    }
    std::vector<prompts::PostType> read;
    for (WpType& type : *types) {
        Query count;
        count.route = type.route;
        count.fields = "per_page=1&_fields=id";
        count.signs_in = false;  // what is published counts, drafts do not
        const Response counted = co_await ask(std::move(count));
        if (!counted && counted.error().code() != ErrorCode::not_found && !is_refusal(counted)) {
            co_return fail(counted.error());
        }
        type.type.count = counted ? wp_total(counted->headers) : 0;
        read.push_back(std::move(type.type));
    }
    co_return read;
}

asio::awaitable<Status> WordPressSite::read_terms(WpTaxonomy* taxonomy) {
    Query query;
    query.route = taxonomy->route;
    query.fields =
        fmt::format("hide_empty=true&orderby=count&order=desc&per_page={}&_fields=name,slug,count",
                    prompts::kMaxTerms);
    query.signs_in = false;
    const Response response = co_await ask(std::move(query));
    if (!response) {
        const bool is_hidden =
            is_refusal(response) || response.error().code() == ErrorCode::not_found;
        co_return is_hidden ? Status() : fail(response.error());
    }
    auto terms = read_wp_terms(response->body);
    if (!terms) {
        co_return fail(terms.error());
    }
    const auto seen = static_cast<std::int64_t>(terms->size());
    taxonomy->taxonomy.more_terms = std::max<std::int64_t>(wp_total(response->headers) - seen, 0);
    taxonomy->taxonomy.terms = std::move(*terms);
    co_return Status();
}

asio::awaitable<Result<std::vector<prompts::Taxonomy>>> WordPressSite::read_taxonomies() {
    Query query;
    query.route = "wp/v2/taxonomies";
    query.fields = "_fields=name,slug,hierarchical,types,rest_base,rest_namespace";
    const Response response = co_await ask_as_editor(std::move(query));
    if (!response) {
        co_return fail(response.error());
    }
    Result<std::vector<WpTaxonomy>> taxonomies = read_wp_taxonomies(response->body);
    if (!taxonomies) {
        co_return fail(taxonomies.error());
    }
    std::vector<prompts::Taxonomy> read;
    for (WpTaxonomy& taxonomy : *taxonomies) {
        const Status terms = co_await read_terms(&taxonomy);
        if (!terms) {
            co_return fail(terms.error());
        }
        read.push_back(std::move(taxonomy.taxonomy));
    }
    co_return read;
}

asio::awaitable<Result<boost::json::object>> WordPressSite::gather() {
    const Status ready = prepare();
    if (!ready) {
        co_return fail(ready.error());
    }
    Result<prompts::Site> site = co_await read_site();
    if (!site) {
        co_return fail(site.error());
    }
    prompts::SiteContext context;
    context.site = std::move(*site);
    context.site.language = co_await read_language();
    auto types = co_await read_types();
    if (!types) {
        co_return fail(types.error());
    }
    context.post_types = std::move(*types);
    auto taxonomies = co_await read_taxonomies();
    if (!taxonomies) {
        co_return fail(taxonomies.error());
    }
    context.taxonomies = std::move(*taxonomies);
    co_return prompts::to_json(context);
}

asio::awaitable<Result<boost::json::object>> WordPressSite::fetch() {
    auto work = gather();
    Result<boost::json::object> got = co_await with_deadline(std::move(work), kWholeLimit);
    co_return got;
}

}  // namespace

std::unique_ptr<SiteProvider> create_wordpress_site(config::WordPress settings,
                                                    const config::Resolver& resolver,
                                                    http::Client& client) {
    return std::make_unique<WordPressSite>(std::move(settings), resolver, client);
}

}  // namespace aifp::briefing
