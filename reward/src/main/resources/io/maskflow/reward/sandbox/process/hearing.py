"""The judge's side of the membrane: one test item, run as it stands, against one program.

Whether an answer equals, orders before or contains what the judge knows is never decided by the program: an answer that is no
data is unequal to data, whatever it says of itself; only two things of the program are compared by the program. A time-out, an
exit, a crash or a limit is no exception that a test can catch: it is noted where no test sees it, and ends the item whatever the
test does. Runs after codec.py, membrane.py and plan.py in one namespace, in a process of its own (judge.py).
"""

import inspect
import io
import random
import unittest

# Methods that would let an answer say whether it is, has or resembles what the test knows.
ASKING = frozenset("startswith endswith issubset issuperset isdisjoint count index find rfind rindex".split()
                   + [n for t in (str, float, int) for n in dir(t) if n.startswith("is")])
ARITHMETIC = frozenset([*BINARY, *("i" + n for n in BINARY), "divmod"])
READABLE = frozenset(("__name__", "__qualname__", "__doc__", "__module__"))
CLOSED_TYPES = (types.FunctionType, types.BuiltinFunctionType, types.MethodType, type, types.ModuleType, types.FrameType,
                types.CodeType, types.TracebackType)
STREAMED = (types.GeneratorType, types.CoroutineType, types.AsyncGeneratorType)
SINGLES = 64                # items of an iterator that are asked for one by one
CHUNK = 4_096
CURRENT = []                # the hearing of the item that runs
SHARED_WEIGHT = 256         # items of shared containers beyond which those that nobody holds are let go
MAX_CLAIMED = 3 * MAX_ELEMENTS


class Abort(BaseException):
    """There is no answer, or none that the judge will read. Not for a test to catch: the hearing remembers it."""


class BadTest(Exception):
    """The test itself is at fault."""


class NameOfProgram:
    """A name of the program that a test only calls."""

    def __init__(self, hearing, name):
        self.__dict__.update(_maskflow_hearing=hearing, _maskflow_name=name)

    def __call__(self, *positional, **keywords):
        return self._maskflow_hearing.call(self._maskflow_name, positional, keywords)


class Names(dict):
    """The builtins of a test; what is neither there nor defined by the test is looked up in the program."""

    def __init__(self, hearing, names):
        dict.__init__(self, vars(builtins))
        self.hearing, self.names = hearing, names

    def __missing__(self, name):
        if name not in self.names:
            raise KeyError(name)
        return self.hearing.load(name)


class Hearing(Membrane):
    """Runs one test item."""

    def __init__(self, plan, exchange):
        Membrane.__init__(self, 2)
        self.ledger.next = 2
        self.plan = plan
        self.exchange = exchange        # sends a request, returns the answer, or raises Abort
        self.opened = False
        self.aborted = None
        self.noted = None               # a failure that the test could not have seen, or has swallowed
        self.executed = set()
        self.own_classes = {}
        self.claimed = 0
        self.limit = SHARED_WEIGHT
        self.listening = (sys.stdout, sys.stderr, sys.stdin)
        self.heard = None
        self.seeds = []
        self.space = {}

    # --- requests ---

    def abort(self, kind, note):
        if self.aborted is None:
            self.aborted = (kind, note)
        raise Abort(note)

    def ask(self, name, positional, keywords={}):
        if self.aborted is not None:
            raise Abort(self.aborted[1])
        try:
            if self.ledger.weight > self.limit:
                self.let_go()
            extras = self.extras()
            reply = self.exchange(self, self.question(name, positional, keywords, dumps(extras) if extras is not None else "null"))
            while reply[0] == "?":
                reply = self.exchange(self, self.serve(reply))
            kind, value, changes, printed, read = reply
            decoder = self.decoder()
            self.read_changes(decoder, changes)
            value = decoder.build(value)
            self.claimed += MAX_ELEMENTS - decoder.elements
        except (TooLarge, Malformed) as e:
            self.abort("rejected", str(e))
        except RecursionError:
            self.abort("rejected", "nested too deep")
        except MemoryError:
            self.abort("rejected", "the answer is too large")
        except (ValueError, TypeError, KeyError, IndexError, AttributeError) as e:
            self.abort("rejected", "no claim: " + type(e).__name__)
        if self.claimed > MAX_CLAIMED:
            self.abort("rejected", "more than %d elements in one test" % MAX_CLAIMED)
        if printed is not None:
            self.hear(printed, read)
        if kind == "!":
            return value
        if kind != "^" or not isinstance(value, BaseException):
            self.abort("rejected", "neither a value nor an exception")
        value._maskflow_raised = True
        raise value

    def extras(self):
        """What a test has set for the program: a place that listens to what is printed, an input, a seed."""
        found = {}
        if sys.stdout is not self.listening[0] or sys.stderr is not self.listening[1]:
            found["out"] = 1
        if sys.stdin is not self.listening[2] and sys.stdin is not self.heard and isinstance(sys.stdin, io.StringIO):
            self.heard = sys.stdin
            found["in"] = sys.stdin.getvalue()[sys.stdin.tell():]
            self.heard_from = sys.stdin.tell()
        if self.seeds:
            found["seed"] = self.seeds.pop()
            self.seeds.clear()
        return found or None

    def hear(self, printed, read):
        if type(printed) is not list or len(printed) != 2 or type(read) is not int:
            self.abort("rejected", "no printed text")
        for text, stream, quiet in zip(printed, (sys.stdout, sys.stderr), self.listening):
            if type(text) is str and text and stream is not quiet:
                stream.write(text)
        if self.heard is not None and read > 0 and not self.heard.closed:
            self.heard.seek(self.heard_from + read)

    def let_go(self):
        """Forgets the shared containers that only the ledger holds, directly or through each other."""
        entries, numbers = self.ledger.entries, self.ledger.numbers
        inner = dict.fromkeys(entries, 0)
        for number, entry in entries.items():
            if not entry[2]:
                for held in (self.held(entry[1]), self.held(self.ledger.copy(entry[0]))):
                    for x in held:
                        n = numbers.get(id(x))
                        if n is not None:
                            inner[n] += 1
                held = x = None
        entry = None
        live, open_numbers = set(), [n for n, e in entries.items() if sys.getrefcount(e[0]) - 2 > inner[n]]
        while open_numbers:
            number = open_numbers.pop()
            if number not in live:
                live.add(number)
                if not entries[number][2]:
                    open_numbers += [n for n in (numbers.get(id(x)) for x in self.held(self.ledger.copy(entries[number][0])))
                                     if n is not None]
        for number in [n for n in entries if n not in live]:
            self.ledger.drop(number)
            self.dropped_shared.append(number)
        self.limit = max(SHARED_WEIGHT, 2 * self.ledger.weight)

    def held(self, copy):
        return [*copy, *copy.values()] if type(copy) is dict else copy if type(copy) is list else ()

    # --- questions of the program about what the test gave it ---

    def serve(self, question):
        _, name, positional, keywords, changes, handles, shared, _ = question
        self.read_drops(handles, [])
        decoder = self.decoder()
        self.read_changes(decoder, changes)
        positional = [decoder.build(x) for x in positional]
        keywords = {keywords[i]: decoder.build(keywords[i + 1]) for i in range(0, len(keywords), 2)}
        encoder, out = self.encoder(), []
        try:
            value = self.permitted(name, positional, keywords)
            out.append('["!",')
            encoder.put(value, out, 0)
        except (TooLarge, MemoryError, RecursionError):
            raise
        except Exception as e:
            if isinstance(e, AssertionError) and not raised_by_program(e):
                self.noted = self.noted or ("failed", "an assert of the test failed in a function that the program called")
            encoder, out = self.encoder(), ['["^",']
            encoder.put(e, out, 0)
        out.append(",")
        self.changes(encoder, out)
        out.append(",null,0]")
        return "".join(out)

    def permitted(self, name, positional, keywords):
        """Performs an operation on an object of the test, if the program was given it and the operation tells nothing else."""
        v = positional[0]
        if name == "next" and id(v) in self.own_numbers:
            try:
                return ([next(v)], None)
            except StopIteration as e:
                return ([], e.value)
        if id(v) not in self.own_numbers and not (len(positional) > 1 and id(positional[1]) in self.own_numbers):
            raise TypeError("not an object of the test")
        if name in ("getattr", "setattr", "delattr"):
            attribute, t = positional[1], type(v)
            plain = type(attribute) is str and not attribute.startswith("_")
            fields = type(attribute) is str and not attribute.startswith("__") and t in self.own_classes.values()
            if name == "getattr" and issubclass(t, CLOSED_TYPES) or issubclass(t, STREAMED):
                plain = fields = issubclass(t, STREAMED) and attribute in ("send", "throw", "close")
            if not (plain or fields or name == "getattr" and attribute in READABLE):
                raise AttributeError("%r object has no attribute %r" % (t.__name__, attribute))
        if name not in FUNCTIONS or name in ("dir", "issubclass"):
            raise TypeError("not an operation")
        return FUNCTIONS[name](*positional, **keywords)

    # --- what the test holds of the program ---

    def shared_class(self, v, t):
        name = name_of(t)
        return name if self.classes.get(name) is t and not issubclass(t, (BaseException, *BASES)) else None

    def by_name(self, encoder, v, t, out):
        """What the sandbox finds under the same name: functions, classes and modules of the standard library."""
        if t is types.ModuleType:
            module, name, found = v.__name__, "", v
        elif t in (types.BuiltinFunctionType, types.FunctionType, type) or t.__module__ == "abc":
            module, name = getattr(v, "__module__", None), getattr(v, "__qualname__", "")
            found = getattr(sys.modules.get(module), name, None) if type(module) is str else None
        else:
            return False
        if found is not v or type(module) is not str or module.split(".")[0] not in sys.stdlib_module_names or module == "__main__":
            return False
        encoder.text('["g",%s,%s]' % (quote(module), quote(name)), out)
        return True

    def read_global(self, decoder, node, depth):
        raise Malformed("a name of the judge")

    def load(self, name):
        value = self.ask("load", (name,))
        if isinstance(value, ClassHandle) or type(value) is Twin:
            value._maskflow_kind.named = is_class_name(name)
            self.space[name] = value
        elif isinstance(value, Handle) and kind_of(value).builtin and kind_of(value).name == "function":
            self.space[name] = value
        return value

    def call(self, name, positional, keywords):
        value = self.ask("callname", (name, *positional), keywords)
        return self.own_up(name, value)

    def own_up(self, name, value):
        """An object of a class that the test names is what the test is about: its class's operators are what it asks for."""
        t = type(value)
        if issubclass(t, (Handle, Hybrid)):
            kind = kind_of(value) if issubclass(t, Handle) else value._maskflow_kind
            if kind.name == name and is_class_name(name) and not kind.named:
                kind.named = True
                if issubclass(t, Hybrid):
                    value.__class__ = self.hybrid_class(kind, next(b for b in BASES if issubclass(t, b)))
        return value

    def attribute(self, handle, name):
        if name in ASKING and not self.named(handle):
            raise AttributeError("the answer is no data, so it is not asked for %s" % name)
        if name == "__class__":
            return self.kind_of(handle)
        value = self.ask("getattr", (handle, name))
        if isinstance(handle, ClassHandle) and isinstance(value, ClassHandle):
            kind_of(value).named = kind_of(handle).named
        return value

    def named(self, handle):
        return (kind_of(handle) if issubclass(type(handle), Handle) else handle._maskflow_kind).named

    def kind_of(self, handle):
        kind = kind_of(handle)
        if kind.builtin:
            return GIVEN.get(kind.name, type(handle))
        if type(handle) is ClassHandle:
            return type
        return self.handle(kind.number, ClassHandle, kind)

    def type_of(self, v):
        t = type(v)
        if issubclass(t, Handle):
            kind = kind_of(v)
            if t is ClassHandle:
                return type
            if kind.builtin and kind.name in GIVEN:
                return GIVEN[kind.name]
            return self.handle(kind.number, ClassHandle, kind)
        if issubclass(t, Hybrid):
            return self.handle(v._maskflow_kind.number, ClassHandle, v._maskflow_kind)
        return set if t is OrderedSet else t

    def compare(self, name, handle, other):
        if not self.foreign(other) or name in ("eq", "ne") and not self.has_equality(handle) and not self.has_equality(other):
            return NotImplemented
        return self.ask(name, (handle, other))

    def has_equality(self, v):
        return not issubclass(type(v), Handle) or "__eq__" in kind_of(v).does

    def special(self, name, handle, positional, keywords):
        operation = SPECIAL[name]
        if operation in ("lt", "le", "gt", "ge"):
            return self.compare(operation, handle, positional[0])
        if name == "__contains__":
            return self.contains(handle, positional[0])
        if name == "__call__":
            value = self.ask("call", (handle, *positional), keywords)
            return self.own_up(kind_of(handle).name, value) if type(handle) is ClassHandle and kind_of(handle).named else value
        value = Membrane.special(self, name, handle, positional, keywords)
        if operation in ("exit", "aexit") and isinstance(positional[1], AssertionError) and not raised_by_program(positional[1]):
            return False    # no context manager of the program swallows an assert of the test
        if operation in ARITHMETIC and not self.named(handle) and not self.foreign(positional[0]) and not self.foreign(value):
            raise TypeError("unsupported operand type: the answer is no data")
        return value

    def contains(self, handle, x):
        does = kind_of(handle).does
        if "contains" in does and (kind_of(handle).named or self.foreign(x)):
            return self.ask("contains", (handle, x))
        if "__iter__" not in does:
            raise TypeError("the answer is no data, so it is not asked what it contains")
        return any(y is x or y == x for y in iter(handle))

    def following(self, handle):
        """The next item of an iterator of the program. A long one is read in growing pieces."""
        try:
            ahead, read = object.__getattribute__(handle, "_maskflow_ahead"), object.__getattribute__(handle, "_maskflow_read")
        except AttributeError:
            ahead, read = collections.deque(), 0
            object.__setattr__(handle, "_maskflow_ahead", ahead)
        if not ahead:
            if read > MAX_ELEMENTS:
                self.abort("rejected", "an iterator of more than %d items" % MAX_ELEMENTS)
            answer = self.ask("next", (handle, 1 if read < SINGLES else min(read >> 3, CHUNK)))
            if type(answer) is not tuple or len(answer) != 2 or type(answer[0]) is not list:
                self.abort("rejected", "no items")
            if not answer[0]:
                raise StopIteration(answer[1])
            ahead.extend(answer[0])
        object.__setattr__(handle, "_maskflow_read", read + 1)
        return ahead.popleft()

    def finish(self, handle):
        """A coroutine runs to its end where it is."""
        raise StopIteration(self.ask("await", (handle,)))

    def stop(self, handle, e):
        raise e[1] if len(e) > 1 and e[1] is not None else e[0]

    # --- marks in the test's text ---

    def seen(self, site, value):
        if self.aborted is not None:
            raise Abort(self.aborted[1])
        self.executed.add(site)
        return value


def is_class_name(name):
    return name.lstrip("_")[:1].isupper()


def raised_by_program(e):
    return getattr(e, "_maskflow_raised", False)


# --- one item ------------------------------------------------------------------------------------------------------------------

class Limit(BaseException):
    """The test used more than the judge grants."""


def item(plan, index, exchange):
    """Runs a test item. Returns its verdicts, each a class and a note: one in all, or one per assert of a test program."""
    test, hearing = plan.tests[index], Hearing(plan, exchange)
    CURRENT[:] = [hearing]
    found = {}

    def site(number, e):
        if isinstance(e, (Abort, Limit)):
            raise e
        found.setdefault(number, verdict(hearing, e))
    kind, note = outcome(hearing, lambda: perform(plan, test, hearing, site))
    if not plan.program:
        return [(kind, note)]
    results = []
    for number in test.sites:
        if number in found:
            results.append(found[number])
        elif number in hearing.executed and hearing.aborted is None:
            results.append(("passed", ""))
        elif kind != "passed":
            results.append((kind, note or "not reached"))
    return results or [(kind, note)]


def perform(plan, test, hearing, site):
    space = hearing.space = plan.namespace()
    exec(plan.prelude, space)
    space["__builtins__"] = Names(hearing, plan.names)
    space.update(__seen__=hearing.seen, __site__=site, __type__=hearing.type_of)
    for name in plan.names:
        space.pop(name, None)
        if name not in plan.bare:
            space[name] = NameOfProgram(hearing, name)
    random.seed(0)
    seed = random.Random.seed

    def seeded(a=None, version=2):
        seed(random._inst, a, version)
        if type(a) in (int, str, float):
            hearing.seeds.append(a)
    random.seed = seeded
    exec(plan.own_setup.code, space)
    hearing.classes = {n: space[n] for n in plan.classes if isinstance(space.get(n), type)}
    before = set(space)
    exec(test.code, space)
    hearing.own_classes = {n: v for n, v in space.items() if isinstance(v, type) and n in test.spans}
    if plan.entry and "check" in space:
        space["check"](space[plan.entry] if plan.entry in space else hearing.load(plan.entry))
    collect(test, space, hearing, set(space) - before)


def collect(test, space, hearing, new):
    """Runs the test functions and classes of a test that nobody has called."""
    for name, span in test.spans.items():
        v = space.get(name)
        if hearing.executed & set(span) or not span:
            continue
        if isinstance(v, type) and issubclass(v, unittest.TestCase):
            unittest.defaultTestLoader.loadTestsFromTestCase(v).debug()
        elif isinstance(v, type) and name.startswith("Test"):
            for method in [m for m in dir(v) if m.startswith("test")]:
                instance = v()
                getattr(instance, "setup_method", lambda *_: None)(*([None] * needs(getattr(instance, "setup_method", None))))
                called(getattr(instance, method))
                getattr(instance, "teardown_method", lambda *_: None)(*([None] * needs(getattr(instance, "teardown_method", None))))
        elif name.startswith("test") and inspect.isfunction(v):
            called(v)


def needs(function):
    """How many arguments a function cannot do without."""
    if function is None:
        return 0
    return sum(p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
               for p in inspect.signature(function).parameters.values())


def called(function):
    rows = [()]
    for mark in getattr(function, "pytestmark", ()):
        if mark.name == "parametrize":
            rows = [r if type(r) in (tuple, list) and "," in str(mark.args[0]) or type(mark.args[0]) in (tuple, list) else (r,)
                    for r in mark.args[1]]
    for row in rows:
        if needs(function) != len(row):
            raise BadTest("the test function %s needs arguments" % function.__name__)
        result = function(*row)
        if inspect.iscoroutine(result):
            import asyncio
            asyncio.run(result)


def outcome(hearing, action):
    """Class and note of a whole item."""
    try:
        action()
        kind, note = "passed", ""
    except BaseException as e:
        kind, note = verdict(hearing, e)
        if not hearing.opened and kind in ("error", "failed") and hearing.aborted is None:
            kind, note = "no_verdict", "the test is at fault: " + note
    if hearing.aborted is not None:
        return hearing.aborted
    if kind == "passed" and hearing.noted:
        return hearing.noted
    if kind == "passed" and not hearing.executed:
        return "no_verdict", "the test executes no assert"
    if kind == "passed" and not hearing.opened:
        return "no_verdict", "the test never uses the program"
    return kind, note


def verdict(hearing, e):
    """Class and note of what ended a test."""
    if hearing.aborted is not None:
        return hearing.aborted
    if isinstance(e, BadTest):
        return "no_verdict", str(e)
    if isinstance(e, Limit):
        return "rejected", str(e)
    if isinstance(e, SystemExit):
        return ("passed", "") if e.code in (None, 0, False) else ("error", "the test ended with exit status %.40r" % (e.code,))
    if raised_by_program(e):
        said = e._maskflow_said if type(e._maskflow_said) is str else ""
        return "error", ("%s: %s" % (type(e).__name__, said) if said else type(e).__name__)[:200]
    if isinstance(e, AssertionError):
        return "failed", note_of(e)
    if isinstance(e, ModuleNotFoundError):
        return "no_verdict", "the test needs a module that is not here: %s" % e.name
    if isinstance(e, (MemoryError, RecursionError)):
        return "rejected", type(e).__name__ + " in the test"
    if isinstance(e, unittest.SkipTest):
        return "no_verdict", "the test skips itself"
    return "error", note_of(e)


def note_of(e):
    try:
        said = ", ".join(a for a in e.args if type(a) is str)
    except Exception:
        said = ""
    return ("%s: %s" % (type(e).__name__, said) if said else "" if isinstance(e, AssertionError) else type(e).__name__)[:200]
