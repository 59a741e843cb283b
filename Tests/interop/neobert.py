"""NeoBERT (Le Breton et al., 2025), written out plainly: its own code is not in transformers.

Queries, keys and values are fused head by head, neighbouring channels rotate, and the feed-forward layer's first half is
the gate. Names of tensors are those of the model's folder.
"""

import json
from types import SimpleNamespace

import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional


class Norm(nn.Module):
    def __init__(self, width, epsilon):
        super().__init__()
        self.weight, self.epsilon = nn.Parameter(torch.ones(width)), epsilon

    def forward(self, x):
        return x / torch.sqrt((x * x).mean(-1, keepdim=True) + self.epsilon) * self.weight


class FeedForward(nn.Module):
    def __init__(self, width, hidden):
        super().__init__()
        self.w12, self.w3 = nn.Linear(width, 2 * hidden, bias=False), nn.Linear(hidden, width, bias=False)

    def forward(self, x):
        gate, value = self.w12(x).chunk(2, -1)
        return self.w3(functional.silu(gate) * value)


class Layer(nn.Module):
    def __init__(self, config):
        super().__init__()
        width = config.hidden_size
        self.heads = config.num_attention_heads
        self.qkv, self.wo = nn.Linear(width, 3 * width, bias=False), nn.Linear(width, width, bias=False)
        self.ffn = FeedForward(width, (int(2 * config.intermediate_size / 3) + 7) // 8 * 8)
        self.attention_norm, self.ffn_norm = Norm(width, config.norm_eps), Norm(width, config.norm_eps)

    def forward(self, x, seen):
        x = x + self.attend(self.attention_norm(x), seen)
        return x + self.ffn(self.ffn_norm(x))

    def attend(self, x, seen):
        batch, time, width = x.shape
        query, key, value = self.qkv(x).view(batch, time, self.heads, 3 * width // self.heads).chunk(3, -1)
        query, key = rotated(query), rotated(key)
        scores = torch.einsum("bihd,bjhd->bhij", query, key) / (width // self.heads) ** 0.5
        scores = scores.masked_fill(~seen[:, None, None, :], float("-inf"))
        mixed = torch.einsum("bhij,bjhd->bihd", scores.softmax(-1), value)
        return self.wo(mixed.reshape(batch, time, width))


def rotated(x):
    """Channels 2i and 2i + 1 turn by position times 10000^(-2i/width)."""
    time, width = x.shape[1], x.shape[3]
    angles = torch.outer(torch.arange(time).float(), 10000.0 ** (-torch.arange(0, width, 2).float() / width))
    cosine, sine = angles.cos()[None, :, None], angles.sin()[None, :, None]
    even, odd = x[..., 0::2], x[..., 1::2]
    return torch.stack([even * cosine - odd * sine, even * sine + odd * cosine], -1).flatten(-2)


class Trunk(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.encoder = nn.Embedding(config.vocab_size, config.hidden_size)
        self.transformer_encoder = nn.ModuleList(Layer(config) for _ in range(config.num_hidden_layers))
        self.layer_norm = Norm(config.hidden_size, config.norm_eps)

    def forward(self, ids, seen):
        """The hidden states of every layer; the last ones are normalised."""
        states = [self.encoder(ids)]
        for layer in self.transformer_encoder:
            states.append(layer(states[-1], seen))
        return states[:-1] + [self.layer_norm(states[-1])]


class NeoBERTLMHead(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config, self.model = config, Trunk(config)
        self.decoder = nn.Linear(config.hidden_size, config.vocab_size)

    def forward(self, input_ids, attention_mask=None, output_hidden_states=True):
        seen = torch.ones_like(input_ids) if attention_mask is None else attention_mask
        states = self.model(input_ids, seen.bool())
        return SimpleNamespace(hidden_states=states, logits=self.decoder(states[-1]))

    def tie_weights(self):
        """Nothing is tied."""

    def save_pretrained(self, folder):
        folder.mkdir(parents=True)
        save_file(dict(self.named_parameters()), folder / "model.safetensors")
        config = {**vars(self.config), "architectures": ["NeoBERTLMHead"]}
        config.pop("_attn_implementation")
        (folder / "config.json").write_text(json.dumps(config))


def config(**sizes):
    return SimpleNamespace(model_type="neobert", norm_eps=1e-5, max_length=40, **sizes)
