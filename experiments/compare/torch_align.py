#!/usr/bin/env python3
"""For comparison only: maskflow does not need this file, nor Python, nor PyTorch for Python.

Trains a LLaDA checkpoint by masked cross-entropy (XF Eq. 1) with eager PyTorch: scaled_dot_product_attention, global-norm
clipping, fused AdamW, float32, vocabulary matrices frozen; and prints tokens per second beside those of a maskflow run of the
same objective and batch:

    ./maskflow align configs/alignment/builtin-mdlm.yaml --out /tmp/mdlm --set training.steps=30 --set answers=400
    python3 experiments/compare/torch_align.py --model flow-decoder/src/main/resources/builtin/base --run /tmp/mdlm

Needs torch, numpy and safetensors. One thread.
"""
import argparse
import json
import statistics
import time
from pathlib import Path

import torch
import torch.nn.functional as F

from torch_decode import Llada


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--model", required=True, help="the folder that was trained from")
    arguments.add_argument("--run", required=True, help="run folder of align; its metrics.jsonl is read")
    arguments.add_argument("--batch", type=int, default=32, help="rows of a batch, as in the run")
    arguments.add_argument("--length", type=int, default=88, help="tokens of a row, about as many as in the run")
    arguments.add_argument("--steps", type=int, default=15, help="timed steps, after three that are not")
    given = arguments.parse_args()
    lines = [json.loads(line) for line in (Path(given.run) / "metrics.jsonl").read_text().splitlines()]
    ours = statistics.median(line["tokens_per_second"] for line in lines[3:] or lines)
    length = given.length
    torch.set_num_threads(1)
    torch.manual_seed(1)
    model = Llada(given.model, torch.float32)
    vocabulary = {model.p + "wte.weight", model.p + "ff_out.weight"}
    trained = []
    for name, weight in model.w.items():
        if name not in vocabulary:
            weight.requires_grad_(True)
            trained.append(weight)
    optimizer = torch.optim.AdamW(trained, lr=2e-4, fused=True)

    def step():
        ids = torch.randint(0, model.vocabulary, (given.batch, length))
        masked = torch.rand(given.batch, length) < 0.5
        x = model.embed(torch.where(masked, torch.full_like(ids, model.mask), ids))
        logits = model.logits(model.hidden(x))
        loss = F.cross_entropy(logits[masked], ids[masked])
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 7.0)
        optimizer.step()
        optimizer.zero_grad()
        return loss.item()

    times = []
    for number in range(3 + given.steps):
        start = time.perf_counter()
        step()
        if number >= 3:
            times.append(time.perf_counter() - start)
    theirs = given.batch * length / statistics.median(times)
    print(f"torch                  {torch.__version__}, {torch.get_num_threads()} thread(s)")
    print(f"torch_tokens_per_s     {theirs:10.0f}  {given.batch} rows of {length} tokens")
    print(f"tokens_per_s           {ours:10.0f}  of maskflow, median over {len(lines)} steps")
    print(f"ratio_time             {theirs / ours:10.3f}  time per token of maskflow over torch's")


if __name__ == "__main__":
    main()
