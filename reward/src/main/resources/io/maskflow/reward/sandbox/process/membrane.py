"""The membrane: what is no data stays where it is, and the other side holds a handle to it.

Both sides run this code. An operation on a handle is a request; its result is data, which the asking side owns from then on, or
another handle. Requests, answers and questions in between (a function of the test that the program calls) are JSON lists:
["?", operation, arguments, keywords, changes, dropped handles, dropped containers, extras], ["!", value, changes, printed, read],
["^", exception, changes, printed, read]. Runs after codec.py in one namespace.
"""

import builtins
import weakref

BINARY = "add sub mul matmul truediv floordiv mod pow lshift rshift and xor or".split()
FUNCTIONS = {n: getattr(operator, n + "_" if n in ("and", "or") else n) for n in BINARY}
FUNCTIONS.update({"i" + n: getattr(operator, "i" + n) for n in BINARY})
FUNCTIONS.update({n: getattr(operator, n) for n in "eq ne lt le gt ge neg pos abs invert index contains".split()})
FUNCTIONS.update(
    divmod=divmod, getattr=getattr, setattr=setattr, delattr=delattr, len=len, bool=bool, str=str, repr=repr, hash=hash, int=int,
    float=float, complex=complex, round=round, isinstance=isinstance, issubclass=issubclass, iter=iter, reversed=reversed,
    format=format, dir=dir, bytes=bytes, call=lambda f, *a, **k: f(*a, **k), getitem=operator.getitem, setitem=operator.setitem,
    delitem=operator.delitem, enter=lambda x: type(x).__enter__(x),
    exit=lambda x, e: bool(type(x).__exit__(x, None if e is None else type(e), e, None)))
SPECIAL = {"__%s__" % n: n for n in FUNCTIONS}
SPECIAL.update({"__r%s__" % n: n for n in (*BINARY, "divmod")})
SPECIAL.update(__trunc__="trunc", __floor__="floor", __ceil__="ceil", __next__="next", __await__="await", __aiter__="iter",
               __anext__="anext", __aenter__="aenter", __aexit__="aexit", __missing__="getitem", __get__="get")
for absent in "isinstance issubclass getattr setattr delattr str repr bytes format dir get".split():
    SPECIAL.pop("__%s__" % absent, None)
SPECIAL["__bytes__"] = "bytes"
BASES = (bool, int, float, complex, str, bytes, tuple, frozenset, *SHARED)
GIVEN = {t.__name__: t for t in (
    types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.GeneratorType, types.CoroutineType,
    types.AsyncGeneratorType, types.ModuleType, map, filter, zip, enumerate, reversed, type(iter([])), type(iter(())),
    type(iter({})), type(iter(range(0))), type(iter(set())), type(iter("")), type, property, staticmethod, classmethod)}
CALLABLE = (types.FunctionType, types.BuiltinFunctionType, types.MethodType)


class Handle:
    """Stands for an object of the other side."""
    __slots__ = ("_maskflow_number", "_maskflow_link", "_maskflow_kind", "__weakref__")

    def __init__(self, link, number, kind):
        put = object.__setattr__
        put(self, "_maskflow_link", link)
        put(self, "_maskflow_number", number)
        put(self, "_maskflow_kind", kind)

    def __getattribute__(self, name):
        if name in OWN or name in DRIVEN and kind_of(self).builtin and kind_of(self).name == "coroutine":
            return object.__getattribute__(self, name)
        return link_of(self).attribute(self, name)

    def __setattr__(self, name, value):
        link_of(self).ask("setattr", (self, name, value))

    def __delattr__(self, name):
        link_of(self).ask("delattr", (self, name))

    def __dir__(self):
        return link_of(self).ask("dir", (self,))

    def __str__(self):
        return link_of(self).ask("str", (self,))

    def __repr__(self):
        return link_of(self).ask("repr", (self,))

    def __format__(self, how):
        return link_of(self).ask("format", (self, how))

    def __bool__(self):
        return link_of(self).truth(self)

    def __eq__(self, other):
        return link_of(self).compare("eq", self, other)

    def __ne__(self, other):
        return link_of(self).compare("ne", self, other)

    def __hash__(self):
        return link_of(self).hash(self)

    def __copy__(self):
        return link_of(self).ask("copy", (self,))

    def __deepcopy__(self, memo):
        return link_of(self).ask("deepcopy", (self,))

    @property
    def __class__(self):
        return link_of(self).kind_of(self)

    def __del__(self):
        link_of(self).forget(object.__getattribute__(self, "_maskflow_number"))


class ClassHandle(Handle):
    """Stands for a class of the other side."""
    __slots__ = ()

    def __call__(self, *positional, **keywords):
        return link_of(self).special("__call__", self, positional, keywords)

    def __instancecheck__(self, other):
        return link_of(self).ask("isinstance", (other, self)) if link_of(self).foreign(other) else False

    def __subclasscheck__(self, other):
        return link_of(self).ask("issubclass", (other, self)) if link_of(self).foreign(other) else False

    def __or__(self, other):
        return (self, other)

    def __getitem__(self, key):
        return link_of(self).ask("getitem", (self, key))

    def __iter__(self):
        return link_of(self).ask("iter", (self,))

    def __contains__(self, x):
        """What is data is looked for here, among the members of an enumeration; it is never sent."""
        link = link_of(self)
        return link.ask("contains", (self, x)) if link.foreign(x) else any(y is x or y == x for y in iter(self))

    def __len__(self):
        return link_of(self).ask("len", (self,))

    def __mro_entries__(self, bases):
        raise TypeError("a test cannot derive a class from the program's")


OWN = frozenset(("_maskflow_number", "_maskflow_link", "_maskflow_kind", "__class__", "__copy__", "__deepcopy__",
                 "__mro_entries__", "_maskflow_ahead", "_maskflow_read"))
DRIVEN = frozenset(("send", "throw", "close"))      # how an event loop drives a coroutine


def link_of(handle):
    return object.__getattribute__(handle, "_maskflow_link")


def number_of(handle):
    return object.__getattribute__(handle, "_maskflow_number")


def kind_of(handle):
    return object.__getattribute__(handle, "_maskflow_kind")


def method(name):
    if name == "__call__":
        return ClassHandle.__call__

    def awaited(self):
        return link_of(self).ask("await", (self,))
        yield

    def special(self, *positional, **keywords):
        return link_of(self).special(name, self, positional, keywords)
    async def driven(self, *positional, **keywords):
        return link_of(self).special(name, self, positional, keywords)
    return awaited if name == "__await__" else driven if name in ("__anext__", "__aenter__", "__aexit__") else special


METHODS = {name: method(name) for name in SPECIAL}


class Kind:
    """A class of the other side, as it was described: its name, what its instances can do, the exceptions it derives from."""

    def __init__(self, link, number, name, builtin, does, bases):
        self.number, self.name, self.builtin = number, name, builtin
        self.does = frozenset(does.split())
        self.bases = bases
        body = {d: METHODS[d] for d in self.does if d in METHODS and d not in ("__eq__", "__ne__", "__hash__", "__bool__")}
        body["__slots__"] = ("_maskflow_ahead", "_maskflow_read")
        if "unhashable" in self.does:
            body["__hash__"] = None
        if builtin and name == "coroutine":
            body.update(send=lambda h, v: link.finish(h), throw=lambda h, *e: link.stop(h, e), close=lambda h: None)
        self.shape = type("Handle", (Handle,), body)
        self.hybrids = {}
        self.twin = None
        self.named = False


class Membrane:
    """One side's view of one conversation."""

    def __init__(self, first):
        self.ledger = Ledger(first)
        self.ledger.fields = self.fields
        self.own = {}                                       # numbers of own objects that the other side holds
        self.own_numbers = {}
        self.next = 1
        self.handles = weakref.WeakValueDictionary()        # the other side's objects held here
        self.kinds = {}                                     # the other side's classes
        self.told = set()                                   # own classes that were described
        self.dropped = []
        self.dropped_shared = []
        self.classes = {}                                   # classes that both sides have, by name

    # --- writing ---

    def number(self, v):
        known = self.own_numbers.get(id(v))
        if known is None:
            known, self.next = self.next, self.next + 1
            self.own[known] = v
            self.own_numbers[id(v)] = known
        return known

    def strange(self, encoder, v, t, out, depth):
        if issubclass(t, Handle):
            encoder.text('["@",%d]' % number_of(v), out)
            return
        number = self.foreign(v)
        if number:
            encoder.text('["@",%d]' % number, out)
            return
        shared = self.shared_class(v, t)
        if shared:
            self.instance(encoder, v, shared, out, depth, None)
        elif issubclass(t, BaseException):
            self.exception(encoder, v, t, out, depth)
        elif issubclass(t, type):
            self.class_value(encoder, v, out)
        elif issubclass(t, BASES) and not issubclass(t, bool):
            self.hybrid(encoder, v, t, out, depth)
        elif not self.by_name(encoder, v, t, out):
            encoder.text('["o",%d,%s]' % (self.number(v), self.kind(v if issubclass(t, type) else t)), out)

    def by_name(self, encoder, v, t, out):
        return False

    def class_value(self, encoder, v, out):
        shared = next((n for n, c in self.classes.items() if c is v), None)
        if shared:
            encoder.text('["V",%s]' % quote(shared), out)
        elif getattr(builtins, name_of(v), None) is v:
            encoder.text('["N",%s]' % quote(name_of(v)), out)
        elif not self.by_name(encoder, v, type(v), out):
            encoder.text('["E",%s]' % self.kind(v), out)

    def kind(self, t):
        """A class: what is needed to make handles of its instances, once; then its number."""
        number = self.number(t)
        if number in self.told:
            return '["K",%d]' % number
        self.told.add(number)
        does = [d for d in SPECIAL if d not in ("__missing__",) and custom(t, d)]
        if custom(t, "__contains__") or defines(t, "__iter__"):
            does.append("__contains__")
        if custom(t, "__contains__"):
            does.append("contains")
        if not defines(t, "__hash__"):
            does.append("unhashable")
        if issubclass(t, BASES):
            does += overridden(t)
        bases = "null"
        if issubclass(t, BaseException):
            bases = "[%s]" % ",".join(quote(name_of(b)) if getattr(builtins, name_of(b), None) is b else self.kind(b)
                                      for b in type.__dict__["__bases__"].__get__(t) if issubclass(b, BaseException))
        builtin = getattr(t, "__module__", None) == "builtins"
        return '["K",%d,%s,%s,"%s",%s]' % (number, quote(name_of(t)), "true" if builtin else "false", " ".join(does), bases)

    def hybrid(self, encoder, v, t, out, depth):
        """An object whose class is built on a builtin: its content, which the other side compares, and a handle for the rest."""
        base = next(b for b in BASES if issubclass(t, b))
        encoder.text('["h",%d,%s,' % (self.number(v), self.kind(t)), out)
        if base in SHARED:
            known = encoder.ledger.numbers.get(id(v))
            encoder.content(v, t, out, depth, known)
        else:
            encoder.put(PLAIN[base](v), out, depth)
        out.append("]")

    def instance(self, encoder, v, name, out, depth, number):
        """An object of a class that both sides have."""
        known = encoder.ledger.numbers.get(id(v))
        if number is None and known is not None:
            encoder.text('["=",%d]' % known, out)
            return
        if number is None:
            number = encoder.ledger.give(v, False)
        encoder.items('["v",%d,%s' % (number, quote(name)), list(chain(self.fields(v).items())), out, depth)

    def exception(self, encoder, v, t, out, depth):
        known = getattr(builtins, name_of(t), None) is t
        shared = next((n for n, c in self.classes.items() if c is t), None)
        try:
            said = str(v)
        except Exception:
            said = ""
        if type(said) is not str:
            said = ""
        kept = len(out), encoder.room, encoder.elements
        out.append('["X",%d,%s,%s,' % (self.number(v), quote(name_of(t)) if known else '["V",%s]' % quote(shared) if shared
                                         else self.kind(t), quote(said[:10_000])))
        try:
            encoder.put(BaseException.__dict__["args"].__get__(v), out, depth)
        except TooLarge:
            del out[kept[0] + 1:]
            encoder.room, encoder.elements = kept[1:]
            out.append('["t"]')
        out.append("]")

    def shared_class(self, v, t):
        return None

    def fields(self, v):
        return fields_of(v)

    def changes(self, encoder, out):
        """What both sides know and this side changed."""
        out.append("[")
        numbers = self.ledger.changed()
        for i, number in enumerate(numbers):
            v = self.ledger.entries[number][0]
            if i:
                out.append(",")
            shared = self.shared_class(v, type(v))
            if shared:
                self.instance(encoder, v, shared, out, 0, number)
            else:
                encoder.content(v, type(v), out, 0, number)
        for number in numbers:
            self.ledger.settle(number)
        out.append("]")

    def encoder(self):
        return Encoder(self.ledger, self.strange)

    def question(self, name, positional, keywords, extras="null"):
        encoder, out = self.encoder(), ['["?",%s,[' % quote(name)]
        for i, x in enumerate(positional):
            if i:
                out.append(",")
            encoder.put(x, out, 0)
        out.append("],[")
        for i, (k, x) in enumerate(keywords.items()):
            out.append("%s%s," % ("," if i else "", quote(k)))
            encoder.put(x, out, 0)
        out.append("],")
        self.changes(encoder, out)
        out.append(",%s,%s,%s]" % (self.dropped, self.dropped_shared, extras))
        self.dropped, self.dropped_shared = [], []
        return "".join(out)

    # --- reading ---

    def unfamiliar(self, decoder, node, depth):
        read = getattr(self, "read_" + LETTERS[node[0]], None) if node[0] in LETTERS else None
        if read is None:
            raise Malformed("an unknown tag")
        return read(decoder, node, depth)

    def read_own(self, decoder, node, depth):
        return self.own[node[1]]

    def read_kind(self, node):
        if type(node) is not list or node[0] != "K" or type(node[1]) is not int:
            raise Malformed("no class")
        if len(node) > 2:
            _, number, name, builtin, does, bases = node
            if type(name) is not str or type(does) is not str:
                raise Malformed("no class")
            if bases is not None:
                bases = [named_exception(b) if type(b) is str else self.read_kind(b) for b in bases]
            self.kinds[number] = Kind(self, number, name[:200], builtin is True, does, bases)
        return self.kinds[node[1]]

    def read_object(self, decoder, node, depth):
        kind = self.read_kind(node[2])
        return self.handle(node[1], kind.shape, kind)

    def read_class(self, decoder, node, depth):
        kind = self.read_kind(node[1])
        if kind.bases is not None:
            return self.twin(kind)
        return self.handle(kind.number, ClassHandle, kind)

    def handle(self, number, shape, kind):
        known = self.handles.get(number)
        if known is None:
            if type(number) is not int:
                raise Malformed("an object without a number")
            known = self.handles[number] = shape(self, number, kind)
            if number in self.dropped:
                self.dropped.remove(number)
        return known

    def read_builtin(self, decoder, node, depth):
        made = getattr(builtins, node[1])
        if not isinstance(made, type):
            raise Malformed("no class")
        return made

    def read_shared_class(self, decoder, node, depth):
        return self.classes[node[1]]

    def read_instance(self, decoder, node, depth):
        cls = self.classes[node[2]]

        def fill(v, held):
            fields = dict(decoder.pairs(held))
            if hasattr(v, "__dict__"):
                v.__dict__.clear()
            for k, x in fields.items():
                object.__setattr__(v, k, x)
        return decoder.shared(node, lambda: object.__new__(cls), fill, depth, 3)

    def read_exception(self, decoder, node, depth):
        _, number, which, said, args = node
        if type(said) is not str:
            raise Malformed("an exception without text")
        if type(which) is list and which[0] == "V":
            cls = self.classes[which[1]]
        else:
            cls = named_exception(which) if type(which) is str else self.twin(self.read_kind(which))
        args = decoder.build(args, depth)
        if type(args) is not tuple:
            raise Malformed("an exception without arguments")
        try:
            made = cls.__new__(cls, *args)
            if type(which) is str:
                made.__init__(*args)
        except Exception:
            made = cls.__new__(cls)
        made.args = args
        made._maskflow_number, made._maskflow_link, made._maskflow_said = number, self, said
        return made

    def twin(self, kind):
        """A class that derives from the same builtin exceptions."""
        if kind.twin is None:
            bases = [b.twin or self.twin(b) if type(b) is Kind else b for b in kind.bases] or [Exception]
            body = {"__getattr__": twin_attribute, "__str__": lambda e: e._maskflow_said, "_maskflow_kind": kind}
            try:
                kind.twin = Twin(kind.name, tuple(bases), body)
            except TypeError:
                kind.twin = Twin(kind.name, (bases[0],), body)
            kind.twin._maskflow_link = self
        return kind.twin

    def foreign(self, v):
        """The number of an object that stands for one of the other side, or 0."""
        t = type(v)
        if issubclass(t, Handle):
            return number_of(v)
        if issubclass(t, Hybrid):
            return v._maskflow_number
        if issubclass(t, BaseException):
            return getattr(v, "_maskflow_number", 0) if getattr(v, "_maskflow_link", None) is self else 0
        if t is Twin:
            return v._maskflow_kind.number
        return 0

    def read_hybrid(self, decoder, node, depth):
        _, number, described, content = node
        kind = self.read_kind(described)
        if type(number) is not int:
            raise Malformed("an object without a number")

        def make(base, *value):
            cls = self.hybrid_class(kind, base)
            made = cls.__new__(cls, *value)
            made._maskflow_number = number
            return made
        if type(content) is list and content[0] in FILLS:
            base, fill, start = FILLS[content[0]]
            return decoder.shared(content, lambda: make(base), fill, depth, start)
        value = decoder.build(content, depth)
        return make(type(value), value)

    def hybrid_class(self, kind, base):
        """`kind.named`: the test itself names the class, so what the class overrides is what the test asks about."""
        cls = kind.hybrids.get((base, kind.named))
        if cls is None:
            body = {"_maskflow_link": self, "_maskflow_kind": kind, "__hash__": base.__hash__}
            if kind.named:
                for name in (d[1:] for d in kind.does if d.startswith(".")):
                    body[name] = METHODS.get(name) or property(lambda h, name=name: self.ask("getattr", (h, name)))
                for name in ("__str__", "__repr__"):
                    if "." + name in kind.does:
                        body[name] = getattr(Handle, name)
                for name in COMPARISONS:
                    body[name] = comparison(name, base)
                body["__hash__"] = base.__hash__
            cls = kind.hybrids[base, kind.named] = type(kind.name, (Hybrid, base), body)
        return cls

    def read_changes(self, decoder, nodes):
        if type(nodes) is not list:
            raise Malformed("no list of changes")
        for node in nodes:
            if type(node) is not list or len(node) < 2 or node[1] not in self.ledger.entries:
                raise Malformed("a change of nothing")
            decoder.build(node)

    def read_drops(self, handles, shared):
        for number in handles:
            v = self.own.pop(number, None)
            if v is not None:
                self.own_numbers.pop(id(v), None)
                self.told.discard(number)
        for number in shared:
            self.ledger.drop(number)

    def decoder(self):
        return Decoder(self.ledger, self.unfamiliar)

    # --- what a side does differently ---

    def forget(self, number):
        self.dropped.append(number)

    def kind_of(self, handle):
        kind = kind_of(handle)
        return GIVEN.get(kind.name, type(handle)) if kind.builtin else type(handle)

    def attribute(self, handle, name):
        return self.ask("getattr", (handle, name))

    def truth(self, handle):
        does = kind_of(handle).does
        return self.ask("bool", (handle,)) if "__bool__" in does or "__len__" in does else True

    def hash(self, handle):
        return self.ask("hash", (handle,)) if "__hash__" in kind_of(handle).does else object.__hash__(handle)

    def compare(self, name, handle, other):
        return self.ask(name, (handle, other))

    def special(self, name, handle, positional, keywords):
        operation = SPECIAL[name]
        if name.startswith("__r") and name not in ("__round__", "__rshift__", "__reversed__"):
            positional, handle = (handle,), positional[0]
        elif operation == "next":
            return self.following(handle)
        elif operation in ("exit", "aexit"):
            positional = (positional[1],)
        return self.ask(operation, (handle, *positional), keywords)

    def following(self, handle):
        items, end = self.ask("next", (handle, 1))
        if items:
            return items[0]
        raise StopIteration(end)


class Twin(type):
    """The class of a class of exceptions that stands for one of the other side."""

    def __call__(cls, *positional, **keywords):
        return cls._maskflow_link.special("__call__", cls, positional, keywords)


class Hybrid:
    """What is built on a builtin: the content is data, held here; the rest is asked for."""

    def __getattr__(self, name):
        if name.startswith("_maskflow"):
            raise AttributeError(name)
        return self._maskflow_link.attribute(self, name)

    def __setattr__(self, name, value):
        if name.startswith("_maskflow"):
            self.__dict__[name] = value
        elif name == "__class__":
            object.__setattr__(self, name, value)
        else:
            self._maskflow_link.ask("setattr", (self, name, value))

    def __missing__(self, key):
        if "__missing__" not in self._maskflow_kind.does:
            raise KeyError(key)
        return self._maskflow_link.ask("getitem", (self, key))

    def __call__(self, *positional, **keywords):
        return self._maskflow_link.ask("call", (self, *positional), keywords)

    def __enter__(self):
        return self._maskflow_link.ask("enter", (self,))

    def __exit__(self, *e):
        return self._maskflow_link.special("__exit__", self, e, {})


def comparison(name, base):
    """Two things of the program are compared by the program; whatever else, by content."""
    plain = getattr(base, name)

    def compare(self, other):
        if "." + name in self._maskflow_kind.does and self._maskflow_link.foreign(other):
            return self._maskflow_link.ask(name.strip("_"), (self, other))
        return plain(self, other)
    return compare


def twin_attribute(e, name):
    if name.startswith("_maskflow"):
        raise AttributeError(name)
    return e._maskflow_link.attribute(e, name)


def named_exception(name):
    made = getattr(builtins, name, None)
    if not (isinstance(made, type) and issubclass(made, BaseException)):
        raise Malformed("no exception")
    return made if issubclass(made, Exception) else Exception


def custom(t, name):
    """Does a class, or one it derives from other than object, define this special method?"""
    for c in type.__dict__["__mro__"].__get__(t):
        if c is not object and name in type.__dict__["__dict__"].__get__(c):
            return type.__dict__["__dict__"].__get__(c)[name] is not None
    return False


def overridden(t):
    """What a class that is built on a builtin makes differently, each name after a dot."""
    base = next(b for b in BASES if issubclass(t, b))
    names = {n for c in type.__dict__["__mro__"].__get__(t) if not issubclass(base, c) for n in type.__dict__["__dict__"].__get__(c)}
    return sorted("." + n for n in names if type(n) is str and n.isidentifier() and hasattr(base, n) and n not in KEPT)


COMPARISONS = ("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__")
KEPT = frozenset(("__new__", "__init__", "__getattribute__", "__getattr__", "__setattr__", "__delattr__", "__hash__", "__doc__",
                  "__class__", "__init_subclass__", "__subclasshook__", "__reduce__", "__reduce_ex__", "__sizeof__", "__dir__",
                  "__class_getitem__", "__getnewargs__", "__getstate__", "__module__", "__dict__", "__weakref__"))
PLAIN = {int: lambda v: int.__add__(v, 0), float: lambda v: float.__add__(v, -0.0),
         complex: lambda v: complex(complex.real.__get__(v), complex.imag.__get__(v)), str: lambda v: str.__str__(v)[:] if type(v) is str
         else str.__getitem__(v, slice(None)), bytes: lambda v: bytes.__getitem__(v, slice(None)),
         tuple: lambda v: tuple(tuple.__iter__(v)), frozenset: lambda v: frozenset(frozenset.__iter__(v))}
FILLS = {"l": (list, fill_list, 2), "S": (set, fill_set, 2), "q": (collections.deque, fill_deque, 3),
         "d": (dict, lambda v, held: fill_mapping(v, held), 2), "C": (collections.Counter, lambda v, held: fill_mapping(v, held), 2),
         "O": (collections.OrderedDict, lambda v, held: Decoder.fill_ordered(PAIRS, v, held), 2)}
LETTERS = {"@": "own", "o": "object", "E": "class", "N": "builtin", "V": "shared_class", "v": "instance", "X": "exception",
           "h": "hybrid", "g": "global"}
PAIRS = Decoder(None, None)


def fill_mapping(v, held):
    PAIRS.fill_dict(v, held)
