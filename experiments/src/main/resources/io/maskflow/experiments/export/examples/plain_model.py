"""LLaDA and Dream folders in plain PyTorch: enough to run a small model without transformers and without remote code.

For real checkpoints take the model class of their own repository; this one computes in float32 on the CPU and keeps no cache.
"""

import json
import os
from types import SimpleNamespace

import torch
from safetensors import safe_open
from torch.nn.functional import embedding, linear, scaled_dot_product_attention, silu

LLADA = {
    "embed": "model.transformer.wte.weight", "norm": "model.transformer.ln_f.weight", "head": "model.transformer.ff_out.weight",
    "q": "q_proj", "k": "k_proj", "v": "v_proj", "o": "attn_out", "attn_norm": "attn_norm", "mlp_norm": "ff_norm",
    "gate": "ff_proj", "up": "up_proj", "down": "ff_out", "block": "model.transformer.blocks.{}.",
}
DREAM = {
    "embed": "model.embed_tokens.weight", "norm": "model.norm.weight", "head": "lm_head.weight",
    "q": "self_attn.q_proj", "k": "self_attn.k_proj", "v": "self_attn.v_proj", "o": "self_attn.o_proj",
    "attn_norm": "input_layernorm", "mlp_norm": "post_attention_layernorm",
    "gate": "mlp.gate_proj", "up": "mlp.up_proj", "down": "mlp.down_proj", "block": "model.layers.{}.",
}


class PlainModel:
    """A model folder: `PlainModel(folder)(inputs_embeds=x).logits`."""

    def __init__(self, folder):
        with open(os.path.join(folder, "config.json"), encoding="utf-8") as file:
            c = json.load(file)
        if c["model_type"].lower() not in ("llada", "dream"):
            raise ValueError(f"model_type must be llada or Dream, was {c['model_type']}")
        llada = c["model_type"].lower() == "llada"
        self.names = LLADA if llada else DREAM
        self.config = SimpleNamespace(**c)
        self.w = {}
        for name in sorted(os.listdir(folder)):
            if name.endswith(".safetensors") and name.startswith("model"):
                with safe_open(os.path.join(folder, name), framework="pt") as tensors:
                    self.w.update({key: tensors.get_tensor(key).float() for key in tensors.keys()})
        self.layers = c["n_layers"] if llada else c["num_hidden_layers"]
        self.heads = c["n_heads"] if llada else c["num_attention_heads"]
        self.kv_heads = (c.get("n_kv_heads") or self.heads) if llada else c["num_key_value_heads"]
        self.theta, self.eps = c["rope_theta"], c["rms_norm_eps"]
        self.logits_predict_next = not llada

    def get_input_embeddings(self):
        return lambda ids: embedding(ids, self.w[self.names["embed"]])

    def norm(self, x, name):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps) * self.w[name]

    def project(self, x, name):
        return linear(x, self.w[name + ".weight"], self.w.get(name + ".bias"))

    def rotate(self, y):
        """Rotary embedding: channel j is paired with j + D/2. y [B, H, L, D]"""
        half = y.shape[-1] // 2
        rates = 1.0 / self.theta ** (torch.arange(0, half).float() / half)
        angle = torch.arange(y.shape[2]).float()[:, None] * rates
        cos, sin = torch.cos(angle), torch.sin(angle)
        a, b = y[..., :half], y[..., half:]
        return torch.cat([a * cos - b * sin, b * cos + a * sin], -1)

    @torch.no_grad()
    def __call__(self, inputs_embeds=None, input_ids=None, attention_mask=None):
        x = self.get_input_embeddings()(input_ids) if inputs_embeds is None else inputs_embeds.float()
        n = self.names
        split = lambda y, heads: y.view(*y.shape[:2], heads, -1).transpose(1, 2)
        for layer in range(self.layers):
            at = n["block"].format(layer)
            h = self.norm(x, at + n["attn_norm"] + ".weight")
            q, k, v = (split(self.project(h, at + n[part]), heads)
                       for part, heads in (("q", self.heads), ("k", self.kv_heads), ("v", self.kv_heads)))
            y = scaled_dot_product_attention(self.rotate(q), self.rotate(k), v, attn_mask=attention_mask,
                                             enable_gqa=self.kv_heads != self.heads)
            x = x + self.project(y.transpose(1, 2).flatten(2), at + n["o"])
            h = self.norm(x, at + n["mlp_norm"] + ".weight")
            x = x + self.project(silu(self.project(h, at + n["gate"])) * self.project(h, at + n["up"]), at + n["down"])
        x = self.norm(x, n["norm"])
        return SimpleNamespace(logits=linear(x, self.w.get(n["head"], self.w[n["embed"]])))
