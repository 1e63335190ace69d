#include "helpers/workflow/python_prelude.hpp"

#include <array>

namespace aifp::helpers::workflow {
namespace {

constexpr std::string_view kCore = R"py(from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Callable, Dict, List, Mapping, Optional, Tuple, Union


@dataclass(frozen=True)
class Success:
    """Something went well; value is what came of it."""

    value: Any
    failed = False


@dataclass(frozen=True)
class Failure:
    """Something went wrong; reason says what, for a person."""

    reason: str
    failed = True


Result = Union[Success, Failure]


@dataclass(frozen=True)
class Path:
    """A value that is known only when the program runs, by the names that lead to it."""

    names: Tuple[str, ...]


@dataclass(frozen=True)
class Environment:
    """The text of an environment variable."""

    name: str


@dataclass(frozen=True)
class Text:
    """A text put together of parts."""

    parts: Tuple[Any, ...]


@dataclass(frozen=True)
class Condition:
    """One condition; argument is what its kind needs."""

    kind: str
    argument: Any


@dataclass(frozen=True)
class Step:
    """One action with everything it needs."""

    kind: str
    name: str
    arguments: Mapping[str, Any]
    timeout: float
    continue_on_error: bool


@dataclass(frozen=True)
class Moment:
    """A time of day (seconds since midnight) on a weekday (Sunday is 0)."""

    second: int
    weekday: int


@dataclass(frozen=True)
class Call:
    """What the engine says on standard input."""

    parameters: Mapping[str, Any]
    trigger: Optional[Mapping[str, Any]]


Effect = Callable[[Mapping[str, Any], float], Result]


def parse_call(line: str) -> Result:
    """Reads the engine's line. Pure."""
    try:
        call = json.loads(line)
    except ValueError:
        return Failure("standard input holds no JSON line")
    if not isinstance(call, dict):
        return Failure("the JSON line is no object")
    parameters = call.get("with") or {}
    trigger = call.get("trigger")
    if not isinstance(parameters, dict):
        return Failure("with is no map of names and values")
    return Success(Call(parameters, trigger if isinstance(trigger, dict) else None))


def as_text(value: Any) -> str:
    """A value inside a text: texts bare, anything else as JSON. Pure."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def look_up(names: Tuple[str, ...], scope: Mapping[str, Any]) -> Result:
    """Follows the names from the scope on. Pure."""
    value: Any = scope
    for name in names:
        if not isinstance(value, Mapping) or name not in value:
            return Failure(".".join(names) + " is not known")
        value = value[name]
    return Success(value)


def render(value: Any, scope: Mapping[str, Any], environment: Mapping[str, str]) -> Result:
    """Fills in what is known only when the program runs. Pure."""
    if isinstance(value, Path):
        return look_up(value.names, scope)
    if isinstance(value, Environment):
        if value.name not in environment:
            return Failure("the environment variable " + value.name + " is not set")
        return Success(environment[value.name])
    if isinstance(value, (Text, list)):
        parts = [
            render(part, scope, environment)
            for part in (value.parts if isinstance(value, Text) else value)
        ]
        failed = next((part for part in parts if part.failed), None)
        if failed is not None:
            return failed
        values = [part.value for part in parts]
        return Success("".join(map(as_text, values)) if isinstance(value, Text) else values)
    if isinstance(value, dict):
        members = {name: render(member, scope, environment) for name, member in value.items()}
        failed = next((member for member in members.values() if member.failed), None)
        return failed or Success({name: member.value for name, member in members.items()})
    return Success(value)


def matches_trigger(ids: Tuple[str, ...], trigger: Optional[Mapping[str, Any]]) -> bool:
    """Whether this is one of the directive's triggers; by hand always is. Pure."""
    return not trigger or trigger.get("kind") == "manual" or trigger.get("id") in ids


def is_within(window: Mapping[str, Any], moment: Moment) -> bool:
    """Whether the moment lies in the window, which may pass midnight. Pure."""
    after, before, second = window["after"], window["before"], moment.second
    day = moment.weekday
    if after <= before:
        inside = after <= second < before
    else:
        inside = second >= after or second < before
        if second < before:
            day = (day - 1) % 7
    return inside and day in window["weekdays"]


def holds(condition: Condition, scope: Mapping[str, Any], moment: Moment) -> Result:
    """Whether a condition is true. Pure."""
    if condition.kind in ("any", "all", "not"):
        results = [holds(one, scope, moment) for one in condition.argument]
        failed = next((result for result in results if result.failed), None)
        if failed is not None:
            return failed
        truths = [result.value for result in results]
        return Success(all(truths) if condition.kind == "all" else
                       any(truths) if condition.kind == "any" else not any(truths))
    if condition.kind == "time":
        return Success(is_within(condition.argument, moment))
    if condition.kind == "trigger":
        trigger = scope.get("trigger") or {}
        return Success(trigger.get("id") in condition.argument)
    found = look_up(condition.argument.names, scope)
    return found if found.failed else Success(found.value is not None and found.value is not False)
)py";

constexpr std::string_view kRunner = R"py(

def run_step(step: Step, scope: Mapping[str, Any], effects: Mapping[str, Effect],
             environment: Mapping[str, str]) -> Result:
    """Performs one step through its effect."""
    arguments = render(step.arguments, scope, environment)
    return arguments if arguments.failed else effects[step.kind](arguments.value, step.timeout)


def run_steps(steps: Tuple[Step, ...], scope: Mapping[str, Any], effects: Mapping[str, Effect],
              environment: Mapping[str, str]) -> Result:
    """Performs the steps in order; the first failure that counts ends them."""
    outputs: Dict[str, Any] = dict(scope["steps"])
    for number, step in enumerate(steps, 1):
        done = run_step(step, {**scope, "steps": outputs}, effects, environment)
        if done.failed and not step.continue_on_error:
            return Failure("step %d (%s): %s" % (number, step.kind, done.reason))
        if not done.failed and step.name:
            outputs = {**outputs, step.name: done.value}
    return Success(outputs)


def perform(call: Call, effects: Mapping[str, Effect], environment: Mapping[str, str],
            moment: Moment) -> Result:
    """Decides, then performs the steps: everything from outside is handed in."""
    missing = [name for name in PARAMETERS if name not in call.parameters]
    if missing:
        return Failure("with lacks " + ", ".join(missing))
    if not matches_trigger(TRIGGERS, call.trigger):
        return Success({"ran": False, "why": "another trigger"})
    scope = {"trigger": call.trigger or {}, "with": call.parameters, "steps": {}}
    for condition in CONDITIONS:
        held = holds(condition, scope, moment)
        if held.failed:
            return Failure("condition " + condition.kind + ": " + held.reason)
        if not held.value:
            return Success({"ran": False, "why": "condition " + condition.kind})
    done = run_steps(STEPS, scope, effects, environment)
    if not done.failed:
        return Success({"ran": True, "steps": done.value})
    error = {"code": "io_failure", "message": done.reason}
    cleaned = run_steps(ON_ERROR, {**scope, "error": error}, effects, environment)
    return Failure(done.reason + "; on_error: " + cleaned.reason) if cleaned.failed else done


def read_moment(zone: str) -> Moment:
    """Reads the clock."""
    try:
        from zoneinfo import ZoneInfo

        now = datetime.now(ZoneInfo(zone)) if zone else datetime.now()
    except (ImportError, KeyError, ValueError, OSError):
        now = datetime.now()
    return Moment(now.hour * 3600 + now.minute * 60 + now.second, now.isoweekday() % 7)
)py";

}  // namespace

std::string_view python_core() noexcept {
    return kCore;
}

std::string_view python_runner() noexcept {
    return kRunner;
}

}  // namespace aifp::helpers::workflow
