"""How the test items of one problem are run: which names belong to the program, and where the tests assert something.

A test runs as it stands; only what counts its asserts is put into its syntax tree. Runs after codec.py and membrane.py in one
namespace, in the judge.
"""

import ast
import importlib.util

KNOWN = set(dir(builtins)) | {"__name__", "__file__"}
WORDS = {"isclose": "math"}
ALIASES = {"np": "numpy", "pd": "pandas"}
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
LOOPS = (ast.For, ast.AsyncFor, ast.While)


def loads(node):
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, (ast.Load, ast.Del))}


def stores(node):
    """Names that a statement binds at its own level."""
    if isinstance(node, DEFINITIONS):
        return {node.name}
    found = set()
    for n in ast.walk(node):
        if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store):
            found.add(n.id)
        elif isinstance(n, ast.ImportFrom) and n.names[0].name == "*":
            found |= public_names(n.module)
        elif isinstance(n, (ast.Import, ast.ImportFrom)):
            found |= {(a.asname or a.name).split(".")[0] for a in n.names}
        elif isinstance(n, DEFINITIONS):
            found.add(n.name)
        elif isinstance(n, ast.ExceptHandler) and n.name:
            found.add(n.name)
        elif isinstance(n, (ast.MatchAs, ast.MatchStar)) and n.name:
            found.add(n.name)
    return found


def public_names(module):
    """What a star import of a module of the standard library binds."""
    if not module or module.split(".")[0] not in sys.stdlib_module_names:
        return set()
    try:
        found = __import__(module, fromlist=["*"])
    except ImportError:
        return set()
    return set(getattr(found, "__all__", [n for n in dir(found) if not n.startswith("_")]))


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
    names, imports = set(), []
    for s in ast.parse(code).body:
        if isinstance(s, (ast.Import, ast.ImportFrom)):
            imports.append(s)
        else:
            names |= stores(s) - KNOWN if not isinstance(s, DEFINITIONS) else {s.name}
    return names, imports


def standard_imports(imports):
    return [s for s in imports if (top := s.module if isinstance(s, ast.ImportFrom) else s.names[0].name)
            and top.split(".")[0] in sys.stdlib_module_names]


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


def subjects(trees):
    """Tests that name nothing unknown test what is named like a builtin or an import (MBPP 126 defines sum): the call on the left."""
    found = set()
    for s in (s for t in trees for s in ast.walk(t) if isinstance(s, ast.Assert)):
        e = s.test
        while isinstance(e, (ast.Compare, ast.UnaryOp)):
            e = e.left if isinstance(e, ast.Compare) else e.operand
        if isinstance(e, ast.Call) and isinstance(e.func, ast.Name):
            found.add(e.func.id)
    return found if len(found) == 1 else set()


def is_check(node):
    """Does a statement make a test fail?"""
    if isinstance(node, (ast.Assert, ast.Raise)):
        return True
    called = last_name(node.func) if isinstance(node, ast.Call) else ""
    return called in ("exit", "_exit", "quit", "fail") or called.startswith("assert")


def checks(nodes):
    return any(is_check(n) for s in nodes for n in ast.walk(s))


def last_name(e):
    return e.attr if isinstance(e, ast.Attribute) else e.id if isinstance(e, ast.Name) else ""


def touched_names(tree, names):
    """Names whose values come from the program, without regard to the order of statements."""
    tainted, more = set(names), True
    while more:
        before = len(tainted)
        for n in ast.walk(tree):
            if isinstance(n, (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.For, ast.NamedExpr, ast.withitem, ast.comprehension)):
                value = getattr(n, "value", None) or getattr(n, "iter", None) or getattr(n, "context_expr", None)
                if value is not None and loads(value) & tainted:
                    tainted |= {m.id for m in ast.walk(n) if isinstance(m, ast.Name) and isinstance(m.ctx, ast.Store)}
            elif isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef)) and loads(n) & tainted:
                tainted.add(n.name)
        more = len(tainted) > before
    return tainted


class Counter(ast.NodeTransformer):
    """Puts a mark at each place where a test asserts something.

    An assert counts when it was evaluated. Where asserts stand in a branch, or after a call that must raise, it is the decision
    that asserts: an `if`, a loop or a handler around them counts too, if the program had a part in it.
    """

    def __init__(self, tainted, subjects=None):
        self.tainted = tainted
        self.subjects = subjects        # of a test program: its asserts and its calls of these have a verdict each
        self.sites = []
        self.count = 0
        self.quiet = 0                  # inside a function, or where an except clause waits

    def mark(self, shape, *parts):
        index, self.count = self.count, self.count + 1
        return ast.Call(ast.Name("__%s__" % shape, ast.Load()), [ast.Constant(index), *parts], [])

    def guarded(self, index, statements, at):
        """A site of its own: what goes wrong in it is its verdict, and the test goes on."""
        self.sites.append(index)
        handler = ast.ExceptHandler(ast.Name("__Any__", ast.Load()), "__e__", [ast.Expr(
            ast.Call(ast.Name("__site__", ast.Load()), [ast.Constant(index), ast.Name("__e__", ast.Load())], []))])
        return ast.copy_location(ast.Try(statements, [handler], [], []), at)

    def inside(self, node):
        self.quiet += 1
        self.generic_visit(node)
        self.quiet -= 1
        return node

    def visit_FunctionDef(self, node):
        return self.generic_visit(node) if node.name == "check" and not self.quiet else self.inside(node)

    visit_AsyncFunctionDef = visit_Lambda = visit_ClassDef = inside

    def visit_Assert(self, node):
        self.generic_visit(node)
        index = self.count
        test = ast.UnaryOp(ast.Not(), self.mark("seen", node.test))
        error = ast.Call(ast.Name("__AssertionError__", ast.Load()), [node.msg] if node.msg else [], [])
        made = ast.copy_location(ast.If(test, [ast.Raise(error, None)], []), node)
        return made if self.subjects is None or self.quiet else self.guarded(index, [made], node)

    def visit_Expr(self, node):
        self.generic_visit(node)
        called = {last_name(n.func) for n in ast.walk(node) if isinstance(n, ast.Call)}
        names = {n.func.id for n in ast.walk(node) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
        asserting = any(c.lower().startswith("assert") for c in called)
        site = self.subjects is not None and not self.quiet and (asserting or names & self.subjects)
        if asserting or site:
            index = self.count
            node.value = self.mark("seen", node.value)
            return self.guarded(index, [node], node) if site else node
        return node

    def visit_With(self, node):
        self.generic_visit(node)
        for item in node.items:
            called = {last_name(n.func) for n in ast.walk(item.context_expr) if isinstance(n, ast.Call)}
            if any("raises" in c.lower() or "assert" in c.lower() or c.lower() == "warns" for c in called):
                item.context_expr = self.mark("seen", item.context_expr)
        return node

    visit_AsyncWith = visit_With

    def visit_If(self, node):
        deciding = checks(node.body + node.orelse) and loads(node.test) & self.tainted
        self.generic_visit(node)
        if deciding:
            node.test = self.mark("seen", node.test)
        return node

    def visit_For(self, node):
        deciding = checks(node.body) and loads(node.iter) & self.tainted
        self.generic_visit(node)
        if deciding:
            node.iter = self.mark("seen", node.iter)
        return node

    def visit_While(self, node):
        deciding = checks(node.body) and loads(node.test) & self.tainted
        self.generic_visit(node)
        if deciding:
            node.test = self.mark("seen", node.test)
        return node

    def visit_Try(self, node):
        """What an except clause waits for must reach it; that it does is what such a test asserts."""
        deciding = checks(node.body + node.orelse) and loads(ast.Module(node.body, [])) & self.tainted
        self.quiet += 1
        node.body = [self.visit(s) for s in node.body]
        self.quiet -= 1
        for part in (node.handlers, node.orelse, node.finalbody):
            part[:] = [self.visit(s) for s in part]
        if deciding:
            for handler in node.handlers:
                handler.body.insert(0, ast.Expr(self.mark("seen", ast.Constant(True))))
        return node

    def visit_Call(self, node):
        """type(x) of one argument asks the membrane."""
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id == "type" and len(node.args) == 1 and not node.keywords:
            node.func = ast.copy_location(ast.Name("__type__", ast.Load()), node.func)
        return node


def lint(tree, names):
    """How many asserts no program can fail, and whether all ask for a truth value only."""
    tainted = touched_names(tree, names)
    tests = [n.test for n in ast.walk(tree) if isinstance(n, ast.Assert)]
    vacuous = boolean = 0
    for test in tests:
        sides = [test.left, *test.comparators] if isinstance(test, ast.Compare) else []
        vacuous += bool(sides) and all(loads(s) & tainted for s in sides)
        bare = test.operand if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not) else test
        boolean += (isinstance(bare, ast.Call) and last_name(bare.func) in tainted
                    or any(isinstance(s, ast.Constant) and isinstance(s.value, bool) for s in sides))
    silent = not checks([tree]) and not any("raises" in last_name(n.func).lower() for n in ast.walk(tree) if isinstance(n, ast.Call))
    strangers = sorted({top for n in ast.walk(tree) if isinstance(n, (ast.Import, ast.ImportFrom))
                        for top in imported(n) if not available(top)})
    bad = "asserts nothing" if silent else "needs the module " + strangers[0] if strangers else ""
    if not bad and not loads(tree) & tainted:
        bad = "never uses the program"
    return {"vacuous": vacuous, "boolean": boolean == len(tests) > 0, "bad": bad}


def imported(node):
    if isinstance(node, ast.Import):
        return [a.name.split(".")[0] for a in node.names]
    return [node.module.split(".")[0]] if node.module and not node.level else []


def available(top):
    if top in sys.modules or top in sys.stdlib_module_names:
        return True
    try:
        return importlib.util.find_spec(top) is not None
    except (ImportError, ValueError):
        return False


class Marked:
    """A test with its marks, compiled; `spans`: the marks within each top-level definition."""

    def __init__(self, tree, name, counter):
        self.spans = {}
        for i, s in enumerate(tree.body):
            before = counter.count
            tree.body[i] = counter.visit(s)
            if isinstance(s, DEFINITIONS):
                self.spans[s.name] = range(before, counter.count)
        self.sites = counter.sites
        self.code = compile(ast.fix_missing_locations(tree), name, "exec", dont_inherit=True)


class Plan:
    """The test items of one problem, compiled, and what goes to the sandbox beside the program."""

    def __init__(self, spec):
        self.entry = spec.get("entry") or ""
        self.program = bool(spec.get("program"))
        self.pairs, self.tolerance = spec.get("pairs") or [], spec.get("tolerance") or 0.0
        texts = [spec["program"]] if self.program else list(spec.get("tests", ()))
        trees = [ast.parse(t) for t in texts]
        self.setup_tree = ast.parse(spec.get("setup") or "")
        prelude = ast.parse(spec.get("prelude") or "")
        names = set(spec.get("entry_points") or ()) | ({self.entry} if self.entry else set())
        reference_imports = []
        if spec.get("reference"):
            try:
                defined, imports = defined_by(spec["reference"])
                names |= defined & set().union(*(loads(t) for t in [*trees, self.setup_tree]))
                reference_imports = standard_imports(imports)
            except SyntaxError:
                pass
        whole = ast.Module(self.setup_tree.body + [s for t in trees for s in t.body], [])
        if self.program and not self.entry:
            whole.body += prelude.body
        free = unbound(whole) - stores(ast.Module(reference_imports, [])) - names
        if self.entry:
            free -= stores(prelude)
        self.modules = {n: ALIASES.get(n, n) for n in free
                        if (n in sys.stdlib_module_names or n in ALIASES) and is_attribute_base(whole, n)}
        self.words = {n for n in free if n in WORDS and wraps_candidate(whole, n, free | names)}
        names |= free - set(self.modules) - self.words
        if not names & loads(whole):
            names |= subjects(trees)
        self.names = names
        called = {id(n.func) for n in ast.walk(whole) if isinstance(n, ast.Call)}
        self.bare = {n.id for n in ast.walk(whole) if isinstance(n, ast.Name) and id(n) not in called} & names
        self.tainted = touched_names(whole, names)
        self.setup, self.classes = self.for_the_sandbox(self.read_by(set().union(*(loads(t) for t in trees))))
        self.imports = compile(ast.Module(reference_imports, []), "<imports>", "exec")
        self.prelude = compile(prelude, "<prompt>", "exec")
        self.own_setup = Marked(self.setup_tree, "<setup>", Counter(self.tainted))
        self.lints = [lint(ast.Module(self.setup_tree.body + t.body, []) if not self.program else t, names | {"candidate"})
                      for t in trees]
        asked = names | {"candidate"}
        self.tests = [Marked(t, "<test>", Counter(self.tainted | asked, asked) if self.program else Counter(self.tainted))
                      for t in trees]
        if self.pairs:
            self.tests = self.pairs
            self.lints = [{"vacuous": 0, "boolean": False, "bad": ""}] * len(self.pairs)

    def read_by(self, read):
        """The names that tests read, those that the set-up's own functions and values read for them included."""
        grown = True
        while grown:
            more = set().union(*(loads(s) for s in self.setup_tree.body
                                 if stores(s) & read and not isinstance(s, ast.ClassDef)), read)
            grown, read = more != read, more
        return read

    def for_the_sandbox(self, read):
        """The part of the set-up that a program may need: imports, classes, functions and values that no test looks at.

        What uses the program runs here, through the membrane; what asserts, or what the tests themselves read, stays here.
        """
        kept, classes = [], []
        for s in self.setup_tree.body:
            if isinstance(s, (ast.Import, ast.ImportFrom)):
                kept.append(s)
            elif loads(s) & self.tainted or stores(s) & self.tainted or any(isinstance(n, ast.Assert) for n in ast.walk(s)):
                continue
            elif isinstance(s, ast.ClassDef):
                kept.append(s)
                classes.append(s.name)
            elif not stores(s) & read and not isinstance(s, ast.Expr):
                kept.append(s)
        needed = set().union(*(loads(s) for s in kept)) if kept else set()
        for s in self.setup_tree.body:      # what the kept classes and functions use themselves
            if s not in kept and isinstance(s, (ast.FunctionDef, ast.AsyncFunctionDef)) and s.name in needed:
                if not loads(s) & self.tainted and not any(isinstance(n, ast.Assert) for n in ast.walk(s)):
                    kept.append(s)
        kept = [s for s in self.setup_tree.body if s in kept]
        return "\n".join(ast.unparse(s) for s in kept), classes

    def namespace(self):
        """Builtins and modules that a test finds without naming them."""
        space = {"__name__": "__main__", "__AssertionError__": AssertionError, "__Any__": BaseException}
        for name, module in self.modules.items():
            space[name] = __import__(module)
        for word in self.words:
            space[word] = getattr(__import__(WORDS[word]), word)
        exec(self.imports, space)
        return space
