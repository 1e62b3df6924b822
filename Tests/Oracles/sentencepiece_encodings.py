"""Encodes texts with SentencePiece for Python and writes what Espalier's tests compare with.

    /tmp/oracles/bin/python Tests/Oracles/sentencepiece_encodings.py

Reads Tests/Fixtures/tokenizer/genesis-512.model, which `TokenizerTests` trains again byte for byte from
Genesis 1-20, and writes Tests/Fixtures/tokenizer/genesis-512.encodings.json.
"""

import json
import pathlib

import sentencepiece

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "Fixtures" / "tokenizer"
TEXTS = [
    "",
    " ",
    "   ",
    "a",
    " a",
    "a ",
    "  two  spaces  ",
    "In the beginning God created the heaven and the earth.",
    "And God said,\nLet there be light:\n\nand there was light.",
    "\n",
    "\ttab\tand\rreturn\r\n",
    "\x00null\x00 and \x01 \x7f controls \x1b[0m",
    "1234567890 and 3.14159",
    "naïve café, Straße, Ærøskøbing",
    "cafe\u0301 is not caf\u00e9",
    "日本語のテキスト、中文文本，한국어",
    "שלום עולם مرحبا بالعالم",
    "👩‍👩‍👧‍👦 🏳️‍🌈 🇩🇪 😀",
    "\U0010ffff\ufffd\ufeff\u200b\u00a0\u3000",
    "<s> </s> <unk> <0x41> <0x0A>",
    "fn main() { println!(\"{}\", 1 << 3); }",
    "ﬁ ² ½ Å",
    "x" * 300,
]


def main():
    processor = sentencepiece.SentencePieceProcessor(str(FOLDER / "genesis-512.model"))
    cases = [{"text": text, "ids": processor.encode(text)} for text in TEXTS]
    for case in cases:
        assert processor.decode(case["ids"]) == case["text"], case
    golden = {
        "producedBy": f"sentencepiece {sentencepiece.__version__} for Python",
        "vocabularySize": processor.vocab_size(),
        "beginningID": processor.bos_id(),
        "endID": processor.eos_id(),
        "pieces": {str(i): processor.id_to_piece(i) for i in (0, 1, 2, 3, 13, 258, 259, 300, 511)},
        "cases": cases,
    }
    text = json.dumps(golden, ensure_ascii=True, indent=1, sort_keys=True)
    (FOLDER / "genesis-512.encodings.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
