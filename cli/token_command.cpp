#include "cli/token_command.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <boost/json/object.hpp>
#include <memory>

#include "base/json_member.hpp"
#include "base/json_text.hpp"
#include "base/text.hpp"
#include "cli/api_client.hpp"
#include "cli/invocation.hpp"
#include "cli/online.hpp"
#include "cli/printers.hpp"
#include "cli/table.hpp"
#include "cli/times.hpp"

namespace aifp::cli {
namespace {

namespace json = boost::json;

constexpr std::string_view kTokens = "/api/v1/tokens";

std::string shown(const json::value& of, std::string_view key) {
    return one_line(text_in(of, key).value_or("-"));
}

std::string scopes_of(const json::value& token) {
    std::vector<std::string> names;
    for (const auto& scope : list_member(token, "scopes")) {
        names.push_back(scope.is_string() ? one_line(scope.get_string()) : "?");
    }
    return join(names, ",");
}

Cell expiry_of(const json::value& token, const Terminal& terminal) {
    const auto expires = text_in(token, "expires_at");
    if (!expires) {
        return Cell("never");
    }
    const bool is_over = text_in(token, "expired") == "true";
    return Cell(is_over ? "expired" : relative_time(*expires, terminal.clock.wall()),
                is_over ? Colour::red : Colour::none);
}

}  // namespace

int run_token_create(const TokenOptions& options,
                     const ProjectPaths& paths,
                     const Terminal& terminal) {
    json::object body;
    body["name"] = options.name;
    body["scopes"] = json::array(options.scopes.begin(), options.scopes.end());
    if (options.expires) {
        body["expires"] = *options.expires;
    }
    const auto made = tell_daemon("tokens", json_text(body), paths, terminal);
    if (!made) {
        return made.error();
    }
    if (options.json) {
        terminal.out << json_text(*made) << '\n';
        return kDone;
    }
    terminal.out << shown(*made, "token") << '\n';
    terminal.err << fmt::format(
        "{} may {}. The text is shown this once.\n", shown(*made, "name"), scopes_of(*made));
    return kDone;
}

int run_token_list(const TokenOptions& options,
                   const ProjectPaths& paths,
                   const Terminal& terminal) {
    const auto tokens = ask_daemon("tokens", paths, terminal);
    if (!tokens) {
        return tokens.error();
    }
    if (options.json) {
        terminal.out << json_text(*tokens) << '\n';
        return kDone;
    }
    std::vector<Row> rows;
    if (tokens->is_array()) {
        for (const auto& token : tokens->get_array()) {
            rows.push_back({Cell(shown(token, "name")),
                            Cell(scopes_of(token)),
                            expiry_of(token, terminal),
                            Cell(shown(token, "created_by"))});
        }
    }
    print_table(terminal, {"NAME", "SCOPES", "EXPIRES", "MADE BY"}, rows);
    return kDone;
}

int run_token_revoke(const TokenOptions& options,
                     const ProjectPaths& paths,
                     const Terminal& terminal) {
    const auto target = fmt::format("{}/{}", kTokens, percent_encode(options.name));
    const auto done = request_daemon({"DELETE", target}, paths, terminal, kApiTimeout);
    if (!done) {
        return done.error();
    }
    if (options.json) {
        terminal.out << json_text(*done) << '\n';
    } else {
        terminal.out << fmt::format("{}: revoked\n", shown(*done, "name"));
    }
    return kDone;
}

void add_token_verb(CLI::App& app, Invocation& invocation) {
    auto* verb = app.add_subcommand("token", "Make, list and revoke tokens for the admin API");
    verb->require_subcommand(1);
    const auto options = std::make_shared<TokenOptions>();
    auto* create = verb->add_subcommand("create", "Make a token and print it, this once");
    create->add_option("NAME", options->name, "What it is for: lamp-page")->required();
    create->add_option("--scope", options->scopes, "read,author,operate,approve: some of them")
        ->required()
        ->delimiter(',');
    create->add_option(
        "--expires", options->expires, "How long it is good: 90d (default: for ever)");
    invocation.decide(*create, options, run_token_create);
    auto* list = verb->add_subcommand("list", "What tokens there are");
    invocation.decide(*list, options, run_token_list);
    auto* revoke = verb->add_subcommand("revoke", "Take a token back");
    revoke->add_option("NAME", options->name, "Its name")->required();
    invocation.decide(*revoke, options, run_token_revoke);
}

}  // namespace aifp::cli
