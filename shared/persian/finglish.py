"""A table of Persian names and words in Latin letters with their Persian spelling; keys are lower case."""

from __future__ import annotations

_TABLE = """
fatemeh فاطمه|fateme فاطمه|fatima فاطمه|zahra زهرا|zeinab زینب|zeynab زینب|narges نرگس|nargess نرگس|leila لیلا
leyla لیلا|mina مینا|mona مونا|nasrin نسرین|parisa پریسا|parvin پروین|samira سمیرا|sima سیما|simin سیمین
shirin شیرین|shima شیما|elham الهام|elnaz الناز|elahe الهه|elaheh الهه|azadeh آزاده|azade آزاده|bahareh بهاره
bahar بهار|maryam مریم|mahsa مهسا|mahnaz مهناز|mehrnoosh مهرنوش|niloofar نیلوفر|niloufar نیلوفر|negar نگار
nazanin نازنین|roya رویا|raha رها|saba صبا|sahar سحر|sanaz ساناز|sepideh سپیده|setareh ستاره|shabnam شبنم|shadi شادی
soheila سهیلا|tara تارا|yasaman یاسمن|yasamin یاسمین|zohreh زهره|hanieh هانیه|hoda هدا|atefeh عاطفه|masoumeh معصومه
masumeh معصومه|mahtab مهتاب|ghazal غزل|amir امیر|amin امین|amirali امیرعلی|amirhossein امیرحسین|amirreza امیررضا
alireza علیرضا|aliakbar علی‌اکبر|arash آرش|aria آریا|arman آرمان|armin آرمین|ashkan اشکان|babak بابک|behnam بهنام
behrooz بهروز|behrouz بهروز|bijan بیژن|daryoush داریوش|davood داوود|davoud داوود|ebrahim ابراهیم|ehsan احسان
emad عماد|esmaeil اسماعیل|farhad فرهاد|farid فرید|farshad فرشاد|farzad فرزاد|fereydoun فریدون|hadi هادی|hamed حامد
hamid حمید|hamidreza حمیدرضا|hasan حسن|hassan حسن|hashem هاشم|hesam حسام|hooman هومن|hossein حسین|hosein حسین
hussein حسین|iman ایمان|jafar جعفر|jalal جلال|javad جواد|kamran کامران|karim کریم|kaveh کاوه|kazem کاظم|keyvan کیوان
khosro خسرو|kianoush کیانوش|mahdi مهدی|mehdi مهدی|mahmoud محمود|mahmood محمود|majid مجید|mansour منصور|masoud مسعود
masood مسعود|mehran مهران|mehrdad مهرداد|milad میلاد|mobin مبین|mohammad محمد|mohammed محمد|muhammad محمد
mohsen محسن|mojtaba مجتبی|morteza مرتضی|mostafa مصطفی|nader نادر|naser ناصر|navid نوید|nima نیما|omid امید
parsa پارسا|parviz پرویز|payam پیام|pedram پدرام|peyman پیمان|pouya پویا|pooya پویا|ramin رامین|rahim رحیم
rasoul رسول|reza رضا|rostam رستم|roozbeh روزبه|sadegh صادق|saeed سعید|said سعید|sajjad سجاد|salar سالار|saman سامان
sasan ساسان|shahin شاهین|shahram شهرام|sina سینا|sohrab سهراب|soheil سهیل|taher طاهر|taha طاها|vahid وحید|yaser یاسر
yasin یاسین|yousef یوسف|yusef یوسف|younes یونس|zaman زمان|kourosh کوروش|cyrus کوروش|ahmadi احمدی|alavi علوی
amini امینی|asadi اسدی|azizi عزیزی|bagheri باقری|ebrahimi ابراهیمی|ghasemi قاسمی|ghorbani قربانی|hashemi هاشمی
heydari حیدری|hosseini حسینی|hoseini حسینی|jafari جعفری|karimi کریمی|kazemi کاظمی|mahmoudi محمودی|maleki ملکی
mohammadi محمدی|moradi مرادی|mousavi موسوی|moosavi موسوی|nazari نظری|nouri نوری|rahimi رحیمی|rahmani رحمانی
rezaei رضایی|rezaee رضایی|rezai رضایی|rostami رستمی|sadeghi صادقی|safari صفری|salehi صالحی|shafiei شفیعی
sharifi شریفی|shirazi شیرازی|soleimani سلیمانی|taheri طاهری|tehrani تهرانی|yazdani یزدانی|yousefi یوسفی|zare زارع
zand زند|sharif شریف|ferdowsi فردوسی|hafez حافظ|saadi سعدی|khayyam خیام|rumi رومی|molana مولانا|nowruz نوروز
norooz نوروز|yalda یلدا|ramadan رمضان|ramezan رمضان|tabriz تبریز|shiraz شیراز|isfahan اصفهان|esfahan اصفهان
mashhad مشهد|qom قم|ghom قم|karaj کرج|ahvaz اهواز|ahwaz اهواز|rasht رشت|yazd یزد|kerman کرمان|hamedan همدان|kish کیش
qeshm قشم|abadan آبادان|bushehr بوشهر|zanjan زنجان|qazvin قزوین|ardabil اردبیل|urmia ارومیه|gorgan گرگان|sari ساری
kashan کاشان|persia پرشیا|persian پرشین|farsi فارسی|irani ایرانی|tehranpars تهرانپارس|salam سلام|salaam سلام
khoobi خوبی|khobi خوبی|khubi خوبی|khoob خوب|khob خب|chetori چطوری|chetoori چطوری|merci مرسی|mersi مرسی|azizam عزیزم
aziz عزیز|jan جان|joon جون|jun جون|baba بابا|maman مامان|khoda خدا|khodahafez خداحافظ|lotfan لطفا|bale بله|areh آره
dooset دوست|doset دوست|dostet دوستت|ghorbanat قربانت|ghashang قشنگ|khaste خسته|mamnoon ممنون|mamnun ممنون
kheyli خیلی|kheili خیلی|chera چرا|koja کجا|kojaei کجایی|kojayi کجایی|emrooz امروز|emruz امروز|farda فردا|shab شب
rooz روز|sobh صبح|bekheir بخیر|bekheyr بخیر|eid عید|mobarak مبارک|agha آقا|khanom خانم|khanoom خانم|doost دوست
rafigh رفیق|dadash داداش|sokhan سخن|khabar خبر|ketab کتاب|daneshgah دانشگاه|bazar بازار|kabab کباب|chelo چلو
ghormeh قرمه|sabzi سبزی|hamrah همراه|aval اول|irancell ایرانسل|rightel رایتل|snappfood اسنپ‌فود|torob ترب
zarinpal زرین‌پال|rubika روبیکا|eitaa ایتا|soroush سروش|farsnews فارس‌نیوز|tasnim تسنیم|khabaronline خبرآنلاین
entekhab انتخاب|hamshahri همشهری|zoomit زومیت|namava نماوا|telewebion تلوبیون|bahram بهرام|shahrzad شهرزاد
sardar سردار|azmoun آزمون|daei دایی|taremi طارمی|daram دارم|jahanbakhsh جهانبخش|beiranvand بیرانوند|ghoddos قدوس
hatami حاتمی|farhadi فرهادی|kiarostami کیارستمی|shajarian شجریان|namjoo نامجو|ebadi عبادی|zarif ظریف|rouhani روحانی
raisi رئیسی|pezeshkian پزشکیان|ghalibaf قالیباف|larijani لاریجانی|shahriar شهریار|siavash سیاوش|sohrabi سهرابی
golestan گلستان|golestani گلستانی|nezami نظامی|attar عطار|parvaneh پروانه|mahvash مهوش|forough فروغ|simorgh سیمرغ
""".strip()


def _entries() -> dict[str, str]:
    pairs = (entry.partition(" ") for entry in _TABLE.replace("\n", "|").split("|"))
    return {word: reading for word, _, reading in pairs}


NAMES = _entries()
