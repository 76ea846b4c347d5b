"""Problems of inputs and outputs: a script that reads and prints, or a function of JSON values.

What a script prints is compared token by token (runs of blanks and line ends separate tokens): two tokens are equal as text, or,
where the expected one is a decimal number with a point or an exponent, if they differ by no more than the tolerance, absolutely
or relatively. What a function returns is compared as JSON: tuples are lists, numbers with a fraction have the same tolerance, and
an expected list of one item may stand for the item. Runs after hearing.py in the judge's namespace.
"""

import math
import re

DECIMAL = re.compile(r"[+-]?(\d+\.\d*|\.\d+|\d+(?=[eE]))([eE][+-]?\d+)?")
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
MAX_NUMBER = 400            # characters of a token that is read as a number


def near(value, expected, tolerance):
    return math.isfinite(value) and abs(value - expected) <= tolerance * max(1.0, abs(expected))


def same_token(printed, expected, tolerance):
    if printed == expected:
        return True
    if len(printed) > MAX_NUMBER or not DECIMAL.fullmatch(expected) or not NUMBER.fullmatch(printed):
        return False
    return near(float(printed), float(expected), tolerance)


def same_output(printed, expected, tolerance):
    printed, expected = printed.split(), expected.split()
    return len(printed) == len(expected) and all(same_token(p, e, tolerance) for p, e in zip(printed, expected))


def same_value(value, expected, tolerance):
    t = type(expected)
    if t is list:
        if isinstance(value, (list, tuple)):
            return len(value) == len(expected) and all(same_value(v, e, tolerance) for v, e in zip(value, expected))
        return False
    if t is dict:
        return isinstance(value, dict) and len(value) == len(expected) and all(
            k in found and same_value(found[k], e, tolerance) for found in [{str(k): v for k, v in value.items()}]
            for k, e in expected.items())
    if t is float and isinstance(value, (int, float)) and not isinstance(value, bool):
        return near(value, expected, tolerance)
    return bool(value == expected) and isinstance(value, bool) == isinstance(expected, bool)


def pair_item(plan, index, exchange):
    """One input and what must come of it."""
    hearing = Hearing(plan, exchange)
    CURRENT[:] = [hearing]
    given, expected = plan.pairs[index]

    def action():
        if plan.entry:
            value, wanted = hearing.ask("solve", (plan.entry, *json.loads(given))), json.loads(expected)
            right = same_value(value, wanted, plan.tolerance)
            if not right and type(wanted) is list and len(wanted) == 1:
                right = same_value(value, wanted[0], plan.tolerance)
        else:
            printed = hearing.ask("main", (given,))
            if type(printed) is not str:
                hearing.abort("rejected", "the output is no text")
            right = same_output(printed, expected, plan.tolerance)
        hearing.executed.add(0)
        if not right:
            raise AssertionError("another %s than expected" % ("value" if plan.entry else "output"))
    return [outcome(hearing, action)]
