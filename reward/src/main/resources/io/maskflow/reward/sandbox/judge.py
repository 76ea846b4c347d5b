"""The judge: knows the tests, never runs candidate code.

PLAN cuts each maximal expression that belongs to the candidate out of an assert; only its source text (a hole) and what it needs
of the test's own set-up go to the sandbox. CHECK puts the claimed value into the hole and evaluates the whole assert with
Python's own operators on plain builtins. Tests that cannot be cut that way (loops, check(candidate), helper functions that call
the candidate) RUN here with stubs in place of the candidate's names: each call of a stub is one sandbox run.

Frames both ways: u32 length and JSON; a request with "claim": n is followed by n raw bytes, the child's untouched frame.
Runs after codec.py in one namespace.
"""

import ast
import builtins
import os
import resource
import signal
import struct
import sys
import time
import types
import warnings

warnings.simplefilter("ignore")

CPU_LIMIT = 5.0         # seconds of CPU for one check
MEMORY_LIMIT = 1 << 30  # address space of the judge
APART = 1_000           # a claim heavier than this is checked in a process of its own
PLANS = 2_048           # plans kept
MANY = 64               # calls of one test program beyond which they go out in batches
BATCH = 50              # calls of one batch
KNOWN = set(dir(builtins)) | {"__name__", "__file__"}
WORDS = {"isclose": "math"}
HARD_CPU = resource.getrlimit(resource.RLIMIT_CPU)[1]
SCOPES = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
SIMPLE = (ast.Assert, ast.Import, ast.ImportFrom, ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr, ast.Pass)
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
RANK = ("rejected", "memory", "crashed", "timeout", "error", "failed")


class Limit(BaseException):
    """The check used more than the judge grants."""


class Dynamic(Exception):
    """The test cannot be cut: it must run with stubs."""


# --- names ---------------------------------------------------------------------------------------------------------------------

def loads(node):
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, (ast.Load, ast.Del))}


def stores(node):
    """Names that a statement binds or may change at its own level."""
    if isinstance(node, DEFINITIONS):
        return {node.name}
    found = set()
    for n in ast.walk(node):
        if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store):
            found.add(n.id)
        elif isinstance(n, (ast.Import, ast.ImportFrom)):
            found |= {(a.asname or a.name).split(".")[0] for a in n.names}
        elif isinstance(n, DEFINITIONS):
            found.add(n.name)
        elif isinstance(n, ast.ExceptHandler) and n.name:
            found.add(n.name)
    return found


def changes(node):
    """Names whose objects a statement may change without binding them: xs.append(1), xs[0] = 2, heapify(xs)."""
    if isinstance(node, (ast.Expr, ast.For, ast.While)):
        return loads(node) - KNOWN
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AugAssign) else []
    return {n for t in targets if not isinstance(t, ast.Name) for n in loads(t)}


def arguments(node):
    a = node.args
    return {x.arg for x in a.posonlyargs + a.args + a.kwonlyargs + [y for y in (a.vararg, a.kwarg) if y]}


def unbound(tree):
    """Names that are read somewhere and bound nowhere in the tree, over-cautious about scopes in favour of the binding."""
    bound = stores(tree)
    for n in ast.walk(tree):
        if isinstance(n, (ast.Lambda, ast.FunctionDef, ast.AsyncFunctionDef)):
            bound |= arguments(n)
    return loads(tree) - bound - KNOWN


def defined_by(code):
    """What a trusted program defines at its top level, and the imports it makes there."""
    tree = ast.parse(code)
    names, imports = set(), []
    for s in tree.body:
        if isinstance(s, (ast.Import, ast.ImportFrom)):
            imports.append(s)
        elif isinstance(s, DEFINITIONS):
            names.add(s.name)
        else:
            names |= stores(s) - KNOWN
    return names, imports


def standard_imports(imports):
    kept = []
    for s in imports:
        top = s.module if isinstance(s, ast.ImportFrom) else s.names[0].name
        if top and top.split(".")[0] in sys.stdlib_module_names:
            kept.append(s)
    return kept


# --- plans ---------------------------------------------------------------------------------------------------------------------

class Plan:
    """How the tests of one problem are run: for each test its steps in the sandbox and its expressions here."""

    def __init__(self, spec):
        self.setup = spec.get("setup") or ""
        self.tests = []
        self.setup_code = None
        self.reference_imports = []
        self.setup_tree = ast.parse(self.setup)
        trees = [ast.parse(t) for t in spec.get("tests", ())]
        self.program = spec.get("program")
        self.entry = spec.get("entry")
        self.prelude = spec.get("prelude") or ""
        names = set(spec.get("entry_points") or ())
        if self.entry:
            names.add(self.entry)
        if spec.get("reference"):
            try:
                defined, imports = defined_by(spec["reference"])
                program = [ast.parse(self.program)] if self.program else []
                used = set().union(*(loads(t) for t in trees + [self.setup_tree] + program))
                names |= defined & used
                self.reference_imports = standard_imports(imports)
            except SyntaxError:
                pass
        whole = ast.Module(self.setup_tree.body + [s for t in trees for s in t.body], [])
        if self.program and not self.entry:
            whole.body += ast.parse(self.program).body + ast.parse(self.prelude).body
        given = stores(ast.Module(self.reference_imports, []))
        free = unbound(whole) - given - names
        self.modules = sorted(n for n in free if n in sys.stdlib_module_names and n not in names and is_attribute_base(whole, n))
        words = {n for n in free if n in WORDS and wraps_candidate(whole, n, free | names)}
        self.words = sorted(words)
        names |= free - set(self.modules) - words
        if not names & loads(whole) and not self.program:
            names |= builtin_subjects(trees)
        self.names = names
        self.tainted = set(names)
        self.helpers = set()        # functions of the set-up that call the candidate
        self.own_setup = []         # statements of the set-up that the judge runs too
        for s in self.setup_tree.body:
            touched = loads(s) & self.tainted or stores(s) & self.names
            if touched and isinstance(s, DEFINITIONS):
                self.helpers |= stores(s)
                self.own_setup.append(s)
            elif touched:
                self.tainted |= stores(s)
            else:
                self.own_setup.append(s)
        self.tests = [self.cut(t) for t in trees]
        if self.program:
            self.tests = [{"mode": "run", "program": True, **lint(ast.parse(self.program), self.names | {"candidate"})}]

    def cut(self, tree):
        try:
            return self.cut_static(tree)
        except Dynamic as why:
            return {"mode": "run", "tree": tree, "why": str(why), **lint(tree, self.names)}

    def cut_static(self, tree):
        tainted, own, steps, asserts = set(self.tainted), [], [], []
        before = []
        vacuous = boolean = 0
        texts = False
        for s in tree.body:
            if not isinstance(s, SIMPLE + DEFINITIONS) and not drives(s):
                raise Dynamic(type(s).__name__)
            if loads(s) & self.helpers:
                raise Dynamic("helper")
            if not isinstance(s, ast.Assert):
                touched = loads(s) & tainted
                if touched and isinstance(s, DEFINITIONS):
                    raise Dynamic("helper")
                if touched:
                    tainted |= stores(s) | (changes(s) - set(self.names))
                else:
                    own.append(s)
                before.append((s, bool(touched)))
                continue
            cutter = Cutter(tainted, self.names, sum(len(a["holes"]) for a in asserts))
            test = cutter.visit(ast.parse(ast.unparse(s.test), mode="eval").body)
            texts |= asks_for_more(test)
            steps += self.needed(before, cutter.holes)
            steps += [["hole", h] for h in cutter.holes]
            vacuous += both_sides(test)
            boolean += compares_booleans(test)
            asserts.append({"holes": cutter.holes, "own": list(own), "test": test})
        if not asserts:
            raise Dynamic("no assert")
        compiled = []
        for a in asserts:
            body = ast.Module(a["own"], [])
            expression = ast.Expression(a["test"])
            compiled.append((compile(ast.fix_missing_locations(body), "<test>", "exec"),
                             compile(ast.fix_missing_locations(expression), "<test>", "eval"), len(a["holes"])))
        holes = sum(c[2] for c in compiled)
        if holes == 0:
            vacuous += 1
        if holes > 1 or texts:
            steps.insert(0, ["say", holes > 1, texts])
        return {"mode": "cut", "steps": steps, "compiled": compiled, "holes": holes, "vacuous": vacuous,
                "boolean": boolean == len(asserts)}

    def needed(self, before, holes):
        """The statements before an assert that its holes depend on, and no others: the rest may hold the expected value."""
        wanted = set().union(*(loads(ast.parse(h, mode="eval")) for h in holes)) if holes else set()
        kept = []
        for s, touched in reversed(before):
            if touched or (stores(s) | changes(s)) & wanted:
                wanted |= loads(s)
                kept.append(s)
        more = True
        while more:     # what changes an object that the candidate holds, but no new binding of its name
            found = [s for s, _ in before if s not in kept and changes(s) & wanted]
            more = bool(found)
            kept += found
            wanted = wanted.union(*(loads(s) for s in found))
        steps = [["do", ast.unparse(s)] for s, _ in before if s in kept]
        before.clear()
        return steps

    def namespace(self):
        space = {"__name__": "test", "__builtins__": builtins}
        for m in self.modules:
            space[m] = __import__(m)
        for w in self.words:
            space[w] = getattr(__import__(WORDS[w]), w)
        for s in self.reference_imports:
            try:
                exec(compile(ast.Module([s], []), "<imports>", "exec"), space)
            except ImportError:
                pass
        if self.setup_code is None:
            self.setup_code = compile(ast.Module(self.own_setup, []), "<setup>", "exec")
        exec(self.setup_code, space)
        return space


def drives(s):
    """A loop that only calls: no assert, no choice, no raise in it, so there is nothing in it that a candidate must not see."""
    return isinstance(s, (ast.For, ast.While)) and not any(
        isinstance(n, (ast.Assert, ast.If, ast.IfExp, ast.Compare, ast.BoolOp, ast.Raise, ast.Try, ast.With, *DEFINITIONS))
        for n in ast.walk(s))


def asks_for_more(test):
    """Does the assert ask for the text or the length of a value?"""
    return any(isinstance(n, ast.FormattedValue) or isinstance(n, ast.Call) and isinstance(n.func, ast.Name)
               and n.func.id in ("str", "repr", "format", "len") for n in ast.walk(test))


def is_attribute_base(tree, name):
    return any(isinstance(n, ast.Attribute) and isinstance(n.value, ast.Name) and n.value.id == name for n in ast.walk(tree))


def wraps_candidate(tree, word, names):
    """Is `word` called around a call of another unknown name? Then it is a helper of the test that forgot its import."""
    for n in ast.walk(tree):
        if isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id == word:
            inner = {m.func.id for a in n.args for m in ast.walk(a) if isinstance(m, ast.Call) and isinstance(m.func, ast.Name)}
            if inner & (names - {word}):
                return True
    return False


def builtin_subjects(trees):
    """Tests that name no unknown function test one that is named like a builtin (MBPP 126 defines sum): the outermost call on the left."""
    found = set()
    for s in (s for t in trees for s in t.body if isinstance(s, ast.Assert)):
        e = s.test
        while isinstance(e, (ast.Compare, ast.UnaryOp)):
            e = e.left if isinstance(e, ast.Compare) else e.operand
        if isinstance(e, ast.Call) and isinstance(e.func, ast.Name):
            found.add(e.func.id)
    return found if len(found) == 1 else set()


class Cutter(ast.NodeTransformer):
    """Replaces each maximal chain of calls, attributes and subscripts that starts at a tainted name by a hole."""

    def __init__(self, tainted, functions, first):
        self.tainted = tainted
        self.functions = functions
        self.first = first
        self.holes = []
        self.bound = []

    def visit(self, node):
        if isinstance(node, SCOPES):
            names = arguments(node) if isinstance(node, ast.Lambda) else stores(node)
            self.bound.append(names)
            try:
                return self.generic_visit(node)
            finally:
                self.bound.pop()
        if isinstance(node, ast.NamedExpr):
            raise Dynamic("walrus")
        root = node
        while isinstance(root, (ast.Call, ast.Attribute, ast.Subscript)):
            root = root.func if isinstance(root, ast.Call) else root.value
        if isinstance(root, ast.Name) and root.id in self.tainted and isinstance(node, ast.expr):
            if node is root and root.id in self.functions:
                raise Dynamic("a function of the candidate as a value")
            if loads(node) & set().union(*self.bound):
                raise Dynamic("bound by a comprehension")
            self.holes.append(ast.unparse(node))
            index = ast.Constant(self.first + len(self.holes) - 1)
            return ast.copy_location(ast.Call(ast.Name("__hole__", ast.Load()), [index], []), node)
        return self.generic_visit(node)


def is_hole(node):
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "__hole__"


def both_sides(test):
    """1 when the candidate is compared with itself only."""
    if not isinstance(test, ast.Compare):
        return 0
    sides = [test.left, *test.comparators]
    return int(all(any(is_hole(n) for n in ast.walk(s)) for s in sides))


def compares_booleans(test):
    """1 when the assert asks for a truth value only."""
    if is_hole(test) or isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return 1
    return int(isinstance(test, ast.Compare) and any(isinstance(c, ast.Constant) and isinstance(c.value, bool)
                                                    for c in [test.left, *test.comparators]))


def lint(tree, names):
    """What a test that is not cut asks for: how many asserts compare the candidate with itself only, and whether all ask for truth values."""
    tests = [n.test for n in ast.walk(tree) if isinstance(n, ast.Assert)]
    vacuous = boolean = 0
    for test in tests:
        sides = [test.left, *test.comparators] if isinstance(test, ast.Compare) else []
        vacuous += bool(sides) and all(loads(s) & names for s in sides)
        bare = test.operand if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not) else test
        boolean += (isinstance(bare, ast.Call) and isinstance(bare.func, ast.Name) and bare.func.id in names
                    or any(isinstance(s, ast.Constant) and isinstance(s.value, bool) for s in sides))
    return {"vacuous": vacuous, "boolean": boolean == len(tests) > 0}


# --- checks --------------------------------------------------------------------------------------------------------------------

def alarm(_signal, _frame):
    raise Limit("the check took more than %.0f s of CPU" % CPU_LIMIT)


def grant():
    """From now on, so much CPU time. The alarm ends what is Python; what is C, and hears no alarm, ends with the process."""
    signal.setitimer(signal.ITIMER_PROF, CPU_LIMIT)
    resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time() + CPU_LIMIT) + 3, HARD_CPU))


def verdict_of(action):
    """Runs a check. Returns a class and a note."""
    grant()
    try:
        return ("passed", "") if action() else ("failed", "")
    except Raised as e:
        return e.kind, e.note
    except (TooLarge, Malformed, Limit) as e:
        return "rejected", str(e)
    except MemoryError:
        return "rejected", "the check ran out of memory"
    except RecursionError:
        return "rejected", "the check went too deep"
    except AssertionError:
        return "failed", ""
    except Exception as e:
        return "error", ("%s: %s" % (type(e).__name__, e))[:200]
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        resource.setrlimit(resource.RLIMIT_CPU, (HARD_CPU, HARD_CPU))


def apart(action):
    """The same in a process of its own: a claim that explodes in C code, where no signal is heard, takes only that process along."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.close(reader)
            os.close(0)
            os.close(1)
            kind, note = verdict_of(action)
            os.write(writer, json.dumps([kind, note[:500]]).encode())
        finally:
            os._exit(0)
    os.close(writer)
    got = b""
    try:
        while True:
            part = os.read(reader, 65536)
            if not part:
                break
            got += part
    finally:
        os.close(reader)
        os.waitpid(pid, 0)
    if not got:
        return "rejected", "the check of a large value took more than %.0f s of CPU" % CPU_LIMIT
    kind, note = json.loads(got)
    return kind, note


def read_claim(text, expected):
    """The values of the holes of one test, undecoded: each claim is judged when the assert asks for it."""
    try:
        tree = json.loads(text, parse_float=refuse, parse_constant=refuse, parse_int=small)
    except (ValueError, RecursionError, Malformed) as e:
        raise Malformed("no claim: %s" % type(e).__name__) from None
    if type(tree) is not list or len(tree) != expected:
        raise Malformed("%s values for %d holes" % (len(tree) if type(tree) is list else "no", expected))
    for item in tree:
        if type(item) is not list or len(item) != 2 or item[0] not in ("v", "e") or item[0] == "e" and type(item[1]) is not str:
            raise Malformed("neither a value nor an exception")
    return tree


def refuse(_):
    raise Malformed("a bare float")


def small(text):
    if len(text) > 17:
        raise Malformed("a long bare integer")
    return int(text)


def nodes(tree):
    """How many nodes a JSON tree has, up to a little over APART, without building a value; text counts by its length."""
    count, stack = 0, [tree]
    while stack and count <= APART:
        node = stack.pop()
        count += 1
        if type(node) is list:
            stack += node
            if node and node[0] in ("I", "D", "r", "Q"):
                count += 20 + sum(len(x) for x in node if type(x) is str)
            elif len(node) == 3 and node[0] == "*" and type(node[1]) is int:
                count += abs(node[1])
        elif type(node) is str:
            count += len(node) >> 5
    return count


class Claims:
    """Hands the claimed values to the assert, one by one."""

    def __init__(self, tree):
        self.tree = tree
        self.decoder = Decoder()
        self.built = {}

    def __call__(self, index):
        kind, value = self.tree[index]
        if kind == "e":
            raise raised(value)
        if index not in self.built:
            self.decoder.floats = []
            self.built[index] = self.decoder.build(value, 0)
        return self.built[index]


def raised(note):
    """What a candidate's exception is to the test: one that also is of the builtin class it claims to be, so that a test may expect it."""
    claimed = vars(builtins).get(note.split(":")[0])
    if isinstance(claimed, type) and issubclass(claimed, Exception):
        try:
            return type("Raised", (Raised, claimed), {})("error", note)
        except TypeError:
            pass
    return Raised("error", note)


def check(plan, test, claim):
    if len(claim) > MAX_TEXT + 1024:
        return "rejected", "more than %d characters" % MAX_TEXT
    try:
        tree = read_claim(claim.decode("utf-8", "strict"), test["holes"])
    except (Malformed, UnicodeDecodeError, MemoryError) as e:
        return "rejected", str(e)[:200]

    def action():
        space = plan.namespace()
        space["__hole__"] = Claims(tree)
        for own, expression, _ in test["compiled"]:
            exec(own, space)
            if not eval(expression, space):
                return False
        return True

    return apart(action) if nodes(tree) > APART else verdict_of(action)


# --- tests that run here with stubs --------------------------------------------------------------------------------------------

class Stub:
    """Stands for a function of the candidate: a call of it is one run in the sandbox."""

    def __init__(self, name, ask):
        self.__dict__.update(_name=name, _ask=ask)

    def __call__(self, *positional, **keywords):
        return self._ask(self._name, positional, keywords)


class StubEncoder(Encoder):
    def _put(self, v, out, depth):
        Encoder._put(self, Reference(v._name) if type(v) is Stub else v, out, depth)


class Sites:
    """One verdict per assert of the program: its worst execution."""

    def __init__(self):
        self.kinds = {}

    def record(self, index, kind, note=""):
        old = self.kinds.get(index)
        if old is None or old[0] == "passed":
            self.kinds[index] = (kind, note)

    def passed(self, index, value):
        self.record(index, "passed" if value else "failed")

    def raised(self, index, e):
        if isinstance(e, Limit):
            raise e
        if isinstance(e, Recorded):
            return
        if isinstance(e, Raised):
            self.record(index, e.kind, e.note)
        elif isinstance(e, (TooLarge, Malformed, MemoryError, RecursionError)):
            self.record(index, "rejected", type(e).__name__)
        else:
            self.record(index, "failed" if isinstance(e, AssertionError) else "error", type(e).__name__)


class SiteMarker(ast.NodeTransformer):
    """Turns each assert of the program and of check() into a site; asserts inside other functions belong to the call around them."""

    def __init__(self, subjects):
        self.subjects = subjects
        self.count = 0

    def visit_FunctionDef(self, node):
        return self.generic_visit(node) if node.name == "check" else node

    def visit_ClassDef(self, node):
        return node

    def visit_Try(self, node):
        """What an except clause waits for must reach it: the guarded statements stay as they are."""
        body, node.body = node.body, []
        self.generic_visit(node)
        node.body = body
        return node

    def visit_Assert(self, node):
        return self.site("__sites__.passed(%d, None)", node.test)

    def visit_Expr(self, node):
        called = {n.func.id for n in ast.walk(node) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
        return self.site("__sites__.passed(%d, (None, True)[1])", node.value) if called & self.subjects else node

    def site(self, shape, expression):
        index = self.count
        self.count += 1
        template = ast.parse("try:\n    %s\nexcept BaseException as __e__:\n    __sites__.raised(%d, __e__)" % (shape % index, index))

        class Fill(ast.NodeTransformer):
            def visit_Constant(self, node):
                return expression if node.value is None else node

        return ast.copy_location(Fill().visit(template.body[0]), expression)


class Recorded(BaseException):
    """In place of an answer, while the calls of a long test program are collected."""


class Calls:
    """The candidate's calls of one test: the arguments go out as data, a claim comes back.

    One call, one run. A program of very many calls (the plus tests have up to a thousand) is first gone through without answers,
    and the calls that it makes go out in batches of one run each, as in plain Python, where they all share one. Whatever that does
    not settle is called alone.
    """

    def __init__(self):
        self.known = {}
        self.recorded = None

    def __call__(self, name, positional, keywords):
        call = (name, StubEncoder().encode(([*positional], dict(keywords))))
        if self.recorded is not None:
            self.recorded[call] = True
            raise Recorded
        signal.setitimer(signal.ITIMER_PROF, 0)
        item = self.known.get(call) or self.ask([call], False)[0]
        grant()     # each answer may cost as much as the answer of one assert
        return Claims([item])(0)

    def ask(self, calls, batch):
        send({"call": [["call", *c] for c in calls], "batch": batch})
        answer, claim = receive()
        if "kind" in answer:
            note = answer.get("note", "")
            raise raised(note) if answer["kind"] == "error" and not batch else Raised(answer["kind"], note)
        return read_claim(claim.decode("utf-8", "strict"), len(calls))

    def collect(self, action):
        """Asks for what `action` will want to know, if that is much."""
        self.recorded = {}
        verdict_of(lambda: recording(action))
        calls, self.recorded = list(self.recorded)[::-1], None
        while calls and len(calls) + len(self.known) > MANY:
            batch = [calls.pop()]
            while calls and len(batch) < BATCH and sum(len(c[1]) for c in batch) < MAX_TEXT >> 4:
                batch.append(calls.pop())
            try:
                self.known.update(zip(batch, self.ask(batch, True)))
            except (Raised, Malformed):
                return


def recording(action):
    try:
        return action()
    except Recorded:
        return True


def run(plan, test):
    """Runs a test with stubs. Returns one class per assert of a program, one in all for a single test."""
    sites = Sites()
    single = not test.get("program")
    tree = ast.parse(ast.unparse(test["tree"])) if single else ast.parse(plan.program)
    marker = SiteMarker({"candidate"} | plan.names)
    tree = ast.fix_missing_locations(marker.visit(tree))
    space = plan.namespace()
    space["__sites__"] = sites

    calls = Calls()
    compiled = compile(tree, "<test>", "exec")

    def action():
        if plan.prelude:
            exec(compile(plan.prelude, "<prompt>", "exec"), space)
        for name in plan.names:
            space[name] = Stub(name, calls)
        exec(compiled, space)
        if not single and plan.entry and "check" in space:
            space["check"](space[plan.entry])
        return True

    if not single:
        calls.collect(action)
        sites.kinds.clear()
        space = plan.namespace()
        space["__sites__"] = sites
    kind, note = verdict_of(action)
    result = [sites.kinds.get(i, (kind if kind != "passed" else "error", note or "not reached")) for i in range(marker.count)]
    if single:
        bad = [r for r in result if r[0] != "passed"]
        return [bad[0] if bad else ("passed", "") if result and kind == "passed" else (kind, note)]
    return result or [(kind if kind != "passed" else "error", note or "the test program has no assert")]


# --- numpy, as far as the plus tests need it ------------------------------------------------------------------------------------

def flat(x):
    """The numbers of a nested sequence in order."""
    if isinstance(x, (list, tuple, set, frozenset, range)):
        return [n for item in x for n in flat(item)]
    if isinstance(x, (int, float, complex)):
        return [x]
    raise TypeError("no number: " + type(x).__name__)


def shape(x):
    return (len(x), *(shape(next(iter(x))) if len(x) else ())) if isinstance(x, (list, tuple)) else ()


def allclose(a, b, rtol=1e-05, atol=1e-08, equal_nan=False):
    """|a - b| <= atol + rtol |b| everywhere; numbers stretch over sequences."""
    left, right = flat(a), flat(b)
    if shape(a) == () and len(left) == 1:
        left = left * len(right)
    elif shape(b) == () and len(right) == 1:
        right = right * len(left)
    elif shape(a) != shape(b):
        raise ValueError("operands could not be broadcast together")
    return all(x == y or abs(x - y) <= atol + rtol * abs(y) and abs(y) != float("inf") for x, y in zip(left, right))


def stand_in():
    """The plus tests import numpy for allclose() and type names only: a stand-in spares a heavy library and gives the same answers."""
    numpy = types.ModuleType("numpy")
    numpy.allclose = allclose
    numpy.ndarray = type("ndarray", (), {})
    numpy.float64 = numpy.float32 = float
    numpy.inf, numpy.nan = float("inf"), float("nan")
    return numpy


# --- programs as text: parsed, never run ----------------------------------------------------------------------------------------

def parses(text):
    try:
        ast.parse(text)
        return True
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return False


def longest_program(lines):
    """The run of lines with the most words in it that parses; the first of equals."""
    filled = [0]
    for line in lines:
        filled.append(filled[-1] + bool(line.strip()))
    best, found = 0, ""
    for i in range(len(lines)):
        for j in range(len(lines), i, -1):
            if filled[j] - filled[i] <= best:
                break
            if parses("\n".join(lines[i:j])):
                best, found = filled[j] - filled[i], "\n".join(lines[i:j])
                break
    return found


def definitions(text, entry, first, limit):
    """Imports, and the definitions that an entry point reaches by name; functions count only if they return.

    `first`: the first definition of a name is kept, else the last; `limit`: lines looked at, 0 for all.
    """
    lines = text.replace("\t", "    ").replace("\r\n", "\n").replace("\r", "\n").strip().split("\n")
    tree = ast.parse(longest_program(lines[:limit] if limit else lines))
    imports, found = [], {}
    for s in tree.body:
        if isinstance(s, (ast.Import, ast.ImportFrom)):
            imports.append(s)
            continue
        name = None
        if isinstance(s, ast.ClassDef) or isinstance(s, ast.FunctionDef) and any(isinstance(n, ast.Return) for n in ast.walk(s)):
            name = s.name
        elif isinstance(s, ast.Assign) and isinstance(s.targets[0], ast.Name):
            name = s.targets[0].id
        if name and not (first and name in found):
            found[name] = s
    reached, open_names = set(), [entry] if entry else list(found)
    while open_names:
        name = open_names.pop()
        if name in found and name not in reached:
            reached.add(name)
            open_names += [n.id for n in ast.walk(found[name]) if isinstance(n, ast.Name)]
    return "\n".join(ast.unparse(s) for s in imports + [s for name, s in found.items() if name in reached])


def reduce_text(message):
    out = []

    def action():
        out.append(definitions(message["text"], message["entry"], message["first"], message["limit"]))
        return True
    kind, _ = verdict_of(action)
    return {"code": out[0]} if kind == "passed" else {}


# --- protocol ------------------------------------------------------------------------------------------------------------------

def send(message):
    body = json.dumps(message).encode()
    data = memoryview(struct.pack(">I", len(body)) + body)
    while data:
        data = data[os.write(OUT, data):]


def exactly(n):
    parts = []
    while n:
        part = os.read(IN, min(n, 1 << 20))
        if not part:
            os._exit(0)
        parts.append(part)
        n -= len(part)
    return b"".join(parts)


def receive():
    message = json.loads(exactly(struct.unpack(">I", exactly(4))[0]))
    return message, exactly(message.get("claim", 0))


def describe_plan(plan):
    return {"setup": plan.setup, "tests": [
        {"mode": t["mode"], "steps": t.get("steps", []), "holes": t.get("holes", 0), "vacuous": t.get("vacuous", 0),
         "boolean": t.get("boolean", False)} for t in plan.tests]}


def answer(message, claim, plans):
    if message["op"] == "definitions":
        return reduce_text(message)
    if message["op"] == "plan":
        try:
            plan = Plan(message["spec"])
        except (SyntaxError, ValueError, RecursionError) as e:
            return {"bad": "%s: %s" % (type(e).__name__, e)}
        if len(plans) >= PLANS:
            plans.pop(next(iter(plans)))
        plans[message["key"]] = plan
        return describe_plan(plan)
    plan = plans.get(message["key"])
    if plan is None:
        return {"unknown": True}
    test = plan.tests[message["test"]]
    if message["op"] == "check":
        return {"tests": [check(plan, test, claim)]}
    return {"tests": run(plan, test)}


def main():
    global IN, OUT
    IN, OUT = os.dup(0), os.dup(1)
    null = os.open("/dev/null", os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(null, fd)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGPROF, alarm)
    signal.signal(signal.SIGINT, signal.SIG_IGN)    # Ctrl-C reaches the whole group; whoever started us closes our input
    sys.setrecursionlimit(RECURSION)
    sys.path[:] = [p for p in sys.path if p]
    sys.modules["numpy"] = stand_in()
    plans = {}
    send({"hello": sys.version.split()[0]})
    while True:
        message, claim = receive()
        send(answer(message, claim, plans))


main()
