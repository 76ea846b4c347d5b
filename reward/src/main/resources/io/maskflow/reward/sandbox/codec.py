"""Data-only codec between judge and sandbox: JSON with one tag per Python type, no pickle, no eval, no repr.

A value that leaves the sandbox is a claim. Subclasses of builtins travel as the content of their base type, iterators as their
items, every other object as an opaque token with a truth value. The text is judged again, with limits, where it arrives.
"""

import collections
import collections.abc
import datetime
import decimal
import fractions
import json
import sys
import time
import types
from _json import encode_basestring_ascii as quote

MAX_ELEMENTS = 2_000_000    # containers and leaves of one claim together, a run of one leaf counted once
MAX_SPREAD = 8_000_000      # the same with each member of a run counted
MAX_DEPTH = 900             # nesting of one claim
MAX_TEXT = 32 << 20         # characters of one frame
MAX_PULLED = 20_000         # items taken from an iterator, which may have no end
MAX_PULLED_TEXT = 1 << 20   # characters taken from an iterator
MAX_NAMED_FLOATS = 4_096    # floats of one value that can be named when they come again
RECURSION = 6_000           # frames that reading and writing a claim may need
MAX_BIG_INTS = 2_000        # integers beyond 2**53 in one claim
MAX_INT_BITS = 1 << 24      # bits of all big integers of one claim together
MAX_RANGE = 200_000         # length of a range
MAX_EXPONENT = 10_000       # of a Decimal: hash() of one with a huge exponent takes for ever
EXACT = 1 << 53
PLAIN_TYPES = {t.__name__: t for t in (int, float, str, bool, list, tuple, dict, set, frozenset, bytes, bytearray, complex,
                                       range, object, type, type(None))}
KEYS, VALUES, ITEMS = type({}.keys()), type({}.values()), type({}.items())


class TooLarge(Exception):
    """The value is over a limit of the codec."""


class Cyclic(Exception):
    """The value holds itself."""


class Malformed(Exception):
    """The text is no claim that this codec could have written."""


class Opaque:
    """Stands for an object that cannot travel: never equal to plain data.

    Two of them are equal when they stand for one object, or for objects of one class that defines equality and hold equal fields.
    It has a truth value, its texts where the test asks for them, and items when it had some.
    """

    def __init__(self, truth, kind=None, fields=None, texts=()):
        self._truth = truth
        self._kind = kind
        self._fields = fields
        self._texts = texts

    def __bool__(self):
        return self._truth

    def __eq__(self, other):
        if self is other:
            return True
        if not isinstance(other, Opaque) or self._fields is None or other._fields is None or self._kind != other._kind:
            return NotImplemented
        return self._fields == other._fields

    def __hash__(self):
        return hash(self._kind)

    def __str__(self):
        return self._texts[0] if self._texts else "<an object>"

    def __repr__(self):
        return self._texts[1] if self._texts else "<an object>"


class OpaqueWithLength(Opaque):
    def __len__(self):
        return self._size


class OpaqueItems(Opaque):
    def __init__(self, truth, items):
        Opaque.__init__(self, truth)
        self._items = items

    def __iter__(self):
        return self._items()


class OpaqueSized(OpaqueItems):
    def __init__(self, truth, items, size):
        OpaqueItems.__init__(self, truth, items)
        self._size = size

    def __len__(self):
        return self._size


class Raised(Exception):
    """There is no value: the candidate's expression ended in this class."""

    def __init__(self, kind, note):
        Exception.__init__(self, kind, note)
        self.kind = kind
        self.note = note


class Reference:
    """A name of the candidate used as a value, such as a function passed to a function."""

    def __init__(self, name):
        self.name = name


class Encoder:
    """Writes values; the budget of elements and characters, and the numbers of objects, are shared by all values of one encoder.

    `objects`: also say what objects that define equality hold; `texts`: also say what len(), str() and repr() of objects are,
    which runs code of their classes. `deadline`: CPU seconds of this process after which an iterator is left alone.
    """

    def __init__(self, deadline=None):
        self.elements = MAX_ELEMENTS
        self.room = MAX_TEXT
        self.path = set()
        self.numbers = {}
        self.kinds = {}
        self.objects = self.texts = False
        self.deadline = deadline
        self._scope()

    def _scope(self):
        """What is told inside a value or an iterator can be named there only: the reader may leave any of them unread."""
        before = getattr(self, "floats", None), getattr(self, "told", None)
        self.floats, self.told = {}, set()
        return before

    def encode(self, value):
        before = sys.getrecursionlimit()
        set_recursion_limit(max(before, RECURSION))
        try:
            out = []
            self._scope()
            self._put(value, out, 0)
            return "".join(out)
        finally:
            set_recursion_limit(before)

    def _text(self, text, out):
        self.room -= len(text)
        if self.room < 0:
            raise TooLarge("more than %d characters" % MAX_TEXT)
        out.append(text)

    def _put(self, v, out, depth):
        self.elements -= 1
        if self.elements < 0:
            raise TooLarge("more than %d elements" % MAX_ELEMENTS)
        if depth > MAX_DEPTH:
            raise TooLarge("nested deeper than %d" % MAX_DEPTH)
        t = type(v)
        if v is None:
            out.append("null")
        elif t is bool:
            out.append("true" if v else "false")
        elif t is int or issubclass(t, int):
            v = int.__add__(v, 0)
            self._text(str(v) if -EXACT <= v <= EXACT else '["I","%s"]' % hex(v), out)
        elif t is float:
            self._float(v, out)
        elif t is str or issubclass(t, str):
            self._string(v, out)
        elif issubclass(t, (list, tuple, set, frozenset)):
            self._container(v, t, out, depth)
        elif issubclass(t, dict):
            tag = "O" if issubclass(t, collections.OrderedDict) else "C" if issubclass(t, collections.Counter) else "d"
            self._items(tag, v, (x for pair in dict.items(v) for x in pair), out, depth)
        elif issubclass(t, float):
            self._float(float.__add__(v, -0.0), out)
        elif issubclass(t, (bytes, bytearray)):
            raw = bytes.hex(v) if issubclass(t, bytes) else bytearray.hex(v)
            self._text('["%s","%s"]' % ("b" if issubclass(t, bytes) else "B", raw), out)
        else:
            self._rare(v, t, out, depth)

    def _float(self, v, out):
        """A float that comes again, as the same object, is named by its number."""
        known = self.floats.get(id(v))
        if -EXACT < v < EXACT and v and v == int(v):
            self._text('["f",%d]' % int(v), out)
        elif known is not None:
            self._text('["=",%d]' % known[0], out)
        else:
            if len(self.floats) < MAX_NAMED_FLOATS:
                self.floats[id(v)] = (len(self.floats), v)
            self._text('["f","%s"]' % float.hex(v), out)

    def _string(self, v, out):
        if str.__len__(v) > self.room:
            raise TooLarge("more than %d characters" % MAX_TEXT)
        quoted = quote(v)
        if "\\ud" in quoted and any(0xD800 <= ord(c) <= 0xDFFF for c in str.__iter__(v)):
            quoted = '["s",%s]' % dumps([ord(c) for c in str.__iter__(v)])
        self._text(quoted, out)

    def _container(self, v, t, out, depth):
        for base, tag in ((list, "l"), (tuple, "t"), (set, "S"), (frozenset, "F")):
            if issubclass(t, base):
                return self._items(tag, v, base.__iter__(v), out, depth)

    def _items(self, tag, owner, items, out, depth):
        if id(owner) in self.path:
            raise Cyclic("the value holds itself")
        self.path.add(id(owner))
        out.append('["%s"' % tag)
        nothing = run = object()
        count = 0
        for item in items:
            if item is run and type(item) in LEAVES:
                count += 1
                continue
            if run is not nothing:
                self._run(run, count, out, depth)
            run, count = item, 1
        if run is not nothing:
            self._run(run, count, out, depth)
        out.append("]")
        self.path.discard(id(owner))

    def _run(self, item, count, out, depth):
        """One leaf so many times in a row; few of them are written out."""
        if count > 3:
            self._text(',["*",%d,' % count, out)
            self._put(item, out, depth + 1)
            out.append("]")
        else:
            for _ in range(count):
                self._text(",", out)
                self._put(item, out, depth + 1)

    def _rare(self, v, t, out, depth):
        if t is range:
            out.append('["r",')
            self._text(",".join('"%s"' % hex(x) for x in (v.start, v.stop, v.step)), out)
            out.append("]")
        elif issubclass(t, complex):
            self._text('["c","%s","%s"]' % (complex.real.__get__(v).hex(), complex.imag.__get__(v).hex()), out)
        elif issubclass(t, decimal.Decimal):
            self._text('["D",%s]' % quote(decimal.Decimal.__str__(v)), out)
        elif issubclass(t, fractions.Fraction):
            self._text('["Q","%s","%s"]' % (hex(v.numerator), hex(v.denominator)), out)
        elif issubclass(t, (datetime.date, datetime.time, datetime.timedelta)):
            self._moment(v, t, out)
        elif t in (KEYS, VALUES, ITEMS):
            self._items({KEYS: "k", VALUES: "w", ITEMS: "i"}[t], v, iter(v), out, depth)
        elif issubclass(t, collections.deque):
            self._items("q", v, collections.deque.__iter__(v), out, depth)
        elif t is memoryview and v.format == "B" and v.contiguous:
            self._text('["b","%s"]' % v.hex(), out)
        elif t is types.MappingProxyType or getattr(t, "__eq__", None) is collections.abc.Mapping.__eq__:
            self._items("d", v, (x for key in v for x in (key, v[key])), out, depth)
        elif issubclass(t, collections.UserList) and issubclass(type(v.data), list):
            self._items("l", v, list.__iter__(v.data), out, depth)
        elif issubclass(t, collections.UserString) and issubclass(type(v.data), str):
            self._string(v.data, out)
        elif t is type and v in PLAIN_TYPES.values():
            self._text('["T","%s"]' % v.__name__, out)
        elif t is Reference:
            self._text('["N",%s]' % quote(v.name), out)
        elif defines(t, "__next__"):
            self._pull('["g"', v, out, depth)
        elif defines(t, "__iter__"):
            self._pull('["x",%s,%s' % ("true" if self._truth(v) else "false", self._size(v, t)), v, out, depth)
        else:
            self._opaque(v, t, out, depth)

    def _pull(self, head, v, out, depth):
        """The items of an iterator as far as they are worth it, and how it ended: null at its end, true for more, a text for an exception."""
        if id(v) in self.path:
            raise Cyclic("the value holds itself")
        self.path.add(id(v))
        outer = self._scope()
        parts, whole, end, left, room = [], 0, "null", MAX_PULLED, self.room
        try:
            for item in v:
                left -= 1
                if left < 0 or room - self.room > MAX_PULLED_TEXT or self.deadline and cpu_seconds() > self.deadline:
                    end = "true"
                    break
                parts.append(",")
                self._put(item, parts, depth + 1)
                whole = len(parts)
        except (TooLarge, MemoryError):
            raise
        except Exception as e:
            end = quote(name_of(e))
        del parts[whole:]
        self.floats, self.told = outer
        self.path.discard(id(v))
        self._text("%s,%s" % (head, end), out)
        out += parts
        out.append("]")

    def _truth(self, v):
        try:
            return bool(v)
        except Exception:
            return True

    def _size(self, v, t):
        try:
            return min(len(v), EXACT) if defines(t, "__len__") else "null"
        except Exception:
            return "null"

    def _opaque(self, v, t, out, depth):
        number = self.numbers.setdefault(id(v), (len(self.numbers), v))[0]
        if number in self.told:
            self._text('["o",%d]' % number, out)
            return
        self.told.add(number)
        kind = self.kinds.setdefault(id(t), (len(self.kinds), t))[0]
        self._text('["o",%d,%s,%d,' % (number, "true" if self._truth(v) else "false", kind), out)
        out.append(self._fields(v, t, depth) if self.objects else "null")
        if self.texts:
            out.append(",%s" % self._size(v, t))
            for text in (str(v), repr(v)):
                out.append(",")
                self._string(text, out)
        out.append("]")

    def _fields(self, v, t, depth):
        """What an object holds whose class defines equality, or null if that cannot travel."""
        if type.__getattribute__(t, "__eq__") is object.__eq__:
            return "null"
        kept = self.room, self.elements, set(self.path), dict(self.floats), set(self.told)
        out = []
        try:
            self._items("d", v, (x for pair in fields_of(v).items() for x in pair), out, depth)
            return "".join(out)
        except (TooLarge, Cyclic, RecursionError):
            self.room, self.elements, self.path, self.floats, self.told = kept
            return "null"

    def _moment(self, v, t, out):
        if issubclass(t, datetime.timedelta):
            self._text('["M","timedelta",%d,%d,%d]' % (v.days, v.seconds, v.microseconds), out)
            return
        fields, zone = [], None
        if issubclass(t, datetime.date):
            fields += (v.year, v.month, v.day)
        if not issubclass(t, datetime.date) or issubclass(t, datetime.datetime):
            fields += (v.hour, v.minute, v.second, v.microsecond)
            zone = v.utcoffset()
        word = "datetime" if issubclass(t, datetime.datetime) else "date" if issubclass(t, datetime.date) else "time"
        if zone is not None:
            fields.append('["M","zone",%d,%d,%d]' % (zone.days, zone.seconds, zone.microseconds))
        self._text('["M","%s",%s]' % (word, ",".join(map(str, fields))), out)


def fields_of(v):
    """The attributes of an object, from its own dictionary and the slots of its classes."""
    try:
        fields = dict(object.__getattribute__(v, "__dict__"))
    except AttributeError:
        fields = {}
    for c in type.__dict__["__mro__"].__get__(type(v)):
        slots = type.__dict__["__dict__"].__get__(c).get("__slots__", ())
        for slot in (slots,) if type(slots) is str else slots:
            try:
                fields[slot] = object.__getattribute__(v, slot)
            except AttributeError:
                pass
    return fields


def defines(t, name):
    """Do instances of a class have this special method? Asked of the classes themselves, past any metaclass."""
    for c in type.__dict__["__mro__"].__get__(t):
        if name in type.__dict__["__dict__"].__get__(c):
            return type.__dict__["__dict__"].__get__(c)[name] is not None
    return False


def name_of(e):
    """The name of an exception's class, without running code of the class."""
    return type.__dict__["__name__"].__get__(type(e))


cpu_seconds = time.process_time
dumps = json.dumps
LEAVES = frozenset((int, float, str, bool, type(None)))
set_recursion_limit = sys.setrecursionlimit


class Decoder:
    """Reads claims with limits. `weight` counts what was built, so that the reader can tell a small claim from a large one."""

    def __init__(self, resolve=None):
        self.weight = 0
        self.spread = 0
        self.big = 0
        self.bits = 0
        self.floats = []
        self.objects = {}
        self.outer = self
        self.resolve = resolve

    def inner(self):
        """For an iterator, which is read when the test reads it: its own named floats, the same objects and budget."""
        other = Decoder(self.resolve)
        other.outer, other.objects = self.outer, self.objects
        return other

    def decode(self, text):
        if len(text) > MAX_TEXT + 1024:
            raise TooLarge("more than %d characters" % MAX_TEXT)
        try:
            tree = json.loads(text, parse_float=self._refuse, parse_constant=self._refuse, parse_int=self._small)
        except (ValueError, RecursionError) as e:
            raise Malformed("no claim: %s" % type(e).__name__) from None
        return self.build(tree, 0)

    def _refuse(self, _):
        raise Malformed("a bare float")

    def _small(self, text):
        if len(text) > 17:
            raise Malformed("a long bare integer")
        return int(text)

    def _int(self, text):
        if type(text) is not str:
            raise Malformed("an integer that is no text")
        total = self.outer
        total.big += 1
        total.bits += 4 * len(text)
        if total.big > MAX_BIG_INTS or total.bits > MAX_INT_BITS:
            raise TooLarge("more than %d big integers or %d bits" % (MAX_BIG_INTS, MAX_INT_BITS))
        return int(text, 16)

    def build(self, node, depth):
        total = self.outer
        total.weight += 1
        if total.weight > MAX_ELEMENTS + 1:
            raise TooLarge("more than %d elements" % MAX_ELEMENTS)
        if depth > MAX_DEPTH + 1:
            raise TooLarge("nested deeper than %d" % MAX_DEPTH)
        t = type(node)
        if t is not list:
            if t is dict:
                raise Malformed("an untagged object")
            return node
        if not node or type(node[0]) is not str:
            raise Malformed("a list without a tag")
        read = READERS.get(node[0])
        if read is None:
            raise Malformed("an unknown tag")
        try:
            return read(self, node, depth + 1)
        except (TooLarge, Malformed):
            raise
        except RecursionError:
            raise TooLarge("nested too deep") from None
        except Exception as e:
            raise Malformed("tag %s: %s" % (node[0], type(e).__name__)) from None

    def items(self, node, depth, start=1):
        built = []
        for x in node[start:]:
            if type(x) is list and x and x[0] == "*":
                built += self.run(x, depth)
            else:
                built.append(self.build(x, depth))
        return built

    def run(self, node, depth):
        _, count, leaf = node
        if type(count) is not int or count < 1:
            raise Malformed("a run of %s" % type(count).__name__)
        value = self.build(leaf, depth)
        if type(value) not in LEAVES:
            raise Malformed("a run of containers")
        self.outer.spread += count
        if self.outer.spread > MAX_SPREAD:
            raise TooLarge("more than %d elements" % MAX_SPREAD)
        return [value] * count

    def float(self, node):
        if type(node[1]) is int:
            return float(node[1])
        if len(self.floats) < MAX_NAMED_FLOATS:
            self.floats.append(float.fromhex(node[1]))
            return self.floats[-1]
        return float.fromhex(node[1])

    def pulled(self, nodes, end):
        """An iterator that is read when the test reads it."""
        inner = self.inner()
        for x in nodes:
            yield inner.build(x, 1)
        if end is True:
            raise TooLarge("an iterator of more than %d items" % len(nodes))
        if end is not None:
            raise Raised("error", str(end))

    def opaque(self, node, depth):
        number = node[1]
        if type(number) is not int:
            raise Malformed("an object without a number")
        if len(node) == 2:
            return self.objects[number]
        _, _, truth, kind, fields, *more = node
        if number in self.objects:
            return self.objects[number]
        size, *texts = [self.build(x, depth) for x in more] or [None]
        if type(size) not in (int, type(None)) or len(texts) not in (0, 2) or any(type(x) is not str for x in texts):
            raise Malformed("an object with odd texts")
        made = self.objects[number] = (Opaque if size is None else OpaqueWithLength)(truth is True, kind, None, texts)
        made._size = size
        if fields is not None:
            made._fields = self.build(fields, depth)
        return made

    def pairs(self, node, depth):
        flat = self.items(node, depth)
        if len(flat) % 2:
            raise Malformed("half a pair")
        return list(zip(flat[::2], flat[1::2]))

    def range(self, node):
        r = range(*(self._int(x) for x in node[1:4]))
        if r and (len(range(0, abs(r.stop - r.start), abs(r.step))) if abs(r.stop - r.start) < 1 << 62 else 1 << 62) > MAX_RANGE:
            raise TooLarge("a range of more than %d" % MAX_RANGE)
        self.outer.spread += len(r)
        if self.outer.spread > MAX_SPREAD:
            raise TooLarge("more than %d elements" % MAX_SPREAD)
        return r

    def decimal(self, node):
        with decimal.localcontext() as context:
            context.prec = 10_000
            d = decimal.Decimal(node[1])
        if d.is_finite() and (abs(d.adjusted()) > MAX_EXPONENT or abs(d.as_tuple().exponent) > MAX_EXPONENT):
            raise TooLarge("a Decimal with an exponent beyond %d" % MAX_EXPONENT)
        return d

    def named(self, node):
        if self.resolve is None:
            raise Malformed("a reference")
        return self.resolve(node[1])

    def moment(self, node):
        kind, numbers = node[1], node[2:]
        if kind == "zone":
            return datetime.timezone(datetime.timedelta(*numbers))
        zone = [self.moment(numbers.pop())] if type(numbers[-1]) is list else []
        if kind == "time":
            numbers += [0] * (4 - len(numbers))
        made = {"date": datetime.date, "datetime": datetime.datetime, "time": datetime.time, "timedelta": datetime.timedelta}[kind]
        return made(*numbers, *zone)

    def with_items(self, node):
        _, truth, size, end, *nodes = node

        def items():
            return self.pulled(nodes, end)
        return OpaqueItems(truth is True, items) if type(size) is not int else OpaqueSized(truth is True, items, size)


READERS = {
    "I": lambda d, n, k: d._int(n[1]),
    "f": lambda d, n, k: d.float(n),
    "=": lambda d, n, k: d.floats[n[1]],
    "s": lambda d, n, k: "".join(map(chr, n[1])),
    "l": lambda d, n, k: d.items(n, k),
    "t": lambda d, n, k: tuple(d.items(n, k)),
    "S": lambda d, n, k: set(d.items(n, k)),
    "F": lambda d, n, k: frozenset(d.items(n, k)),
    "d": lambda d, n, k: dict(d.pairs(n, k)),
    "O": lambda d, n, k: collections.OrderedDict(d.pairs(n, k)),
    "C": lambda d, n, k: collections.Counter(dict(d.pairs(n, k))),
    "q": lambda d, n, k: collections.deque(d.items(n, k)),
    "b": lambda d, n, k: bytes.fromhex(n[1]),
    "B": lambda d, n, k: bytearray.fromhex(n[1]),
    "r": lambda d, n, k: d.range(n),
    "c": lambda d, n, k: complex(float.fromhex(n[1]), float.fromhex(n[2])),
    "D": lambda d, n, k: d.decimal(n),
    "Q": lambda d, n, k: fractions.Fraction(d._int(n[1]), d._int(n[2])),
    "M": lambda d, n, k: d.moment(n),
    "k": lambda d, n, k: dict.fromkeys(d.items(n, k)).keys(),
    "w": lambda d, n, k: dict(enumerate(d.items(n, k))).values(),
    "i": lambda d, n, k: dict(d.items(n, k)).items(),
    "T": lambda d, n, k: PLAIN_TYPES[n[1]],
    "N": lambda d, n, k: d.named(n),
    "g": lambda d, n, k: d.pulled(n[2:], n[1]),
    "x": lambda d, n, k: d.with_items(n),
    "o": lambda d, n, k: d.opaque(n, k),
}
