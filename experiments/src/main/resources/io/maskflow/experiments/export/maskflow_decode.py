"""Flow decoding of masked diffusion language models with a learned step size, in plain PyTorch.

Every response position travels from the mask embedding to the embedding of a token, at its own pace; a small policy says how
far it goes in each step (x-prediction flow, arXiv 2606.29066, sections 3 and 4). The same rules, in the same order, as the
Java decoder of maskflow, which holds this file to equal tokens and equal model calls.

Needs torch and safetensors. The model is anything with `get_input_embeddings()` that can be called with `inputs_embeds` and
returns an object with `.logits`. States, probabilities and the policy stay in float32 or better whatever the model computes in.
"""

import json
import math
import os
from dataclasses import dataclass, field, fields

import torch
from safetensors import safe_open

K = 4  # most probable tokens that a policy sees
PAPER = ["p1", "p2", "p3", "p4", "entropy", "margin", "t", "rho"]
MEMORY = {"steady", "change", "divergence", "re_edits"}


# --- settings ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Flow:
    """The switches of the flow; the names are those of a settings file of maskflow."""

    reEditing: bool = True
    hardCommitment: bool = True
    committedFinal: bool = True
    reEditAfterUpdate: bool = False
    commitSeesOldProgress: bool = False
    synchronous: bool = False
    blockLength: int = 0  # 0: the whole response is one block
    laterBlocksFed: bool = True
    interpolation: str = "lerp"  # lerp, slerp, norm
    reEditMargin: float = 0.1
    commitBelow: float = 0.99
    readOut: str = "last_prediction"  # or heaviest_token
    arrival: float = 0.0  # above 0: a block ends when all its open positions have this progress
    commit: str = "one"  # one, sure, arrived
    commitFrom: float = 0.9

    @staticmethod
    def of(settings):
        known = {f.name for f in fields(Flow)}
        unknown = set(settings) - known
        if unknown:
            raise ValueError(f"unknown switches of the flow: {sorted(unknown)}; known are {sorted(known)}")
        return Flow(**settings)


@dataclass
class Generated:
    """What came out, a list entry or row per prompt."""

    sequences: torch.Tensor  # [B, P + N] prompt and response
    nfe: list  # model calls
    progress: list  # [N] progress before read-out
    texts_end: list = field(default_factory=list)  # tokens before the first end token


# --- who chooses the step fractions -----------------------------------------------------------------------------------


class Constant:
    """The same fraction everywhere."""

    remembers = False

    def __init__(self, fraction):
        self.fraction = fraction

    def choose(self, row):
        return torch.full_like(row["confidence"], self.fraction)


class Confidence:
    """The surer, the further: base^(-scale (1 - c)), c^exponent, or all the way from a threshold on."""

    remembers = False

    def __init__(self, rule="exponential", base=2.0, scale=8.0, exponent=2.0, threshold=0.9):
        self.rule, self.base, self.scale, self.exponent, self.threshold = rule, base, scale, exponent, threshold

    def choose(self, row):
        c = row["confidence"].double()
        if self.rule == "exponential":
            return torch.pow(torch.tensor(self.base, dtype=torch.float64), -self.scale * (1 - c)).float()
        if self.rule == "power":
            return torch.pow(c, self.exponent).float()
        return (c >= self.threshold).float()


class Policy:
    """The learned step size: the expected action of a Beta policy (eqs. 13 to 17). Reads `policy.safetensors`."""

    def __init__(self, file, price=None):
        with safe_open(file, framework="pt") as tensors:
            self.meta = tensors.metadata() or {}
            w = {name: tensors.get_tensor(name).double() for name in tensors.keys()}
        if self.meta.get("format", "maskflow-policy-1") != "maskflow-policy-1":
            raise ValueError(f"policy format must be maskflow-policy-1, was {self.meta['format']}")
        self.w = w
        number = lambda name, absent=None: float(self.meta[name]) if name in self.meta else absent
        self.mu = number("mu_min", 0.05), number("mu_max", 0.95)
        self.kappa = number("kappa_min"), number("kappa_max")
        self.a = number("a_min"), number("a_max")
        if None in self.kappa + self.a:
            raise ValueError("the policy's metadata must hold kappa_min, kappa_max, a_min and a_max")
        self.log_scale = self.meta.get("a_scale", "log") == "log"
        names = self.meta.get("features")
        self.features = [name.strip() for name in names.split(",")] if names else PAPER
        self.remembers = bool(MEMORY & set(self.features))
        self.price = self._price(price)

    def _price(self, price):
        if "price" not in self.features:
            if price is not None:
                raise ValueError(f"price must be left out: the policy has no dial, was {price}")
            return None
        low, high = float(self.meta["price_min"]), float(self.meta["price_max"])
        if price is None or not low <= price <= high:
            raise ValueError(f"price must lie in [{low}, {high}], the range that the policy was trained for, was {price}")
        return price

    def choose(self, row):
        s = self.state(row).float().double()  # rounded once, as in Java
        w = self.w
        silu = torch.nn.functional.silu
        h = silu(s @ w["mlp.0.weight"].T + w["mlp.0.bias"])
        h = silu(h @ w["mlp.2.weight"].T + w["mlp.2.bias"])
        between = lambda bounds, head: bounds[0] + (bounds[1] - bounds[0]) * torch.sigmoid(
            h @ w[head + ".weight"].T + w[head + ".bias"]
        ).squeeze(-1)
        return self.expectation(between(self.mu, "mu"), between(self.kappa, "kappa")).float()

    def expectation(self, mu, kappa):
        """E[a]; on the logarithmic scale a_min 1F1(mu kappa; kappa; ln(a_max / a_min)), all terms of which are positive."""
        low, high = self.a
        if not self.log_scale:
            return (low + mu * (high - low)).clamp(low, high)
        z = math.log(high / low)
        term = torch.ones_like(mu)
        total = term.clone()
        for n in range(1000):
            term = term * (mu * kappa + n) / (kappa + n) * z / (n + 1)
            total = total + term
            if bool((term <= 1e-17 * total).all()):
                break
        return (low * total).clamp(low, high)

    def state(self, row):
        """[n, F]: what the policy sees of each position, eq. 13 and what was added to it."""
        top, active = row["top"].double(), row["active"]
        p1 = top[:, 0]
        n, left = len(p1), row["steps"] - row["step"]
        ones = torch.ones_like(p1)
        open_p1 = p1[active]
        sure = torch.where(active, p1, ones)
        edge = torch.ones(1, dtype=torch.float64)
        log2 = lambda x: math.log(x) / math.log(2)
        one = {
            "p1": lambda: top[:, 0],
            "p2": lambda: top[:, 1],
            "p3": lambda: top[:, 2],
            "p4": lambda: top[:, 3],
            "entropy": lambda: top_entropy(top),
            "margin": lambda: top[:, 0] - top[:, 1],
            "t": lambda: row["progress"].float().double(),
            "rho": lambda: ones * (0 if row["steps"] == 1 else row["step"] / (row["steps"] - 1)),
            "remaining": lambda: ones / left,
            "steps_left": lambda: ones * log2(left) / 8,
            "budget": lambda: ones * log2(n / row["steps"]) / 4,
            "load": lambda: ones * log2(1 + len(open_p1) / left) / 4,
            "open": lambda: ones * len(open_p1) / n,
            "row_confidence": lambda: ones * (open_p1.mean() if len(open_p1) else 0),
            "rank": lambda: (open_p1[None, :] > p1[:, None]).double().sum(1) / max(1, len(open_p1)),
            "left": lambda: torch.cat([edge, sure[:-1]]),
            "right": lambda: torch.cat([sure[1:], edge]),
            "price": lambda: ones * log2(self.price) / 4,
            "steady": lambda: torch.log1p(row["memory"]["steady"].double()) / math.log(2) / 4,
            "change": lambda: row["memory"]["change"].double(),
            "divergence": lambda: row["memory"]["divergence"].double(),
            "re_edits": lambda: torch.log1p(row["memory"]["re_edits"].double()) / math.log(2) / 4,
        }
        return torch.stack([one[name]() for name in self.features], dim=1)


def top_entropy(top):
    """Entropy of the four renormalised probabilities over ln 4; 0 ln 0 = 0 (eq. 14)."""
    p = top / top.sum(-1, keepdim=True)
    return (-torch.special.xlogy(p, p).sum(-1) / math.log(K)).clamp(0, 1)


# --- one response -----------------------------------------------------------------------------------------------------


def blocks_of(prompt, length, steps, flow):
    """[(from, to, first step, end step)] of each block, and the positions that are decoded (the last block may reach behind)."""
    size = flow.blockLength
    if flow.laterBlocksFed:
        size, before, whole = (length if size == 0 or size > length else size), 0, length
    else:
        if size < 1:
            raise ValueError("blockLength must be at least 1 where laterBlocksFed is false")
        whole = -(-(prompt + length) // size) * size - prompt
        before = prompt % size
    count = -(-(whole + before) // size)
    if steps < count:
        raise ValueError(f"the budget must allow at least one step for each of the {count} blocks, was {steps} steps")
    first = lambda b: b * (steps // count) + min(b, steps % count)
    return [(max(0, b * size - before), min((b + 1) * size - before, whole), first(b), first(b + 1)) for b in range(count)], whole


class Row:
    """The flow at work on one response."""

    def __init__(self, prompt, length, steps, flow, policy, embed, mask_id):
        self.flow, self.policy, self.embed, self.mask_id, self.steps = flow, policy, embed, mask_id, steps
        self.blocks, whole = blocks_of(len(prompt), length, steps, flow)
        self.prompt = embed(prompt)  # [P, E]
        self.m = embed(torch.tensor([mask_id], device=prompt.device))[0]
        self.x = self.m.repeat(whole, 1)  # [N, E]
        self.t = torch.zeros(whole, dtype=torch.float64)
        self.committed = torch.zeros(whole, dtype=torch.bool)
        self.tokens = torch.zeros(whole, dtype=torch.long)
        self.final = torch.zeros(whole, dtype=torch.float64)
        self.shares = [{} for _ in range(whole)]  # what a state is mixed from; for the heaviest token
        self.memory = None
        self.block = self.step = self.nfe = 0

    @property
    def done(self):
        return self.block == len(self.blocks)

    def window(self):
        """How many response positions are fed."""
        return len(self.t) if self.flow.laterBlocksFed else self.blocks[self.block][1]

    def advance(self, z):
        """One step. z [n, V]: logits of the positions of the current block, shifted already where the model asks for it."""
        flow = self.flow
        start, end, _, last_step = self.blocks[self.block]
        self.nfe += 1
        z = z.float().clone()
        z[:, self.mask_id] = -math.inf  # an estimate of the clean state is never the unknown state
        if not bool(torch.isfinite(torch.logsumexp(z, -1)).all()):
            raise ArithmeticError("the model's logits are not finite")
        pred = z.argmax(-1).cpu()
        p = torch.softmax(z, -1)
        c = p.gather(-1, pred.to(p.device)[:, None])[:, 0].clamp(max=1).cpu()
        top = p.topk(K, -1)
        active = ~self.committed[start:end]
        t_before = self.t[start:end].clone()
        memory = self._remember(start, end, pred, top) if self.policy.remembers else None
        a = self.policy.choose(
            {
                "top": top.values.cpu(),
                "confidence": c,
                "progress": t_before,
                "active": active,
                "step": self.step,
                "steps": self.steps,
                "memory": memory,
            }
        )
        a = torch.where(active, a, torch.zeros_like(a))
        if bool(((a < 0) | (a > 1) | a.isnan()).any()):
            raise ArithmeticError("a step fraction lies outside [0, 1]")
        if flow.synchronous and bool(active.any()):
            a = torch.where(active, a[active].double().mean().clamp(max=1).float(), a)

        # exactly one rule for each position: committed, re-edit, flow
        t_flow = (t_before + a.double() * (1 - t_before)).clamp(max=1)
        seen = t_flow if flow.reEditAfterUpdate else t_before
        again = active & (c.double() - seen < -flow.reEditMargin) if flow.reEditing else torch.zeros_like(active)
        flows = active & ~again
        t = torch.where(again, c.double(), torch.where(flows, t_flow, t_before))
        goal = self.embed(pred.to(self.x.device))
        x = self.x[start:end]
        x = torch.where(flows[:, None].to(x.device), self._towards(x, goal, a), x)
        x = torch.where(again[:, None].to(x.device), self._towards(self.m.expand_as(x), goal, c), x)
        if memory is not None:
            self.memory["re_edits"][start:end] += again.long()
        self._weigh(start, pred, a, c, flows, again)

        # hard commitment
        if flow.hardCommitment:
            for i in self._commits(c, t_before if flow.commitSeesOldProgress else t, active):
                t[i], x[i] = 1.0, goal[i]
                self.shares[start + i] = {int(pred[i]): 1.0}
                if flow.committedFinal:
                    self.committed[start + i] = True
                    self.tokens[start + i] = pred[i]
        self.x[start:end], self.t[start:end] = x, t
        self.step += 1
        open_ = ~self.committed[start:end]
        arrived = flow.arrival > 0 and bool((t[open_] >= flow.arrival).all())
        if self.step == last_step or not bool(open_.any()) or arrived:
            self._read_out(start, end, pred)

    def _towards(self, x, goal, share):
        """From x a share of the way to goal. [n, E], [n, E], [n]"""
        s = share.to(x.device)[:, None]
        if self.flow.interpolation == "lerp":
            return (1 - s) * x + s * goal
        return travel(self.flow.interpolation, x, goal, s)

    def _commits(self, c, t, active):
        flow = self.flow
        fixed = []
        if flow.commit == "sure":
            fixed = (active & (c.double() >= flow.commitFrom)).nonzero()[:, 0].tolist()
            if fixed:
                return fixed
        elif flow.commit == "arrived":
            fixed = (active & (t >= flow.commitFrom)).nonzero()[:, 0].tolist()
        eligible = active & (t < flow.commitBelow)
        if bool(eligible.any()):
            best = int(torch.where(eligible, c, torch.full_like(c, -1)).argmax())
            fixed = sorted(set(fixed) | {best})
        return fixed

    def _weigh(self, start, pred, a, c, flows, again):
        if self.flow.readOut != "heaviest_token":
            return
        for i in range(len(pred)):
            at, token = start + i, int(pred[i])
            if again[i]:
                self.shares[at] = {token: float(c[i])}
            elif flows[i]:
                share = float(a[i])
                self.shares[at] = {v: (1 - share) * s for v, s in self.shares[at].items()}
                self.shares[at][token] = self.shares[at].get(token, 0.0) + share

    def _read_out(self, start, end, pred):
        """Committed positions give their token, the others the last prediction; a read block becomes its clean tokens."""
        for i in range(start, end):
            if not self.committed[i]:
                heaviest = self.flow.readOut == "heaviest_token"
                shares = self.shares[i]
                self.tokens[i] = min(shares, key=lambda v: (-shares[v], v)) if heaviest else pred[i - start]
            self.final[i] = self.t[i]
        if len(self.blocks) > 1:
            self.x[start:end] = self.embed(self.tokens[start:end].to(self.x.device))
        self.block += 1
        if not self.done:
            self.step = self.blocks[self.block][2]

    def _remember(self, start, end, pred, top):
        """How long a prediction has stood, and what has changed since the step before."""
        n = len(self.t)
        if self.memory is None:
            self.memory = {
                "token": torch.full((n,), -1),
                "steady": torch.zeros(n, dtype=torch.long),
                "re_edits": torch.zeros(n, dtype=torch.long),
                "ids": torch.zeros(n, K, dtype=torch.long),
                "top": torch.zeros(n, K),
            }
        m, at = self.memory, slice(start, end)
        now, ids = top.values.cpu(), top.indices.cpu()
        first = m["token"][at] < 0
        same = ~first & (m["token"][at] == pred)
        m["steady"][at] = torch.where(same, m["steady"][at] + 1, torch.zeros_like(m["steady"][at]))
        change = torch.where(first, torch.zeros(len(pred)), now[:, 0] - m["top"][at][:, 0])
        divergence = torch.zeros(len(pred))
        for i in range(len(pred)):
            if not first[i]:
                old = dict(zip(m["ids"][start + i].tolist(), m["top"][start + i].tolist()))
                new = dict(zip(ids[i].tolist(), now[i].tolist()))
                moved = sum(abs(new.get(v, 0.0) - old.get(v, 0.0)) for v in old.keys() | new.keys())
                divergence[i] = min(1.0, (moved + abs(sum(old.values()) - sum(new.values()))) / 2)
        m["token"][at], m["ids"][at], m["top"][at] = pred, ids, now
        return {"steady": m["steady"][at].clone(), "change": change, "divergence": divergence, "re_edits": m["re_edits"][at].clone()}


def travel(road, x, goal, s):
    """The roads slerp (along the great circle) and norm (the direction of the straight line); lengths are straight on both."""
    size = lambda v: v.norm(dim=-1, keepdim=True)
    unit = lambda v: v / size(v).clamp(min=1e-20)
    straight = x + s * (goal - x)
    y = straight
    if road == "slerp":
        angle = torch.acos((unit(x) * unit(goal)).sum(-1, keepdim=True).clamp(-1, 1))
        arc = torch.sin((1 - s) * angle) * unit(x) + torch.sin(s * angle) * unit(goal)
        y = torch.where(torch.sin(angle) > 1e-3, arc, straight)
    elif road != "norm":
        raise ValueError(f"interpolation must be lerp, slerp or norm, was {road}")
    wanted = size(x) + s * (size(goal) - size(x))
    y = torch.where(size(y) > 1e-20, unit(y) * wanted, straight)
    return torch.where(s == 0, x, torch.where(s == 1, goal, y))


# --- decoding ---------------------------------------------------------------------------------------------------------


def steps_of(budget, length):
    """Steps of a budget such as "1/4" over a response length: rounded half up, at least one."""
    numerator, _, denominator = str(budget).partition("/")
    a, b = int(numerator), int(denominator or 1)
    return max(1, (2 * length * a + b) // (2 * b))


def load(folder):
    """The settings that a policy was exported with: `maskflow.json`."""
    with open(os.path.join(folder, "maskflow.json"), encoding="utf-8") as file:
        return json.load(file)


@torch.no_grad()
def generate(model, input_ids, policy, max_new_tokens=None, budget=None, steps=None, price=None, flow=None, mask_id=None,
             end_ids=None, logits_predict_next=None, settings=None):
    """Decodes responses to prompts.

    model           takes `inputs_embeds`, gives `.logits`; has `get_input_embeddings()`
    input_ids       [B, P] prompts, all of one length
    policy          an exported folder, a policy file, or anything with `choose`
    max_new_tokens  response positions N
    budget, steps   most model calls, as a fraction of N ("1/4") or as a number
    price           dial of a policy that has one
    the rest        taken from `maskflow.json` of an exported folder where it is not given
    """
    settings = dict(settings or {})
    if isinstance(policy, (str, os.PathLike)):
        if os.path.isdir(policy):
            settings = {**load(policy), **settings}
            policy = os.path.join(policy, "policy.safetensors")
        policy = Policy(policy, price)
    elif price is not None:
        raise ValueError("price belongs to a policy file with a dial")
    given = lambda value, name, absent: value if value is not None else settings.get(name, absent)
    flow = flow or Flow.of(settings.get("flow", {}))
    length = given(max_new_tokens, "responseLength", 48)
    steps = steps or steps_of(given(budget, "budget", "1/4"), length)
    mask_id = given(mask_id, "maskId", getattr(getattr(model, "config", None), "mask_token_id", None))
    if mask_id is None:
        raise ValueError("mask_id must be given: neither the settings nor the model's config say it")
    shift = 1 if given(logits_predict_next, "logitsPredictNext", False) else 0
    ends = set(given(end_ids, "endIds", []))
    table = model.get_input_embeddings()
    embed = lambda ids: table(ids).float()
    dtype = next(model.parameters()).dtype if hasattr(model, "parameters") else torch.float32
    rows = [Row(prompt, length, steps, flow, policy, embed, mask_id) for prompt in input_ids]
    p = input_ids.shape[1]
    if shift and p == 0:
        raise ValueError("this model predicts the next position: a prompt needs at least one token")
    while any(not row.done for row in rows):
        live = [row for row in rows if not row.done]
        fed = live[0].window()
        live = [row for row in live if row.window() == fed]
        x = torch.stack([torch.cat([row.prompt, row.x[:fed]]) for row in live]).to(dtype)
        more = {} if flow.laterBlocksFed else {"attention_mask": block_causal(p + fed, flow.blockLength, x)}
        logits = model(inputs_embeds=x, **more).logits
        for row, z in zip(live, logits):
            start, end = row.blocks[row.block][:2]
            row.advance(z[p + start - shift : p + end - shift])
    tokens = torch.stack([row.tokens[:length] for row in rows]).to(input_ids.device)
    ended = [next((i for i, v in enumerate(row.tolist()) if v in ends), length) for row in tokens]
    return Generated(torch.cat([input_ids, tokens], 1), [row.nfe for row in rows], [row.final[:length] for row in rows], ended)


def block_causal(length, block, like):
    """[1, 1, L, L], 0 where a position sees another and -inf where not: those of its own block and of earlier ones."""
    number = torch.arange(length, device=like.device) // block
    seen = number[None, :] <= number[:, None]
    mask = torch.zeros(length, length, dtype=like.dtype, device=like.device)
    return mask.masked_fill(~seen, torch.finfo(like.dtype).min)[None, None]
