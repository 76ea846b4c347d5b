"""The adapters of an exported folder against stand-ins of the interfaces that they were written for.

    adapters.py EXPORTED MODEL

The stand-ins hold what the adapters use of SGLang (commit 0929d6df) and dInfer (commit b813f329), and no more: a base class
whose `run` is SGLang's synchronous loop, a model runner that feeds `input_embeds`, and dInfer's `DiffusionLLM`.
"""

import sys
import types

import torch

folder, model_folder = sys.argv[1:]
sys.path[:0] = [folder, folder + "/examples"]


def module(name, **members):
    made = types.ModuleType(name)
    made.__dict__.update(members)
    sys.modules[name] = made


class DllmAlgorithm:
    def __init__(self, config):
        self.block_size, self.mask_id = config.block_size, config.mask_id

    def run(self, runner, batch):
        states = self.init_step_state(batch)
        self.prepare_inputs(runner, batch, states)
        out = runner.forward(batch, pp_proxy_tensors=None)
        for _ in range(self.max_steps(self.block_size)):
            done = self.step(batch, out.logits_output, states)
            if all(done):
                break
            self.prepare_inputs(runner, batch, states)
            out = runner.forward(batch, pp_proxy_tensors=None)
        return batch.input_ids.view(batch.batch_size, self.block_size)


for name in ("sglang", "sglang.srt", "sglang.srt.dllm", "sglang.srt.dllm.algorithm", "dinfer", "dinfer.decoding"):
    module(name)
module("sglang.srt.dllm.algorithm.base", DllmAlgorithm=DllmAlgorithm)
module("dinfer.decoding.generate_uniform", DiffusionLLM=type("DiffusionLLM", (), {}))

from dinfer_flow import MaskflowDiffusionLLM  # noqa: E402
from maskflow_decode import Flow, generate, load  # noqa: E402
from plain_model import PlainModel  # noqa: E402
from sglang_flow import Algorithm  # noqa: E402

torch.set_num_threads(1)
plain = PlainModel(model_folder)
mask, length, steps = load(folder)["maskId"], 16, 8
prompts = torch.tensor([[3 + 5 * i + row for i in range(9)] for row in range(4)])


class Table:
    weight = torch.zeros(1)

    def __call__(self, ids):
        return plain.get_input_embeddings()(ids)


class Runner:
    model = types.SimpleNamespace(get_input_embeddings=lambda: Table())
    calls = 0

    def forward(self, batch, pp_proxy_tensors=None):
        Runner.calls += 1
        x = batch.input_embeds.view(batch.batch_size, -1, batch.input_embeds.shape[-1])
        return types.SimpleNamespace(logits_output=types.SimpleNamespace(full_logits=plain(inputs_embeds=x).logits.flatten(0, 1)))


# a block that holds the prompt and then masks is what a prompt and a response are to the decoder itself
config = types.SimpleNamespace(block_size=9 + length, mask_id=mask, algorithm_config={"policy": folder, "steps_per_block": steps})
ids = torch.cat([prompts, torch.full((4, length), mask)], 1)
batch = types.SimpleNamespace(batch_size=4, input_ids=ids.flatten().clone(), input_embeds=None)
by_sglang = Algorithm(config).run(Runner(), batch)[:, 9:]
flow = Flow.of({**load(folder)["flow"], "blockLength": 0})
whole = generate(plain, prompts, folder, max_new_tokens=length, steps=steps, flow=flow)
assert by_sglang.tolist() == whole.sequences[:, 9:].tolist(), (by_sglang, whole)
assert Runner.calls == max(whole.nfe) + 1, (Runner.calls, whole.nfe)  # one more: the keys of the last tokens

dinfer = MaskflowDiffusionLLM(plain, folder, budget="1/2")
for row in range(4):
    answer = dinfer.generate(prompts[row : row + 1], gen_length=length, block_length=length)
    alone = generate(plain, prompts[row : row + 1], folder, max_new_tokens=length, budget="1/2", flow=flow)
    assert answer.tolist() == alone.sequences[:, : 9 + alone.texts_end[0]].tolist()
print("adapters agree")
