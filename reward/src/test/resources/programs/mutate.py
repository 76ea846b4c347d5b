"""Mutants of reference solutions: an operator, a constant or a bound changed at one place. Deterministic.

stdin: a JSON object a line, {code, setup, tests}; argv: how many per program; stdout: the mutants in the same form.
"""
import ast
import json
import sys

SWAPS = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Add: ast.Sub,
         ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Div: ast.FloorDiv, ast.FloorDiv: ast.Div, ast.Mod: ast.FloorDiv, ast.And: ast.Or,
         ast.Or: ast.And, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.BitXor: ast.BitOr, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd}


def places(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and type(node.ops[0]) in SWAPS:
            yield node, "compare"
        elif isinstance(node, (ast.BinOp, ast.BoolOp, ast.AugAssign)) and type(node.op) in SWAPS:
            yield node, "operator"
        elif isinstance(node, ast.Constant) and type(node.value) in (int, bool):
            yield node, "constant"


def mutate(code, index):
    tree = ast.parse(code)
    found = list(places(tree))
    if not found:
        return None
    node, kind = found[index * 7 % len(found)]
    if kind == "compare":
        node.ops[0] = SWAPS[type(node.ops[0])]()
    elif kind == "operator":
        node.op = SWAPS[type(node.op)]()
    else:
        node.value = not node.value if type(node.value) is bool else node.value + (1 if index % 2 else -1)
    return ast.unparse(tree)


for number, line in enumerate(sys.stdin):
    row = json.loads(line)
    for i in range(int(sys.argv[1])):
        mutant = mutate(row["code"], number + i)
        if mutant:
            print(json.dumps({**row, "code": mutant}))
