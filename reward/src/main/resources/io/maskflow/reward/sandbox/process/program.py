"""The program's side of the membrane: one process, one program, the requests of one test item. It knows no test.

Runs after codec.py and membrane.py in one namespace, in a child of the fork server (worker.py).
"""

import atexit
import copy
import importlib
import io
import linecache
import marshal
import math
import os
import signal
import struct
import threading

PRINTED_LIMIT = 4 << 20     # bytes of printed text that are kept
SLICE = 0.02                # CPU seconds for the items that are pulled before they are asked for
write_bytes, read_bytes, exit_now, get_item = os.write, os.read, os._exit, next
read_json, get_recursion_limit = json.loads, sys.getrecursionlimit


class Unparsable(Exception):
    """The program is no Python."""


class Printed(io.BytesIO):
    """What the program prints; beyond the limit it is lost."""

    def write(self, data):
        if self.tell() < PRINTED_LIMIT:
            io.BytesIO.write(self, data)
        return len(data)


def printer():
    return io.TextIOWrapper(Printed(), "utf-8", "backslashreplace", newline="\n")


class Stage(Membrane):
    """Runs a program, then what is asked of it."""

    def __init__(self, requests, answers):
        Membrane.__init__(self, 1)
        self.requests, self.answers = requests, answers
        self.space = {}
        self.printed = [0, 0]
        self.said = self.heard = None
        self.left = {}          # items that an iterator gave before they were asked for
        self.loop = None

    # --- the program ---

    def start(self, job, compiled):
        """Runs the program's own text. Returns its code object."""
        module = types.ModuleType("candidate")
        sys.modules["candidate"] = module
        self.space = space = module.__dict__
        text = job["code"].removeprefix("\ufeff")
        code = marshal.loads(compiled) if compiled else self.compiled(text)
        # inspect.getsource and tracebacks find the program's text, as they would find a file's.
        linecache.cache["<candidate>"] = (len(text), None, text.splitlines(True), "<candidate>")
        if job.get("keep") and not compiled:
            self.send(b"k" + marshal.dumps(code))
        if job.get("main"):
            space["__code__"] = code
            return
        setup, first = job.get("setup"), job.get("order") == "setup_first"
        if setup and first:
            self.set_up(setup, job)
        exec(code, space)
        if setup and not first:
            self.set_up(setup, job)

    def compiled(self, text):
        try:
            return compile(text, "<candidate>", "exec", dont_inherit=True)
        except MemoryError:
            raise Unparsable("MemoryError: the program is too deep to parse") from None
        except Exception as e:
            raise Unparsable(describe(e)) from None

    def set_up(self, setup, job):
        exec(compile(setup, "<setup>", "exec", dont_inherit=True), self.space)
        self.classes = {n: self.space[n] for n in job.get("classes", ()) if isinstance(self.space.get(n), type)}

    def shared_class(self, v, t):
        name = name_of(t)
        cls = self.classes.get(name)
        return name if cls is not None and (cls is t or self.space.get(name) is t) else None

    def read_instance(self, decoder, node, depth):
        own = self.space.get(node[2])
        if isinstance(own, type):
            self.classes[node[2]] = own
        return Membrane.read_instance(self, decoder, node, depth)

    def read_global(self, decoder, node, depth):
        found = importlib.import_module(node[1])
        for part in node[2].split(".") if node[2] else ():
            found = getattr(found, part)
        return found

    # --- talk ---

    def send(self, frame):
        frame = memoryview(struct.pack(">I", len(frame)) + frame)
        while frame:
            frame = frame[write_bytes(self.answers, frame):]

    def receive(self):
        length = struct.unpack(">I", self.exactly(4))[0]
        return read_json(self.exactly(length))

    def exactly(self, n):
        parts = []
        while n:
            part = read_bytes(self.requests, min(n, 1 << 20))
            if not part:
                exit_now(0)
            parts.append(part)
            n -= len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def serve(self, request):
        """Answers requests until the one that ends a question of our own; returns that one."""
        while request[0] == "?":
            self.reply(request)
            request = self.receive()
        return request

    def reply(self, request):
        _, name, positional, keywords, changes, handles, shared, extras = request
        limit = get_recursion_limit()
        set_recursion_limit(max(limit, RECURSION))
        self.read_drops(handles, shared)
        decoder = self.decoder()
        self.read_changes(decoder, changes)
        positional = [decoder.build(x) for x in positional]
        keywords = {keywords[i]: decoder.build(keywords[i + 1]) for i in range(0, len(keywords), 2)}
        self.prepare(extras)
        operation = getattr(self, "do_" + name) if name in STAGE else FUNCTIONS[name]
        encoder, out = self.encoder(), []
        try:
            set_recursion_limit(limit)
            try:
                value = operation(*positional, **keywords)
            finally:
                limit = get_recursion_limit()
                set_recursion_limit(max(limit, RECURSION))
            if value is UNANSWERED:
                return
            out.append('["!",')
            encoder.put(value, out, 0)
        except (TooLarge, MemoryError):
            raise
        except Exception as e:
            encoder, out = self.encoder(), ['["^",']
            encoder.put(e, out, 0)
            e.__traceback__ = None
        finally:
            set_recursion_limit(limit)
        self.finish(encoder, out, extras)

    def finish(self, encoder, out, extras):
        out.append(",")
        self.changes(encoder, out)
        out.append(",%s]" % self.aside(extras))
        self.send(b"v" + "".join(out).encode("utf-8", "backslashreplace"))

    def prepare(self, extras):
        if extras:
            if "seed" in extras:
                sys.modules["random"].seed(self.decoder().build(extras["seed"]))
            if "in" in extras:
                self.heard = sys.stdin = io.StringIO(extras["in"])

    def aside(self, extras):
        """What was printed since the last answer, and how much of the input was read; only where the test listens."""
        if not extras:
            return "null,0"
        texts = []
        for i, stream in enumerate((STDOUT, STDERR)):
            stream.flush()
            raw = stream.buffer.getvalue()
            texts.append(raw[self.printed[i]:].decode("utf-8", "replace"))
            self.printed[i] = len(raw)
        return "%s,%d" % (dumps(texts), self.heard.tell() if self.heard is not None and not self.heard.closed else 0)

    def ask(self, name, positional, keywords={}):
        """A question to the test: an object that it gave is used."""
        self.send(b"v" + self.question(name, positional, keywords).encode("utf-8", "backslashreplace"))
        answer = self.serve(self.receive())
        decoder = self.decoder()
        self.read_changes(decoder, answer[2])
        value = decoder.build(answer[1])
        if answer[0] == "^":
            raise value
        return value

    # --- what can be asked for beside plain operations ---

    def do_load(self, name):
        if name in self.space:
            return self.space[name]
        try:
            return getattr(builtins, name)
        except AttributeError:
            raise NameError("name %r is not defined" % name, name=name) from None

    def do_callname(self, name, *positional, **keywords):
        return self.do_load(name)(*positional, **keywords)

    def do_eval(self, text):
        return eval(text, self.space)

    def do_copy(self, v):
        return copy.copy(v)

    def do_deepcopy(self, v):
        return copy.deepcopy(v)

    def do_trunc(self, v):
        return math.trunc(v)

    def do_floor(self, v):
        return math.floor(v)

    def do_ceil(self, v):
        return math.ceil(v)

    def do_await(self, v):
        import asyncio
        if self.loop is None:
            self.loop = asyncio.new_event_loop()
            asyncio.set_event_loop(self.loop)

        async def wait():
            return await v
        return self.loop.run_until_complete(wait())

    def do_anext(self, v):
        return self.do_await(type(v).__anext__(v))

    def do_aenter(self, v):
        return self.do_await(type(v).__aenter__(v))

    def do_aexit(self, v, e):
        return bool(self.do_await(type(v).__aexit__(v, None if e is None else type(e), e, None)))

    def do_solve(self, name, *positional):
        """Calls a function under test, which may stand in a class Solution."""
        solution = self.space.get("Solution")
        found = getattr(solution(), name) if isinstance(solution, type) and name not in self.space else self.do_load(name)
        return found(*positional)

    def do_main(self, text):
        """Runs the program as a script with this text as its input; what it prints is the answer. Both are real pipes."""
        raw, printed = text.encode("utf-8", "surrogatepass"), []
        source, feed = os.pipe()
        drain, sink = os.pipe()
        feeder = threading.Thread(target=feed_pipe, args=(feed, raw), daemon=True)
        reader = threading.Thread(target=drain_pipe, args=(drain, printed), daemon=True)
        feeder.start()
        reader.start()
        null = os.dup(1)
        os.dup2(source, 0)
        os.dup2(sink, 1)
        os.close(source)
        os.close(sink)
        sys.stdin = open(0, encoding="utf-8", errors="surrogateescape", closefd=False)
        sys.stdout = open(1, "w", encoding="utf-8", errors="backslashreplace", closefd=False)
        sys.argv[:] = ["program.py"]
        main = types.ModuleType("__main__")
        sys.modules["__main__"] = main
        main.__dict__["__file__"] = "program.py"
        try:
            exec(self.space.pop("__code__"), main.__dict__)
        except SystemExit as e:
            if e.code not in (None, 0, False):
                raise
        for thread in threading.enumerate():
            if thread not in (threading.current_thread(), feeder, reader) and not thread.daemon:
                thread.join()
        atexit._run_exitfuncs()
        sys.stdout.flush()
        os.dup2(null, 1)
        reader.join()
        if sum(map(len, printed)) > PRINTED_LIMIT:
            raise TooLarge("more than %d bytes of output" % PRINTED_LIMIT)
        return b"".join(printed).decode("utf-8", "replace")

    def do_next(self, v, count):
        """The next items, at most `count` of them, and what the iterator returned at its end.

        The first is waited for. The others were not asked for yet: when they take long, or one never comes, what there is
        goes out from the alarm, and the iterator goes on until somebody asks again.
        """
        number = self.number(v)
        queue = self.left.get(number)
        if queue:
            given, self.left[number] = queue[:count], queue[count:]
            return self.ending(given, number)
        items = []
        try:
            items.append(get_item(v))
        except StopIteration as e:
            return ([], e.value)
        if count == 1:
            return (items, None)
        sent = []

        def hurry(*_):
            if not sent:
                sent.append(len(items))
                encoder, out = self.encoder(), ['["!",']
                encoder.put((items[:sent[0]], None), out, 0)
                self.finish(encoder, out, None)
        before = signal.signal(signal.SIGVTALRM, hurry)
        signal.setitimer(signal.ITIMER_VIRTUAL, SLICE)
        try:
            while len(items) < count and not sent:
                items.append(get_item(v))
        except StopIteration as e:
            items.append(End(("stop", e.value)))
        except Exception as e:
            items.append(End(("raise", e)))
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            signal.signal(signal.SIGVTALRM, before)
        if sent:
            self.left[number] = items[sent[0]:]
            return UNANSWERED
        return self.ending(items, number)

    def ending(self, items, number):
        last = items[-1]
        if type(last) is not End:
            return (items, None)
        kind, what = last.what
        if len(items) > 1:
            self.left[number] = [last]
            return (items[:-1], None)
        if kind == "raise":
            raise what
        return ([], what)


class End:
    """How an iterator ended, kept until its items are read."""

    def __init__(self, what):
        self.what = what


def feed_pipe(feed, raw):
    try:
        view = memoryview(raw)
        while view:
            view = view[write_bytes(feed, view):]
    except OSError:
        pass        # nobody reads on
    os.close(feed)


def drain_pipe(drain, printed):
    room = PRINTED_LIMIT + 1
    while True:
        part = read_bytes(drain, 1 << 16)
        if not part:
            return
        printed.append(part[:room])
        room -= len(printed[-1])


UNANSWERED = object()
STAGE = frozenset(n[3:] for n in dir(Stage) if n.startswith("do_"))
STDOUT, STDERR = printer(), printer()


def describe(e):
    """Type and text of an exception, without running any code of the candidate."""
    t = type(e)
    if t.__module__ == "builtins" and isinstance(e, Exception):
        args = BaseException.__dict__["args"].__get__(e)
        if args and type(args[0]) is str:
            return (name_of(t) + ": " + args[0])[:200]
    return name_of(t)[:200]


def perform(job_bytes, requests, answers):
    """One job, until its pipe closes. Returns the last frame: a letter, and why there is no answer."""
    stage = Stage(requests, answers)
    length = int.from_bytes(job_bytes[:4], "big")
    middle = 8 + length + int.from_bytes(job_bytes[4 + length:8 + length], "big")
    job = read_json(job_bytes[4:4 + length])
    try:
        try:
            stage.start(job, job_bytes[8 + length:middle])
        except Unparsable as e:
            return b"s", e.args[0]
        stage.serve(read_json(job_bytes[middle:]))
        return b"x", "an answer without a question"
    except MemoryError:
        return b"m", "MemoryError"
    except TooLarge as e:
        return b"o", str(e)
    except BaseException as e:
        return b"x", describe(e)
