"""`generate(custom_generate=FOLDER)` of transformers gives what maskflow_decode.generate gives.

    through_transformers.py EXPORTED MODEL
"""

import sys

import torch
import transformers
from transformers import GenerationMixin, PretrainedConfig, PreTrainedModel
from transformers.modeling_outputs import CausalLMOutput

folder, model_folder = sys.argv[1:]
sys.path[:0] = [folder, folder + "/examples"]
from maskflow_decode import generate, load  # noqa: E402
from plain_model import PlainModel  # noqa: E402

torch.set_num_threads(1)


class Config(PretrainedConfig):
    model_type = "plain"


class Plain(PreTrainedModel, GenerationMixin):
    """The plain model in the clothes of transformers."""

    config_class = Config

    def __init__(self, config):
        super().__init__(config)
        self.plain = PlainModel(model_folder)
        self.nothing = torch.nn.Parameter(torch.zeros(1))

    def get_input_embeddings(self):
        return self.plain.get_input_embeddings()

    def forward(self, input_ids=None, inputs_embeds=None, attention_mask=None, **unused):
        return CausalLMOutput(logits=self.plain(inputs_embeds, input_ids).logits)


model = Plain(Config(vocab_size=load(folder)["maskId"] + 8))
prompts = torch.tensor([[3 + 5 * i + row for i in range(9)] for row in range(4)])
by_transformers = model.generate(
    prompts, custom_generate=folder, trust_remote_code=True, policy=folder, max_new_tokens=16, budget="1/2"
)
alone = generate(model, prompts, folder, max_new_tokens=16, budget="1/2")
assert by_transformers.tolist() == alone.sequences.tolist(), (by_transformers, alone)
print("transformers", transformers.__version__, "agrees")
