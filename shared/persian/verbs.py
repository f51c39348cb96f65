"""Verb forms that take می and نمی: stems of common verbs with their endings, written and spoken.

A list and not a rule, because می is wine and May too, and میدان, میلاد and میان are no verbs.
"""

from __future__ import annotations

_PRESENT = """
رو شو کن گو گوی خواه دان توان گیر ده زن بین خور نویس خوان پرس کش باش گذار مان رس بر آور خر فروش ساز گرد ایست
نشین خواب دو ریز شنو یاب انداز پذیر افت پوش شناس فرست گذر لرز خند گری آموز افزا کوش جنگ چین کار پز ترس سوز شکن
میر چرخ دوز پسند فهم طلب آی آ گشا گشای نما نمای سرا سرای زا زای پا پای ستا ستای آزما آزمای آسا آسای فرما فرمای
پیما پیمای افزای بند بخش پرداز پرور تاب جه چسب خیز درخش دزد ران رقص روی زی سپار ستیز شتاب شوی غلت فریب کاه گداز
گمار نگر نواز نوش ورز پیوند گسل کوب خراش تراش جوش رنج چش انگیز آمیز آویز رسان خوران پوشان گردان ترسان خندان
سوزان چرخان فهمان لغز پاش پیچ جو سنج اندیش پرست بوس بار گزین ربا ربای شکاف
"""
_PAST = """
رفت کرد گفت خواست دانست توانست شد آمد گرفت داد زد دید خورد نوشت خواند پرسید کشید بود گذاشت ماند رسید برد آورد
خرید فروخت ساخت گشت ایستاد نشست خوابید دوید ریخت شنید یافت انداخت پذیرفت افتاد پوشید شناخت فرستاد گذشت لرزید
خندید گریست آموخت افزود کوشید جنگید چید کاشت پخت ترسید سوخت شکست مرد چرخید دوخت پسندید فهمید طلبید گشود نمود
سرود زایید پایید ستود آزمود فرمود پیمود بست بخشید پرداخت پرورد تابید جست چسبید خاست درخشید دزدید راند رقصید
رویید زیست سپرد شتافت شست غلتید فریفت کاست گماشت نگریست نواخت نوشید ورزید هراسید پیوست کوبید مالید تراشید جوشید
چشید انگیخت آمیخت آویخت رساند پوشاند گرداند ترساند خنداند سوزاند چرخاند نشاند لغزید پاشید پیچید سنجید اندیشید
پرستید بوسید بارید گزید ربود شکافت فشرد گرایید نامید داشت پرید شکفت
"""
_SPOKEN = "ر ش د گ خوا تون دون ذار شین ندا یا مون"
_PRESENT_ENDINGS = ("م", "ی", "د", "یم", "ید", "ند", "ه", "ین", "ن")
_PAST_ENDINGS = ("", "م", "ی", "یم", "ید", "ند", "ین", "ن", "ه")
_OBJECTS = ("ش", "شان", "شون", "ت", "تان", "تون", "مان", "مون", "شو", "تو", "مو")
_ALONE = ("توان", "باید", "بایست", "بایستی", "آد", "آن", "خواد", "خوای", "خوام", "خوان", "خواین", "خوایم")
# Glued, these are words of their own: a square and its adjective, "between", a monkey, a colour of eyes, a place, an
# amount, shrimps.
_GLUED_NOUNS = "میان میدانی میدانه میدون میمون میشی میگون میرد میانه میانی میلی میزی میزان میگوی"
_NO_VERB = frozenset(_GLUED_NOUNS.split())


def _forms() -> frozenset[str]:
    present = {stem + ending for stem in (_PRESENT + _SPOKEN).split() for ending in _PRESENT_ENDINGS}
    past = {stem + ending for stem in _PAST.split() for ending in _PAST_ENDINGS}
    return frozenset({*present, *past, *_ALONE})


_FORMS = _forms()
_MAX_WORD_LETTERS = max(map(len, _FORMS)) + max(map(len, _OBJECTS))


def follows_mi(word: str) -> bool:
    """Whether the word takes the prefix می: روم, خواهند, گفتمش."""
    if len(word) > _MAX_WORD_LETTERS:
        return False
    if word in _FORMS:
        return True
    return any(word.endswith(own) and len(word) > len(own) + 2 and word[: -len(own)] in _FORMS for own in _OBJECTS)


def split_mi(word: str) -> str | None:
    """The verb of a word whose می or نمی is glued to it, or `None`. «میاد» is written as it sounds and stays."""
    rest = word[2:] if word.startswith("می") else word[3:] if word.startswith("نمی") else ""
    return rest if rest and word not in _NO_VERB and follows_mi(rest) else None
