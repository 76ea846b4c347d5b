"""Flow decoding as a dLLM algorithm of SGLang: one file for `sglang/srt/dllm/algorithm/`.

Written against the interface of SGLang's repository at commit 0929d6dfa0464227a90619e63bf931e7d435651a: a class `Algorithm`
with `init_step_state`, `prepare_inputs`, `max_steps` and `step`, whose base owns the loop. Tested against a stand-in of that
interface; no GPU and no SGLang has run it.

What it asks of the model runner: that `forward_batch.input_embeds` is fed where it is set, in place of `input_ids`. Blocks are
SGLang's: one block is one flow, with its share of the steps, as with `blockLength` and block-causal attention.

    --dllm-algorithm MaskflowFlow --dllm-algorithm-config '{"policy": "EXPORTED_FOLDER", "steps_per_block": 8}'
"""

import os

import torch
from sglang.srt.dllm.algorithm.base import DllmAlgorithm

from maskflow_decode import Flow, Policy, Row, load


class MaskflowFlow(DllmAlgorithm):
    def __init__(self, config):
        super().__init__(config)
        options = config.algorithm_config
        folder = options["policy"]
        self.settings = load(folder)
        self.flow = Flow.of({**self.settings["flow"], "blockLength": 0, "laterBlocksFed": True})
        self.policy = Policy(os.path.join(folder, "policy.safetensors"), options.get("price"))
        self.steps = options.get("steps_per_block", self.block_size)
        self.table = None

    def init_step_state(self, forward_batch):
        return [None] * forward_batch.batch_size

    def max_steps(self, block_size):
        return self.steps + 1

    def prepare_inputs(self, model_runner, forward_batch, states):
        """Feeds the states of a block's flow; positions that hold a token from before, such as a prompt's, are clean."""
        self.table = model_runner.model.get_input_embeddings()
        ids = forward_batch.input_ids.view(forward_batch.batch_size, self.block_size)
        embeds = self.table(ids).float()
        for b, block in enumerate(ids):
            open_ = block == self.mask_id
            if states[b] is None and bool(open_.any()):
                embed = lambda v: self.table(v).float()
                states[b] = (open_, Row(block[:0], int(open_.sum()), self.steps, self.flow, self.policy, embed, self.mask_id))
            if states[b] is not None and not states[b][1].done:
                where, row = states[b]
                embeds[b, where] = row.x
        forward_batch.input_embeds = embeds.view(-1, embeds.shape[-1]).to(self.table.weight.dtype)

    def step(self, forward_batch, logits_output, states):
        """One step of every flow. A block may leave one forward after its last token, so that its keys are those of tokens."""
        logits = getattr(logits_output, "full_logits", logits_output)
        logits = logits.view(forward_batch.batch_size, self.block_size, -1)
        ids = forward_batch.input_ids.view(forward_batch.batch_size, self.block_size)
        done = []
        for b in range(forward_batch.batch_size):
            if states[b] is None or states[b][1].done:
                done.append(True)
                continue
            where, row = states[b]
            row.advance(logits[b, where])
            if row.done:
                ids[b, where] = row.tokens.to(ids.device)
            done.append(False)
        return done


Algorithm = MaskflowFlow
