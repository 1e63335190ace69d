#pragma once

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "expression/sandbox.hpp"

namespace aifp::expression {

/// A sandbox and a household to look at. The time is Sunday, 2026-11-22, 18:30:15 in Berlin.
class Household {
public:
    explicit Household(Limits limits = {}) : sandbox(limits) {
        scope.declare_environment("HOME_NAME", "Villa");
    }

    /// The result as JSON text, or the error's text.
    std::string evaluate(std::string_view text) {
        const auto expression = sandbox.compile(text);
        if (!expression) {
            return expression.error().detail();
        }
        const auto value = sandbox.evaluate(*expression, scope);
        return value ? boost::json::serialize(*value) : value.error().detail();
    }
    std::optional<ErrorCode> error_of(std::string_view text) {
        const auto expression = sandbox.compile(text);
        if (!expression) {
            return expression.error().code();
        }
        const auto value = sandbox.evaluate(*expression, scope);
        return value ? std::nullopt : std::optional(value.error().code());
    }
    std::string render(std::string_view text) {
        const auto compiled = sandbox.compile_template(text);
        if (!compiled) {
            return compiled.error().detail();
        }
        const auto rendered = sandbox.render(*compiled, scope);
        return rendered ? *rendered : rendered.error().detail();
    }

    Sandbox sandbox;
    ObjectScope scope{boost::json::parse(R"({
            "state": {"presence": "home", "lux": 35, "stove": {"state": "off", "watt": 0.5},
                      "living-room": {"t": 21.5}, "doors": ["front", "back"], "nothing": null,
                      "wet": true, "big": 18446744073709551615, "küche": "warm"},
            "trigger": {"id": "dusk", "payload": {"user": {"name": "Ada"}, "n": [1, 2, 3],
                        "text": "7", "same": {"name": "Ada"}, "empty": {}, "none": []}},
            "vars": {"limit": 40}, "repeat": {"index": 2, "item": "porch"}, "steps": {"first": {"output": "ok"}}
        })")
                          .as_object(),
                      from_unix_ms(1795368615000),
                      TimeZone::load("Europe/Berlin").value()};
};

}  // namespace aifp::expression
