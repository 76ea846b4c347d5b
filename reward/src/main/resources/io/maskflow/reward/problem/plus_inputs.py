"""The tests of a problem in EvalPlus's own form: inputs, and a trusted solution that says what each must give.

Runs in the judge, behind the lines that set PROMPT, SOLUTION, CONTRACT, ENTRY, TASK, TOLERANCE and INPUTS. What JSON cannot hold
(tuples, sets, complex numbers) is made again by the task, as EvalPlus's loader does; which outputs count as equal, by the function.
"""
import copy
import json
import math

import numpy

# MBPP+: where lists of the file stand for tuples. Facts of EvalPlus's loader.
ARGUMENTS = {2, 116, 132, 143, 222, 261, 273, 394, 399, 421, 424, 429, 470, 560, 579, 596, 616, 630, 726, 740, 744, 809}
ITEMS = {63, 64, 70, 94, 120, 237, 272, 299, 400, 409, 417, 438, 473, 614, 780}
ITEMS_OF_FIRST = {75, 413, 444, 753}
FIRST = {250, 307, 405, 446, 617, 720, 763, 808}
SECOND = {106, 750}
ARGUMENTS_AND_ITEMS = {259, 401, 445}
EVERYTHING = {580, 615, 791}

# Functions whose outputs are compared as sets, and whose outputs are compared as "is there one".
AS_SETS = {"similar_elements", "find_char_long", "common_in_nested_lists", "extract_singly", "larg_nnum", "intersection_array",
           "find_dissimilar", "Diff"}
AS_PRESENCE = {"check_str", "text_match_three", "text_starta_endb"}
ANY_OUTPUT = {"are_equivalent": lambda out: True, "sum_div": lambda out: out == 0}


def deep(x):
    return tuple(deep(item) for item in x) if isinstance(x, list) else x


def items(x):
    return [tuple(item) if isinstance(item, list) else item for item in x]


def typed(task, args):
    """The arguments of one call as the task means them."""
    if task in ARGUMENTS:
        return [tuple(a) for a in args]
    if task in ITEMS:
        return [items(a) for a in args]
    if task in ITEMS_OF_FIRST:
        return [items(args[0]), *args[1:]]
    if task in FIRST:
        return [tuple(args[0]), *args[1:]]
    if task in SECOND:
        return [args[0], tuple(args[1]), *args[2:]]
    if task in ARGUMENTS_AND_ITEMS:
        return [tuple(items(a)) for a in args]
    if task in EVERYTHING:
        return [deep(a) for a in args]
    if task == 115:
        return [[set(item) if item else {} for item in args[0]]]
    if task == 124:
        return [float(args[0]), complex(args[1])]
    if task == 252:
        return [complex(args[0])]
    if task == 278:
        return [tuple(items(args[0]))]
    if task == 722:
        return [{key: tuple(value) for key, value in args[0].items()}, *args[1:]]
    return args


def function(source):
    space = {"__name__": "reference"}
    exec(source, space)
    return space[ENTRY]


def contract_source():
    """The function with the contract as its whole body; None where there is none, or its head is not on one line."""
    if not CONTRACT.strip():
        return None
    contract = [line for line in CONTRACT.split("\n") if line.strip()]
    indent = contract[0][:len(contract[0]) - len(contract[0].lstrip())]
    lines = (PROMPT + SOLUTION).split("\n")
    heads = [i for i, line in enumerate(lines) if line.startswith(("def " + ENTRY + "(", "def " + ENTRY + " ("))]
    if not heads or not lines[heads[-1]].rstrip().endswith(":"):
        return None
    return "\n".join(lines[:heads[-1] + 1] + contract + [indent + "return True"])


def allowed(args):
    """Does the contract of the task admit the arguments?"""
    if not contract:
        return True
    try:
        return contract(*copy.deepcopy(args))
    except AssertionError:
        return False


def all_floats(x):
    return isinstance(x, float) or isinstance(x, (list, tuple)) and all(isinstance(item, float) for item in x)


def agrees(out, args):
    """Is this output as good as that of the trusted solution?"""
    if ENTRY == "find_zero" and TASK == 32:
        return abs(sum(c * math.pow(out, i) for i, c in enumerate(args[0]))) <= TOLERANCE
    expected = reference(*copy.deepcopy(args))
    if ENTRY in ANY_OUTPUT and MBPP and ANY_OUTPUT[ENTRY](out):
        return True
    if ENTRY in AS_SETS and MBPP:
        return set(out) == set(expected)
    if ENTRY in AS_PRESENCE and MBPP and not isinstance(out, bool):
        return bool(expected) == (out is not None)
    if out == expected:
        return True
    tolerance = TOLERANCE or (1e-6 if all_floats(expected) else 0)
    return bool(tolerance) and bool(numpy.allclose(out, expected, rtol=1e-07, atol=tolerance))


reference = function(PROMPT + SOLUTION)
contract = contract_source()
contract = contract and function(contract)
ALL = [typed(TASK, args) if MBPP else args for args in INPUTS]


def check(candidate):
    for args in ALL:
        if allowed(args):
            assert agrees(candidate(*args), args)
