// Any text as an expression and as a template: compiled and evaluated within its limits, and the
// sandbox still works afterwards.
#include <boost/json/parse.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "expression/sandbox.hpp"
#include "expression/syntax.hpp"

namespace {

using namespace aifp;
using expression::CompiledExpression;
using expression::CompiledTemplate;

expression::Limits small_limits() {
    expression::Limits limits;
    limits.instructions = 20'000;
    limits.memory_bytes = std::size_t{256} * 1024;
    return limits;
}

struct Household {
    expression::Sandbox sandbox{small_limits()};
    expression::ObjectScope scope{
        boost::json::parse(R"({"state": {"a": "home", "b": 35, "c": [1, "x", null, {"d": true}]},
                               "trigger": {"payload": {"e": {"f": 1.5}}}})")
            .as_object(),
        from_unix_ms(1795368615000)};
};

void require(bool is_so) {
    if (!is_so) {
        std::abort();
    }
}

void try_expression(Household& household, std::string_view text) {
    const Result<CompiledExpression> compiled = household.sandbox.compile(text);
    const auto found = expression::check_expression(text);
    require(!(compiled && found));  // compiling may fail for its memory limit alone
    require(!found || found->offset <= text.size());
    if (compiled) {
        static_cast<void>(household.sandbox.evaluate(*compiled, household.scope));
        static_cast<void>(household.sandbox.holds(*compiled, household.scope));
    }
}

void try_template(Household& household, std::string_view text) {
    const Result<CompiledTemplate> compiled = household.sandbox.compile_template(text);
    require(!(compiled && expression::check_template(text)));
    if (compiled) {
        static_cast<void>(household.sandbox.render(*compiled, household.scope));
        static_cast<void>(household.sandbox.render_value(*compiled, household.scope));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static Household household;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    try_expression(household, text);
    try_template(household, text);
    static const CompiledExpression probe = household.sandbox.compile("b + 1").value();
    const auto value = household.sandbox.evaluate(probe, household.scope);
    require(value.has_value() && *value == 36);
    require(household.sandbox.memory_in_use() < std::size_t{4} * 1024 * 1024);
    return 0;
}
