"""Programs cut out of texts: parsed, never run. Runs after plan.py in the judge's namespace."""


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
    grant(CPU_LIMIT)
    try:
        return {"code": definitions(message["text"], message["entry"], message["first"], message["limit"])}
    except (Exception, Limit):
        return {}
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        resource.setrlimit(resource.RLIMIT_CPU, (HARD_CPU, HARD_CPU))


