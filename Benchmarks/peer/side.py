"""What the zoo's side benchmarks measure, with the packages that people use: prints the same figures as JSON.

Usage: side.py generation|transformers|inference|checkpoint|tokenizer|prepare_pipelines|pipelines|functions THREADS FOLDER
"""

import base64
import json
import os
import sys
import time


def seconds(body):
    began = time.perf_counter()
    result = body()
    return time.perf_counter() - began, result


def generation(threads, folder):
    """A greedy loop with a cache of keys and values, written by hand."""
    import torch
    from torch.nn import functional as F

    torch.set_num_threads(threads)
    torch.manual_seed(1)
    layers, heads, width, vocabulary, context = 8, 8, 512, 8192, 256
    rand = lambda *shape: torch.randn(*shape) * 0.02
    token, position = rand(vocabulary, width), rand(context, width)
    sizes = {"projection": (3 * width, width), "output": (width, width), "up": (4 * width, width), "down": (width, 4 * width)}
    blocks = [{name: (rand(*shape), torch.zeros(shape[0])) for name, shape in sizes.items()} for _ in range(layers)]
    norm = lambda x: F.layer_norm(x, (width,), torch.ones(width), torch.zeros(width))

    def forward(ids, start, cache):
        x = token[ids] + position[start : start + ids.shape[1]]
        batch, time_steps, _ = x.shape
        for block, (keys, values) in zip(blocks, cache):
            parts = F.linear(norm(x), *block["projection"]).chunk(3, dim=-1)
            query, key, value = (part.view(batch, time_steps, heads, -1).transpose(1, 2) for part in parts)
            keys[:, :, start : start + time_steps] = key
            values[:, :, start : start + time_steps] = value
            end = start + time_steps
            mixed = F.scaled_dot_product_attention(query, keys[:, :, :end], values[:, :, :end], is_causal=time_steps > 1)
            x = x + F.linear(mixed.transpose(1, 2).reshape(batch, time_steps, width), *block["output"])
            x = x + F.linear(F.gelu(F.linear(norm(x), *block["up"]), approximate="tanh"), *block["down"])
        return F.linear(norm(x[:, -1]), token)

    @torch.inference_mode()
    def generate(batch, count):
        cache = [tuple(torch.zeros(batch, heads, context, width // heads) for _ in range(2)) for _ in range(layers)]
        ids, start = torch.randint(vocabulary, (batch, 32)), 0
        for _ in range(count):
            logits = forward(ids, start, cache)
            start += ids.shape[1]
            ids = logits.argmax(dim=-1, keepdim=True)

    return tokens_per_second(generate)


def tokens_per_second(generate):
    """The figures of `generate(batch, count)`, warmed up first."""
    figures = {}
    for batch in (1, 8):
        generate(1, 20)
        taken, _ = seconds(lambda: generate(batch, 200))
        figures[f"tokens/s, batch {batch}"] = batch * 200 / taken
    return figures


def transformers(threads, folder):
    """The same model by Hugging Face, through `generate`."""
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel

    torch.set_num_threads(threads)
    torch.manual_seed(1)
    model = GPT2LMHeadModel(GPT2Config(vocab_size=8192, n_positions=256, n_embd=512, n_layer=8, n_head=8)).eval()
    # Without a token that ends a text, every text gets its 200 tokens.
    model.generation_config.eos_token_id = None

    @torch.inference_mode()
    def generate(batch, count):
        ids = torch.randint(8192, (batch, 32))
        result = model.generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=count, do_sample=False, pad_token_id=0)
        assert result.shape == (batch, 32 + count)

    return tokens_per_second(generate)


def inference(threads, folder):
    """The mean vectors of 256 texts of sixteen lengths; those of one length are a batch, as ours are."""
    import torch
    from torch import nn

    torch.set_num_threads(threads)
    torch.manual_seed(1)
    width, lengths = 512, [8 + index * 7 % 16 * 8 for index in range(256)]
    layer = nn.TransformerEncoderLayer(width, 8, 4 * width, dropout=0.0, activation="gelu", batch_first=True)
    encoder = nn.TransformerEncoder(layer, 8).eval()
    token, position, norm = nn.Embedding(8192, width), nn.Embedding(256, width), nn.LayerNorm(width)
    batches = [torch.randint(8192, (lengths.count(length), length)) for length in sorted(set(lengths))]

    @torch.inference_mode()
    def embed(batches):
        return [encoder(norm(token(ids) + position.weight[: ids.shape[1]])).mean(dim=1) for ids in batches]

    embed(batches[:1])
    taken, _ = seconds(lambda: embed(batches))
    return {"tokens/s": sum(lengths) / taken}


def checkpoint(threads, folder):
    """Weights and two moments of GPT-2's size through the safetensors package."""
    import torch
    from safetensors.torch import load_file, save_file

    tensors = {f"tensor-{index}": torch.zeros(124_439_808 // 48) + index for index in range(48 * 3)}
    path = os.path.join(folder, "peer.safetensors")

    def save():
        save_file(tensors, path)
        with open(path) as file:
            os.fsync(file.fileno())
            # Ours never were in the system's cache: both are read from the disk.
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)

    saving, _ = seconds(save)
    size = os.path.getsize(path)
    loading, loaded = seconds(lambda: sum(float(tensor.sum()) for tensor in load_file(path).values()))
    os.remove(path)
    return {"save, GB/s": size / saving * 1e-9, "load from the disk and read all, GB/s": size / loading * 1e-9}


def tokenizer(threads, folder):
    """Encoding by tiktoken with our merges, training by tokenizers; both on the text that the zoo left."""
    os.environ["RAYON_NUM_THREADS"] = "1"
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    import tiktoken
    import tokenizers

    with open(os.path.join(folder, "text.txt"), encoding="utf-8", newline="") as file:
        text = file.read()
    with open(os.path.join(folder, "ranks.json")) as file:
        ranks = {base64.b64decode(token): rank for rank, token in enumerate(json.load(file))}
    pattern = r" ?[A-Za-z\u0080-\U0010FFFF]+| ?[0-9]+| ?[^\sA-Za-z0-9\u0080-\U0010FFFF]+|\s+(?!\S)|\s+"
    encoding = tiktoken.Encoding("zoo", pat_str=pattern, mergeable_ranks=ranks, special_tokens={})
    encode = min(seconds(lambda: encoding.encode_ordinary(text))[0] for _ in range(5))
    model = tokenizers.Tokenizer(tokenizers.models.BPE())
    model.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = tokenizers.trainers.BpeTrainer(vocab_size=8192, show_progress=False)
    train, _ = seconds(lambda: model.train_from_iterator(text.splitlines(keepends=True), trainer))
    size = len(text.encode())
    return {"encode, MB/s": size / encode * 1e-6, "train, MB/s": size / train * 1e-6}


def functions(threads, folder):
    """Functions of as many numbers as the zoo takes, into arrays that are there already, on one thread."""
    import torch

    torch.set_num_threads(1)
    x = (torch.arange(32 * 1024) % 97 * 0.1 - 5).reshape(32, 1024)
    y, dy = torch.empty_like(x), torch.ones_like(x)
    forward, backward = torch._C._nn, torch.ops.aten
    bodies = {
        "softmax": lambda: torch._softmax(x, -1, False, out=y),
        "gelu": lambda: forward.gelu(x, out=y),
        "gelu backward": lambda: backward.gelu_backward.grad_input(dy, x, grad_input=y),
        "gelu-tanh": lambda: forward.gelu(x, approximate="tanh", out=y),
        "gelu-tanh backward": lambda: backward.gelu_backward.grad_input(dy, x, approximate="tanh", grad_input=y),
        "silu": lambda: forward.silu(x, out=y),
        "silu backward": lambda: backward.silu_backward.grad_input(dy, x, grad_input=y),
    }
    best = lambda body: min(seconds(body)[0] for _ in range(2000))
    return {f"{name}, Gelem/s": x.numel() / best(body) * 1e-9 for name, body in bodies.items()}


def prepare_pipelines(threads, folder):
    """What both measure then: texts, and tokenizers of model families."""
    import pipelines

    return pipelines.prepare(folder)


def pipelines(threads, folder):
    """Encoding by tokenizers of model families, which gives the ids that the zoo left."""
    os.environ["RAYON_NUM_THREADS"] = "1"
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    import pipelines

    return pipelines.measure(folder, seconds)


print(json.dumps({"generation": generation, "transformers": transformers, "inference": inference, "checkpoint": checkpoint, "tokenizer": tokenizer, "pipelines": pipelines, "prepare_pipelines": prepare_pipelines, "functions": functions}[sys.argv[1]](int(sys.argv[2]), sys.argv[3])))
