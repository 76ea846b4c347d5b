#!/usr/bin/env python3
"""For comparison only: maskflow does not need this file, nor Python, nor PyTorch for Python.

Runs the forward of a LLaDA checkpoint through eager PyTorch with scaled_dot_product_attention, on the batch shape that
`./maskflow bench decode` measures, and prints the ratio to its figures:

    ./maskflow bench decode --shape d=1024,layers=8,vocab=32000 --keep /tmp/mid --batch 16 --json /tmp/mid.json
    python3 experiments/compare/torch_decode.py --model /tmp/mid --json /tmp/mid.json

Needs torch, numpy and safetensors. One thread, as the benchmark has by default.
"""
import argparse
import json
import statistics
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file


def rotate(x, cos, sin):
    half = x.shape[-1] // 2
    turned = torch.cat([-x[..., half:], x[..., :half]], -1)
    return x * cos + turned * sin


class Llada:
    """The LLaDA transformer, written plainly. Weights as in the published checkpoints."""

    def __init__(self, folder, dtype):
        config = json.loads((Path(folder) / "config.json").read_text())
        self.w = {}
        for file in sorted(Path(folder).glob("*.safetensors")):
            if file.name.startswith("model"):
                self.w.update({k: v.to(dtype) for k, v in load_file(file).items()})
        self.p = "model.transformer."
        self.heads = config["n_heads"]
        self.kv = config.get("n_kv_heads", self.heads)
        self.layers = config["n_layers"]
        self.eps = config.get("rms_norm_eps", 1e-5)
        self.theta = config.get("rope_theta", 10000.0)
        self.mask = config["mask_token_id"]
        self.vocabulary = config.get("embedding_size", config["vocab_size"])
        self.tied = config.get("weight_tying", True)

    def embed(self, ids):
        return F.embedding(ids, self.w[self.p + "wte.weight"])

    def norm(self, x, name):
        return F.rms_norm(x, x.shape[-1:], self.w[self.p + name], self.eps)

    def hidden(self, x):
        b, t, d = x.shape
        h, size = self.heads, d // self.heads
        at = torch.arange(t).float()[:, None] * self.theta ** (-torch.arange(0, size, 2).float() / size)
        angle = torch.cat([at, at], -1)
        cos, sin = angle.cos().to(x.dtype), angle.sin().to(x.dtype)
        for n in range(self.layers):
            block = f"{self.p}blocks.{n}."
            w = lambda name: self.w[block + name + ".weight"]
            y = F.rms_norm(x, (d,), w("attn_norm"), self.eps)
            q = F.linear(y, w("q_proj")).view(b, t, h, size).transpose(1, 2)
            k = F.linear(y, w("k_proj")).view(b, t, self.kv, size).transpose(1, 2)
            v = F.linear(y, w("v_proj")).view(b, t, self.kv, size).transpose(1, 2)
            if self.kv != h:
                k, v = (z.repeat_interleave(h // self.kv, 1) for z in (k, v))
            y = F.scaled_dot_product_attention(rotate(q, cos, sin), rotate(k, cos, sin), v)
            x = x + F.linear(y.transpose(1, 2).reshape(b, t, d), w("attn_out"))
            y = F.rms_norm(x, (d,), w("ff_norm"), self.eps)
            x = x + F.linear(F.silu(F.linear(y, w("ff_proj"))) * F.linear(y, w("up_proj")), w("ff_out"))
        return self.norm(x, "ln_f.weight")

    def logits(self, hidden):
        return F.linear(hidden, self.w[self.p + ("wte.weight" if self.tied else "ff_out.weight")])


def numbers(z, mask, k):
    """What a decoder reads: the best tokens, their probabilities, log-sum-exp, entropy; without the mask token."""
    z = z.float()
    z[:, mask] = -torch.inf
    top, ids = torch.topk(z, k, -1)
    lse = torch.logsumexp(z, -1, True)
    log_p = (z - lse).clamp_min(-1e30)
    return torch.exp(top - lse), ids[:, :1], lse, -(log_p.exp() * log_p).sum(-1)


def millis(work, repeats):
    work()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(1e3 * (time.perf_counter() - start))
    return statistics.median(times)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--model", required=True, help="the folder that bench decode ran on")
    arguments.add_argument("--json", required=True, help="what bench decode --json wrote")
    arguments.add_argument("--repeats", type=int, default=0, help="timed calls; default: as many as the benchmark")
    given = arguments.parse_args()
    bench = json.loads(Path(given.json).read_text())
    s, f = bench["settings"], bench["figures"]
    torch.set_num_threads(int(s["threads"]))
    torch.manual_seed(1)
    model = Llada(given.model, torch.bfloat16 if s["dtype"] == "bf16" else torch.float32)
    rows, prompt, response = int(s["batch"]), int(s["prompt_length"]), int(s["response_length"])
    ids = torch.randint(0, model.vocabulary, (rows, prompt + response))
    repeats = given.repeats or max(3, int(s["steps"]))
    with torch.inference_mode():
        x = model.embed(ids)
        wanted = lambda: model.logits(model.hidden(x)[:, prompt:].reshape(rows * response, -1))
        forward = millis(wanted, repeats)
        whole = millis(lambda: numbers(wanted(), model.mask, 4), repeats)
    print(f"torch                  {torch.__version__}, {torch.get_num_threads()} thread(s)")
    print(f"torch_forward_ms       {forward:10.1f}  network and vocabulary layer for the response")
    print(f"torch_model_call_ms    {whole:10.1f}  the same and the statistics a decoder reads")
    print(f"model_call_ms          {f['model_call_ms']:10.1f}  of maskflow: network, vocabulary layer, statistics")
    print(f"ratio_forward          {f['model_call_ms'] / forward:10.3f}  maskflow's whole model call over torch's bare forward")
    print(f"ratio_model_call       {f['model_call_ms'] / whole:10.3f}  like with like")


if __name__ == "__main__":
    main()
