"""What is peculiar to English: words without a topic, irregular forms, word lists.

The long lists travel with the package and are read here alone. Package data is part of
the program, not a file of the world; nothing is opened when this module is imported,
and each list is read once, when it is first asked for.
"""

import re
from functools import lru_cache
from importlib.resources import files

_FUNCTION = """
a an the this that these those there here it its itself he she him her his hers they
them their theirs themselves we our ours i me my mine you your yours one ones somebody
someone something anybody anyone anything everybody everyone everything nobody nothing
none who whom whose which what when where why how whether and or but nor so yet if then
than because while although though unless until till of in on at by for from to into
onto with without within about over under between among through during before after
since upon per via across toward towards throughout amid regarding off out up down as
like be am is are was were been being do does did doing done have has had having will
would shall should can could may might must ought cannot not no yes any some all both
each every either neither such other another same own too very just only also even still
already ever never again once almost more most less least much many few several lot lots
quite rather really actually now ago etc ca wo ain let lets us s t dont doesnt didnt
isnt arent wasnt werent hasnt havent hadnt wont wouldnt cant couldnt shouldnt whats
wheres whos whens hows thats theres im ive id youre theyre
"""
FUNCTION_WORDS = frozenset(_FUNCTION.split())
"""Dropped from claims and questions alike, unless a question holds nothing else."""

ARTICLES = frozenset({"a", "an", "the"})
_REQUEST = """
tell show give list explain describe summarise summarize please know find say says said
saying tells told mean means meant help want need like think thinks thought briefing
brief article text question answer info information detail details fact facts update
latest happen happens happened happening get gets got getting go goes going come comes
came make makes made making take takes took taken taking put number numbers figure
figures amount total count kind kinds type types sort sorts thing things way ways people
person anyone stuff folks guys exactly currently today thanks thank hi hello hey ok okay
far source sources refer refers called proof evidence reliable role true believed
apparently supposed compare compares compared comparing comparison
"""
REQUEST_WORDS = frozenset(_REQUEST.split())
"""Words a question is made of; weak where it holds others."""

AS_IN_CHATS = {
    **dict.fromkeys(("wat", "wot", "wut", "wht"), "what"),
    **dict.fromkeys(("wen", "whn"), "when"),
    **dict.fromkeys(("wer", "whr", "wher"), "where"),
    **dict.fromkeys(("hw", "howz"), "how"),
    **dict.fromkeys(("cuz", "coz", "cos"), "because"),
    **dict.fromkeys(("pls", "plz"), "please"),
    **dict.fromkeys(("abt", "bout"), "about"),
    **dict.fromkeys(("gonna", "gunna"), "will"),
    **{"wanna": "want", "gotta": "must", "hv": "have", "u": "you", "ur": "your"},
    **{"teh": "the", "hte": "the", "adn": "and", "taht": "that", "thier": "their"},
    **{"ppl": "people", "thx": "thanks", "sth": "something", "sb": "somebody"},
}
"""Words as people write them in haste, and what they stand for."""

_ROLES = """
admiral ambassador author bishop boss captain chairman chairwoman chancellor chief coach
commander director emperor founder general governor head inventor judge king leader
mayor minister owner pope premier president prime prince professor queen secretary
senator spokesman spokesperson spokeswoman
"""
ROLES = frozenset(_ROLES.split())
"""Offices that tell people apart: who asks for a president means no minister."""

_IRREGULAR = """
arise arose arisen|awake awoke|bear bore born borne|beat beaten|become became|
begin began begun|bend bent|bind bound|bite bit bitten|blow blew blown|
break broke broken|breed bred|bring brought|build built|buy bought|catch caught|
choose chose chosen choice choices|come came|creep crept|deal dealt|
decide decision decisions|deep depth deepen|defend defense defenses defence defences|
die died dies dying dead death deaths|dig dug|do done did|draw drew drawn|
drink drank drunk|drive drove driven|eat ate eaten|expand expansion expansions|
explode explosion explosions|fall fell fallen|feed fed|feel felt|fight fought|
find found|flee fled|fly flew flown flight flights|forbid forbade forbidden|
forget forgot forgotten|freeze froze frozen|get got gotten|give gave given|
go went gone|grow grew grown growth|hang hung|hear heard|hide hid hidden|high height|
hold held|invade invasion invasions|keep kept|know knew known|lay laid|lead led|
leave left|lend lent|lie lain|light lit|long length lengthen|
lose lost loses losing loss losses|make made|man men|mean meant|
meet met meeting meetings|mouse mice|pay paid|child children|
conclude conclusion conclusions|foot feet|tooth teeth|woman women|persuade persuasion|
prove proof proven|receive receipt|ride rode ridden|ring rang rung|rise rose risen|
run ran|say said|see saw seen|seek sought|sell sold sale sales|send sent|
shake shook shaken|shine shone|shoot shot|show shown|shrink shrank shrunk|
sing sang sung|sink sank sunk|sit sat|sleep slept|speak spoke spoken speech speeches|
spend spent|stand stood|steal stole stolen|stick stuck|strike struck stricken|
strong stronger strongest strength strengthen strengthens strengthened strengthening|
swear swore sworn|sweep swept|swim swam swum|swing swung|take took taken|teach taught|
tear tore torn|tell told|think thought|throw threw thrown|understand understood|
wear wore worn|weep wept|win won winner winners|
withdraw withdrew withdrawn withdrawal|write wrote written|wide width widen|
weak weaken weakness|threat threaten threatens threatened threatening|
big bigger biggest|large larger largest|old older oldest|new newer newest|
small smaller smallest|close closer closest|great greater greatest|good better best|
bad worse worst|far further furthest|precise precision|accurate accuracy|
advise advice|believe belief beliefs|safe safety|secure security|poor poverty|
warm warmer warmth|produce production productions output|destroy destruction|
respond response responses|react reaction reactions|reduce reduction reductions|
introduce introduction|describe description|submit submission|admit admission|
permit permission|extend extension|suspend suspension|
analyze analyse analysis analyses analyst analysts|
economy economic economical economics|aggressive aggression aggressor|
tourist tourism tourists|builder builders|building buildings|arrive arrival arrivals|
approve approval|refuse refusal|propose proposal proposals|hungry hunger|angry anger|
visit visitor visitors|bleed bled|burn burnt|cling clung|forgive forgave forgiven|
foresee foresaw foreseen|kneel knelt|lean leant|leap leapt|learn learnt|
mislead misled|mistake mistook mistaken|overcome overcame|override overrode overridden|
oversee oversaw overseen|overtake overtook overtaken|overthrow overthrew overthrown|
plead pled|rebuild rebuilt|repay repaid|rewrite rewrote rewritten|slay slew slain|
slide slid|sow sown|speed sped|spell spelt|spill spilt|spin spun|spoil spoilt|
spring sprang sprung|sting stung|stride strode|strive strove striven|swell swollen|
swing swung|tread trod trodden|undergo underwent undergone|
undertake undertook undertaken|uphold upheld|wake woke woken|weave wove woven|
withhold withheld|withstand withstood
"""


IRREGULAR = {
    form: plain
    for plain, *forms in map(str.split, _IRREGULAR.split("|"))
    for form in forms
}
"""The plain form of forms that no stemmer brings together, such as "fought"."""

_OUR = re.compile(
    r"^(arm|behavi|col|endeav|fav|flav|harb|hon|hum|lab|neighb|od|rig|rum|savi|"
    r"splend|tum|vap|vig)our"
)
_RE = re.compile(r"(calib|cent|fib|lit|met|theat)re(s?)$")
_LL = re.compile(
    r"(cancel|counsel|fuel|label|level|marshal|model|signal|travel)l(ed|ing|ers?)$"
)
_ISE = re.compile(r"(?<=[a-z]{3})is(e|es|ed|ing|ation|ations|ers?)$")
_NOT_IZE = re.compile(
    r"(adv|compr|compromis|conc|cru|dem|desp|dev|disgu|enterpr|excerc|exerc|exc|expert|"
    r"franch|merchand|no|parad|po|pra|prec|prem|prom|compr[oi]m|ra|rev|superv|surpr|"
    r"telev|w|advert)is"
)
_WHOLE = {
    "defence": "defense",
    "defences": "defense",
    "offence": "offense",
    "licence": "license",
    "programme": "program",
    "programmes": "programs",
    "grey": "gray",
    "tyre": "tire",
    "cheque": "check",
    "aeroplane": "airplane",
    "ageing": "aging",
    "sceptical": "skeptical",
}


def americanize(word: str) -> str:
    """Bring British and American spelling to one form; which one does not matter."""
    if word in _WHOLE:
        return _WHOLE[word]
    word = _OUR.sub(r"\1or", word)
    word = _RE.sub(r"\1er\2", word)
    word = _LL.sub(r"\1\2", word)
    return word if _NOT_IZE.search(word) else _ISE.sub(r"iz\1", word)


MOST_COMMON = 30_000


@lru_cache(maxsize=1)
def english_ranks() -> dict[str, int]:
    """Return the 30,000 commonest English words, each with its rank from 1."""
    return {word: rank for rank, word in enumerate(_lines("english-by-frequency"), 1)}


@lru_cache(maxsize=1)
def countries() -> tuple[tuple[str, ...], ...]:
    """Return for each country its name, its people's and its government's seat."""
    return tuple(tuple(line.split(", ")) for line in _lines("countries"))


@lru_cache(maxsize=1)
def related_words() -> tuple[tuple[str, ...], ...]:
    """Return groups of words that people use for much the same in news English."""
    return tuple(tuple(line.split()) for line in _lines("related-words"))


@lru_cache(maxsize=1)
def off_topic_questions() -> tuple[str, ...]:
    """Return questions such as people ask a bot about anything at all."""
    return tuple(_lines("off-topic-questions"))


def _lines(name: str) -> list[str]:
    path = files("bot.briefing.search") / "data" / f"{name}.txt"
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]
