#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/time_zone.hpp"

namespace aifp::expression {

/// What an expression sees. Values are looked up only when the expression names them and are walked
/// in place, so a large payload costs nothing until it is touched. Everything that is returned must
/// stay unchanged until the evaluation ends. Loop thread only.
class Scope {
public:
    virtual ~Scope() = default;

    /// A top name ("trigger", "state", "vars", "steps" ...), or null when there is none. A bare
    /// unknown name is then looked up in `state`. (reference: decisions, Language)
    [[nodiscard]] virtual const boost::json::value* find(std::string_view name) const = 0;
    /// Every name that find() knows: for "did you mean".
    [[nodiscard]] virtual std::vector<std::string_view> names() const = 0;
    /// What `time.now()` and its kin read.
    [[nodiscard]] virtual WallTime now() const = 0;
    /// The directive's zone: `time.hour()` and times without an offset.
    [[nodiscard]] virtual const TimeZone& zone() const = 0;
    /// `env(NAME)`. Errors: denied when NAME is not declared; not_found when it is not set.
    [[nodiscard]] virtual Result<std::string> environment(std::string_view name) const = 0;
};

/// A scope made of ready values: for tests, tools and small callers.
class ObjectScope final : public Scope {
public:
    ObjectScope(boost::json::object names, WallTime now, TimeZone zone = TimeZone::utc())
        : names_(std::move(names)), now_(now), zone_(zone) {}

    /// Makes `env(name)` known.
    void declare_environment(std::string name, std::string value) {
        environment_.insert_or_assign(std::move(name), std::move(value));
    }
    [[nodiscard]] boost::json::object& values() { return names_; }

    [[nodiscard]] const boost::json::value* find(std::string_view name) const override;
    [[nodiscard]] std::vector<std::string_view> names() const override;
    [[nodiscard]] WallTime now() const override { return now_; }
    [[nodiscard]] const TimeZone& zone() const override { return zone_; }
    [[nodiscard]] Result<std::string> environment(std::string_view name) const override;

private:
    boost::json::object names_;
    WallTime now_;
    TimeZone zone_;
    std::map<std::string, std::string, std::less<>> environment_;
};

}  // namespace aifp::expression
