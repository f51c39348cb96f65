"""Formulas of TeX between `$$…$$`, `\\(…\\)`, `\\[…\\]` or `$…$`: commands become the signs that later stages read."""

from __future__ import annotations

import re

_DISPLAYED = re.compile(
    r"\$\$([^$]{1,2000})\$\$|\\\[([^\[\]]{1,2000}?)\\\]|\\\(([^()]{1,1000}(?:\([^()]{0,500}\)[^()]{0,500}){0,5})\\\)"
)
# Between single dollars only text with a mathematical sign and without Persian is a formula: not «$5 و $6».
_INLINE = re.compile(r"(?<![\\$\w])\$(?=[^\s$])([A-Za-z0-9\s+*/=<>^_{}()\\.,!|-]{1,500})(?<=[^\s$\\])\$(?![\d$])")
_FORMULA = re.compile(r"[\\^_=+{}]")
_FRACTION = re.compile(r"\\[dt]?frac\s{0,3}\{([^{}]{1,100})\}\s{0,3}\{([^{}]{1,100})\}")
_ROOT = re.compile(r"\\sqrt\s{0,3}(?:\[3\](?P<cubic>))?\s{0,3}\{([^{}]{1,100})\}")
_TEXT = re.compile(r"\\(?:text|mathrm|mathbf|mathit|operatorname|textbf|mbox)\s{0,3}\{([^{}]{0,300})\}")
_RAISED = re.compile(r"\^\{([^{}]{1,50})\}")
_LOWERED = re.compile(r"_(?:\{([^{}]{1,50})\}|(?=\w))")
_COMMANDS = {
    "times": "×", "cdot": "×", "div": "÷", "pm": "±", "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "ne": "≠",
    "neq": "≠",
    "approx": "≈", "sim": "≈", "equiv": "≡", "infty": "∞", "pi": "π", "sum": "∑", "int": "∫", "prod": "∏",
    "partial": "∂",
    "sqrt": "√", "in": "∈", "to": "→", "rightarrow": "→", "degree": "°", "circ": "°", "percent": "%",
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "theta": "θ", "lambda": "λ", "mu": "μ",
    "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ", "omega": "ω", "Delta": "Δ", "Sigma": "Σ", "Omega": "Ω",
    "Phi": "Φ",
}  # fmt: skip
_COMMAND = re.compile(r"\\([A-Za-z]{1,20})")
_REST = re.compile(r"\\([%$&#_{}])|\\[,;:! \\]|[{}]|&")
_FUNCTIONS = frozenset({"sin", "cos", "tan", "log", "ln", "lim"})
_WHOLE = re.compile(r"[A-Za-z0-9]{1,6}")


def strip_tex(text: str) -> str:
    if "$" not in text and "\\" not in text:
        return text
    text = _DISPLAYED.sub(lambda m: f" {_read(m[1] or m[2] or m[3])} ", text)
    return _INLINE.sub(lambda m: f" {_read(m[1])} " if _FORMULA.search(m[1]) else m.group(), text)


def _read(formula: str) -> str:
    formula = _TEXT.sub(r" \1 ", formula)
    formula = _FRACTION.sub(lambda m: f"{_grouped(m[1])}/{_grouped(m[2])}", formula)
    formula = _ROOT.sub(lambda m: ("∛" if m["cubic"] is not None else "√") + _grouped(m[2]), formula)
    formula = _COMMAND.sub(_command, formula)
    formula = _LOWERED.sub(lambda m: m[1] or "", _RAISED.sub(lambda m: "^" + _grouped(m[1]), formula))
    formula = _REST.sub(lambda m: m[1] or " ", formula)
    return " ".join(formula.split())


def _grouped(part: str) -> str:
    part = part.strip()
    return part if _WHOLE.fullmatch(part) or part.lstrip("-").isdigit() else f"({part})"


def _command(match: re.Match[str]) -> str:
    return _COMMANDS.get(match[1], f" {match[1]} " if match[1] in _FUNCTIONS else " ")
