"""Flow decoding as a `DiffusionLLM` of dInfer.

Written against the interface of dInfer's repository at commit b813f3298bcf0664669bf08d6300b4905da5924a,
`dinfer/decoding/generate_uniform.py`: `generate(prompt, gen_length, block_length)` with a prompt [1, L] gives prompt and answer
[1, L'] without the end token and what follows it. Tested against a stand-in of that interface; no GPU and no dInfer has run it.

The model is called with `inputs_embeds`; dInfer's caches of keys and values are not used.
"""

from dataclasses import replace

import torch
from dinfer.decoding.generate_uniform import DiffusionLLM

from maskflow_decode import Flow, generate, load


class MaskflowDiffusionLLM(DiffusionLLM):
    def __init__(self, model, folder, budget=None, price=None):
        self.model, self.folder, self.budget, self.price = model, folder, budget, price
        self.flow = Flow.of(load(folder)["flow"])
        self.num_forwards = 0

    @torch.no_grad()
    def generate(self, prompt, gen_length=128, block_length=128):
        flow = replace(self.flow, blockLength=0 if block_length >= gen_length else block_length)
        answer = generate(self.model, prompt, self.folder, max_new_tokens=gen_length, budget=self.budget, price=self.price, flow=flow)
        self.num_forwards += answer.nfe[0]
        return answer.sequences[:, : prompt.shape[1] + answer.texts_end[0]]
