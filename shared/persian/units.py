"""Replaces unit signs after a number; never inside a word or without a number."""

from __future__ import annotations

import re

from shared.persian.patterns import any_of
from shared.persian.words import apart

_NAMES = {
    "km": "کیلومتر", "m": "متر", "cm": "سانتی‌متر", "mm": "میلی‌متر", "µm": "میکرومتر", "nm": "نانومتر", "ft": "فوت",
    "in": "اینچ", "inch": "اینچ", "mi": "مایل", "ha": "هکتار", "kg": "کیلوگرم", "g": "گرم", "gr": "گرم",
    "mg": "میلی‌گرم", "µg": "میکروگرم", "lb": "پوند", "oz": "اونس", "l": "لیتر", "L": "لیتر", "lit": "لیتر",
    "ml": "میلی‌لیتر", "mL": "میلی‌لیتر", "cc": "سی‌سی", "s": "ثانیه", "sec": "ثانیه", "min": "دقیقه", "h": "ساعت",
    "hr": "ساعت", "ms": "میلی‌ثانیه", "B": "بایت", "KB": "کیلوبایت", "kB": "کیلوبایت", "kb": "کیلوبایت",
    "MB": "مگابایت", "mb": "مگابایت", "Mb": "مگابیت", "GB": "گیگابایت", "gb": "گیگابایت", "Gb": "گیگابیت",
    "TB": "ترابایت", "tb": "ترابایت", "PB": "پتابایت", "KiB": "کیبی‌بایت", "MiB": "مبی‌بایت", "GiB": "گیبی‌بایت",
    "Kbps": "کیلوبیت بر ثانیه", "kbps": "کیلوبیت بر ثانیه", "Mbps": "مگابیت بر ثانیه", "mbps": "مگابیت بر ثانیه",
    "Gbps": "گیگابیت بر ثانیه", "gbps": "گیگابیت بر ثانیه", "fps": "فریم بر ثانیه", "rpm": "دور بر دقیقه",
    "mph": "مایل بر ساعت", "kph": "کیلومتر بر ساعت", "kmh": "کیلومتر بر ساعت", "Hz": "هرتز", "hz": "هرتز",
    "kHz": "کیلوهرتز", "MHz": "مگاهرتز", "mhz": "مگاهرتز", "GHz": "گیگاهرتز", "ghz": "گیگاهرتز", "W": "وات",
    "w": "وات", "kW": "کیلووات", "MW": "مگاوات", "GW": "گیگاوات", "kWh": "کیلووات‌ساعت", "MWh": "مگاوات‌ساعت",
    "Wh": "وات‌ساعت", "V": "ولت", "v": "ولت", "kV": "کیلوولت", "A": "آمپر", "mA": "میلی‌آمپر", "mAh": "میلی‌آمپر‌ساعت",
    "mah": "میلی‌آمپر‌ساعت", "Ω": "اهم", "Pa": "پاسکال", "kPa": "کیلوپاسکال", "bar": "بار", "psi": "پی‌اس‌آی",
    "N": "نیوتن", "J": "ژول", "kJ": "کیلوژول", "cal": "کالری", "kcal": "کیلوکالری", "dB": "دسی‌بل", "db": "دسی‌بل",
    "px": "پیکسل", "MP": "مگاپیکسل", "mp": "مگاپیکسل", "dpi": "نقطه در اینچ", "hp": "اسب بخار",
    "°C": "درجهٔ سانتی‌گراد", "℃": "درجهٔ سانتی‌گراد", "°c": "درجهٔ سانتی‌گراد", "°F": "درجهٔ فارنهایت",
    "℉": "درجهٔ فارنهایت", "°": "درجه", "º": "درجه", "″": "اینچ", "′": "دقیقه", "ک.م": "کیلومتر", "ک‌م": "کیلومتر",
    "س.م": "سانتی‌متر", "م.م": "میلی‌متر", "ک.گ": "کیلوگرم", "م.ل": "میلی‌لیتر", "م²": "متر مربع", "م³": "متر مکعب",
}  # fmt: skip
# A small b is a bit in rates: the speed of connections is given in megabits a second.
_RATES = {"mb": "مگابیت", "Mb": "مگابیت", "kb": "کیلوبیت", "Kb": "کیلوبیت", "gb": "گیگابیت", "Gb": "گیگابیت"}
_LENGTHS = ("km", "cm", "mm", "m", "in", "ft")
_PER = {
    "h": "ساعت", "hr": "ساعت", "s": "ثانیه", "sec": "ثانیه", "min": "دقیقه", "day": "روز", "l": "لیتر", "L": "لیتر",
    "ml": "میلی‌لیتر", "dL": "دسی‌لیتر", "dl": "دسی‌لیتر", "kg": "کیلوگرم", "m": "متر", "cm": "سانتی‌متر",
}  # fmt: skip
_POWERS = {"²": " مربع", "2": " مربع", "³": " مکعب", "3": " مکعب"}
_NUMBER = r"(?<![A-WYZa-wyz\d.,])(\d{1,15}(?:[,٬]\d{3}){0,4}(?:[.٫/]\d{1,8})?)"
_UNIT = re.compile(
    rf"{_NUMBER}[ \u200c]?(?P<unit>(?:{'|'.join(_LENGTHS)})(?=[²³23](?!\d))|{any_of(_NAMES)})"
    rf"(?P<power>(?<=[a-z])[²³23](?!\d))?"
    rf"(?:/(?P<per>{any_of(_PER)})(?P<cube>[²³23])?)?(?P<dot>\.?)(?!\w|/[^\W\d]|[²³])"
)
_PERSIAN = "کیلومتر|متر|کیلوگرم|گرم|میلی‌گرم|لیتر|دور|مگابیت|مگابایت|کیلوبایت|گیگابیت|تومان|ریال|دلار|متر مکعب|نفر"
# «7.2L/100km», «5 g/100 g».
_FOR_SO_MANY = re.compile(
    r"(?<=[A-Za-zرمت])/(?=\d{1,4}[ \u200c]?(?:km|m|g|gr|kg|ml|mL|l|L|kWh|کیلومتر|گرم|میلی‌لیتر|لیتر|کیلوگرم)(?!\w))"
)
_POWER = re.compile("(?<=متر)[²³]")
_SLASH = re.compile(rf"(?<![\w\u200c])({_PERSIAN})/(ساعت|ثانیه|دقیقه|لیتر|کیلوگرم|کیلو|روز|ماه|متر|نفر|کیلومتر)(?!\w)")
# Mobile networks (4G) and picture widths (4K) are neither grams nor thousands.
_GENERATIONS = re.compile(r"(?<![\w.,])([2-6])([GgK])(?![\w/])", re.ASCII)
_THOUSANDS = re.compile(r"(?<![\w.,])(\d{1,6}(?:\.\d{1,3})?)([kKM])(?![\w/])", re.ASCII)
# The K of «i7-13700K» is a letter: five digits after a product name are not thousands.
_MODEL = re.compile(r"(?:(?<![A-Za-z\d])[A-Za-z]{1,10} ?\d{1,4}[ -]|(?<![A-Za-z])(?:Intel|Core|Ryzen|AMD) )$")
_MIN_MODEL_LETTERS, _MAX_NAME_LETTERS = 4, 20


def expand_units(text: str) -> str:
    """Replace unit signs by words; the numbers stay for later stages. Input: after `unify_letters`."""
    text = _FOR_SO_MANY.sub(" در ", text)
    text = _POWER.sub(lambda m: _POWERS[m.group()], text)
    text = _SLASH.sub(r"\1 بر \2", text)
    text = _GENERATIONS.sub(_generation, text)
    text = _UNIT.sub(_named, text)
    return _THOUSANDS.sub(_thousands, text)


def _generation(match: re.Match[str]) -> str:
    if match[2] == "g" or (match[2] == "K" and match[1] not in "245"):
        return match.group()
    return apart(match, f"{match[1]} {'جی' if match[2] == 'G' else 'کی'}")


def _thousands(match: re.Match[str]) -> str:
    before = match.string[max(0, match.start() - _MAX_NAME_LETTERS) : match.start()]
    if match[2] == "K" and len(match[1]) >= _MIN_MODEL_LETTERS and match[1].isdigit() and _MODEL.search(before):
        return match.group()
    return apart(match, f"{match[1]} {'میلیون' if match[2] == 'M' else 'هزار'}")


def _named(match: re.Match[str]) -> str:
    unit = match["unit"]
    name = _RATES.get(unit, _NAMES[unit]) if match["per"] == "s" else _NAMES[unit]
    if match["power"]:
        name += _POWERS[match["power"]]
    if match["per"]:
        name += f" بر {_PER[match['per']]}{_POWERS.get(match['cube'] or '', '')}"
    # «۵ ک.م.» has a dot of its own; behind Latin letters it ends the sentence.
    dot = "" if "." in unit else match["dot"]
    return f"{match[1]} {name}{dot}"
