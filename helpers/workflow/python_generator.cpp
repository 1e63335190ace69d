#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/json_text.hpp"
#include "base/text.hpp"
#include "helpers/workflow/generator.hpp"
#include "helpers/workflow/python_prelude.hpp"
#include "helpers/workflow/python_steps.hpp"
#include "helpers/workflow/python_test_text.hpp"
#include "helpers/workflow/python_text.hpp"

namespace aifp::helpers::workflow {
namespace {

constexpr std::size_t kHashShown = 12;

/// The directive as Python data.
struct Written {
    std::vector<std::string> conditions;
    std::vector<std::string> steps;
    std::vector<std::string> on_error;
    std::vector<std::string> kinds;     ///< Of `steps`, in order.
    std::vector<std::string> clean_up;  ///< Of `on_error`.
    std::set<std::string_view> effects;
    PythonValues values;
};

void need_effect(std::string_view name, std::set<std::string_view>& effects) {
    if (name.empty() || !effects.insert(name).second) {
        return;
    }
    for (const auto& effect : python_effects()) {
        if (effect.name == name) {
            for (const auto other : split(effect.needs, ' ')) {
                need_effect(other, effects);
            }
        }
    }
}

Status write_steps(const std::vector<model::Action>& actions,
                   const config::Settings& settings,
                   Written& written,
                   bool is_clean_up) {
    for (std::size_t i = 0; i < actions.size(); ++i) {
        if (!actions[i].enabled) {
            continue;
        }
        auto step = write_step(actions[i], settings, written.values);
        if (!step) {
            return fail(step.error().with_context(
                fmt::format("{} {}", is_clean_up ? "on_error" : "action", i + 1)));
        }
        (is_clean_up ? written.on_error : written.steps).push_back(std::move(*step));
        (is_clean_up ? written.clean_up : written.kinds).push_back(actions[i].kind);
        need_effect(effect_of(actions[i].kind), written.effects);
    }
    return {};
}

Result<Written> write_all(const GenerationRequest& request) {
    Written written;
    if (!request.directive.finally.empty()) {
        return fail(ErrorCode::invalid_input, "no program can be written for finally");
    }
    for (const auto& condition : request.directive.conditions) {
        auto text = write_condition(condition, written.values);
        if (!text) {
            return fail(text.error().with_context("condition"));
        }
        written.conditions.push_back(std::move(*text));
    }
    auto done = write_steps(request.directive.actions, request.settings, written, false);
    if (done) {
        done = write_steps(request.directive.on_error, request.settings, written, true);
    }
    if (!done) {
        return fail(std::move(done).error());
    }
    return written;
}

std::string trigger_ids(const model::Directive& directive) {
    std::string ids;
    for (std::size_t i = 0; i < directive.triggers.size(); ++i) {
        const auto& id = directive.triggers[i].id;
        ids += fmt::format("{}, ", python_text(id.empty() ? fmt::format("{}", i) : id));
    }
    return fmt::format("({})", ids);
}

std::string yaml_text(std::string_view text) {
    // JSON strings are YAML strings; ours are a subset of both.
    return json_text(boost::json::value(text));
}

std::string usage_of(const std::string& path, const PythonValues& values) {
    std::string usage = fmt::format("actions:\n  - run: {}\n", path);
    if (!values.parameters().empty()) {
        usage += "    with:\n";
        for (const auto& given : values.parameters()) {
            usage += fmt::format(
                "      {}: {}\n", given.name, yaml_text(fmt::format("{{{{ {} }}}}", given.source)));
        }
    }
    if (!values.secrets().empty()) {
        usage += "    env:\n";
        for (const auto& given : values.secrets()) {
            usage += fmt::format("      {}: !secret {}\n", given.name, given.source);
        }
    }
    return usage;
}

std::string docstring(const GenerationRequest& request, const std::string& usage) {
    const auto& directive = request.directive;
    std::string text = fmt::format("\"\"\"{}\n\n",
                                   directive.description.empty()
                                       ? fmt::format("Automation {}.", python_doc(directive.name))
                                       : python_doc(directive.description));
    text += fmt::format(
        "Written by aifp from the directive {} ({}). To run it, write into the directive:\n\n",
        python_doc(directive.name),
        python_doc(request.content_hash.substr(0, kHashShown)));
    for (const auto line : split(trim(usage), '\n')) {
        // Leading blanks are part of the YAML.
        const auto indent = line.substr(0, line.find_first_not_of(' '));
        text += fmt::format("    {}{}\n", indent, python_doc(line));
    }
    return text + "\"\"\"\n\n";
}

std::string data_text(const GenerationRequest& request, const Written& written) {
    const auto& directive = request.directive;
    std::string parameters;
    for (const auto& given : written.values.parameters()) {
        parameters += python_text(given.name) + ", ";
    }
    const auto zone =
        !directive.timezone.empty()
            ? directive.timezone
            : (request.settings.timezone_given ? request.settings.timezone.name() : "");
    return fmt::format(
        "\n\nDIRECTIVE = {}\nTRIGGERS: Tuple[str, ...] = {}\nPARAMETERS: Tuple[str, ...] = ({})\n"
        "ZONE = {}\nCONDITIONS: Tuple[Condition, ...] = {}\nSTEPS: Tuple[Step, ...] = {}\n"
        "ON_ERROR: Tuple[Step, ...] = {}\n",
        python_text(directive.name),
        trigger_ids(directive),
        parameters,
        python_text(zone),
        tuple_text(written.conditions),
        tuple_text(written.steps),
        tuple_text(written.on_error));
}

std::string effects_text(const Written& written) {
    std::string text;
    for (const auto& effect : python_effects()) {
        if (written.effects.contains(effect.name)) {
            text += effect.text;
        }
    }
    text += "\n\nEFFECTS: Mapping[str, Effect] = {\n";
    for (const auto& row : effects_of_kinds()) {
        if (written.effects.contains(row.effect)) {
            text += fmt::format("    {}: {},\n", python_text(row.kind), row.effect);
        }
    }
    return text + "}\n";
}

std::string main_text(const std::string& entry_point) {
    return fmt::format(R"py(

def {0}(trigger: Optional[Mapping[str, Any]] = None, /, **parameters: Any) -> Result:
    """Runs the automation now; parameters are what the directive writes under with."""
    return perform(Call(parameters, trigger), EFFECTS, os.environ, read_moment(ZONE))


def main() -> int:
    """The engine's protocol: one JSON line in, the result as a JSON line out."""
    call = parse_call(sys.stdin.readline())
    result = call if call.failed else {0}(call.value.trigger, **call.value.parameters)
    if result.failed:
        print(result.reason, file=sys.stderr)
        return 1
    print(json.dumps({{"result": result.value}}, default=str), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
)py",
                       entry_point);
}

class PythonGenerator final : public Generator {
public:
    void generate(GenerationRequest request, Answer answer) const override {
        answer(generate_python(request));
    }
};

}  // namespace

Result<Generated> generate_python(const GenerationRequest& request) {
    const auto name = python_name(request.directive.name);
    Generated generated;
    generated.program.path = fmt::format("src/automations/{}.py", name);
    generated.test.path = fmt::format("tests/test_{}.py", name);
    generated.entry_point = fmt::format("execute_{}", name);
    auto written = write_all(request);
    if (!written) {
        return fail(written.error().with_context(request.directive.name));
    }
    generated.usage = usage_of(generated.program.path, written->values);
    generated.program.text = docstring(request, generated.usage);
    generated.program.text += python_core();
    generated.program.text += data_text(request, *written);
    generated.program.text += python_runner();
    generated.program.text += effects_text(*written);
    generated.program.text += main_text(generated.entry_point);
    generated.test.text = python_test_text(
        {generated.program.path, generated.entry_point, written->kinds, written->clean_up});
    return generated;
}

std::unique_ptr<Generator> create_python_generator() {
    return std::make_unique<PythonGenerator>();
}

}  // namespace aifp::helpers::workflow
