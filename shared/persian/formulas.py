"""Formulas: `x² + 3x = 10`, `√16 = 4`, `(5-2)×3=9`. Their signs become words; numbers and roots stay."""

from __future__ import annotations

import re
from dataclasses import dataclass

from shared.persian.arithmetic import SIGNS
from shared.persian.words import apart

# Every part is bounded, and there is no look-ahead after the run, so the time is linear also for hostile text.
_TOKEN = re.compile(
    r"(?P<number>\d{1,15}(?:[.,٫٬/]\d{1,15}){0,5})|(?P<letters>[A-Za-z]{1,20})|(?P<power>[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]{1,6})"
    r"|(?P<symbol>[πΠ∞α-ωΔΣ])|(?P<root>[√∛∜])|(?P<sign>[-−–+×÷*·=≈≠<>≤≥±^/])|(?P<open>\()|(?P<close>\))",
    re.ASCII,
)
_ANY = re.sub(r"\?P<\w+>", "?:", _TOKEN.pattern)
_RUN = re.compile(rf"(?<![\w.@#$&\u200c])(?:(?>{_ANY})[ ]{{0,3}}+){{2,80}}+", re.ASCII)
_EQUAL = frozenset("=≈≠≤≥")
_PRODUCTS = frozenset("×÷·*^")
_UNKNOWNS = frozenset("xyzn")
_COMPARED = frozenset("<>")
_LINES = frozenset("-−–+")
_WORDS = SIGNS | {"*": SIGNS["×"], "·": SIGNS["×"], "-": " منهای ", "−": " منهای ", "–": " منهای ", "/": " تقسیم بر "}
_DIVISION = re.compile(r"^(\d{1,9})/(\d{1,9})$", re.ASCII)
_DATE = re.compile(r"\d{1,4}/\d{1,2}/\d{1,4}|0\d{4,}", re.ASCII)
_DASHED_DATE = re.compile(r"\d{4}-\d\d?-\d\d?|\d{4,}-\d{4,}", re.ASCII)
_MULTIPLIED = re.compile("[a-z]{2}")
_FUNCTIONS = frozenset({"ln", "pi", "kg", "km", "cm", "mm", "ml", "mg", "gr", "ms"})


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str

    @property
    def ends_operand(self) -> bool:
        return self.kind in {"number", "letters", "power", "symbol", "close"}

    @property
    def begins_operand(self) -> bool:
        return self.kind in {"number", "letters", "symbol", "root", "open"}


def expand_formulas(text: str) -> str:
    """Replace the signs of formulas by words. Input: after `unify_letters`, the dates and the codes."""
    return _RUN.sub(_run, text)


def _run(match: re.Match[str]) -> str:
    written = match.group()
    tokens = [_Token(found.lastgroup or "", found.group()) for found in _TOKEN.finditer(written)]
    if not _is_formula(tokens) or _DASHED_DATE.search(written):
        return written
    said = " ".join("".join(_said(tokens, at) for at in range(len(tokens))).split())
    return apart(match, said + " " if written.endswith(" ") else said)


def _is_formula(tokens: list[_Token]) -> bool:
    if not tokens[0].begins_operand and tokens[0].text not in _LINES:
        return False
    strong = False
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.kind == "number" and _DATE.fullmatch(token.text):
            return False
        if token.kind != "sign":
            continue
        if before is not None and before.kind == "sign" and token.text not in _LINES:
            return False  # `C++ = …`, `->`
        strong = strong or token.text in _EQUAL
    return strong or _multiplies(tokens) or _has_term(tokens)


def _has_term(tokens: list[_Token]) -> bool:
    """`3x-5`: a number, an unknown, a sign and another operand."""
    quads = zip(tokens, tokens[1:], tokens[2:], tokens[3:], strict=False)
    return any(
        number.kind == "number" and unknown.text in _UNKNOWNS and sign.text in _LINES and after.begins_operand
        for number, unknown, sign, after in quads
    )


def _multiplies(tokens: list[_Token]) -> bool:
    """A formula without `=`: a product with a bracket, a letter or a root; `arithmetic` reads `1920x1080`."""
    triples = zip(tokens, tokens[1:], tokens[2:], strict=False)
    return any(
        before.ends_operand and after.begins_operand and (before.kind != "number" or after.kind != "number")
        and (sign.text in _PRODUCTS or (sign.text in _COMPARED and len(before.text) == len(after.text) == 1))
        for before, sign, after in triples
    )  # fmt: skip


def _said(tokens: list[_Token], at: int) -> str:
    token, before = tokens[at], tokens[at - 1] if at else None
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    operand = before is not None and before.ends_operand
    if token.kind == "sign":
        return _sign(tokens, at, binary=operand)
    if token.kind == "power":
        return token.text
    if token.kind in {"open", "close"}:
        # 2(3+4), but f(x).
        times = token.kind == "open" and before is not None and before.kind in {"number", "close"}
        return _WORDS["×"] if times else " " if after is None or after.kind != "power" else ""
    if token.kind == "letters" and _MULTIPLIED.fullmatch(token.text) and token.text not in _FUNCTIONS:
        return f" {token.text[0]} {token.text[1]}"
    if before is not None and before.text == "/" and _is_rate(tokens, at - 1):
        return token.text
    said = _DIVISION.sub(_division, token.text)
    return f" {said}" if operand or before is None or before.kind != "root" else said


def _division(match: re.Match[str]) -> str:
    """«۱۲/۴ = ۳» is no decimal."""
    above, below = int(match[1]), int(match[2])
    return f"{above}{_WORDS['/']}{below}" if below > 1 and above and above % below == 0 else match.group()


def _sign(tokens: list[_Token], at: int, *, binary: bool) -> str:
    sign = tokens[at].text
    if not binary:
        return {"-": " منفی ", "−": " منفی ", "–": " منفی ", "+": " مثبت "}.get(sign, _WORDS[sign])
    return "/" if sign == "/" and _is_rate(tokens, at) else _WORDS[sign]


def _is_rate(tokens: list[_Token], at: int) -> bool:
    """`60 km/h`: a unit, which a later stage reads."""
    return at > 1 and tokens[at - 1].kind == "letters" and tokens[at - 2].kind == "number"
