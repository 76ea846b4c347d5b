"""The tests of a problem in EvalPlus's own form: inputs, and a trusted solution that says what each must give.

Runs in the judge, between the lines that set _PROMPT, _SOLUTION, _CONTRACT, _ENTRY, _MBPP, _TASK, _TOLERANCE and _INPUTS and the
loop over the inputs. Names begin with _, so that no function under test has one of them. What JSON cannot hold (tuples, sets,
complex numbers) is made again by the task, as EvalPlus's loader does; which outputs count as equal, by the function.
"""
import copy as _copy
import math as _math

import numpy as _numpy

# MBPP+: where lists of the file stand for tuples. Facts of EvalPlus's loader.
_ARGUMENTS = {2, 116, 132, 143, 222, 261, 273, 394, 399, 421, 424, 429, 470, 560, 579, 596, 616, 630, 726, 740, 744, 809}
_ITEMS = {63, 64, 70, 94, 120, 237, 272, 299, 400, 409, 417, 438, 473, 614, 780}
_ITEMS_OF_FIRST = {75, 413, 444, 753}
_FIRST = {250, 307, 405, 446, 617, 720, 763, 808}
_SECOND = {106, 750}
_ARGUMENTS_AND_ITEMS = {259, 401, 445}
_EVERYTHING = {580, 615, 791}

# Functions whose outputs are compared as sets, and whose outputs are compared as "is there one".
_AS_SETS = {"similar_elements", "find_char_long", "common_in_nested_lists", "extract_singly", "larg_nnum", "intersection_array",
            "find_dissimilar", "Diff"}
_AS_PRESENCE = {"check_str", "text_match_three", "text_starta_endb"}
_ANY_OUTPUT = {"are_equivalent": lambda out: True, "sum_div": lambda out: out == 0}


def _deep(x):
    return tuple(_deep(item) for item in x) if isinstance(x, list) else x


def _items(x):
    return [tuple(item) if isinstance(item, list) else item for item in x]


def _typed(task, args):
    """The arguments of one call as the task means them."""
    if task in _ARGUMENTS:
        return [tuple(a) for a in args]
    if task in _ITEMS:
        return [_items(a) for a in args]
    if task in _ITEMS_OF_FIRST:
        return [_items(args[0]), *args[1:]]
    if task in _FIRST:
        return [tuple(args[0]), *args[1:]]
    if task in _SECOND:
        return [args[0], tuple(args[1]), *args[2:]]
    if task in _ARGUMENTS_AND_ITEMS:
        return [tuple(_items(a)) for a in args]
    if task in _EVERYTHING:
        return [_deep(a) for a in args]
    if task == 115:
        return [[set(item) if item else {} for item in args[0]]]
    if task == 124:
        return [float(args[0]), complex(args[1])]
    if task == 252:
        return [complex(args[0])]
    if task == 278:
        return [tuple(_items(args[0]))]
    if task == 722:
        return [{key: tuple(value) for key, value in args[0].items()}, *args[1:]]
    return args


def _function(source):
    space = {"__name__": "reference"}
    exec(source, space)
    return space[_ENTRY]


def _contract_source():
    """The function with the contract as its whole body; None where there is none, or its head is not on one line."""
    if not _CONTRACT.strip():
        return None
    contract = [line for line in _CONTRACT.split("\n") if line.strip()]
    indent = contract[0][:len(contract[0]) - len(contract[0].lstrip())]
    lines = (_PROMPT + _SOLUTION).split("\n")
    heads = [i for i, line in enumerate(lines) if line.startswith(("def " + _ENTRY + "(", "def " + _ENTRY + " ("))]
    if not heads or not lines[heads[-1]].rstrip().endswith(":"):
        return None
    return "\n".join(lines[:heads[-1] + 1] + contract + [indent + "return True"])


def _allowed(args):
    """Does the contract of the task admit the arguments?"""
    if not _contract:
        return True
    try:
        return _contract(*_copy.deepcopy(args))
    except AssertionError:
        return False


def _all_floats(x):
    return isinstance(x, float) or isinstance(x, (list, tuple)) and all(isinstance(item, float) for item in x)


def _agrees(out, args):
    """Is this output as good as that of the trusted solution?"""
    if _ENTRY == "find_zero" and _TASK == 32:
        return abs(sum(c * _math.pow(out, i) for i, c in enumerate(args[0]))) <= _TOLERANCE
    expected = _reference(*_copy.deepcopy(args))
    if _ENTRY in _ANY_OUTPUT and _MBPP and _ANY_OUTPUT[_ENTRY](out):
        return True
    if _ENTRY in _AS_SETS and _MBPP:
        return set(out) == set(expected)
    if _ENTRY in _AS_PRESENCE and _MBPP and not isinstance(out, bool):
        return bool(expected) == (out is not None)
    if out == expected:
        return True
    tolerance = _TOLERANCE or (1e-6 if _all_floats(expected) else 0)
    return bool(tolerance) and bool(_numpy.allclose(out, expected, rtol=1e-07, atol=tolerance))


_reference = _function(_PROMPT + _SOLUTION)
_contract = _contract_source()
_contract = _contract and _function(_contract)
_ALL = [_typed(_TASK, args) if _MBPP else args for args in _INPUTS]

