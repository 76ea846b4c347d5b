"""The judge: knows the tests, never runs candidate code.

The process that Java talks to reads tests and makes plans. The items of one program run in a child of it, with limits: it asks for
what the program does, answer by answer, and says a verdict per item. Whatever a test or a value does to that child, the judge
lives on.

Java sends u32 length and a JSON command. A child sends u32 length, a letter and bytes: o the first request of an item, q a further
one, r the verdicts of an item (JSON), d the end; it receives u32 length, a letter and bytes: v an answer, e why there is none.
Runs after codec.py, membrane.py, plan.py, hearing.py, pairs.py and reading.py in one namespace.
"""

import ctypes
import gc
import os
import resource
import signal
import struct
import time
import warnings

warnings.simplefilter("ignore")

CPU_LIMIT = 5.0         # seconds of CPU between two answers
TEST_CPU = 40           # seconds of CPU of one item
STARTED = [0.0]         # CPU time when the item began
MEMORY_LIMIT = 1 << 30  # address space of the judge
HARD_CPU = resource.getrlimit(resource.RLIMIT_CPU)[1]
PLANS = 2_048           # plans kept


def alarm(_signal, _frame):
    raise Limit("the check took more than %.0f s of CPU" % CPU_LIMIT)


def grant(seconds):
    """From now on, so much CPU time. The alarm ends what is Python, again and again; the kernel ends what is C."""
    signal.setitimer(signal.ITIMER_PROF, seconds, 0.5)
    resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time() + seconds) + 1, HARD_CPU))


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

    def lacking(name):
        if name.startswith("__"):
            raise AttributeError(name)
        raise BadTest("the test needs numpy.%s, and numpy is not installed" % name)
    numpy.__getattr__ = lacking
    return numpy



# --- protocol ------------------------------------------------------------------------------------------------------------------

def send(kind, body):
    data = memoryview(struct.pack(">I", len(body) + len(kind)) + kind + body)
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
    return exactly(struct.unpack(">I", exactly(4))[0])


def exchange(hearing, text):
    """One request, one answer."""
    signal.setitimer(signal.ITIMER_PROF, 0)
    send(b"q" if hearing.opened else b"o", text.encode("utf-8", "backslashreplace"))
    hearing.opened = True
    answer = receive()
    if time.process_time() - STARTED[0] > TEST_CPU:
        hearing.abort("rejected", "the test took more than %d s of CPU" % TEST_CPU)
    grant(CPU_LIMIT)
    if answer[:1] != b"v":
        hearing.abort(*json.loads(answer[1:]))
    if len(answer) > MAX_TEXT + 1024:
        raise TooLarge("more than %d characters" % MAX_TEXT)
    tree = json.loads(answer[1:])
    if type(tree) is not list or len(tree) != (8 if tree[0] == "?" else 5):
        raise Malformed("no answer")
    return tree


def run(plan, first):
    """The items from `first` on, in a process that may be lost."""
    gc.freeze()     # a collection in the child would copy every page that it looks at
    pid = os.fork()
    if pid == 0:
        try:
            ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)
            quiet_tests()
            for i in range(first, len(plan.tests)):
                STARTED[:] = [time.process_time()]
                grant(CPU_LIMIT)
                found = (pair_item if plan.pairs else item)(plan, i, exchange)
                signal.setitimer(signal.ITIMER_PROF, 0)
                send(b"r", json.dumps([[kind, note[:500]] for kind, note in found]).encode())
            send(b"d", b"")
        except BaseException:
            os._exit(3)
        finally:
            os._exit(0)
    _, status = os.waitpid(pid, 0)
    if status:
        ended = -os.waitstatus_to_exitcode(status)
        send(b"d", ("signal %d" % ended if ended > 0 else "exit status %d" % -ended).encode())


def quiet_tests():
    """A runner that a test starts by itself has failures: they count, whoever prints them."""
    def noted(_result, _test, error):
        hearing = CURRENT[-1]
        hearing.noted = hearing.noted or verdict(hearing, error[1])
    unittest.TestResult.addFailure = unittest.TestResult.addError = noted
    unittest.main = lambda *a, **k: None


def answer(message, plans):
    if message["op"] == "definitions":
        return reduce_text(message)
    if message["op"] == "plan":
        try:
            plan = Plan(message["spec"])
        except (SyntaxError, ValueError, RecursionError, MemoryError) as e:
            return {"bad": "%s: %s" % (type(e).__name__, e)}
        if len(plans) >= PLANS:
            plans.pop(next(iter(plans)))
        plans[message["key"]] = plan
        return {"setup": plan.setup, "classes": plan.classes, "tests": len(plan.tests), "lints": plan.lints}
    run(plans[message["key"]], message["from"])
    return None


def main():
    global IN, OUT
    IN, OUT = os.dup(0), os.dup(1)
    packages = json.loads(receive())
    null = os.open("/dev/null", os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(null, fd)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGPROF, alarm)
    signal.signal(signal.SIGINT, signal.SIG_IGN)    # Ctrl-C reaches the whole group; whoever started us closes our input
    sys.setrecursionlimit(RECURSION)
    os.register_at_fork = register_at_fork
    sys.path[:] = [p for p in sys.path if p] + packages
    if not available("numpy"):
        sys.modules["numpy"] = stand_in()
    gc.freeze()
    plans = {}
    send(b"", json.dumps({"hello": sys.version.split()[0]}).encode())
    while True:
        reply = answer(json.loads(receive()), plans)
        if reply is not None:
            send(b"", json.dumps(reply).encode())


main()
