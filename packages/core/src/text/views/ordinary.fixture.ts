/** For tests: ordinary text in many scripts and formats, which must have the raw view alone. */

/** The example token of RFC 7519 and jwt.io. */
const jwt =
  'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c';

const png =
  'iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4//8/w38GIAXDIBKE0DHxgljNBAAO9TXL0Y4OHwAAAABJRU5ErkJggg==';

const svg = Buffer.from(
  '<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24" viewBox="0 0 24 24"><path d="M12 2L2 7l10 5 10-5-10-5z"/></svg>',
).toString('base64');

export const ordinary: Readonly<Record<string, string>> = {
  English: "The committee met on Tuesday to review the plan; it didn't agree, so they'll meet again at 10:30 on 5/12.",
  'family and profession emoji': 'We are here 👨‍👩‍👧‍👦 with the doctor 👩🏽‍⚕️ and ❤️‍🔥 ☺️ ✈️ 🏳️‍🌈 🧑‍💻!',
  'flags of countries and sub-regions': 'Tonight: 🏴󠁧󠁢󠁥󠁮󠁧󠁿 against 🏴󠁧󠁢󠁳󠁣󠁴󠁿, then 🏴󠁧󠁢󠁷󠁬󠁳󠁿 against 🇫🇷🇩🇪, 🇺🇸 and 🇮🇹.',
  keycaps: 'Press 1️⃣ then 2️⃣ then #️⃣ and wait for 🔟.',
  'Persian with ZWNJ': 'می‌خواهم کتاب‌هایم را به خانه‌ی دوستم ببرم، نمی‌دانم کجاست.',
  'Hindi and Malayalam with joiners': 'क्‍षेत्र में र्‍याय और श्री‌मान; മലയാളം ന്‍ അവന്‍ പറഞ്ഞു',
  'Bengali and Sinhala': 'র‍্যাব এবং ক্ষমতা; ශ්‍රී ලංකා ක්‍රමය',
  'Arabic with marks of direction': 'مرحبا\u200f، كيف حالك؟ رقم الهاتف \u200e+49 30 1234567\u200f شكرا',
  'Hebrew with marks of direction': 'שלום\u200f! הקוד הוא \u200eABC-123\u200f ותודה רבה.',
  'isolated user names': 'Posted by \u2068محمد\u2069 and \u2068Anna\u2069 today',
  'Chinese with full-width signs': '你好，请问（北京）今天天气怎么样？“很好”——他说：《红楼梦》！价格是１２８元。',
  'Japanese with full-width letters': 'ＡＰＩの使い方を教えてください。Ｗｅｂページは（こちら）です！ﾃｽﾄ中',
  Korean: '안녕하세요, 오늘 회의는 오후 3시에 시작합니다. 감사합니다!',
  Vietnamese: 'Tôi muốn đặt một bàn cho bốn người vào tối thứ bảy, cảm ơn bạn rất nhiều.',
  'Vietnamese, decomposed': 'Tôi muốn đặt một bàn cho bốn người vào tối thứ bảy, cảm ơn bạn.'.normalize('NFD'),
  Yoruba: 'Ẹ káàárọ̀ o, ṣé dáadáa ni? Mo fẹ́ ra ẹ̀wà àti àgbàdo ní ọjà lọ́la.',
  French: "L'élève n'a pas compris la leçon, mais il a préféré ne rien dire à son professeur très sévère.",
  'German, Polish, and Turkish':
    'Die Straßenbahn fährt übrigens später. Zażółć gęślą jaźń. Bugün hava çok güzel, değil mi?',
  'Spanish and Portuguese': '¿Cómo está usted? La televisión está en el salón. Não há informação sobre a estação.',
  'Russian and Ukrainian': "Как дела? Я сам тот текст нашёл. Він з'їв борщ і пішов до хати.",
  Greek: 'Καλημέρα, πώς είστε σήμερα; Η Αθήνα είναι η πρωτεύουσα της Ελλάδας.',
  'Greek letters in formulas': 'Let α = 2πr and Δx ≈ λ·v; then ∑ᵢ xᵢ² ≤ μ ± 3σ, ∀ε>0 ∃δ.',
  'phonetic spelling': 'The word “red” is pronounced /ɹɛd/ and “thing” /θɪŋ/ in most accents; “about” is /əˈbaʊt/.',
  Thai: 'สวัสดีครับ วันนี้อากาศดีมาก ขอบคุณครับ',
  Python:
    'def f(xs):\n    if len(xs) <= 1:\n        return xs\n    p, *rest = xs\n    return f([x for x in rest if x < p]) + [p]',
  'JavaScript, minified':
    '!function(e,t){"object"==typeof exports?module.exports=t():e.x=t()}(this,function(){var n=[],r=0;for(;r<9;r++)n.push(r*2|0);return n.map(function(a,b){return a<<b})});',
  'C with hex':
    'static const uint8_t k[] = {0x42, 0x8a, 0x2f, 0x98, 0x71, 0x37, 0x44, 0x91}; int x = a ? b : c; // x++',
  SQL: "SELECT u.id, count(*) FROM users u LEFT JOIN orders o ON o.user_id = u.id WHERE name LIKE '%ann%' GROUP BY 1;",
  JSON: '{"id": "c0ffee12", "tags": ["a1", "b2"], "price": 19.99, "url": "https://example.com/a/b?c=d&e=f%20g#h"}',
  'shell and regular expressions':
    'grep -E "^[a-z0-9._%+-]+@[a-z0-9.-]+\\.[a-z]{2,}$" file.txt | sort -u > out && echo $HOME',
  'an image in Markdown': `![a dot](data:image/png;base64,${png})\n\nThe picture shows a red dot.`,
  'a drawing in Markdown': `![arrow](data:image/svg+xml;base64,${svg})`,
  'a JSON Web Token': `Authorization: Bearer ${jwt}`,
  hashes:
    'md5 d41d8cd98f00b204e9800998ecf8427e sha1 da39a3ee5e6b4b0d3255bfef95601890afd80709 sha256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  'a public key':
    'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC7vbqajDhA9cTqHqbXJ0vGyXz1rJ2p8Zk3Vw5n1o0xKq8ZrW3H2mJ6t5P4yQ9LrX user@host',
  'identifiers and models':
    'Order B00K-4711, iPhone15Pro, GPT-4o, H2O, x86_64, mp3, 3D, 4th, v2.0.1, UUID 3f2504e0-4f89-11d3-9a0c-0305e82c3301',
  'a table and a rule': '| a | b | c | d |\n|---|---|---|---|\n| 1 | 2 | 3 | 4 |\n\n---\n\n* * *\n\n- . - . -',
  'options and initials':
    'Choose A, B, C, D or E. J. R. R. Tolkien and U.S.A. vs U.K. — see S.M.A.R.T. goals; a b c d e f.',
  'a link with escapes':
    'See https://example.com/search?q=hello%20world&lang=en and https://de.example.org/wiki/K%C3%B6ln',
  'HTML with entities': '<p>Fish &amp; chips &lt;b&gt;&nbsp;5&nbsp;&euro; &copy; 2024 &#8212; &quot;yes&quot;</p>',
  'ligatures of typesetting': 'The oﬃce was ﬁne and the ﬂowers ﬁtted.',
  'signs of typography': '“Smart” quotes – dashes — ellipses… ½ cup, 20 °C, ™ ® № 5, x² + y³, ① ② ③, • bullet',
};
