"""Throws malformed claims, and random programs of requests, at the judge's own code. Usage: fuzz.py FOLDER claims|programs COUNT SEED.

A secret stands in every test, which neither a claim nor a program is told: no item may pass, and no request may hold it. Prints a
JSON object: how many verdicts of each kind, and what went wrong.
"""
import builtins
import collections
import json
import os
import random
import signal
import struct
import sys
import time

folder, mode, count, seed = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
os.dup2(os.open(os.devnull, os.O_WRONLY), 2)        # an event loop that meets a broken claim is loud
SECRET = "secret-%d-of-the-test" % (seed * 7919)


def space(*names):
    text = "\n".join(open(os.path.join(folder, n + ".py")).read() for n in names).replace("\nmain()\n", "\n")
    found = {"__name__": "maskflow", "__builtins__": dict(vars(builtins))}
    exec(compile(text, "maskflow", "exec"), found)
    return found


judge = space("codec", "membrane", "plan", "hearing", "pairs", "reading", "judge")
sys.setrecursionlimit(6000)
signal.signal(signal.SIGPROF, judge["alarm"])
draw = random.Random(seed)
problems, kinds = [], collections.Counter()

TESTS = ["assert f(1) == '%s'", "assert '%s' in f(1)", "assert list(f(1)) == ['%s']", "assert f(1)['k'] == '%s'",
         "for x in f(1):\n    assert x == '%s'\nassert f(2) == '%s'", "assert f(1).startswith('%s')", "assert f(1).name == '%s'",
         "a = [3]\nr = f(a)\nassert a == ['%s']", "assert {f(1): 1} == {'%s': 1}", "assert str(f(1)) == '%s'", "assert P(2) == '%s'",
         "try:\n    f(1)\nexcept Exception as e:\n    assert str(e) == '%s'\nelse:\n    assert False",
         "import asyncio\nassert asyncio.run(f(1)) == '%s'", "with f(1) as c:\n    assert c == '%s'",
         "assert sorted(f(1), key=lambda x: '%s') == '%s'", "assert f(lambda x: x) == '%s'", "assert 1 + f(1) == '%s'"]
PLANS = [judge["Plan"]({"tests": [t.replace("%s", SECRET)], "setup": "class N:\n    def __init__(self, v=0):\n        self.v = v\n",
                        "entry_points": ["f", "P"]}) for t in TESTS]
VALUES = [1, "x", None, True, 1.5, ["l", 1, 1, 2], ["t", 1, "a"], ["d", 3, "k", 1], ["S", 5, 1, 2], ["F", 1], ["I", "0xffff"], ["=", 1],
          ["o", 7, ["K", 8, "Thing", False, "__eq__ __contains__ __iter__ contains __len__ __bool__ __enter__ __exit__ __add__", None]],
          ["o", 9, ["K", 10, "generator", True, "__iter__ __next__", None]], ["E", ["K", 11, "Bad", False, "", ["ValueError"]]],
          ["X", 12, "KeyError", "text", ["t", "a"]], ["X", 13, ["K", 14, "Odd", False, "", ["Exception"]], "t", ["t"]], ["@", 1], ["@", 2],
          ["h", 15, ["K", 16, "L", False, ".append __len__", None], ["l", 17, 1, 2]], ["h", 18, ["K", 19, "T", False, "", None], ["t", 1]],
          ["v", 21, "N", "v", 3], ["V", "N"], ["N", "int"], ["N", "eval"], ["g", "os", "system"], ["r", "0x0", "0x9", "0x1"],
          ["D", "1.5"], ["D", "1e999999999"], ["Q", "0x1", "0x0"], ["M", "date", 2020, 1, 1], ["c", 1.0, 2.0], ["b", "00ff"], ["B", 23, "00"],
          ["q", 25, None, 1], ["Y", 27, "list", "k", ["l", 29]], ["O", 31, "a", 1], ["C", 33, "a", 1], ["A", "i", "01000000"], ["T", "list"],
          ["u", "Ellipsis"], ["k", 1], ["w", 1], ["P", "00" * 8], ["l", 41, ["P", "000000000000f03f" * 3]], ["P", 5], ["t", ["P", "0f"]], ["i", ["t", 1, 2]], ["z", 1, 2, 3], ["s", [55357, 56832]], ["K", 8], [], {}, [[]], "", -1]


def mutated(node, depth=0):
    dice = draw.random()
    if dice < 0.03:
        return draw.choice(VALUES)
    if dice < 0.05:
        return draw.choice([10 ** 30, -5, "\ud800", "@" * 50, 1e308, float("nan"), [["l"]], {"a": 1}, True, None, 2 ** 63])
    if type(node) is list and depth < 12:
        made = [mutated(x, depth + 1) for x in node]
        if made and draw.random() < 0.1:
            made.pop(draw.randrange(len(made)))
        if made and draw.random() < 0.1:
            made.insert(draw.randrange(len(made)), draw.choice(made))
        return made
    return node


def claim():
    value = draw.choice(VALUES)
    for _ in range(draw.choice((0, 0, 0, 1, 3))):
        value = [draw.choice("ltSFdqO"), draw.randrange(40), value, draw.choice(VALUES)]
    shape = draw.choice([["!", value, [], None, 0], ["^", value, [], None, 0], ["!", ["t", ["l", 0, value], None], [], None, 0],
                         ["!", value, [["l", draw.randrange(6), value]], ["out", "err"], 3],
                         ["?", draw.choice(["call", "getattr", "next", "add", "setattr", "dir", "nothing"]),
                          [["@", draw.randrange(4)], value, "__globals__"], ["k", value], [], [1], [2], None]])
    text = json.dumps(mutated(shape) if draw.random() < 0.5 else shape).encode()
    if draw.random() < 0.15:
        raw = bytearray(text)
        for _ in range(draw.randrange(1, 6)):
            raw[draw.randrange(len(raw))] = draw.randrange(256)
        text = bytes(raw)
    if draw.random() < 0.01:
        text = b"[" * draw.choice((100, 5000, 200000)) + text
    return text


def heard(body):
    if SECRET.encode() in body:
        problems.append("a request holds the secret: %r" % body[:200])


def judged(plan, exchange, what):
    began = time.process_time()
    judge["STARTED"][:] = [began]
    judge["grant"](judge["CPU_LIMIT"])
    try:
        found = judge["item"](plan, 0, exchange)
    except BaseException as e:
        problems.append("%s: the judge ended with %s: %s" % (what, type(e).__name__, str(e)[:200]))
        return
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    for kind, note in found:
        kinds[kind] += 1
        if kind == "passed":
            problems.append("%s passes" % what)
    if time.process_time() - began > 12:
        problems.append("%s takes %.0f s" % (what, time.process_time() - began))


def claims():
    judge["send"] = lambda kind, body: heard(body)
    for i in range(count):
        left = [200]

        def receive():
            left[0] -= 1
            return b"v" + claim() if left[0] > 0 else b'e["rejected", "enough"]'
        judge["receive"] = receive
        judged(draw.choice(PLANS), judge["exchange"], "claim %d" % i)


PROGRAM = """
class P:
    kinds = []
    def __init__(self, v): self.v = v; self.kids = []
    def __add__(self, o): return P(self.v)
    def __eq__(self, o): return isinstance(o, P) and self.v == o.v
    def __hash__(self): return 1
    def __len__(self): return 3
    def __iter__(self): return iter([1, self, [2]])
    def __call__(self, *a): return a
    def __getitem__(self, k): return k
    def __enter__(self): return self
    def __exit__(self, *e): return True
    def __lt__(self, o): return True
    def with_(self, f): return f(self)
class Q(P):
    def __contains__(self, x): return True
    def startswith(self, x): return True
class L(list):
    def pop(self, *a): return 'popped'
class E(ValueError): pass
def f(*a):
    return a[0] if a else Q(1)
def g(n=3):
    for i in range(n): yield [i, P(i)]
def h(x):
    if isinstance(x, list): x.append(h)
    if isinstance(x, dict): x['k'] = [x]
    raise E(x)
def m(fn): return fn(fn, 1)
async def co(x): return x
def big(n): return [list(range(n))] * 3
store = {}
def keep(x): store['x'] = x; return store
"""
ATOMS = ["(1)", "'s'", "None", "[1, [2]]", "{'a': [1]}", "{1, 2}", "(1, P)", "(lambda *a: a)", "P(2)", "L([1])", "f()", "g()", "co(1)", "v0", "v1",
         "v2", "E('x')", "big(40)", "keep([1])", "store", "P", "iter([1, 2])", "N(3)", "range(5)", "b'x'", "(1.5)", "f"]
SHAPES = ["f({a})", "P({a})", "{a}.v", "{a}.kids", "{a} + {b}", "{a} == {b}", "{a} < {b}", "{a} in {b}", "len({a})", "str({a})", "repr({a})",
          "list({a})", "sorted({a})", "{a}[0]", "{a}.pop()", "{a}.append({b})", "h({a})", "m({a})", "next({a})", "isinstance({a}, P)", "type({a})",
          "{a}.with_({b})", "[x for x, _ in zip({a}, range(90))]", "{a}({b})", "hash({a})", "keep({a})", "{{{a}: {b}}}", "vars({a})", "bool({a})",
          "setattr({a}, 'v', {b})", "{a}.__class__", "__import__('copy').deepcopy({a})", "f({a}, {b}).real", "{a} and {b}", "max({a}, {b})",
          "__import__('asyncio').run({a})", "list(map({a}, [1, 2]))", "{a}.startswith('%s')" % SECRET, "{a} == '%s'" % SECRET, "'%s' in {a}" % SECRET]


def random_test():
    lines = ["v0 = v1 = v2 = secret = None", "hidden = ['%s']" % SECRET]
    for _ in range(draw.randrange(3, 14)):
        expression = draw.choice(SHAPES).format(a=draw.choice(ATOMS), b=draw.choice(ATOMS))
        lines += ["try:", "    v%d = %s" % (draw.randrange(3), expression), "except Exception as e:", "    v2 = e"]
        if draw.random() < 0.1:
            lines += ["try:", "    with %s as v1:" % draw.choice(ATOMS), "        v0 = 1", "except Exception: pass"]
    return "\n".join(lines + ["assert f('guess') == hidden[0]"])


def programs():
    stage = space("codec", "membrane", "program")
    head = json.dumps({"code": PROGRAM, "setup": "class N:\n    def __init__(self, v=0):\n        self.v = v\n", "order": "setup_first",
                       "classes": ["N"]}).encode()
    for i in range(count):
        test = random_test()
        plan = judge["Plan"]({"tests": [test], "setup": "class N:\n    def __init__(self, v=0):\n        self.v = v\n",
                              "entry_points": ["f", "P", "L", "E", "g", "h", "m", "co", "big", "store", "keep"]})
        state = {}

        def send(kind, body):
            heard(body)
            if kind == b"o":
                ask, state["to"] = os.pipe()
                state["from"], answer = os.pipe()
                state["pid"] = os.fork()
                if state["pid"] == 0:
                    signal.setitimer(signal.ITIMER_PROF, 0)
                    signal.signal(signal.SIGPROF, signal.SIG_DFL)
                    os.close(state["to"])
                    os.close(state["from"])
                    signal.alarm(20)
                    sys.setrecursionlimit(1000)
                    tag, text = stage["perform"](struct.pack(">I", len(head)) + head + struct.pack(">I", 0) + body, ask, answer)
                    frame = tag + text.encode()
                    os.write(answer, struct.pack(">I", len(frame)) + frame)
                    os._exit(0)
                os.close(ask)
                os.close(answer)
            else:
                frame = memoryview(struct.pack(">I", len(body)) + body)
                while frame:
                    frame = frame[os.write(state["to"], frame):]

        def read(n):
            parts = b""
            while len(parts) < n:
                part = os.read(state["from"], n - len(parts))
                if not part:
                    return None
                parts += part
            return parts

        def receive():
            state["n"] = state.get("n", 0) + 1
            head = read(4)
            body = read(struct.unpack(">I", head)[0]) if head else None
            if body is None or body[:1] != b"v" or state["n"] > 20000:
                return b"e" + json.dumps(["error", (body or b"died").decode("utf-8", "replace")[:200]]).encode()
            return body
        judge["send"], judge["receive"] = send, receive
        judged(plan, judge["exchange"], "program %d\n%s\n" % (i, test))
        if state:
            os.kill(state["pid"], signal.SIGKILL)
            os.waitpid(state["pid"], 0)
            os.close(state["to"])
            os.close(state["from"])


(claims if mode == "claims" else programs)()
print(json.dumps({"kinds": kinds, "problems": problems[:20]}))
