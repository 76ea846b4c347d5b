"""Runs maskflow_decode.py on the cases that a Java test wrote, and says how many give the same tokens and calls.

    conformance.py CASES.json

CASES.json: {"model": FOLDER, "cases": [{"folder", "prompts", "length", "steps", "price", "tokens", "nfe"}]}
"""

import json
import sys

import torch

with open(sys.argv[1], encoding="utf-8") as file:
    asked = json.load(file)
first = asked["cases"][0]["folder"]
sys.path[:0] = [first, first + "/examples"]
from maskflow_decode import generate  # noqa: E402
from plain_model import PlainModel  # noqa: E402

torch.set_num_threads(1)
model = PlainModel(asked["model"])
same = total = 0
for case in asked["cases"]:
    prompts = torch.tensor(case["prompts"])
    got = generate(model, prompts, case["folder"], max_new_tokens=case["length"], steps=case["steps"], price=case["price"])
    tokens = got.sequences[:, prompts.shape[1]:].tolist()
    for row in range(len(tokens)):
        total += 1
        equal = tokens[row] == case["tokens"][row] and got.nfe[row] == case["nfe"][row]
        same += equal
        if not equal:
            print("differs:", case["folder"], "prompt", row, "calls", got.nfe[row], case["nfe"][row], tokens[row], case["tokens"][row])
print(f"{same} of {total} the same")
