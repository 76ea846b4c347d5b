"""The sandbox worker: a fork server that never sees an expected value and never parses what it relays.

One child per test item. Java sends `u8 command, u32 length, f64 wall limit, u32 CPU limit` and the bytes; the answer is
`u32 length, u8 status, u32 wait status, f64 CPU seconds` and, for status V, the child's frames as they are. Statuses: V frames,
E ended without an answer, T wall limit, C CPU limit, G more bytes than an answer may have. Limits are those of one request.
Requests and frames pass through one fixed buffer each, wiped right after the fork and after the relay: a child that scans its own
memory finds nothing of an earlier job. Runs after codec.py, membrane.py and program.py in one namespace with a private copy of the builtins.
"""

import _signal
import ctypes
import errno
import gc
import mmap
import os
import platform
import resource
import select
import signal
import struct
import sys
import time
import types
import warnings

COMMON = ("array bisect builtins cmath collections copy functools heapq itertools json math operator random re string "
          "typing").split()
# Where no file can be read, whatever may be imported must be there before the door closes.
ALL = ("abc argparse ast asyncio base64 bisect calendar collections.abc contextlib csv dataclasses datetime decimal difflib enum "
       "fractions hashlib hmac inspect io locale numbers pprint queue secrets statistics struct sys textwrap threading time "
       "timeit traceback types unicodedata unittest.mock uuid warnings weakref zlib").split()


def preload(names):
    """Imports what is there of these."""
    for name in names:
        try:
            __import__(name)
        except Exception:       # a package of sitePackages that is not for this machine
            pass


JOB_LIMIT = 16 << 20
ITEM_CPU = 8                # CPU limits that the requests of one test item may use together
FRAME_LIMIT = 33 << 20
RELAY = 1e-8                # CPU seconds a byte of an answer costs the codec: not told as the program's; limits count them
EOF_GRACE = 1.0             # seconds between the end of the result pipe and the end of the process
KILL = signal.SIGKILL
set_mask = _signal.pthread_sigmask      # the one of signal makes an enumeration of the old mask: pages for each child
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long


# --- system call filter -------------------------------------------------------------------------------------------------------

X86_64 = {
    "allow": "0 1 3 4 5 6 7 8 9 10 11 12 13 14 15 17 18 19 20 21 22 23 24 25 26 27 28 32 33 34 35 36 37 38 39 45 48 51 52 54 55 "
             "60 61 63 74 75 78 79 80 89 95 96 97 98 99 100 102 104 107 108 110 111 115 118 120 121 124 127 128 130 131 137 138 "
             "140 143 145 146 147 158 160 186 201 202 204 213 217 218 219 221 228 229 230 231 232 233 247 262 267 269 270 271 273 "
             "274 281 284 290 291 292 293 295 296 309 318 324 332 334 436 439 441 449",
    "open": 2, "openat": 257, "clone": 56, "clone3": 435, "openat2": 437, "ioctl": 16, "fcntl": 72, "prctl": 157, "tgkill": 234,
    "prlimit64": 302, "sendto": 44, "socketpair": 53, "kill": 62, "pidfd_open": 434,
}
AARCH64 = {
    "allow": "17 19 20 21 22 23 24 43 44 48 49 57 59 61 62 63 64 65 66 67 68 69 70 72 73 78 79 80 82 83 93 94 95 96 98 99 100 101 "
             "102 103 113 114 115 120 121 123 124 125 126 128 132 133 134 135 136 137 139 141 148 150 153 155 156 158 160 163 164 "
             "165 166 168 169 172 173 174 175 176 177 178 179 204 205 207 208 209 210 214 215 216 222 223 226 227 232 233 260 278 "
             "283 291 293 436 439 441 449",
    "open": None, "openat": 56, "clone": 220, "clone3": 435, "openat2": 437, "ioctl": 29, "fcntl": 25, "prctl": 167, "tgkill": 131,
    "prlimit64": 261, "sendto": 206, "socketpair": 199, "kill": 129, "pidfd_open": 434,
}
ARCHITECTURES = {"x86_64": (0xC000003E, X86_64), "aarch64": (0xC00000B7, AARCH64)}
LOAD, JEQ, JGE, JSET, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
ALLOW = 0x7FFF0000
ZEROS = bytes(1 << 16)
OWN_PID = 0x7EADBEEF        # replaced by the child's process id
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND | 0o20000000


def refuse(code):
    return 0x00050000 | code


def argument(i, high=False):
    return 16 + 8 * i + (4 if high else 0)


def one_of(i, values, otherwise):
    body = [(LOAD, 0, 0, argument(i))]
    for v in values:
        body += [(JEQ, 0, 1, v), (RETURN, 0, 0, ALLOW)]
    return body + [(RETURN, 0, 0, refuse(otherwise))]


def child_rules(numbers):
    """What the server may do and its child may not: number to instructions, which return on each path."""
    refused = [(RETURN, 0, 0, refuse(errno.EPERM))]
    return {
        # Threads, yes; processes, no.
        numbers["clone"]: [(LOAD, 0, 0, argument(0)), (JSET, 0, 1, 0x00010000), (RETURN, 0, 0, ALLOW), *refused],
        numbers["kill"]: refused,
        numbers["pidfd_open"]: refused,
        numbers["prctl"]: one_of(0, (15, 16), errno.EPERM),
        numbers["tgkill"]: one_of(0, (OWN_PID,), errno.EPERM),
        numbers["prlimit64"]: one_of(0, (0, OWN_PID), errno.EPERM),
    }


def special_rules(numbers, files):
    """The calls that are judged by their arguments for server and child alike."""
    rules = {
        # These hide their flags in memory: say that they do not exist.
        numbers["clone3"]: [(RETURN, 0, 0, refuse(errno.ENOSYS))],
        numbers["openat2"]: [(RETURN, 0, 0, refuse(errno.ENOSYS))],
        numbers["ioctl"]: one_of(1, (0x5421, 0x5451, 0x5450, 0x541B), errno.ENOTTY),
        numbers["fcntl"]: one_of(1, (0, 1, 2, 3, 4, 5, 1030, 1032), errno.EPERM),   # not F_SETOWN: it sends signals
        numbers["socketpair"]: one_of(0, (1,), errno.EPERM),
        # A socketpair may be written to, never addressed elsewhere: both halves of the address pointer must be zero.
        numbers["sendto"]: [(LOAD, 0, 0, argument(4)), (JEQ, 0, 3, 0), (LOAD, 0, 0, argument(4, True)), (JEQ, 0, 1, 0),
                            (RETURN, 0, 0, ALLOW), (RETURN, 0, 0, refuse(errno.EPERM))],
    }
    for name, flags in (("open", 1), ("openat", 2)):
        if numbers[name] is not None and files:
            rules[numbers[name]] = [(LOAD, 0, 0, argument(flags)), (JSET, 0, 1, WRITING),
                                    (RETURN, 0, 0, refuse(errno.EROFS)), (RETURN, 0, 0, ALLOW)]
        elif numbers[name] is not None:
            rules[numbers[name]] = [(RETURN, 0, 0, refuse(errno.EACCES))]
    return rules


def filter_program(word, rules, otherwise):
    """Rules as classic BPF. `rules`: call number to instructions; `otherwise`: what holds for every other call.

    A binary search over the call numbers: the kernel walks the program once per call number when it is installed, so a short
    path costs less for each child.
    """
    pieces = [(0, otherwise)]                   # first call number and what holds from there on
    for number in range(max(rules) + 2):
        body = rules.get(number, otherwise)
        if body is not pieces[-1][1]:
            pieces.append((number, body))

    def search(pieces):
        if len(pieces) == 1:
            return pieces[0][1]
        half = len(pieces) // 2
        below, above = search(pieces[:half]), search(pieces[half:])
        assert len(below) < 256
        return [(JGE, len(below), 0, pieces[half][0]), *below, *above]

    # 32-bit calls have another architecture word; x32 calls have numbers beyond every piece, which the server's filter refuses.
    return [(LOAD, 0, 0, 4), (JEQ, 1, 0, word), (RETURN, 0, 0, refuse(errno.EPERM)), (LOAD, 0, 0, 0), *search(pieces)]


def filters(machine, files):
    """The allow-list in two layers, both of which a child's call must pass; `files`: may it read files?

    The server installs the long one once: everything that is not listed is answered by EPERM, so that an odd but right program
    can go on. A child adds the short one, which takes away what only the server needs: that keeps a fork cheap.
    """
    word, numbers = ARCHITECTURES[machine]
    refused, allowed = [(RETURN, 0, 0, refuse(errno.EPERM))], [(RETURN, 0, 0, ALLOW)]
    own = child_rules(numbers)
    listed = special_rules(numbers, files)
    listed.update((int(n), allowed) for n in numbers["allow"].split())
    listed.update((n, allowed) for n in own)
    return Filter(filter_program(word, listed, refused)), Filter(filter_program(word, own, allowed))


class FilterHeader(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("program", ctypes.c_void_p)]


class Filter:
    """A program as bytes, made once; a child only writes its own process id into it."""

    def __init__(self, lines):
        self.raw = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *line) for line in lines))
        self.own = [8 * i + 4 for i, line in enumerate(lines) if line[0] == JEQ and line[3] == OWN_PID]
        self.header = FilterHeader(len(lines), ctypes.addressof(self.raw))
        self.reference = ctypes.byref(self.header)

    def install(self):
        for offset in self.own:
            struct.pack_into("=I", self.raw, offset, os.getpid())
        if libc.prctl(22, 2, self.reference, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "seccomp")


# --- landlock -----------------------------------------------------------------------------------------------------------------

def landlock_version():
    return libc.syscall(444, None, ctypes.c_size_t(0), 1)


def restrict_files(readable):
    """Reading below the given folders, nothing else of the file system, no network, no signal out of the domain (as far as the kernel knows)."""
    version = landlock_version()
    if version < 1:
        raise OSError(errno.ENOSYS, "this kernel has no landlock")
    handled = (1 << {1: 13, 2: 14, 3: 15, 4: 15}.get(version, 16)) - 1
    attributes = struct.pack("=QQQ", handled, 3, 3)[: 8 if version < 4 else 16 if version < 6 else 24]
    ruleset = libc.syscall(444, attributes, ctypes.c_size_t(len(attributes)), 0)
    if ruleset < 0:
        raise OSError(ctypes.get_errno(), "landlock_create_ruleset")
    for path in readable:
        try:
            folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except FileNotFoundError:
            continue
        listed = 1 << 3 if os.path.isdir(path) else 0
        rule = struct.pack("=Qi", 1 << 0 | 1 << 2 | listed, folder)
        if libc.syscall(445, ruleset, 1, rule, 0) != 0:
            raise OSError(ctypes.get_errno(), "landlock_add_rule " + path)
        os.close(folder)
    if libc.prctl(38, 1, 0, 0, 0) != 0 or libc.syscall(446, ruleset, 0) != 0:
        raise OSError(ctypes.get_errno(), "landlock_restrict_self")
    os.close(ruleset)


def drop_privileges(uid):
    """Root becomes an ordinary user without groups; whoever stays loses every capability."""
    if os.geteuid() == 0 and uid:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    for capability in range(64):
        libc.prctl(24, capability, 0, 0, 0)
    header = struct.pack("=Ii", 0x20080522, 0)
    libc.capset(header, b"\0" * 24)


# --- the child ----------------------------------------------------------------------------------------------------------------

def run_child(requests, answers, length, cpu, config):
    """Never returns."""
    tag, text = b"x", "no result"
    try:
        limit(resource.RLIMIT_CPU, ITEM_CPU * cpu, ITEM_CPU * cpu + 1)
        libc.prctl(1, KILL, 0, 0, 0)
        if os.getppid() != config["server"]:
            exit_now(1)
        if config["filter"]:
            config["filter"].install()
        gc.enable()
        tag, text = perform(JOB[:length], requests, answers)
    except MemoryError:
        tag, text = b"m", "MemoryError"
    except BaseException as e:
        tag, text = b"x", "sandbox child: " + type(e).__name__
    try:
        frame = tag + text.encode("utf-8", "backslashreplace")
        frame = memoryview(struct.pack(">I", len(frame)) + frame)
        while frame:
            frame = frame[write_bytes(answers, frame):]
    finally:
        exit_now(0)


def limit(what, soft, hard):
    _, ceiling = resource.getrlimit(what)
    if ceiling != resource.RLIM_INFINITY:
        soft, hard = min(soft, ceiling), min(hard, ceiling)
    resource.setrlimit(what, (soft, hard))


# --- the server ---------------------------------------------------------------------------------------------------------------

def buffer_of(size):
    """Memory that costs nothing until it is used; pages given back read as zero."""
    return mmap.mmap(-1, size, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)


JOB = buffer_of(JOB_LIMIT)
FRAME = buffer_of(FRAME_LIMIT + mmap.PAGESIZE)


def wipe(buffer, length):
    if length > 1 << 16:
        buffer.madvise(mmap.MADV_DONTNEED)
    elif length:
        buffer[:length] = ZEROS[:length]


def read_into(control, view):
    got = 0
    while got < len(view):
        n = os.readv(control, [view[got:]])
        if n == 0:
            os._exit(0)
        got += n


def cpu_of(pid):
    """CPU seconds of the child so far, without /proc."""
    try:
        return time.clock_gettime((~pid << 3) | 2)
    except OSError:
        return 0.0


def ends_within(pid, seconds):
    """Waits for the end of a process, without collecting it."""
    try:
        process = os.pidfd_open(pid)
    except OSError:             # a kernel before 5.3
        end = time.monotonic() + seconds
        while os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            if time.monotonic() > end:
                return False
            time.sleep(0.0005)
        return True
    try:
        poller = select.poll()
        poller.register(process, select.POLLIN)
        return bool(poller.poll(int(seconds * 1000)))
    finally:
        os.close(process)


class Child:
    """The process of one test item."""

    def __init__(self, length, cpu, config, closed):
        requests, self.requests = os.pipe()
        self.answers, answers = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            for fd in (*closed, self.requests, self.answers):
                os.close(fd)
            set_mask(signal.SIG_SETMASK, ())
            run_child(requests, answers, length, cpu, config)
        os.close(requests)
        os.close(answers)
        os.set_blocking(self.requests, False)
        self.spent = 0.0        # CPU seconds, up to the last answer
        self.wait_status = 0
        self.alive = True

    def attend(self, control, sent, wall, cpu_limit, stretch):
        """Hands over a request, of `sent` bytes in JOB, and collects the answer in FRAME. Returns a status and how many bytes."""
        start = time.monotonic()
        deadline, end = start + wall * stretch, start + max(2 * wall * stretch, 8.0 * cpu_limit)
        pending = [struct.pack(">I", sent), memoryview(JOB)[:sent]] if sent else []
        view, got = memoryview(FRAME), 0
        poller = select.poll()
        poller.register(self.answers, select.POLLIN)
        poller.register(control, 0)
        if pending:
            poller.register(self.requests, select.POLLOUT)
        try:
            while True:
                now = time.monotonic()
                used = cpu_of(self.pid) - self.spent if now - start > 0.9 * cpu_limit or now >= deadline else 0.0
                if used >= cpu_limit:
                    return self.over(b"C", got)
                if now >= deadline:
                    # A program that computes on a crowded machine is left to its CPU limit.
                    if now < end and used >= 0.25 * (now - start) / stretch:
                        deadline = min(now + 0.5 * wall, end)
                        continue
                    return self.over(b"T", got)
                for fd, event in poller.poll(max(2, int(min(deadline - now, cpu_limit - used) * 1000) + 1)):
                    if fd == control:
                        os.kill(self.pid, KILL)
                        os._exit(0)
                    if fd == self.requests:
                        pending = self.hand_over(pending, event)
                        if not pending:
                            poller.unregister(self.requests)
                        continue
                    n = os.readv(self.answers, [view[got:]])
                    got += n
                    if n == 0:
                        return self.over(b"E", got)
                    if got > FRAME_LIMIT:
                        return self.over(b"G", got)
                    if whole(view, got):
                        now = cpu_of(self.pid)
                        self.answer_cpu, self.spent = max(0.0, now - self.spent - RELAY * got), now
                        return b"V", got
        finally:
            pending = None
            view.release()

    def hand_over(self, pending, event):
        try:
            n = os.writev(self.requests, pending) if event & select.POLLOUT else sum(map(len, pending))
        except OSError:
            n = sum(map(len, pending))      # nobody reads: the answer's pipe will tell why
        while pending and n >= len(pending[0]):
            n -= len(pending.pop(0))
        if pending:
            pending[0] = pending[0][n:]
        return pending

    def over(self, status, got):
        """The process has ended, or ends now."""
        usage = None
        if status == b"E" and ends_within(self.pid, EOF_GRACE):
            _, self.wait_status, usage = os.wait4(self.pid, os.WNOHANG)
        if usage is None:
            os.kill(self.pid, KILL)
            _, _, usage = os.wait4(self.pid, 0)
            self.wait_status = 0
        self.alive = False
        total = usage.ru_utime + usage.ru_stime
        self.answer_cpu, self.spent = max(0.0, total - self.spent), total
        return status, got

    def end(self):
        if self.alive:
            os.kill(self.pid, KILL)
            os.wait4(self.pid, 0)
        os.close(self.requests)
        os.close(self.answers)


def whole(view, got):
    """Is there a frame that is more than the program's compiled text?"""
    at = 0
    while got >= at + 5:
        length = int.from_bytes(view[at:at + 4], "big")
        if view[at + 4] != 0x6B:
            return length > FRAME_LIMIT or got >= at + 4 + length
        at += 4 + length
    return False


class Crowding:
    """How much longer than its CPU time a job takes here, from the jobs just done: 1 on an idle machine.

    The wall limit is for programs that sleep. On a crowded machine an honest program waits too, so the limit stretches along,
    two and a half times at most.
    """

    def __init__(self):
        self.recent = collections.deque([1.0] * 9, maxlen=9)

    def saw(self, seconds, cpu):
        self.recent.append(seconds / max(cpu, 0.001))

    def stretch(self):
        return min(2.5, max(1.0, sorted(self.recent)[4] / 3))


def fresh_signals():
    """A candidate finds the signals of a fresh interpreter, whatever this one was started under (nohup, a shell's &).

    Ctrl-C reaches the whole group, so it waits here; whoever started us closes our input.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT,))
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for one in (signal.SIGHUP, signal.SIGQUIT, signal.SIGTERM):
        signal.signal(one, signal.SIG_DFL)


def limit_all(memory):
    """What holds for each child and harms no server. The CPU limit is each child's own."""
    limit(resource.RLIMIT_AS, memory, memory)
    limit(resource.RLIMIT_FSIZE, 0, 0)
    limit(resource.RLIMIT_NOFILE, 64, 64)
    limit(resource.RLIMIT_CORE, 0, 0)
    limit(resource.RLIMIT_STACK, 16 << 20, 16 << 20)


def serve(control, answer, config):
    """Commands of Java: O opens a process with a job and its first request, Q asks the open one, E ends it."""
    header = bytearray(17)
    crowding = Crowding()
    child = None
    while True:
        read_into(control, memoryview(header))
        command, length, wall, cpu = struct.unpack(">cIdI", header)
        if length > JOB_LIMIT:
            os._exit(3)
        view = memoryview(JOB)
        read_into(control, view[:length])
        view.release()
        if command != b"Q" and child is not None:
            child.end()
            child = None
        if command == b"E":
            continue
        started = time.monotonic()
        if command == b"O":
            child = Child(length, cpu, config, (control, answer))
            wipe(JOB, length)
            length = 0
        status, got = child.attend(control, length, wall, cpu, crowding.stretch())
        wipe(JOB, length)
        if status == b"V":
            crowding.saw(time.monotonic() - started, child.answer_cpu)
        sent = got if status == b"V" else 0
        head = struct.pack(">IcId", sent, status, child.wait_status & 0xFFFFFFFF, child.answer_cpu)
        view = memoryview(FRAME)
        pending = [memoryview(head), view[:sent]]
        while pending:
            n = os.writev(answer, pending)
            while pending and n >= len(pending[0]):
                n -= len(pending.pop(0))
            if pending:
                pending[0] = pending[0][n:]
        pending = None
        view.release()
        wipe(FRAME, got)


def warm_up():
    """What a first run sets up, once for all."""
    source, sink = os.pipe()
    stage = Stage(source, sink)
    stage.start({"code": "def f(x):\n    return x", "keep": True}, b"")
    stage.reply(["?", "callname", ["f", ["l", 2, 1]], [], [], [], [], None])
    stage.reply(["?", "callname", ["f", ["t", 1.5, "a"]], [], [], [], [], {}])
    os.close(source)
    os.close(sink)
    sys.modules.pop("candidate")


def main():
    """Takes one configuration frame, moves the control pipes away from 0 and 1, shuts the doors, says hello, serves."""
    length = int.from_bytes(os.read(0, 4), "big")
    text = b""
    while len(text) < length:
        text += os.read(0, length - len(text))
    config = json.loads(text)
    fresh_signals()
    control, answer = os.dup(0), os.dup(1)
    null = os.open("/dev/null", os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(null, fd)
    os.close(null)
    hello = {"python": platform.python_version(), "machine": platform.machine(), "landlock": 0}
    try:
        warnings.simplefilter("ignore")
        sys.path[:] = [p for p in sys.path if p] + config["packages"]
        preload(COMMON + (ALL + config["modules"] if config["seccomp"] == "nofiles" else []))
        os.register_at_fork = register_at_fork
        config["server"] = os.getpid()
        libc.prctl(4, 0, 0, 0, 0)
        if config.get("landlock"):
            restrict_files(config["landlock"])
            hello["landlock"] = landlock_version()
        drop_privileges(config.get("uid"))
        libc.prctl(4, 0, 0, 0, 0)
        if config["seccomp"] != "none" and platform.machine() not in ARCHITECTURES:
            raise OSError(errno.ENOSYS, "no system call list for " + platform.machine())
        config["filter"] = None
        if config["seccomp"] != "none":
            whole, config["filter"] = filters(platform.machine(), config["seccomp"] == "files")
        sys.modules["random"].seed(0)
        sys.stdout, sys.stderr = STDOUT, STDERR
        warm_up()
        gc.collect()
        gc.disable()
        gc.freeze()
        limit_all(config["memory"])
        if libc.prctl(38, 1, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "no_new_privs")
        if config["filter"]:
            whole.install()
    except BaseException as e:
        hello["error"] = "%s: %s" % (type(e).__name__, e)
    body = json.dumps(hello).encode()
    os.write(answer, struct.pack(">I", len(body)) + body)
    if "error" not in hello:
        serve(control, answer, config)


main()
