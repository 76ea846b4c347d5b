"""Plain exec(), for comparison: what a harness without a sandbox says of HONEST programs.

stdin: a JSON object a line, {code, setup, tests}; stdout: a JSON list a line, true per assert that holds. One fork per assert.
"""
import json
import os
import resource
import sys


def holds(row, test):
    pid = os.fork()
    if pid:
        return os.waitpid(pid, 0)[1] == 0
    status = 1
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (2, 3))
        resource.setrlimit(resource.RLIMIT_AS, (512 << 20, 512 << 20))
        null = os.open(os.devnull, os.O_RDWR)
        for fd in (0, 1, 2):
            os.dup2(null, fd)
        space = {"__name__": "candidate"}
        sys.modules["candidate"] = sys.modules[__name__]
        for source in (row["code"], row["setup"], test):
            exec(compile(source, "<plain>", "exec", dont_inherit=True), space)
        status = 0
    except BaseException:
        pass
    finally:
        os._exit(status)


for line in sys.stdin:
    row = json.loads(line)
    print(json.dumps([holds(row, t) for t in row["tests"]]), flush=True)
