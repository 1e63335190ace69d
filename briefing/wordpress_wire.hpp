#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "briefing/site_provider.hpp"
#include "config/resolver.hpp"
#include "config/settings.hpp"
#include "http/client.hpp"

// How a WordPress site is asked over its REST API. (reference: prompt directives, 4.3 a)

namespace aifp::briefing {

/// A question to the REST API.
struct WpQuery {
    std::string route;   ///< "wp/v2/types"
    std::string fields;  ///< Names and values behind "?", encoded.
    bool signs_in = true;
};

/// Asks one site; several questions may be under way at once. Loop thread only; outlives its
/// questions. What it is built from outlives it.
class WordPressWire {
public:
    using Response = Result<http::ClientResponse>;

    WordPressWire(config::WordPress settings,
                  WordPressLimits limits,
                  const config::Resolver& resolver,
                  http::Client& client);

    [[nodiscard]] const config::WordPress& settings() const noexcept { return settings_; }
    [[nodiscard]] bool signs_in() const noexcept { return !authorization_.empty(); }

    /// Before each round of questions: reads the password anew. Errors: invalid_input (the URL; a
    /// password that would travel unencrypted), of the resolver.
    [[nodiscard]] Status prepare();
    /// Asks as whoever the settings name. An answer has a status of 2xx. Errors: denied (401, 403),
    /// not_found (404), unreachable (any other status), of http::Client.
    [[nodiscard]] boost::asio::awaitable<Response> ask(WpQuery query);
    /// Asks for what an editor is told, which has labels; where that is refused, or nobody signs
    /// in, for what everybody is told. Errors: of ask().
    [[nodiscard]] boost::asio::awaitable<Response> ask_as_editor(WpQuery query);
    /// A page of the site that is no part of the API. Errors: of http::Client.
    [[nodiscard]] boost::asio::awaitable<Response> ask_page(std::string path);
    /// Asks the other way from now on: with pretty addresses, or by ?rest_route=.
    void change_addresses() noexcept { is_plain_ = !is_plain_; }
    /// Why the site refused whom the settings name since prepare(); nothing: it did not.
    [[nodiscard]] const std::optional<std::string>& refusal() const noexcept { return refusal_; }

private:
    [[nodiscard]] http::ClientRequest request_for(std::string url) const;
    [[nodiscard]] std::string url_of(const WpQuery& query) const;

    config::WordPress settings_;
    WordPressLimits limits_;
    const config::Resolver& resolver_;
    http::Client& client_;
    std::string authorization_;  // empty: nobody signs in
    bool is_plain_ = false;      // the site has no pretty addresses
    std::optional<std::string> refusal_;
};

}  // namespace aifp::briefing
