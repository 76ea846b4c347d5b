"""Data-only codec between judge and sandbox: JSON with one tag per Python type, no pickle, no eval, no repr.

A value that leaves the sandbox is a claim. Subclasses of builtins travel as the content of their base type, iterators as their
items, every other object as an opaque token with a truth value. The text is judged again, with limits, where it arrives.
"""

import collections
import datetime
import decimal
import fractions
import json
from _json import encode_basestring_ascii as quote

MAX_ELEMENTS = 200_000      # containers and leaves of one claim together
MAX_DEPTH = 180             # nesting of one claim
MAX_TEXT = 4 << 20          # characters of one frame
MAX_BIG_INTS = 2_000        # integers beyond 2**53 in one claim
MAX_INT_BITS = 1 << 20      # bits of all big integers of one claim together
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
    """Stands for an object that cannot travel: equal to nothing but itself; it has a truth value, and items when it had some."""

    def __init__(self, truth):
        self._truth = truth

    def __bool__(self):
        return self._truth


class OpaqueItems(Opaque):
    def __init__(self, truth, items):
        self._truth = truth
        self._items = items

    def __iter__(self):
        return iter(self._items)


class OpaqueSized(OpaqueItems):
    def __len__(self):
        return len(self._items)


class Reference:
    """A name of the candidate used as a value, such as a function passed to a function."""

    def __init__(self, name):
        self.name = name


class Encoder:
    """Writes one value; the budget of elements and characters is shared by all values of one encoder."""

    def __init__(self):
        self.elements = MAX_ELEMENTS
        self.room = MAX_TEXT
        self.path = set()

    def encode(self, value):
        out = []
        self._put(value, out, 0)
        return "".join(out)

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
        elif t is float or issubclass(t, float):
            self._text('["f","%s"]' % float.hex(v), out)
        elif t is str or issubclass(t, str):
            self._string(v, out)
        elif issubclass(t, (list, tuple, set, frozenset)):
            self._container(v, t, out, depth)
        elif issubclass(t, dict):
            tag = "O" if t is collections.OrderedDict else "C" if t is collections.Counter else "d"
            self._items(tag, v, (x for pair in dict.items(v) for x in pair), out, depth)
        elif issubclass(t, (bytes, bytearray)):
            raw = bytes.hex(v) if issubclass(t, bytes) else bytearray.hex(v)
            self._text('["%s","%s"]' % ("b" if issubclass(t, bytes) else "B", raw), out)
        else:
            self._rare(v, t, out, depth)

    def _string(self, v, out):
        if str.__len__(v) > self.room:
            raise TooLarge("more than %d characters" % MAX_TEXT)
        quoted = quote(v)
        if "\\ud" in quoted and any(0xD800 <= ord(c) <= 0xDFFF for c in str.__iter__(v)):
            quoted = '["s",%s]' % json.dumps([ord(c) for c in str.__iter__(v)])
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
        for item in items:
            self._text(",", out)
            self._put(item, out, depth + 1)
        out.append("]")
        self.path.discard(id(owner))

    def _rare(self, v, t, out, depth):
        if t is range:
            out.append('["r",')
            self._text(",".join('"%s"' % hex(x) for x in (v.start, v.stop, v.step)), out)
            out.append("]")
        elif t is complex:
            self._text('["c","%s","%s"]' % (v.real.hex(), v.imag.hex()), out)
        elif t is decimal.Decimal:
            self._text('["D",%s]' % quote(str(v)), out)
        elif t is fractions.Fraction:
            self._text('["Q","%s","%s"]' % (hex(v.numerator), hex(v.denominator)), out)
        elif t in (datetime.date, datetime.datetime, datetime.time, datetime.timedelta):
            self._moment(v, t, out)
        elif t in (KEYS, VALUES, ITEMS):
            self._items({KEYS: "k", VALUES: "w", ITEMS: "i"}[t], v, iter(v), out, depth)
        elif t is collections.deque:
            self._items("q", v, iter(v), out, depth)
        elif t is type and v in PLAIN_TYPES.values():
            self._text('["T","%s"]' % v.__name__, out)
        elif t is Reference:
            self._text('["N",%s]' % quote(v.name), out)
        elif hasattr(t, "__next__"):
            self._items("g", v, v, out, depth)
        elif hasattr(t, "__iter__") and t.__iter__ is not None:
            truth = self._truth(v)
            sized = hasattr(t, "__len__")
            self._items("x", v, [truth, sized, *self._bounded(v)], out, depth)
        else:
            self._text('["o",%s]' % ("true" if self._truth(v) else "false"), out)

    def _truth(self, v):
        try:
            return bool(v)
        except Exception:
            return True

    def _bounded(self, v):
        items = []
        for item in v:
            items.append(item)
            if len(items) > self.elements:
                raise TooLarge("more than %d elements" % MAX_ELEMENTS)
        return items

    def _moment(self, v, t, out):
        if getattr(v, "tzinfo", None) is not None:
            self._text('["o",true]', out)
        elif t is datetime.timedelta:
            self._text('["M","timedelta",%d,%d,%d]' % (v.days, v.seconds, v.microseconds), out)
        else:
            fields = () if t is datetime.time else (v.year, v.month, v.day)
            if t is not datetime.date:
                fields += (v.hour, v.minute, v.second, v.microsecond)
            self._text('["M","%s",%s]' % (t.__name__, ",".join(map(str, fields))), out)


class Decoder:
    """Reads claims with limits. `weight` counts what was built, so that the reader can tell a small claim from a large one."""

    def __init__(self, resolve=None):
        self.weight = 0
        self.big = 0
        self.bits = 0
        self.resolve = resolve

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
        self.big += 1
        self.bits += 4 * len(text)
        if self.big > MAX_BIG_INTS or self.bits > MAX_INT_BITS:
            raise TooLarge("more than %d big integers or %d bits" % (MAX_BIG_INTS, MAX_INT_BITS))
        return int(text, 16)

    def build(self, node, depth):
        self.weight += 1
        if self.weight > 2 * MAX_ELEMENTS:
            raise TooLarge("more than %d elements" % MAX_ELEMENTS)
        if depth > MAX_DEPTH + 1:
            raise TooLarge("nested deeper than %d" % MAX_DEPTH)
        t = type(node)
        if t is not list:
            if t is dict:
                raise Malformed("an untagged object")
            if t is str:
                self.weight += len(node) >> 6
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
        except Exception as e:
            raise Malformed("tag %s: %s" % (node[0], type(e).__name__)) from None

    def items(self, node, depth, start=1):
        return [self.build(x, depth) for x in node[start:]]

    def pairs(self, node, depth):
        flat = self.items(node, depth)
        if len(flat) % 2:
            raise Malformed("half a pair")
        return list(zip(flat[::2], flat[1::2]))

    def range(self, node):
        r = range(*(self._int(x) for x in node[1:4]))
        if r and (len(range(0, abs(r.stop - r.start), abs(r.step))) if abs(r.stop - r.start) < 1 << 62 else 1 << 62) > MAX_RANGE:
            raise TooLarge("a range of more than %d" % MAX_RANGE)
        self.weight += len(r)
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

    def with_items(self, node, depth):
        items = self.items(node, depth)
        truth, sized, *rest = items
        return (OpaqueSized if sized is True else OpaqueItems)(truth is True, rest)


READERS = {
    "I": lambda d, n, k: d._int(n[1]),
    "f": lambda d, n, k: float.fromhex(n[1]),
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
    "M": lambda d, n, k: getattr(datetime, {"date": "date", "datetime": "datetime", "time": "time",
                                            "timedelta": "timedelta"}[n[1]])(*d.items(n, k, 2)),
    "k": lambda d, n, k: dict.fromkeys(d.items(n, k)).keys(),
    "w": lambda d, n, k: dict(enumerate(d.items(n, k))).values(),
    "i": lambda d, n, k: dict(d.items(n, k)).items(),
    "T": lambda d, n, k: PLAIN_TYPES[n[1]],
    "N": lambda d, n, k: d.named(n),
    "g": lambda d, n, k: iter(d.items(n, k)),
    "x": lambda d, n, k: d.with_items(n, k),
    "o": lambda d, n, k: Opaque(n[1] is True),
}
