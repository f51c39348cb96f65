"""A table of common Latin words with their Persian spelling; keys are lower case."""

from __future__ import annotations

from shared.persian.finglish import NAMES

_TABLE = """
google گوگل|gmail جیمیل|youtube یوتیوب|facebook فیسبوک|instagram اینستاگرام|insta اینستا|telegram تلگرام
whatsapp واتساپ|twitter توییتر|tiktok تیک‌تاک|linkedin لینکدین|skype اسکایپ|zoom زوم|snapchat اسنپ‌چت
spotify اسپاتیفای|netflix نتفلیکس|amazon آمازون|apple اپل|microsoft مایکروسافت|samsung سامسونگ|xiaomi شیائومی
huawei هواوی|sony سونی|nokia نوکیا|lg ال‌جی|asus ایسوس|lenovo لنوو|dell دل|hp اچ‌پی|intel اینتل|nvidia انویدیا
tesla تسلا|toyota تویوتا|bmw بی‌ام‌و|benz بنز|peugeot پژو|iphone آیفون|ipad آیپد|ipod آیپاد|mac مک
macbook مک‌بوک|imac آی‌مک|android اندروید|windows ویندوز|linux لینوکس|ubuntu اوبونتو|ios آی‌او‌اس
macos مک او‌اس|chrome کروم|firefox فایرفاکس|safari سافاری|edge اج|bing بینگ|office آفیس|word ورد|excel اکسل
powerpoint پاورپوینت|outlook اوت‌لوک|photoshop فتوشاپ|python پایتون|java جاوا|javascript جاوااسکریپت
typescript تایپ‌اسکریپت|docker داکر|github گیت‌هاب|git گیت|wordpress وردپرس|telegraph تلگراف|openai اوپن‌ای‌آی
chatgpt چت‌جی‌پی‌تی|gpt جی‌پی‌تی|siri سیری|alexa الکسا|wifi وای‌فای|wi وای|fi فای|bluetooth بلوتوث|email ایمیل
mail میل|online آنلاین|offline آفلاین|internet اینترنت|web وب|website وب‌سایت|site سایت|server سرور
client کلاینت|link لینک|login لاگین|logout لاگ‌اوت|password پسورد|user یوزر|username یوزرنیم|admin ادمین
download دانلود|upload آپلود|update آپدیت|app اپ|apps اپس|application اپلیکیشن|file فایل|folder فولدر|data دیتا
code کد|test تست|home هوم|page پیج|blog بلاگ|post پست|story استوری|live لایو|like لایک|comment کامنت|share شیر
follow فالو|block بلاک|chat چت|call کال|video ویدیو|audio آدیو|music موزیک|photo فوتو|game گیم|play پلی
store استور|shop شاپ|cafe کافه|laptop لپ‌تاپ|pc پی‌سی|mobile موبایل|phone فون|tablet تبلت|monitor مانیتور
mouse ماوس|keyboard کیبورد|usb یو‌اس‌بی|hdmi اچ‌دی‌ام‌آی|ok اوکی|okay اوکی|hello هلو|hi های|bye بای|yes یس
no نو|thanks تنکس|thank تنک|you یو|your یور
we وی|he هی|she شی|it ایت|are آر|was واز|good گود|what وات|how هاو|dr دکتر|mr مستر|mrs میسیز|ms میس
prof پروفسور|vs ورسز|etc اتسترا
sorry ساری|please پلیز|the د|of آو|and اند|in این|on آن|at ات|to تو|for فور
is ایز|my مای|by بای|with ویت|from فرام|new نیو|old اولد|time تایم|news نیوز|day دی|night نایت|love لاو
life لایف|world ورلد|city سیتی|hotel هتل|bank بانک|taxi تاکسی|pizza پیتزا|film فیلم|star استار|start استارت
stop استاپ|free فری|sale سیل|vip وی‌آی‌پی|pro پرو|max مکس|plus پلاس|mini مینی|ultra اولترا|air ایر|note نوت
galaxy گلکسی|redmi ردمی|playstation پلی‌استیشن|xbox ایکس‌باکس|ps پی‌اس|covid کووید|corona کرونا|nasa ناسا
nato ناتو|unesco یونسکو|unicef یونیسف|opec اوپک|fifa فیفا|uefa یوفا|ielts آیلتس|toefl تافل|gps جی‌پی‌اس
pdf پی‌دی‌اف|py پی‌وای|docx داک‌ایکس|doc داک|xlsx اکسل|zip زیپ|exe اگزه|jpg جی‌پگ|jpeg جی‌پگ|mp ام‌پی|txt تکست
led ال‌ای‌دی|lte ال‌تی‌ای|com کام|org ارگ|net نت|gov گاو|edu ادیو|info اینفو|co کو|me ام‌ئی|ir آی‌آر|io آی‌او
ai ای‌آی|dev دو|example اگزمپل|digikala دیجی‌کالا|divar دیوار|snapp اسنپ|tapsi تپسی|aparat آپارات|filimo فیلیمو
varzesh ورزش|tabnak تابناک|isna ایسنا|irna ایرنا|mehr مهر|bbc بی‌بی‌سی|cnn سی‌ان‌ان|report ریپورت|readme ریدمی
main مین|index ایندکس|support ساپورت|contact کانتکت|about ابوت|help هلپ|search سرچ|product پروداکت
products پروداکتز|article آرتیکل|wiki ویکی|wikipedia ویکی‌پدیا|louis لویی|henry هنری|charles چارلز|george جورج
edward ادوارد|william ویلیام|pius پیوس|leo لئو|benedict بندیکت|john جان|paul پل|nicholas نیکلاس
alexander الکساندر|philip فیلیپ|frederick فردریک|napoleon ناپلئون|elizabeth الیزابت|james جیمز|peter پیتر
david دیوید|michael مایکل|thomas توماس|mary مری|smith اسمیت|london لندن|paris پاریس|berlin برلین|tehran تهران
iran ایران|america آمریکا|europe یورپ|china چاینا|dubai دبی|istanbul استانبول|york یورک|ali علی|reza رضا
sara سارا|maryam مریم|hossein حسین|mohammad محمد|ahmad احمد|machine ماشین|learning لرنینگ|deep دیپ|model مدل
card کارت
""".strip()


def _entries() -> dict[str, str]:
    table: dict[str, str] = {}
    for entry in _TABLE.replace("\n", "|").split("|"):
        word, _, reading = entry.partition(" ")
        table[word] = reading
    return NAMES | table


WORDS = _entries()
