"""The training step of one shape in plain PyTorch, measured: prints JSON as `bench step` does.

Usage: step.py eager|compile KIND LAYERS HEADS WIDTH CONTEXT BATCH VOCABULARY PREDICTIONS THREADS SECONDS PRECISION

The models are written as one would write them today: packed projections, scaled_dot_product_attention, a
tied head, and for BERT the head on the predicted positions alone. PRECISION is fp32, or bf16 by way of
autocast.
"""

import json
import os
import resource
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F


def since_start():
    with open("/proc/self/stat") as status, open("/proc/uptime") as uptime:
        ticks = float(status.read().rsplit(")", 1)[1].split()[19])
        return float(uptime.read().split()[0]) - ticks / os.sysconf("SC_CLK_TCK")


def peak_bytes():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


class Block(nn.Module):
    def __init__(self, width, heads, causal):
        super().__init__()
        self.heads, self.causal = heads, causal
        self.attention_norm, self.feed_forward_norm = nn.LayerNorm(width), nn.LayerNorm(width)
        self.projection, self.output = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def attention(self, x):
        batch, time, width = x.shape
        queries, keys, values = (
            part.view(batch, time, self.heads, -1).transpose(1, 2) for part in self.projection(x).chunk(3, dim=-1)
        )
        mixed = F.scaled_dot_product_attention(queries, keys, values, is_causal=self.causal)
        return self.output(mixed.transpose(1, 2).reshape(batch, time, width))

    def feed_forward(self, x):
        return self.down(F.gelu(self.up(x), approximate="tanh" if self.causal else "none"))

    def forward(self, x):
        if self.causal:
            x = x + self.attention(self.attention_norm(x))
            return x + self.feed_forward(self.feed_forward_norm(x))
        x = self.attention_norm(x + self.attention(x))
        return self.feed_forward_norm(x + self.feed_forward(x))


class Model(nn.Module):
    def __init__(self, kind, layers, heads, width, context, vocabulary):
        super().__init__()
        self.causal = kind == "decoder"
        self.token, self.position = nn.Embedding(vocabulary, width), nn.Embedding(context, width)
        self.blocks = nn.ModuleList(Block(width, heads, self.causal) for _ in range(layers))
        self.norm = nn.LayerNorm(width)
        if not self.causal:
            self.segment = nn.Embedding(2, width)
            self.transform, self.head_norm = nn.Linear(width, width), nn.LayerNorm(width)
            self.head_bias = nn.Parameter(torch.zeros(vocabulary))
        for parameter in self.parameters():
            if parameter.dim() > 1:
                nn.init.normal_(parameter, std=0.02)

    def forward(self, ids, positions, targets):
        x = self.token(ids) + self.position.weight[: ids.shape[1]]
        if self.causal:
            for block in self.blocks:
                x = block(x)
            logits = F.linear(self.norm(x).flatten(0, 1), self.token.weight)
        else:
            x = self.norm(x + self.segment.weight[0])
            for block in self.blocks:
                x = block(x)
            x = self.head_norm(F.gelu(self.transform(x.flatten(0, 1)[positions])))
            logits = F.linear(x, self.token.weight, self.head_bias)
        return F.cross_entropy(logits, targets)


def main():
    mode, kind = sys.argv[1:3]
    layers, heads, width, context, batch, vocabulary, predictions, threads = map(int, sys.argv[3:11])
    seconds, precision = float(sys.argv[11]), sys.argv[12]
    import_bytes = peak_bytes()
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    model = Model(kind, layers, heads, width, context, vocabulary)
    run = torch.compile(model) if mode == "compile" else model
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-4, betas=(0.9, 0.98), weight_decay=0.1)
    ids = torch.randint(vocabulary, (batch, context))
    positions = torch.randperm(batch * context)[:predictions].sort().values
    targets = torch.randint(vocabulary, (predictions,))

    def step():
        marks = [time.perf_counter()]
        with torch.autocast("cpu", torch.bfloat16, enabled=precision == "bf16"):
            loss = run(ids, positions, targets)
        loss.item()
        marks.append(time.perf_counter())
        loss.backward()
        marks.append(time.perf_counter())
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        marks.append(time.perf_counter())
        return [later - earlier for earlier, later in zip(marks, marks[1:])]

    began = since_start()
    step()
    ended = since_start()
    step()
    times = []
    while len(times) < 5 or sum(map(sum, times)) < seconds:
        times.append(step())
    middle = sorted(times, key=sum)[len(times) // 2]
    print(
        json.dumps(
            {
                "step": sum(middle),
                "forward": middle[0],
                "backward": middle[1],
                "optimiser": middle[2],
                "parameters": sum(parameter.numel() for parameter in model.parameters()),
                "predictions": predictions,
                "peakBytes": peak_bytes(),
                "importBytes": import_bytes,
                "firstStepBegan": began,
                "firstStepEnded": ended,
            }
        )
    )


main()
