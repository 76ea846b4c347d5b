"""Data-only codec between judge and sandbox: JSON with one tag per Python type, no pickle, no eval, no repr.

A value that leaves the sandbox is a claim, read with limits where it arrives. Containers that can change carry a number, so that
both sides know one object as one object, and tell each other when it changed. What is no data travels as a handle (membrane.py).
"""

import os

# Modules that are imported here have no wishes for each fork: random would take a new seed, and no verdict may hang on that;
# threading would forget the threads of its parent, which has none, and touch a hundred pages to do so. main() puts it back.
register_at_fork, os.register_at_fork = os.register_at_fork, lambda **_: None

import array
import collections
import collections.abc
import datetime
import decimal
import fractions
import itertools
import json
import operator
import sys
import types
from _json import encode_basestring_ascii as quote

MAX_ELEMENTS = 4_000_000    # containers and leaves of one message together
MAX_DEPTH = 900             # nesting of one value
MAX_TEXT = 32 << 20         # characters of one message
MAX_SHARED = 20_000         # containers of one message that are known as objects; beyond that they are copies
PACKED = 64                 # floats from which on they travel as their bytes
RECURSION = 6_000           # frames that reading and writing a value may need
MAX_INT_BITS = 1 << 24      # bits of all big integers of one message together
MAX_EXPONENT = 10_000       # of a Decimal: hash() of one with a huge exponent takes for ever
BIG = 1 << 256              # integers beyond are written in hexadecimal digits, which are read in linear time
FLOATS = {float}
LEAVES = frozenset((int, float, str, bool, type(None)))
PLAIN_TYPES = {t.__name__: t for t in (int, float, str, bool, list, tuple, dict, set, frozenset, bytes, bytearray, complex,
                                       range, object, type, type(None), Exception)}
FACTORIES = {t.__name__: t for t in (int, float, str, bool, list, tuple, dict, set, frozenset)}
KNOWN_FACTORIES = (None, *FACTORIES.values())
KEYS, VALUES, ITEMS = type({}.keys()), type({}.values()), type({}.items())
SHARED = {list: "l", dict: "d", set: "S", bytearray: "B", collections.deque: "q", collections.OrderedDict: "O",
          collections.Counter: "C", collections.defaultdict: "Y"}
dumps = json.dumps
chain = itertools.chain.from_iterable
set_recursion_limit = sys.setrecursionlimit


class TooLarge(Exception):
    """The value is over a limit of the codec."""


class Malformed(Exception):
    """The text is no claim that this codec could have written."""


class Ledger:
    """The containers that both sides know, each by its number, with what they held when the sides last spoke."""

    def __init__(self, first):
        self.next = first           # one side counts the even numbers, the other the odd ones
        self.entries = {}           # number to [object, copy, are all its items leaves?]
        self.numbers = {}           # id of an object to its number
        self.weight = 0             # items of all entries, roughly
        self.fields = lambda v: None

    def add(self, number, v, flat):
        copy = self.copy(v)
        self.entries[number] = [v, copy, flat]
        self.numbers[id(v)] = number
        self.weight += 1 + len(copy)

    def give(self, v, flat):
        number, self.next = self.next, self.next + 2
        self.add(number, v, flat)
        return number

    def drop(self, number):
        entry = self.entries.pop(number, None)
        if entry is not None:
            self.numbers.pop(id(entry[0]), None)
            self.weight -= 1 + len(entry[1])

    def copy(self, v):
        t = type(v)
        if issubclass(t, (list, collections.deque)):
            return list(list.__iter__(v) if issubclass(t, list) else collections.deque.__iter__(v))
        if issubclass(t, dict):
            return dict(pairs_of(v, t))
        if issubclass(t, set):
            return set(map(id, set.__iter__(v)))
        if issubclass(t, bytearray):
            return bytes(v)
        return dict(self.fields(v) or ())

    def changed(self):
        """Numbers of the objects that do not hold what they held."""
        found = []
        for number, entry in self.entries.items():
            now, before = self.copy(entry[0]), entry[1]
            if len(now) != len(before):
                found.append(number)
            elif type(now) is list:
                if not all(map(operator.is_, now, before)):
                    found.append(number)
            elif type(now) is dict:
                if not (all(map(operator.is_, now, before)) and all(map(operator.is_, now.values(), before.values()))):
                    found.append(number)
            elif now != before:
                found.append(number)
        return found

    def settle(self, number):
        entry = self.entries[number]
        self.weight -= len(entry[1])
        entry[1] = self.copy(entry[0])
        self.weight += len(entry[1])


class Encoder:
    """Writes the values of one message. `strange(v, t, out, depth)` writes what is no data."""

    def __init__(self, ledger, strange):
        self.ledger = ledger
        self.strange = strange
        self.elements = MAX_ELEMENTS
        self.room = MAX_TEXT
        self.shared = MAX_SHARED
        self.path = set()

    def encode(self, value):
        out = []
        self.put(value, out, 0)
        return "".join(out)

    def text(self, text, out):
        self.room -= len(text)
        if self.room < 0:
            raise TooLarge("more than %d characters" % MAX_TEXT)
        out.append(text)

    def put(self, v, out, depth):
        self.elements -= 1
        if self.elements < 0:
            raise TooLarge("more than %d elements" % MAX_ELEMENTS)
        if depth > MAX_DEPTH:
            raise TooLarge("nested deeper than %d" % MAX_DEPTH)
        t = type(v)
        if t is int:
            self.text(repr(v) if -BIG < v < BIG else '["I","%s"]' % hex(v), out)
        elif t is str:
            self.string(v, out)
        elif t in LEAVES:
            self.text(dumps(v), out)
        elif t in SHARED and (t is not collections.defaultdict or v.default_factory in KNOWN_FACTORIES):
            self.container(v, t, out, depth)
        elif t is tuple:
            self.items('["t"', v, out, depth)
        elif t is frozenset:
            self.items('["F"', v, out, depth)
        elif t is OrderedSet:
            self.container(v, t, out, depth)
        else:
            self.rare(v, t, out, depth)

    def string(self, v, out):
        if len(v) > self.room:
            raise TooLarge("more than %d characters" % MAX_TEXT)
        quoted = quote(v)
        if "\\ud" in quoted and surrogates(v):
            quoted = '["s",%s]' % dumps([ord(c) for c in v])
        self.text(quoted, out)

    def container(self, v, t, out, depth):
        """An object that can change: named by its number if the other side knows it, else told with a new one."""
        known = self.ledger.numbers.get(id(v)) if self.ledger else None
        if known is not None:
            self.text('["=",%d]' % known, out)
        else:
            self.content(v, t, out, depth, None)

    def content(self, v, t, out, depth, number):
        """What an object holds, with its number. Items are listed first: nothing that runs meanwhile changes them under our feet."""
        if issubclass(t, bytearray):
            held, flat = (), True
        elif issubclass(t, dict):
            held, flat = list(chain(pairs_of(v, t))), False
        elif issubclass(t, list):
            held, flat = v if t is list else list.__getitem__(v, slice(None)), False
        else:
            held, flat = list(set.__iter__(v) if issubclass(t, set) else collections.deque.__iter__(v)), False
        leaves = flat or self.leaves(held)
        if number is None:
            if self.ledger is None:
                if id(v) in self.path:
                    raise TooLarge("the value holds itself")
                number = 0
            elif self.shared > 0:
                self.shared -= 1
                number = self.ledger.give(v, leaves)
            else:
                if id(v) in self.path:
                    raise TooLarge("the value holds itself")
                number = 0
        tag = SHARED.get(t)
        if tag is None or tag == "Y" and v.default_factory not in KNOWN_FACTORIES:
            tag = base_tag(t)
        head = '["%s",%d' % (tag, number)
        if issubclass(t, bytearray):
            self.text('%s,"%s"]' % (head, bytearray.hex(v)), out)
            return
        if tag == "Y":
            head += ',"%s"' % (v.default_factory.__name__ if v.default_factory in KNOWN_FACTORIES[1:] else "")
        elif issubclass(t, collections.deque):
            head += ",%s" % ("null" if v.maxlen is None else v.maxlen)
        self.path.add(id(v))
        self.items(head, held, out, depth, leaves)
        self.path.discard(id(v))

    def leaves(self, held):
        """Are all items leaves that JSON writes and reads as they are?"""
        kinds = set(map(type, held))
        if not kinds <= LEAVES:
            return False
        if int in kinds:
            ints = held if len(kinds) == 1 else [x for x in held if type(x) is int]
            return -BIG < min(ints) and max(ints) < BIG
        return True

    def items(self, head, held, out, depth, leaves=None):
        out.append(head)
        if held and (self.leaves(held) if leaves is None else leaves):
            self.elements -= len(held)
            if self.elements < 0:
                raise TooLarge("more than %d elements" % MAX_ELEMENTS)
            if PACKED <= len(held) <= self.room >> 4 and set(map(type, held)) == FLOATS:
                self.text(',["P","%s"]]' % array.array("d", held).tobytes().hex(), out)
                return
            quoted = dumps(held if type(held) is list else list(held))
            if "\\ud" not in quoted or not any(type(x) is str and surrogates(x) for x in held):
                self.text("," + quoted[1:], out)
                return
            self.elements += len(held)
        for x in held:
            out.append(",")
            self.put(x, out, depth + 1)
        self.text("]", out)

    def rare(self, v, t, out, depth):
        if t is bytes:
            self.text('["b","%s"]' % v.hex(), out)
        elif t is range:
            self.text('["r",%s]' % ",".join('"%s"' % hex(x) for x in (v.start, v.stop, v.step)), out)
        elif t is complex:
            self.text('["c",%s,%s]' % (dumps(v.real), dumps(v.imag)), out)
        elif issubclass(t, decimal.Decimal):
            self.text('["D",%s]' % quote(decimal.Decimal.__str__(v)), out)
        elif issubclass(t, fractions.Fraction):
            numerator, denominator = fractions.Fraction.numerator.fget(v), fractions.Fraction.denominator.fget(v)
            self.text('["Q","%s","%s"]' % (hex(numerator), hex(denominator)), out)
        elif t in MAPPINGS:
            self.content(dict(v), dict, out, depth, 0)
        elif t is collections.UserList:
            self.content(list(v), list, out, depth, 0)
        elif t in (datetime.date, datetime.time, datetime.timedelta, datetime.datetime) and plain_zone(v):
            self.moment(v, t, out)
        elif t in (KEYS, VALUES, ITEMS):
            self.items('["%s"' % {KEYS: "k", VALUES: "w", ITEMS: "i"}[t], list(v), out, depth)
        elif t is memoryview and v.format == "B" and v.contiguous:
            self.text('["b","%s"]' % v.hex(), out)
        elif t is array.array and v.typecode != "u":
            self.text('["A","%s","%s"]' % (v.typecode, v.tobytes().hex()), out)
        elif numeric(t) and v.dtype.kind in NUMBERS and v.dtype.itemsize <= 16:
            self.array(v, out)
        elif t is slice:
            self.items('["z"', [v.start, v.stop, v.step], out, depth)
        elif t is type and v in PLAIN_TYPES.values():
            self.text('["T","%s"]' % v.__name__, out)
        elif v is Ellipsis or v is NotImplemented:
            self.text('["u","%s"]' % v, out)
        else:
            self.strange(self, v, t, out, depth)

    def array(self, v, out):
        """An array or a scalar of numpy: a copy, without object identity."""
        self.elements -= v.size
        if self.elements < 0 or 2 * v.nbytes > self.room:
            raise TooLarge("an array of %d elements" % v.size)
        self.text('["N","%s",%s,"%s"]' % (v.dtype.str, "null" if not hasattr(v, "__len__") and v.ndim == 0 else list(v.shape),
                                          v.tobytes().hex()), out)

    def moment(self, v, t, out):
        if t is datetime.timedelta:
            fields = [v.days, v.seconds, v.microseconds]
        else:
            fields = [getattr(v, n) for n in ("year", "month", "day") if t is not datetime.time]
            if t is not datetime.date:
                fields += (v.hour, v.minute, v.second, v.microsecond)
                zone = v.utcoffset()
                if zone is not None:
                    fields.append('["M","zone",%d,%d,%d]' % (zone.days, zone.seconds, zone.microseconds))
        self.text('["M","%s",%s]' % (t.__name__, ",".join(map(str, fields))), out)


NUMBERS = frozenset("biufc")     # kinds of numpy: bool, integers, floats, complex


def numeric(t):
    """Is it numpy's array, or one of its numbers?"""
    known = vars(sys.modules["numpy"]) if "numpy" in sys.modules else {}
    array, scalar = known.get("ndarray"), known.get("generic")
    return type(scalar) is type and (t is array or issubclass(t, scalar))


MAPPINGS = (collections.UserDict, collections.ChainMap, types.MappingProxyType)     # equal to a dict of the same items


def pairs_of(v, t):
    return (collections.OrderedDict if issubclass(t, collections.OrderedDict) else dict).items(v)


class OrderedSet(set):
    """A set that the other side goes through in another order than a fresh set of its items has: order shows in list(s)."""

    def __iter__(self):
        order = self.__dict__.get("order", ())
        return iter(order) if len(order) == len(self) and set.issuperset(self, order) else set.__iter__(self)

    def __repr__(self):
        return repr(set(self))

    __reduce__ = None


def plain_zone(v):
    return type(getattr(v, "tzinfo", None)) in (type(None), datetime.timezone)


def surrogates(text):
    try:
        text.encode("utf-8")
        return False
    except UnicodeEncodeError:
        return True


def base_tag(t):
    """The tag of the container that a class is built on."""
    for c in type.__dict__["__mro__"].__get__(t):
        if c in SHARED:
            return "d" if c is collections.defaultdict else SHARED[c]
    raise TooLarge("no container")


class Decoder:
    """Reads the values of one message, with limits. `strange(node, depth)` reads what is no data."""

    def __init__(self, ledger, strange):
        self.ledger = ledger
        self.strange = strange
        self.elements = MAX_ELEMENTS
        self.bits = MAX_INT_BITS

    def build(self, node, depth=0):
        t = type(node)
        if t is not list:
            if t is dict:
                raise Malformed("an untagged object")
            return node
        self.elements -= len(node)
        if self.elements < 0:
            raise TooLarge("more than %d elements" % MAX_ELEMENTS)
        if depth > MAX_DEPTH + 1:
            raise TooLarge("nested deeper than %d" % MAX_DEPTH)
        if not node or type(node[0]) is not str:
            raise Malformed("a list without a tag")
        read = READERS.get(node[0])
        try:
            return read(self, node, depth + 1) if read is not None else self.strange(self, node, depth + 1)
        except (TooLarge, Malformed, MemoryError):
            raise
        except RecursionError:
            raise TooLarge("nested too deep") from None
        except Exception as e:
            raise Malformed("tag %s: %s" % (node[0][:20], type(e).__name__)) from None

    def items(self, node, depth, start=1):
        held = node[start:]
        if len(held) == 1 and packed(held[0]):
            held = array.array("d", bytes.fromhex(held[0][1])).tolist()
            self.elements -= len(held)
            if self.elements < 0:
                raise TooLarge("more than %d elements" % MAX_ELEMENTS)
            return held
        if list not in set(map(type, held)) and dict not in set(map(type, held)):
            return held
        return [self.build(x, depth) for x in held]

    def shared(self, node, make, fill, depth, start=2):
        """A container with a number: a new one is filled after it is known, since it may hold itself; a known one gets new content."""
        number = node[1]
        if type(number) is not int or number < 0:
            raise Malformed("an object without a number")
        known = self.ledger.entries.get(number) if number and self.ledger else None
        v = known[0] if known is not None else make()
        if number and self.ledger and known is None:
            self.ledger.add(number, v, False)
        held = self.items(node, depth, start)
        fill(v, held)
        if number and self.ledger:
            self.ledger.settle(number)
            self.ledger.entries[number][2] = list not in set(map(type, node[start:])) or packed(node[start])
        return v

    def whole(self, text):
        if type(text) is not str:
            raise Malformed("an integer that is no text")
        self.bits -= 4 * len(text)
        if self.bits < 0:
            raise TooLarge("more than %d bits of integers" % MAX_INT_BITS)
        return int(text, 16)

    def pairs(self, flat):
        if len(flat) % 2:
            raise Malformed("half a pair")
        return zip(flat[::2], flat[1::2])

    def known(self, node):
        return self.ledger.entries[node[1]][0]

    def decimal(self, node):
        with decimal.localcontext() as context:
            context.prec = 10_000
            d = decimal.Decimal(node[1])
        if d.is_finite() and (abs(d.adjusted()) > MAX_EXPONENT or abs(d.as_tuple().exponent) > MAX_EXPONENT):
            raise TooLarge("a Decimal with an exponent beyond %d" % MAX_EXPONENT)
        return d

    def array(self, node):
        numpy = __import__("numpy")
        kind = numpy.dtype(node[1])
        if kind.kind not in NUMBERS or kind.itemsize > 16:
            raise Malformed("an array of " + node[1])
        values = numpy.frombuffer(bytes.fromhex(node[3]), kind)
        self.elements -= values.size
        if self.elements < 0:
            raise TooLarge("more than %d elements" % MAX_ELEMENTS)
        return values.reshape(()).copy()[()] if node[2] is None else values.reshape(node[2]).copy()

    def moment(self, node):
        kind, numbers = node[1], node[2:]
        if kind == "zone":
            return datetime.timezone(datetime.timedelta(*numbers))
        zone = [self.moment(numbers.pop())] if type(numbers[-1]) is list else []
        if kind == "time":
            numbers += [0] * (4 - len(numbers))
        made = {"date": datetime.date, "datetime": datetime.datetime, "time": datetime.time, "timedelta": datetime.timedelta}[kind]
        return made(*numbers, *zone)

    def ordered(self, make, node, depth, start=2):
        return self.shared(node, make, self.fill_dict, depth, start)

    def fill_dict(self, v, held):
        pairs = list(self.pairs(held))
        dict.clear(v)
        for k, x in pairs:
            dict.__setitem__(v, k, x)

    def fill_ordered(self, v, held):
        pairs = list(self.pairs(held))
        collections.OrderedDict.clear(v)
        for k, x in pairs:
            collections.OrderedDict.__setitem__(v, k, x)


def packed(node):
    """Do these bytes stand for many floats, the only items of a container?"""
    return type(node) is list and len(node) == 2 and node[0] == "P"


def fill_list(v, held):
    list.__setitem__(v, slice(None), held)


def fill_set(v, held):
    set.clear(v)
    set.update(v, held)
    if type(v) is OrderedSet:
        v.order = held


def claimed_set(d, n, k):
    """A new set is an ordered one if it needs to be."""
    held = d.items(n, k, 2)
    fresh = set(held)
    ordered = len(fresh) != len(held) or all(map(operator.is_, fresh, held))
    return d.shared([n[0], n[1]], set if ordered else OrderedSet, lambda v, _: fill_set(v, held), k)


def fill_deque(v, held):
    collections.deque.clear(v)
    collections.deque.extend(v, held)


def bytes_array(d, n):
    def fill(v, held):
        v[:] = bytes.fromhex(held[0])
    return d.shared(n, bytearray, fill, 1)


READERS = {
    "I": lambda d, n, k: d.whole(n[1]),
    "s": lambda d, n, k: "".join(map(chr, n[1])),
    "=": lambda d, n, k: d.known(n),
    "l": lambda d, n, k: d.shared(n, list, fill_list, k),
    "t": lambda d, n, k: tuple(d.items(n, k)),
    "S": lambda d, n, k: claimed_set(d, n, k),
    "F": lambda d, n, k: frozenset(d.items(n, k)),
    "d": lambda d, n, k: d.ordered(dict, n, k),
    "O": lambda d, n, k: d.shared(n, collections.OrderedDict, d.fill_ordered, k),
    "C": lambda d, n, k: d.ordered(collections.Counter, n, k),
    "Y": lambda d, n, k: d.ordered(lambda: collections.defaultdict(FACTORIES.get(n[2])), n, k, 3),
    "q": lambda d, n, k: d.shared(n, lambda: collections.deque((), n[2]), fill_deque, k, 3),
    "b": lambda d, n, k: bytes.fromhex(n[1]),
    "B": lambda d, n, k: bytes_array(d, n),
    "r": lambda d, n, k: range(*(d.whole(x) for x in n[1:4])),
    "c": lambda d, n, k: complex(n[1], n[2]),
    "D": lambda d, n, k: d.decimal(n),
    "Q": lambda d, n, k: fractions.Fraction(d.whole(n[1]), d.whole(n[2])),
    "M": lambda d, n, k: d.moment(n),
    "k": lambda d, n, k: dict.fromkeys(d.items(n, k)).keys(),
    "w": lambda d, n, k: dict(enumerate(d.items(n, k))).values(),
    "i": lambda d, n, k: dict(d.items(n, k)).items(),
    "A": lambda d, n, k: array.array(n[1], bytes.fromhex(n[2])),
    "N": lambda d, n, k: d.array(n),
    "z": lambda d, n, k: slice(*d.items(n, k)),
    "T": lambda d, n, k: PLAIN_TYPES[n[1]],
    "u": lambda d, n, k: {"Ellipsis": Ellipsis, "NotImplemented": NotImplemented}[n[1]],
}


def defines(t, name):
    """Do instances of a class have this special method? Asked of the classes themselves, past any metaclass."""
    for c in type.__dict__["__mro__"].__get__(t):
        if name in type.__dict__["__dict__"].__get__(c):
            return type.__dict__["__dict__"].__get__(c)[name] is not None
    return False


def name_of(t):
    """The name of a class, without running code of the class."""
    return type.__dict__["__name__"].__get__(t)


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
