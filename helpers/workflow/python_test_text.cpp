#include "helpers/workflow/python_test_text.hpp"

#include <fmt/format.h>

#include "helpers/workflow/python_text.hpp"

namespace aifp::helpers::workflow {
namespace {

constexpr const char* kHead = R"py("""Tests of {0}, written by aifp. Nothing outside is touched."""

import dataclasses
import importlib.util
import os
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAM = os.path.join(os.path.dirname(HERE), *{1}.split("/"))
ENTRY_POINT = {2}
KINDS = {3}
CLEAN_UP = {4}
)py";

constexpr const char* kBody = R"py(

def load_program():
    """The program under test, loaded from its file."""
    spec = importlib.util.spec_from_file_location("aifp_program", PROGRAM)
    module = importlib.util.module_from_spec(spec)
    sys.modules["aifp_program"] = module
    spec.loader.exec_module(module)
    return module


program = load_program()


def paths_in(value):
    """Every Path inside a value."""
    if isinstance(value, program.Path):
        yield value.names
    elif isinstance(value, program.Text):
        yield from paths_in(list(value.parts))
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from paths_in(item)
    elif isinstance(value, dict):
        yield from paths_in(list(value.values()))
    elif isinstance(value, (program.Step, program.Condition)):
        yield from paths_in([getattr(value, field.name) for field in dataclasses.fields(value)])


def sample_scope():
    """A scope in which every path of the program leads somewhere."""
    scope = {"trigger": {}, "with": {name: "sample" for name in program.PARAMETERS}, "steps": {}}
    names = list(paths_in([program.CONDITIONS, program.STEPS, program.ON_ERROR]))
    for path in sorted(names, key=len):
        place = scope
        for name in path[:-1]:
            if not isinstance(place.get(name), dict):
                place[name] = {}
            place = place[name]
        place.setdefault(path[-1], "sample")
    scope["trigger"] = dict(scope["trigger"], id=(program.TRIGGERS or ("0",))[0])
    return scope


class AnyVariable(dict):
    """An environment in which every variable is set."""

    def __contains__(self, name):
        return True

    def __missing__(self, name):
        return "sample"


def noting_effects(notes, fails_at=None):
    """Effects that take notes; the one with that number fails."""

    def effect_for(kind):
        def effect(arguments, timeout):
            notes.append(kind)
            if fails_at is not None and len(notes) - 1 == fails_at:
                return program.Failure("asked to fail")
            return program.Success("sample")

        return effect

    return {kind: effect_for(kind) for kind in program.EFFECTS}


MOMENTS = [program.Moment(hour * 3600, day) for day in range(7) for hour in range(24)]


class TestProgram(unittest.TestCase):
    def run_steps(self, steps, notes, fails_at=None):
        scope = sample_scope()
        known = scope["steps"]
        effects = noting_effects(notes, fails_at)

        def with_sample(step):
            def effect(arguments, timeout):
                done = effects[step.kind](arguments, timeout)
                return done if done.failed else program.Success(known.get(step.name, done.value))

            return {**effects, step.kind: effect}

        for step in steps:
            done = program.run_step(step, scope, with_sample(step), AnyVariable())
            if done.failed and not step.continue_on_error:
                return done
        return program.Success(None)

    def test_entry_point_is_callable(self):
        self.assertTrue(callable(getattr(program, ENTRY_POINT, None)))

    def test_data_cannot_be_changed(self):
        for value in (program.Success(1), program.Failure("x"), *program.STEPS):
            with self.assertRaises(dataclasses.FrozenInstanceError):
                value.kind = "other"

    def test_own_triggers_match_and_others_do_not(self):
        for name in program.TRIGGERS:
            self.assertTrue(program.matches_trigger(program.TRIGGERS, {"id": name}))
        self.assertTrue(program.matches_trigger(program.TRIGGERS, None))
        self.assertTrue(program.matches_trigger(program.TRIGGERS, {"kind": "manual"}))
        self.assertFalse(program.matches_trigger(program.TRIGGERS, {"id": "\x00"}))

    def test_conditions_decide_alike_every_time(self):
        scope = sample_scope()
        for condition in program.CONDITIONS:
            for moment in MOMENTS:
                first = program.holds(condition, scope, moment)
                self.assertFalse(first.failed, first)
                self.assertIsInstance(first.value, bool)
                self.assertEqual(first, program.holds(condition, scope, moment))

    def test_steps_are_performed_in_order(self):
        notes = []
        done = self.run_steps(program.STEPS, notes)
        self.assertFalse(done.failed, done)
        self.assertEqual(notes, KINDS)

    def test_clean_up_is_performed_in_order(self):
        notes = []
        done = self.run_steps(program.ON_ERROR, notes)
        self.assertFalse(done.failed, done)
        self.assertEqual(notes, CLEAN_UP)

    def test_a_failing_step_ends_the_run_unless_it_may_fail(self):
        for number, step in enumerate(program.STEPS):
            notes = []
            done = self.run_steps(program.STEPS, notes, fails_at=number)
            self.assertEqual(done.failed, not step.continue_on_error)
            self.assertEqual(len(notes), len(KINDS) if step.continue_on_error else number + 1)

    def test_every_moment_ends_in_a_result(self):
        scope = sample_scope()
        call = program.Call(scope["with"], scope["trigger"])
        for moment in MOMENTS:
            done = program.perform(call, noting_effects([]), AnyVariable(), moment)
            self.assertIsInstance(done, (program.Success, program.Failure))

    def test_a_missing_parameter_is_named(self):
        for name in program.PARAMETERS:
            given = {other: 1 for other in program.PARAMETERS if other != name}
            done = program.perform(program.Call(given, None), {}, {}, MOMENTS[0])
            self.assertTrue(done.failed)
            self.assertIn(name, done.reason)

    def test_what_is_no_call_is_a_failure(self):
        for line in ("", "no json", "[]", '{"with": []' + "x", '{"with": 7}'):
            self.assertTrue(program.parse_call(line).failed, line)

    def test_a_call_is_read(self):
        call = program.parse_call('{"with": {"a": 1}, "trigger": {"id": "0"}}').value
        self.assertEqual((call.parameters, call.trigger), ({"a": 1}, {"id": "0"}))


if __name__ == "__main__":
    unittest.main()
)py";

std::string list_text(const std::vector<std::string>& kinds) {
    std::string text = "[";
    for (const auto& kind : kinds) {
        text += fmt::format("{}{}", text.size() > 1 ? ", " : "", python_text(kind));
    }
    return text + "]";
}

}  // namespace

std::string python_test_text(const TestFacts& facts) {
    return fmt::format(fmt::runtime(kHead),
                       facts.program,
                       python_text(facts.program),
                       python_text(facts.entry_point),
                       list_text(facts.kinds),
                       list_text(facts.clean_up)) +
           kBody;
}

}  // namespace aifp::helpers::workflow
