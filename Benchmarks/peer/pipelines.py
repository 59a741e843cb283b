"""The tokenizers of model families, by the package `tokenizers`: trained for everyone, and measured on one thread.

`prepare` writes FOLDER/NAME/tokenizer.json, the documents (text.txt) and the byte at which each ends (ends.i32). The zoo
leaves the ids that it gives in NAME.ids, and `measure` compares them with its own.
"""

import os
import sys

import numpy
import tokenizers

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../Tests/interop"))

import tokenizer_families
from tokenizer_texts import documents

# One of each kind of model, and each kind of words.
NAMES = ["gpt2", "llama3", "llama2", "gemma", "bert", "albert", "t5", "deberta"]
SIZE = 6_000_000
# Documents up to here are encoded before anything is measured.
WARM_UP = 1_000_000


def prepare(folder):
    texts = [text.encode() for text in documents(SIZE, 5)]
    with open(os.path.join(folder, "text.txt"), "wb") as file:
        file.write(b"".join(texts))
    numpy.cumsum([len(text) for text in texts]).astype("int32").tofile(os.path.join(folder, "ends.i32"))
    for name in NAMES:
        os.makedirs(os.path.join(folder, name), exist_ok=True)
        make = tokenizer_families.FAMILIES[name]
        make(8000).save(os.path.join(folder, name, "tokenizer.json"))
    return NAMES


def measure(folder, seconds):
    with open(os.path.join(folder, "text.txt"), "rb") as file:
        text = file.read()
    ends = [0] + numpy.fromfile(os.path.join(folder, "ends.i32"), "int32").tolist()
    texts = [text[start:end].decode() for start, end in zip(ends, ends[1:])]
    first = next(place for place, end in enumerate(ends) if end >= WARM_UP)
    size = ends[-1] - ends[first]
    figures = {}
    for name in NAMES:
        for kind, method in [("", "encode_batch_fast"), (" with offsets", "encode_batch")]:
            # Each begins without the words that the other met.
            tokenizer = tokenizers.Tokenizer.from_file(os.path.join(folder, name, "tokenizer.json"))
            encode = getattr(tokenizer, method)
            encode(texts[:first], add_special_tokens=False)
            taken, found = seconds(lambda: encode(texts[first:], add_special_tokens=False))
            figures[f"{name}{kind}, MB/s"] = size / taken * 1e-6
            ids = numpy.concatenate([numpy.array(each.ids, "int32") for each in found])
            ours = numpy.fromfile(os.path.join(folder, f"{name}.ids"), "int32")
            if not numpy.array_equal(ids, ours):
                sys.exit(f"{name}: the ids of the zoo are not those of the package")
    return figures
