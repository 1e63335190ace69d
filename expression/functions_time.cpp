#include <fmt/format.h>

#include <array>
#include <chrono>
#include <cmath>
#include <string>

#include "base/quantity.hpp"
#include "base/time_zone.hpp"
#include "expression/functions.hpp"
#include "expression/lua_machine.hpp"

namespace aifp::expression {

namespace {

constexpr std::array<std::string_view, 7> kWeekdays = {
    "sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"};
constexpr std::array<std::string_view, 12> kMonths = {"January",
                                                      "February",
                                                      "March",
                                                      "April",
                                                      "May",
                                                      "June",
                                                      "July",
                                                      "August",
                                                      "September",
                                                      "October",
                                                      "November",
                                                      "December"};

const Scope& scope_of(lua_State* lua) {
    return LuaMachine::of(lua).scope();
}

/// The instant at `index`: RFC 3339 text, or seconds since 1970; now when there is none.
WallTime instant_argument(lua_State* lua, int index) {
    constexpr double kFarthestSeconds = 1e11;  // the year 5138
    const Scope& scope = scope_of(lua);
    if (lua_isnoneornil(lua, index)) {
        return scope.now();
    }
    if (lua_type(lua, index) == LUA_TNUMBER) {
        const double seconds = lua_tonumber(lua, index);
        if (!(std::abs(seconds) <= kFarthestSeconds)) {
            raise_wrong(lua, "this number of seconds is not a time");
        }
        return from_unix_ms(static_cast<std::int64_t>(std::llround(seconds * 1000)));
    }
    const Result<WallTime> instant = parse_instant(text_argument(lua, index), scope.zone());
    if (!instant) {
        raise_wrong(lua, instant.error().detail());
    }
    return *instant;
}

CivilTime civil_argument(lua_State* lua, int index) {
    return scope_of(lua).zone().to_local(instant_argument(lua, index)).civil;
}

unsigned weekday_of(const CivilTime& civil) {
    const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(civil.year)),
                                           std::chrono::month(static_cast<unsigned>(civil.month)),
                                           std::chrono::day(static_cast<unsigned>(civil.day))};
    return std::chrono::weekday(std::chrono::sys_days(date)).c_encoding();
}

int now(lua_State* lua) {
    push_text(lua, format_rfc3339(scope_of(lua).now(), scope_of(lua).zone()));
    return 1;
}

int unix_seconds(lua_State* lua) {
    const std::int64_t ms = to_unix_ms(instant_argument(lua, 1));
    lua_pushinteger(lua, ms >= 0 ? ms / 1000 : (ms - 999) / 1000);
    return 1;
}

template <auto Member>
int civil_field(lua_State* lua) {
    lua_pushinteger(lua, static_cast<lua_Integer>(civil_argument(lua, 1).*Member));
    return 1;
}

int weekday(lua_State* lua) {
    push_text(lua, kWeekdays[weekday_of(civil_argument(lua, 1))]);
    return 1;
}

int date(lua_State* lua) {
    const CivilTime civil = civil_argument(lua, 1);
    push_text(lua, fmt::format("{:04}-{:02}-{:02}", civil.year, civil.month, civil.day));
    return 1;
}

void push_seconds(lua_State* lua, Milliseconds duration) {
    if (duration.count() % 1000 == 0) {
        lua_pushinteger(lua, duration.count() / 1000);
    } else {
        lua_pushnumber(lua, static_cast<double>(duration.count()) / 1000.0);
    }
}

int since(lua_State* lua) {
    luaL_checkany(lua, 1);
    push_seconds(lua, scope_of(lua).now() - instant_argument(lua, 1));
    return 1;
}

int until(lua_State* lua) {
    luaL_checkany(lua, 1);
    push_seconds(lua, instant_argument(lua, 1) - scope_of(lua).now());
    return 1;
}

int time_of_day_argument(lua_State* lua, int index) {
    const Result<int> seconds = parse_time_of_day(text_argument(lua, index));
    if (!seconds) {
        raise_wrong(lua, seconds.error().detail());
    }
    return *seconds;
}

/// between("22:00", "06:00"): the first included, the last not; may go over midnight.
int between(lua_State* lua) {
    const int first = time_of_day_argument(lua, 1);
    const int last = time_of_day_argument(lua, 2);
    const CivilTime civil = civil_argument(lua, 3);
    const int at = civil.hour * 3600 + civil.minute * 60 + civil.second;
    const bool is_inside = first <= last ? first <= at && at < last : at >= first || at < last;
    lua_pushboolean(lua, is_inside ? 1 : 0);
    return 1;
}

std::string capitalised(std::string_view word) {
    std::string text(word);
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
    return text;
}

/// What one % letter stands for, or nothing if it is none.
std::string field_text(char letter, const LocalTime& local) {
    const CivilTime& civil = local.civil;
    const auto month = kMonths[static_cast<std::size_t>(civil.month - 1)];
    switch (letter) {
        case 'Y':
            return fmt::format("{:04}", civil.year);
        case 'm':
            return fmt::format("{:02}", civil.month);
        case 'd':
            return fmt::format("{:02}", civil.day);
        case 'H':
            return fmt::format("{:02}", civil.hour);
        case 'M':
            return fmt::format("{:02}", civil.minute);
        case 'S':
            return fmt::format("{:02}", civil.second);
        case 'A':
            return capitalised(kWeekdays[weekday_of(civil)]);
        case 'a':
            return capitalised(kWeekdays[weekday_of(civil)]).substr(0, 3);
        case 'B':
            return std::string(month);
        case 'b':
            return std::string(month.substr(0, 3));
        case 'z': {
            const int minutes = std::abs(local.offset_seconds) / 60;
            const char sign = local.offset_seconds < 0 ? '-' : '+';
            return fmt::format("{}{:02}{:02}", sign, minutes / 60, minutes % 60);
        }
        case '%':
            return "%";
        default:
            return {};
    }
}

/// format("%H:%M"[, instant])
int format_time(lua_State* lua) {
    const std::string_view pattern = text_argument(lua, 1);
    const LocalTime local = scope_of(lua).zone().to_local(instant_argument(lua, 2));
    charge(lua, pattern.size());
    std::string out;
    for (std::size_t at = 0; at < pattern.size(); ++at) {
        if (pattern[at] != '%') {
            out += pattern[at];
            continue;
        }
        ++at;
        const std::string text = at < pattern.size() ? field_text(pattern[at], local) : "";
        if (text.empty()) {
            raise_wrong(lua, "time.format knows %Y %m %d %H %M %S %A %a %B %b %z and %%");
        }
        out += text;
    }
    push_text(lua, out);
    return 1;
}

}  // namespace

void push_time_functions(lua_State* lua) {
    static constexpr luaL_Reg kFunctions[] = {{"now", &now},
                                              {"unix", &unix_seconds},
                                              {"year", &civil_field<&CivilTime::year>},
                                              {"month", &civil_field<&CivilTime::month>},
                                              {"day", &civil_field<&CivilTime::day>},
                                              {"hour", &civil_field<&CivilTime::hour>},
                                              {"minute", &civil_field<&CivilTime::minute>},
                                              {"second", &civil_field<&CivilTime::second>},
                                              {"weekday", &weekday},
                                              {"date", &date},
                                              {"since", &since},
                                              {"until", &until},
                                              {"between", &between},
                                              {"format", &format_time},
                                              {nullptr, nullptr}};
    luaL_newlib(lua, kFunctions);
}

}  // namespace aifp::expression
