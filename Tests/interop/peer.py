"""The same training in plain PyTorch: prints the loss of every step as JSON.

Usage: peer.py TASK.json INITIAL.safetensors

The task holds the model's sizes, the optimiser's settings and the batches; the file holds the initial
tensors under the zoo's names. Nothing here is taken from the zoo but those names and the order of rows in
the packed projection (queries, keys, values).
"""

import json
import math
import sys

import torch
from safetensors.torch import load_file
from torch.nn import functional as F


def norm(weights, path, x, epsilon):
    return F.layer_norm(x, x.shape[-1:], weights[path + ".weight"], weights[path + ".bias"], epsilon)


def linear(weights, path, x):
    return F.linear(x, weights[path + ".weight"], weights[path + ".bias"])


def attention(weights, path, x, heads, causal):
    batch, time, width = x.shape
    packed = linear(weights, path + ".projection", x)
    queries, keys, values = (
        part.view(batch, time, heads, width // heads).transpose(1, 2) for part in packed.split(width, dim=-1)
    )
    scores = queries @ keys.transpose(-2, -1) / math.sqrt(width // heads)
    if causal:
        future = torch.ones(time, time, dtype=torch.bool).triu(1)
        scores = scores.masked_fill(future, -torch.inf)
    mixed = (scores.softmax(dim=-1) @ values).transpose(1, 2).reshape(batch, time, width)
    return linear(weights, path + ".output", mixed)


def gpt(weights, ids, task):
    """Pre-norm blocks, GELU by tanh, learned positions, tied head (Radford et al. 2019)."""
    x = weights["embedding.token.weight"][ids] + weights["embedding.position.weight"][: ids.shape[1]]
    for layer in range(task["layers"]):
        path = f"blocks.{layer}"
        y = norm(weights, path + ".attention.norm", x, 1e-5)
        x = x + attention(weights, path + ".attention", y, task["heads"], causal=True)
        y = norm(weights, path + ".feedForward.norm", x, 1e-5)
        y = F.gelu(linear(weights, path + ".feedForward.input", y), approximate="tanh")
        x = x + linear(weights, path + ".feedForward.output", y)
    return norm(weights, "finalNorm", x, 1e-5)


def bert(weights, ids, task):
    """Post-norm blocks, GELU by erf, positions and segments with a norm (Devlin et al. 2019)."""
    x = weights["embedding.token.weight"][ids] + weights["embedding.position.weight"][: ids.shape[1]]
    x = norm(weights, "embedding.norm", x + weights["embedding.segment.weight"][0], 1e-12)
    for layer in range(task["layers"]):
        path = f"blocks.{layer}"
        y = attention(weights, path + ".attention", x, task["heads"], causal=False)
        x = norm(weights, path + ".attention.norm", x + y, 1e-12)
        y = linear(weights, path + ".feedForward.output", F.gelu(linear(weights, path + ".feedForward.input", x)))
        x = norm(weights, path + ".feedForward.norm", x + y, 1e-12)
    return x


def head(weights, x, architecture):
    if architecture == "gpt":
        return F.linear(x, weights["embedding.token.weight"])
    x = norm(weights, "head.norm", F.gelu(linear(weights, "head.transform", x)), 1e-12)
    return F.linear(x, weights["embedding.token.weight"], weights["head.bias"])


def main():
    # Several of these run at once, and threads that wait for each other would take the time of the others.
    torch.set_num_threads(1)
    with open(sys.argv[1]) as file:
        task = json.load(file)
    weights = {name: tensor.requires_grad_() for name, tensor in load_file(sys.argv[2]).items()}
    trunk = {"gpt": gpt, "bert": bert}[task["architecture"]]
    matrices = [tensor for tensor in weights.values() if tensor.dim() >= 2]
    vectors = [tensor for tensor in weights.values() if tensor.dim() < 2]
    optimiser = torch.optim.AdamW(
        [{"params": matrices, "weight_decay": task["decay"]}, {"params": vectors, "weight_decay": 0.0}],
        betas=(task["beta1"], task["beta2"]),
        eps=task["epsilon"],
    )
    losses = []
    for step in task["steps"]:
        ids = torch.tensor(step["ids"]).view(task["batch"], -1)
        x = trunk(weights, ids, task).flatten(0, 1)[torch.tensor(step["positions"])]
        loss = F.cross_entropy(head(weights, x, task["architecture"]), torch.tensor(step["targets"]))
        optimiser.zero_grad()
        loss.backward()
        unused = [name for name, tensor in weights.items() if tensor.grad is None]
        assert not unused, f"the peer does not use {unused}"
        torch.nn.utils.clip_grad_norm_(weights.values(), task["clip"])
        for group in optimiser.param_groups:
            group["lr"] = step["learningRate"]
        optimiser.step()
        losses.append(loss.item())
    print(json.dumps(losses))


main()
