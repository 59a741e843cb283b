"""Small tokenizers with every normaliser, pre-tokenizer, model, decoder, template and kind of added token, with what the
`tokenizers` package makes of texts: the golden values of `TokenizerPartTests`.

    python tokenizer_parts.py Tests/Fixtures/tokenizers/parts
"""

import io
import json
import os
import sys
import tempfile

from tokenizers import (
    AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers)

from tokenizer_families import protobuf_field
from tokenizer_texts import strings

TEXTS = [
    "", " ", "a", "The Quick fox.", "  two  spaces  ", "don't stop, we'll go!", "x_y=3.14; n=1,000", "tab\tnew\nline\r\nend ",
    "Ünïcödé éèê e\u0301 o\u0323\u0302", "ﬁ ﬂ ½ ² Ⅷ ①", "İstanbul ıŞ ΣΑΣ", "漢字かな がカ\u3099 ｶﾞ ﾊﾟ", "한국 \u1112\u1161\u11ab",
    "👍🏽 👩‍👩‍👧 🇩🇪", "«¿qué?» — “no”…", "a\u200bb\u00adc\ufeffd\u0000e\u0001f", "\u00a0nb\u3000wide\u2028line\u0085", "ก็ हिन्दी ضَ שָׁ",
    "▁meta▁▁x", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "12345678 ٣٤ 𝟘", "𝐀𝐁 𐐀 ꭰ", "<s>a</s> [MASK] b", "``quoted''",
]


def encoded(tokenizer, text, pair=None):
    encoding = tokenizer.encode(text, pair)
    found = {"text": text, "ids": encoding.ids, "offsets": [part for each in encoding.offsets for part in each],
             "special": encoding.special_tokens_mask, "segments": encoding.type_ids}
    if pair is not None:
        found["pair"] = pair
    return found


def entry(tokenizer, cases):
    return {"tokenizer": json.loads(tokenizer.to_str()), "cases": cases}


def bytes_of_characters():
    """A token for each byte, so that ids show all of a normalised text."""
    vocabulary = {f"<0x{byte:02X}>": byte for byte in range(256)} | {"<unk>": 256}
    return Tokenizer(models.BPE(vocabulary, [], unk_token="<unk>", byte_fallback=True))


def compiled(rules):
    """A SentencePiece table of a few rules."""
    import sentencepiece
    model = io.BytesIO()
    with tempfile.NamedTemporaryFile("w", suffix=".tsv") as file:
        for old, new in rules:
            hexadecimal = lambda text: " ".join(f"{ord(letter):X}" for letter in text)
            file.write(f"{hexadecimal(old)}\t{hexadecimal(new)}\n")
        file.flush()
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(["a b c d e f g h"] * 20), model_writer=model, vocab_size=20, hard_vocab_limit=False,
            normalization_rule_tsv=file.name, minloglevel=2)
    return protobuf_field(protobuf_field(model.getvalue(), 3), 2)


RULES = [
    ("ﬁ", "fi"), ("ﬂ", "fl"), ("½", "1/2"), ("²", "2"), ("Ⅷ", "VIII"), ("①", "1"), ("\t", " "), ("\n", " "), ("\u00a0", " "), ("\u3000", " "),
    ("\u200b", " "), ("\ufeff", ""), ("\u00ad", ""), ("\u0001", ""), ("…", "..."), ("ｶﾞ", "ガ"), ("ｶ", "カ"), ("ﾊﾟ", "パ"), ("カ\u3099", "ガ"), ("e\u0301", "é"),
    ("o\u0323\u0302", "ộ"), ("\r\n", " "), ("𝐀", "A"), ("𝟘", "0"), ("Q", "q"),
]


def normalisers():
    regex = Regex(r"\s{2,}|\p{N}+")
    parts = {
        "bert": normalizers.BertNormalizer(), "bert-cased": normalizers.BertNormalizer(lowercase=False),
        "bert-accents": normalizers.BertNormalizer(strip_accents=False),
        "bert-plain": normalizers.BertNormalizer(clean_text=False, handle_chinese_chars=False, strip_accents=True, lowercase=False),
        "byte-level": normalizers.ByteLevel(), "lowercase": normalizers.Lowercase(), "nfc": normalizers.NFC(), "nfd": normalizers.NFD(),
        "nfkc": normalizers.NFKC(), "nfkd": normalizers.NFKD(), "nmt": normalizers.Nmt(), "precompiled": normalizers.Precompiled(compiled(RULES)),
        "prepend": normalizers.Prepend("▁"), "replace": normalizers.Replace(" ", "▁"), "replace-expression": normalizers.Replace(regex, "#"),
        "replace-nothing": normalizers.Replace("e", ""), "strip": normalizers.Strip(), "strip-left": normalizers.Strip(right=False),
        "strip-right": normalizers.Strip(left=False), "strip-accents": normalizers.Sequence([normalizers.NFD(), normalizers.StripAccents()]),
        "accents-kept-apart": normalizers.StripAccents(),
    }
    for name, part in parts.items():
        tokenizer = bytes_of_characters()
        tokenizer.normalizer = part
        yield name, entry(tokenizer, [encoded(tokenizer, text) for text in TEXTS])


def pre_tokenisers():
    behaviours = ["removed", "isolated", "merged_with_previous", "merged_with_next", "contiguous"]
    parts = {
        "bert": pre_tokenizers.BertPreTokenizer(), "byte-level": pre_tokenizers.ByteLevel(add_prefix_space=False),
        "byte-level-space": pre_tokenizers.ByteLevel(add_prefix_space=True),
        "byte-level-whole": pre_tokenizers.ByteLevel(add_prefix_space=True, use_regex=False), "digits": pre_tokenizers.Digits(),
        "digits-alone": pre_tokenizers.Digits(individual_digits=True), "fixed-length": pre_tokenizers.FixedLength(4),
        "metaspace": pre_tokenizers.Metaspace(), "metaspace-first": pre_tokenizers.Metaspace(prepend_scheme="first"),
        "metaspace-never": pre_tokenizers.Metaspace(prepend_scheme="never"), "metaspace-whole": pre_tokenizers.Metaspace(split=False),
        "metaspace-other": pre_tokenizers.Metaspace(replacement="_"), "whitespace": pre_tokenizers.Whitespace(),
        "whitespace-split": pre_tokenizers.WhitespaceSplit(),
        "sequence": pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(prepend_scheme="first"), pre_tokenizers.Digits()]),
    }
    for behaviour in behaviours:
        parts[f"punctuation-{behaviour}"] = pre_tokenizers.Punctuation(behaviour)
        parts[f"split-{behaviour}"] = pre_tokenizers.Split(Regex(r"\s+|[aeiou]"), behaviour)
        parts[f"split-inverted-{behaviour}"] = pre_tokenizers.Split(Regex(r"\w+"), behaviour, invert=True)
        parts[f"split-text-{behaviour}"] = pre_tokenizers.Split(" ", behaviour)
    for name, part in parts.items():
        # A token for each word of every second text, so that ids show the words and offsets their edges.
        words = {word for text in TEXTS[::2] for word, _ in part.pre_tokenize_str(text)}
        tokenizer = Tokenizer(models.WordLevel({"<unk>": 0} | {word: place + 1 for place, word in enumerate(sorted(words))}, "<unk>"))
        tokenizer.pre_tokenizer = part
        yield name, entry(tokenizer, [encoded(tokenizer, text) for text in TEXTS])


TOKENS = ["a", "##b", "▁c", "Ġd", "e</w>", "<0xC3>", "<0xA9>", "<0x41>", ".", ",", "?", "!", "'", "n't", "'m", "'s", "'ve", "'re", "do", "not", "▁", "▁▁f",
          " ", "Ã©", "Ã", "é", "  g ", "ee", "</w>", "##"]


def all_decoders():
    parts = {
        "none": None, "bpe": decoders.BPEDecoder(), "byte-fallback": decoders.ByteFallback(), "byte-level": decoders.ByteLevel(), "fuse": decoders.Fuse(),
        "metaspace": decoders.Metaspace(), "metaspace-never": decoders.Metaspace(prepend_scheme="never"), "replace": decoders.Replace("▁", " "),
        "replace-expression": decoders.Replace(Regex("e+"), "E"), "strip": decoders.Strip(" ", 1, 1), "strip-more": decoders.Strip("e", 2, 0),
        "word-piece": decoders.WordPiece(), "word-piece-plain": decoders.WordPiece(prefix="##", cleanup=False),
        "llama": decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]),
    }
    places = {token: place for place, token in enumerate(TOKENS)}
    lists = [[], *([place] for place in range(len(TOKENS))), [20, 2, 21, 0], [0, 1, 8, 0, 1, 9, 0], [18, 19, 13, 10, 0, 12, 15, 11], [5, 6, 7, 5, 0, 6, 2],
             [5, 5, 6, 6], [3, 23, 24, 24, 3], [4, 4, 28, 4], [26, 27, 22, 26], [0, 14, 16, 17, 29, 1], list(range(len(TOKENS))), list(reversed(range(len(TOKENS))))]
    for name, part in parts.items():
        tokenizer = Tokenizer(models.WordLevel(places, "a"))
        if part:
            tokenizer.decoder = part
        cases = []
        for ids in lists:
            try:
                cases.append({"tokens": ids, "decoded": tokenizer.decode(ids, skip_special_tokens=False)})
            except BaseException:
                # Some decoders of the package fail on no tokens, or where they strip more than there is.
                continue
        yield name, entry(tokenizer, cases)


def templates():
    special = [("[CLS]", 1), ("[SEP]", 2), ("<s>", 3), ("</s>", 4)]
    space = pre_tokenizers.ByteLevel(add_prefix_space=True)
    parts = {
        "bert": processors.BertProcessing(("[SEP]", 2), ("[CLS]", 1)), "roberta": processors.RobertaProcessing(("</s>", 4), ("<s>", 3)),
        "roberta-untrimmed": processors.RobertaProcessing(("</s>", 4), ("<s>", 3), trim_offsets=False, add_prefix_space=False),
        "byte-level": processors.ByteLevel(trim_offsets=True), "byte-level-untrimmed": processors.ByteLevel(trim_offsets=False),
        "template": processors.TemplateProcessing(single="[CLS]:0 $A:0 [SEP]:0", pair="[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1", special_tokens=special),
        "template-reversed": processors.TemplateProcessing(single="$A:2 [SEP]", pair="$B:3 [SEP]:4 $A:1", special_tokens=special),
        "template-several": processors.TemplateProcessing(
            single=["<both>", "$A"], pair=["<both>", "$A", "<both>:1", "$B:1"],
            special_tokens=[{"id": "<both>", "ids": [3, 1], "tokens": ["<s>", "[CLS]"]}]),
        "sequence": processors.Sequence([processors.ByteLevel(trim_offsets=True), processors.TemplateProcessing(
            single="<s> $A", pair="<s> $A <s>:1 $B:1", special_tokens=special)]),
    }
    texts = ["", "a", " a  b ", "the fox", "  <s> x", "don't  "]
    for name, part in parts.items():
        words = sorted({word for text in TEXTS + texts for word, _ in space.pre_tokenize_str(text)})
        tokenizer = Tokenizer(models.WordLevel({"<unk>": 0} | {word: place + 5 for place, word in enumerate(words)} | dict(special), "<unk>"))
        tokenizer.pre_tokenizer = space
        tokenizer.add_special_tokens([name for name, _ in special])
        tokenizer.post_processor = part
        yield name, entry(tokenizer, [encoded(tokenizer, text, pair) for text in texts for pair in [None, "the  b", ""]])


def added_tokens():
    """Tokens that are found in texts, in every combination of how they are found."""
    texts = ["<t>", "a <t> b", "a<t>b", " <t>  <t> ", "x<T>y <T>", "\t<t>\n", "é<t>é", "_<t>1", "<t><t>", "a  <t>.b", "Å<t>", "<t >", "pre<t>post <t>-", "<tt> <t><tt>"]
    for flags in range(32):
        names = ["single_word", "lstrip", "rstrip", "normalized", "special"]
        chosen = {name: bool(flags >> place & 1) for place, name in enumerate(names)}
        tokenizer = bytes_of_characters()
        tokenizer.normalizer = normalizers.Lowercase()
        token = AddedToken("<T>" if flags & 8 else "<t>", **chosen)
        add = tokenizer.add_special_tokens if chosen["special"] else tokenizer.add_tokens
        add([token, AddedToken("<tt>", normalized=False, special=chosen["special"])])
        yield "-".join(name for name in names if chosen[name]) or "plain", entry(tokenizer, [encoded(tokenizer, text) for text in texts])


def truncations():
    texts = [("a b c d e f g h", None), ("a b c", None), ("a b c d e f", "g h i"), ("a b", "c d e f g h i"), ("", "a b c d e f g h"), ("a b c d e", "f g h i j")]
    special = [("[CLS]", 0), ("[SEP]", 1)]
    letters = "abcdefghij"
    for strategy in ["longest_first", "only_first", "only_second"]:
        for direction in ["right", "left"]:
            for length, stride in [(6, 0), (7, 2), (3, 0), (100, 0)]:
                tokenizer = Tokenizer(models.WordLevel(dict(special) | {letter: place + 2 for place, letter in enumerate(letters)}, "[SEP]"))
                tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
                tokenizer.post_processor = processors.TemplateProcessing(
                    single="[CLS]:0 $A:0 [SEP]:0", pair="[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1", special_tokens=special)
                try:
                    tokenizer.enable_truncation(length, stride=stride, strategy=strategy, direction=direction)
                except BaseException:
                    continue
                cases = []
                for text, pair in texts:
                    try:
                        cases.append(encoded(tokenizer, text, pair))
                    except BaseException as error:
                        cases.append({"text": text, "fails": str(error)} | ({"pair": pair} if pair is not None else {}))
                yield f"{strategy}-{direction}-{length}-{stride}", entry(tokenizer, cases)


def unigrams():
    """Unigram models as ALBERT, T5 and DeBERTa have them, with a small table."""
    lines = [text for text in strings(400, 2) if text.isascii()] + [text for text in TEXTS if text] * 3
    for name, normaliser, pre, fallback in [
        ("albert", normalizers.Sequence([
            normalizers.Replace("``", '"'), normalizers.Replace("''", '"'), normalizers.NFKD(), normalizers.StripAccents(), normalizers.Lowercase(),
            normalizers.Precompiled(compiled(RULES)), normalizers.Replace(Regex(" {2,}"), " ")]), pre_tokenizers.Metaspace(), False),
        ("t5", normalizers.Precompiled(compiled(RULES)), pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()]), False),
        ("deberta", normalizers.Sequence([
            normalizers.Strip(), normalizers.Precompiled(compiled(RULES)), normalizers.Replace(Regex(" {2,}"), " ")]), pre_tokenizers.Metaspace(), False),
        ("byte-fallback", None, pre_tokenizers.Metaspace(prepend_scheme="first", split=False), True),
    ]:
        learner = Tokenizer(models.Unigram())
        if normaliser:
            learner.normalizer = normaliser
        learner.pre_tokenizer = pre
        learner.train_from_iterator(lines, trainers.UnigramTrainer(
            vocab_size=300, special_tokens=["<unk>", "<s>", "</s>"], unk_token="<unk>", show_progress=False))
        pieces = [tuple(piece) for piece in json.loads(learner.to_str())["model"]["vocab"]]
        # Without its rare pieces some characters are unknown.
        pieces = [piece for piece in pieces if piece[0].isascii() or piece[0][0] == "▁"]
        if fallback:
            pieces += [(f"<0x{byte:02X}>", -20.0) for byte in range(256)]
        tokenizer = Tokenizer(models.Unigram(pieces, 0, fallback))
        if normaliser:
            tokenizer.normalizer = normaliser
        tokenizer.pre_tokenizer = pre
        tokenizer.decoder = decoders.Sequence([decoders.ByteFallback(), decoders.Metaspace()]) if fallback else decoders.Metaspace()
        tokenizer.add_special_tokens(["<unk>", "<s>", "</s>"])
        tokenizer.post_processor = processors.TemplateProcessing(
            single="<s>:0 $A:0 </s>:0", pair="<s>:0 $A:0 </s>:0 $B:1 </s>:1", special_tokens=[("<s>", 1), ("</s>", 2)])
        cases = []
        for text in TEXTS:
            case = encoded(tokenizer, text)
            plain = tokenizer.encode(text, add_special_tokens=False).ids
            if plain:
                case |= {"tokens": plain, "decoded": tokenizer.decode(plain, skip_special_tokens=False)}
            cases.append(case)
        yield name, entry(tokenizer, cases)


def main(out):
    os.makedirs(out, exist_ok=True)
    groups = {"normalisers": normalisers, "pre-tokenizers": pre_tokenisers, "decoders": all_decoders, "templates": templates,
              "added-tokens": added_tokens, "truncations": truncations, "unigrams": unigrams}
    for name, group in groups.items():
        found = dict(group())
        # What all tokenizers of a group have is written once.
        first = next(iter(found.values()))["tokenizer"]
        shared = {key: value for key, value in first.items() if all(part["tokenizer"][key] == value for part in found.values())}
        for part in found.values():
            part["tokenizer"] = {key: value for key, value in part["tokenizer"].items() if key not in shared}
        with open(os.path.join(out, name + ".json"), "w", encoding="utf-8") as file:
            json.dump({"shared": shared, "parts": found}, file, ensure_ascii=True, separators=(",", ":"))


main(sys.argv[1])
