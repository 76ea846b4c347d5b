"""The official openai client against a running serve: completions, chat, streams of both, an error, models.

    openai_client.py BASE_URL PROMPT
"""

import sys

import openai

base, prompt = sys.argv[1:]
client = openai.OpenAI(base_url=base + "/v1", api_key="none", max_retries=0, timeout=600)
names = [model.id for model in client.models.list()]
assert "flow" in names, names
whole = client.completions.create(model="flow", prompt=prompt, max_tokens=24, extra_body={"budget": "1/4"})
text = whole.choices[0].text
assert whole.usage.completion_tokens > 0 and whole.usage.nfe == whole.choices[0].nfe == 6, whole
pieces = [chunk.choices[0].text for chunk in client.completions.create(model="flow", prompt=prompt, max_tokens=24, stream=True) if chunk.choices]
assert "".join(pieces) == text, (pieces, text)
messages = [{"role": "user", "content": prompt}]
chat = client.chat.completions.create(model="flow", messages=messages, max_completion_tokens=24, temperature=0)
assert chat.choices[0].message.content == text, chat
stream = client.chat.completions.create(model="flow", messages=messages, max_tokens=24, stream=True, stream_options={"include_usage": True})
chunks = list(stream)
assert "".join(c.choices[0].delta.content or "" for c in chunks if c.choices) == text
assert chunks[-1].usage.total_tokens == whole.usage.total_tokens
for wrong in ({"logprobs": 5}, {"max_tokens": -1}, {"temperature": 1.5}):
    try:
        client.completions.create(**{"model": "flow", "prompt": prompt, **wrong})
        raise AssertionError(f"{wrong} was answered")
    except openai.BadRequestError as refused:
        assert refused.status_code == 400 and refused.param in wrong, refused
try:
    client.completions.create(model="gpt", prompt=prompt)
    raise AssertionError("an unknown model answered")
except openai.NotFoundError:
    pass
# EvalPlus's request, as its OpenAI provider sends it: one user message, a nucleus although the temperature is 0
evalplus = client.chat.completions.create(model="flow", messages=messages, max_completion_tokens=24, temperature=0, top_p=0.95, n=1)
assert evalplus.choices[0].message.content == text
print("openai", openai.__version__, "agrees:", repr(text))
