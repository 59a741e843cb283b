"""Difficult strings, and documents of any size, made the same way every time: prose, code, several scripts, emoji and
long words. Nothing is downloaded; words and code come from Python's own library."""

import functools
import glob
import itertools
import os
import random


@functools.cache
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


SCRIPTS = [(0x430, 0x44F), (0x3B1, 0x3C9), (0x5D0, 0x5EA), (0x627, 0x64A), (0x905, 0x939), (0x3042, 0x3093), (0x4E00, 0x5600),
           (0xAC00, 0xB000), (0xE01, 0xE2E), (0xE0, 0xFF)]


def lexicons():
    """Words by script with the weights that words have in texts: the n-th weighs 1/n. The first is that of prose, whose
    words stand in Python's documentation."""
    generator = random.Random(11)
    words = list(dict.fromkeys(word for line in corpus() for word in line.split() if word.isalpha() and word.isascii()))
    generator.shuffle(words)
    found = [sorted(words[:20_000], key=len)]
    for start, end in SCRIPTS:
        letters = [chr(value) for value in range(start, end + 1)]
        longest = 3 if start in (0x4E00, 0xAC00) else 9
        found.append(["".join(generator.choices(letters, k=generator.randint(1, longest))) for _ in range(4000)])
    return [(words, list(itertools.accumulate(1 / (place + 5) for place in range(len(words))))) for words in found]


def documents(size, seed):
    """Documents of some hundred to some thousand bytes, `size` bytes of UTF-8 together."""
    generator = random.Random(seed)
    lines, known = corpus(), lexicons()
    hard = [text for text in strings(4000, seed) if text]

    def prose(lexicon, count):
        words, weights = lexicon
        picked = generator.choices(words, cum_weights=weights, k=count)
        for place in range(7, count, generator.randint(5, 17)):
            picked[place] += generator.choice([".", ",", "!", "?", ";", ":", ".\n", "\n\n", "'s", " —", "…", f" {generator.randint(0, 99999)}"])
        return " ".join(picked)

    while size > 0:
        kind = generator.random()
        if kind < 0.45:
            text = prose(known[0], generator.randint(20, 600))
        elif kind < 0.7:
            start = generator.randrange(len(lines))
            text = "\n".join(lines[start:start + generator.randint(3, 90)])
        elif kind < 0.92:
            text = prose(generator.choice(known[1:]), generator.randint(20, 300))
        elif kind < 0.98:
            text = " ".join(generator.choices(hard, k=generator.randint(2, 30)))
        else:
            letters = generator.choice(["abcdefghij", "éàüñ", "漢字仮名", "0123456789", "=-_*#", "👍🏽👩‍👩‍👧🇩🇪"])
            text = " ".join("".join(generator.choices(letters, k=generator.randint(20, 900))) for _ in range(3))
        if len(encoded := text.encode()) > size:
            text = encoded[:size].decode(errors="ignore")
            size = 0
        size -= len(encoded)
        if text:
            yield text
