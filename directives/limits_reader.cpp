#include "directives/limits_reader.hpp"

#include <algorithm>

#include "base/quantity.hpp"
#include "base/rate.hpp"
#include "base/time_zone.hpp"
#include "directives/directive_checks.hpp"
#include "document/reader.hpp"

namespace aifp::directives {

namespace json = boost::json;
using document::Node;

namespace {

// The engine keeps the time of each: 80 KB.
constexpr std::uint32_t kMaxRunsOfRate = 10'000;
// Of a directive that counts in rows of its own: each start writes the times of all.
constexpr std::uint32_t kMaxRunsOfMark = 1'000;

std::optional<Milliseconds> duration_in(const json::object& form, std::string_view key) {
    const auto duration = parse_duration(text_at(form, key));
    return duration ? std::optional(*duration) : std::nullopt;
}

std::int64_t number_in(const json::object& form, std::string_view key, std::int64_t usual) {
    const auto* value = form.if_contains(key);
    return value != nullptr && value->is_int64() ? value->get_int64() : usual;
}

std::vector<std::string> texts_in(const json::object& form, std::string_view key) {
    std::vector<std::string> texts;
    const auto* list = form.if_contains(key);
    for (const json::value& text : list != nullptr ? list->as_array() : json::array()) {
        texts.emplace_back(text.get_string());
    }
    return texts;
}

class LimitsReader {
public:
    LimitsReader(Reading& reading, const FindMember& find, model::Directive& directive)
        : reading_(reading), find_(find), directive_(directive), flow_(directive.flow) {}

    void read() {
        read_misfire();
        read_persistent();
        directive_.grace = duration("grace", directive_.grace);
        flow_.stagger = duration("stagger", flow_.stagger);
        if (const auto cap = value("cap")) {
            flow_.cap = static_cast<int>(cap->get_int64());
        }
        flow_.debounce = duration("debounce", std::nullopt);
        flow_.throttle = duration("throttle", std::nullopt);
        flow_.cooldown = duration("cooldown", std::nullopt);
        flow_.accuracy = duration("accuracy", std::nullopt);
        read_jitter();
        read_rate();
        read_period();
        if (const auto calendars = value("calendars")) {
            flow_.include = texts_in(calendars->get_object(), "include");
            flow_.exclude = texts_in(calendars->get_object(), "exclude");
        }
    }

private:
    [[nodiscard]] Value value(std::string_view key) {
        const Node* node = find_(key);
        return node == nullptr ? Value()
                               : read_value(reading_, *find_key(directive_keys(), key), *node);
    }

    [[nodiscard]] std::optional<Milliseconds> duration(std::string_view key,
                                                       std::optional<Milliseconds> else_this) {
        const auto text = value(key);
        const auto read = text ? parse_duration(text->get_string())
                               : Result<Milliseconds>(fail(ErrorCode::not_found, ""));
        return read ? std::optional(*read) : else_this;
    }

    void read_misfire() {
        const auto misfire = value("misfire");
        if (!misfire) {
            return;
        }
        const json::object form =
            misfire->is_object() ? misfire->get_object() : json::object{{"policy", *misfire}};
        directive_.misfire =
            model::misfire_from(text_at(form, "policy")).value_or(model::Misfire::skip);
        directive_.grace = duration_in(form, "grace");
        flow_.stagger = duration_in(form, "stagger");
        flow_.cap = static_cast<int>(number_in(form, "cap", flow_.cap));
        for (const auto& member : form) {
            const std::string_view key = member.key();
            if (const Node* twice = key == "policy" ? nullptr : find_(key)) {
                reading_.report.error(twice->mark,
                                      std::string(key) + " stands below misfire, too",
                                      "write it in one of the two places");
            }
        }
    }

    // systemd.timer(5), Persistent=: what was missed is made up for once. (reference/semantics 3.8)
    void read_persistent() {
        const auto persistent = value("persistent");
        if (!persistent) {
            return;
        }
        if (find_("misfire") != nullptr) {
            reading_.report.error(find_("persistent")->mark,
                                  "persistent and misfire say the same thing twice",
                                  "write misfire alone: once is persistent: true, skip is false");
            return;
        }
        directive_.misfire = persistent->as_bool() ? model::Misfire::once : model::Misfire::skip;
    }

    void read_jitter() {
        const auto jitter = value("jitter");
        if (!jitter) {
            return;
        }
        const json::object form =
            jitter->is_object() ? jitter->get_object() : json::object{{"max", *jitter}};
        flow_.jitter = model::Jitter{.max = duration_in(form, "max").value_or(Milliseconds(0)),
                                     .fixed = flag_at(form, "fixed", false)};
    }

    void read_rate() {
        const auto written = value("rate");
        if (!written) {
            return;
        }
        const json::object form =
            written->is_object() ? written->get_object() : json::object{{"limit", *written}};
        auto rate = parse_rate(text_at(form, "limit"));
        if (!rate) {
            return;
        }
        rate->burst = static_cast<std::uint32_t>(number_in(form, "burst", 0));
        const bool has_rows =
            find_("key") != nullptr || flow_.debounce || flow_.jitter || flow_.accuracy;
        const std::uint32_t most = has_rows ? kMaxRunsOfMark : kMaxRunsOfRate;
        if (rate->burst == 0 && rate->count > most) {
            reading_.report.error(
                find_("rate")->mark,
                "a directive " +
                    std::string(has_rows ? "with key, debounce, jitter or accuracy " : "") +
                    "can count at most " + std::to_string(most) + " runs",
                "write fewer runs in a shorter time, such as \"" + std::to_string(most / 10) +
                    "/1m\"");
        }
        directive_.rate = *rate;
    }

    [[nodiscard]] std::optional<WallTime> instant(std::string_view key) {
        const auto text = value(key);
        const auto zone = TimeZone::load(
            directive_.timezone.empty() ? reading_.context.system_timezone : directive_.timezone);
        const auto read = text ? parse_instant(text->get_string(), zone.value_or(TimeZone::utc()))
                               : Result<WallTime>(fail(ErrorCode::not_found, ""));
        return read ? std::optional(*read) : std::nullopt;
    }

    void read_period() {
        flow_.starts_at = instant("starts_at");
        flow_.expires_at = instant("expires_at");
        if (!flow_.expires_at) {
            return;
        }
        const auto mark = find_("expires_at")->mark;
        const auto& now = reading_.context.now;
        if (flow_.starts_at && *flow_.expires_at <= *flow_.starts_at) {
            reading_.report.error(mark,
                                  "expires_at is not after starts_at, so it would never run",
                                  "write a later time, or leave one of the two out");
        } else if (now && *flow_.expires_at <= *now) {
            reading_.report.warning(mark,
                                    "expires_at has passed: it does not run any more",
                                    "write a later time, or remove the directive");
        }
    }

    Reading& reading_;
    const FindMember& find_;
    model::Directive& directive_;
    model::Flow& flow_;
};

}  // namespace

void read_limits(Reading& reading, const FindMember& find, model::Directive& directive) {
    LimitsReader(reading, find, directive).read();
}

}  // namespace aifp::directives
