"""What `model.generate(..., custom_generate=FOLDER, trust_remote_code=True)` of transformers calls."""

from .maskflow_decode import generate as flow_generate


def generate(model, inputs=None, input_ids=None, policy=None, max_new_tokens=None, budget=None, price=None, generation_config=None,
             attention_mask=None, **ignored):
    """Prompt and response as token ids [B, P + N].

    policy          the exported folder
    max_new_tokens  response positions; `budget` such as "1/4": most model calls over them; `price`: dial of the policy
    """
    prompts = input_ids if input_ids is not None else inputs
    if policy is None:
        raise ValueError("policy must name the exported folder: generate(..., custom_generate=FOLDER, policy=FOLDER)")
    if attention_mask is not None and not bool(attention_mask.bool().all()):
        raise ValueError("prompts must have one length: padding cannot be fed, call generate once for each length")
    length = max_new_tokens if max_new_tokens is not None else getattr(generation_config, "max_new_tokens", None)
    return flow_generate(model, prompts, policy, max_new_tokens=length, budget=budget, price=price).sequences
