"""What a person says without asking the briefing anything: small talk, verbs. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from bot.briefing.search.analysis import fold
from bot.questions.plain_times import says_how_often

MeantT = TypeVar("MeantT")


class Courtesy(StrEnum):
    """What somebody says without asking anything of the briefing."""

    HELLO = "hello"
    THANKS = "thanks"
    HELP = "help"
    POLICY = "policy"
    """How are errors corrected here?"""
    FILE = "file"
    """Something was sent, and nothing written."""


class Aspect(StrEnum):
    """What somebody wants to know of the claim that they were shown last."""

    SOURCE = "source"
    CONFIRMED = "confirmed"
    CERTAINTY = "certainty"
    WHEN = "when"
    WHERE = "where"
    NUMBER = "number"
    COMPARED = "compared"
    WHY = "why"
    MORE = "more"
    OTHER = "other"
    """Who, what, how long: its topic may say; nobody reads so much from one claim."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """A person's words as a courtesy, a command, or words for the briefing.

    Of "hello, how many were killed?" the question is left. `command` is the word that
    stands for the same after the slash command: "changes" for "what's new?", nothing
    for an overview; None where the words are no command. `verb` is a command that
    opens a form or a list of one's own, which a message cannot; `object` are the words
    behind it, or the day behind "since". `aspect` is set where the words only make
    sense behind an answer. `draft` is a text to be checked, in its lines; empty where
    only the wish was written, None where nothing is to be checked.
    """

    words: str
    courtesy: Courtesy | None = None
    command: str | None = None
    verb: str = ""
    object: str = ""
    aspect: Aspect | None = None
    draft: str | None = None

    @property
    def is_small_talk(self) -> bool:
        """Say whether it is anything but words for the briefing."""
        is_verb = bool(self.courtesy or self.verb or self.aspect)
        return is_verb or self.command is not None


_LONGEST = 100
"""Characters up to which words can be small talk."""


def read_utterance(text: str) -> Utterance:
    """Tell small talk from what the briefing is asked; any text at all is fine."""
    folded = _fold(text)
    if not folded:
        return Utterance("", _wordless(text))
    # "Hello," and "Thanks!" are dropped where a question follows.
    text = text.strip()
    words = _GREETED.sub("", text) or text
    if wanted := _SUBSCRIBE.match(words):
        return Utterance(words, verb="subscribe", object=wanted["object"].strip(" .!?"))
    if len(folded) > _LONGEST:
        return Utterance(words)
    asked = folded if words == text else _fold(words)
    if (wanted := _SEND.match(words)) and says_how_often(words):
        return Utterance(words, verb="subscribe", object=wanted["object"].strip(" .!?"))
    if since := _SINCE.fullmatch(asked):
        return Utterance(words, command="changes", object=since["since"])
    return Utterance(
        words,
        _first_match(folded, _COURTESY_OF),
        _first_match(asked, _COMMAND_OF),
        verb=_first_match(asked, _VERB_OF) or "",
        aspect=_first_match(asked, _ASPECT_OF),
    )


def _first_match(
    folded: str, patterns: Iterable[tuple[re.Pattern[str], MeantT]]
) -> MeantT | None:
    """Return what the first pattern that fits the whole text stands for."""
    for pattern, meaning in patterns:
        if pattern.fullmatch(folded):
            return meaning
    return None


_WAVES = ("👋", ":wave:", "🙂", "😊", ":slightly_smiling_face:", ":smile:")
_THUMBS = ("👍", "🙏", "❤", "🎉", "👌", ":+1:", ":thumbsup:", ":pray:", ":heart:")
_PAPERCLIP = "📎"
_EMOJI_NAME = re.compile(r":[a-z0-9_+'-]+:(?::skin-tone-\d:)?")


def _fold(text: str) -> str:
    """Return the text's words in small letters, without marks and emoji."""
    words = re.findall(r"\w+", _EMOJI_NAME.sub(" ", fold(text).replace("’", "'")))
    return " ".join(words)


def _wordless(text: str) -> Courtesy:
    """Say what a message of emoji, signs or nothing at all comes to."""
    if _PAPERCLIP in text:
        return Courtesy.FILE
    if any(sign in text for sign in _THUMBS):
        return Courtesy.THANKS
    if any(sign in text for sign in _WAVES) or not text.strip():
        return Courtesy.HELLO
    return Courtesy.HELP


_HELLO = (
    r"(?:hello|hi|hiya|hey|heya|howdy|yo|greetings|hallo|hola|bonjour|salut|ciao|moin|"
    r"good (?:morning|afternoon|evening|day))"
)
_TO_ALL = r"(?: (?:there|again|all|everyone|everybody|team|bot|brief|briefing bot))?"
_THANKS = (
    r"(?:thanks|thank you|thankyou|thx|ty|cheers|merci|danke|gracias|grazie|"
    r"much appreciated|appreciate it)"
)
_GOOD = (
    r"(?:great|good|perfect|nice|cool|super|excellent|brilliant|lovely|awesome|amazing|"
    r"fantastic|wonderful|helpful|useful|interesting|impressive|clear|fine)"
)
_PRAISE = (
    r"(?:ok|okay|(?:(?:that|this|it|you) (?:s|is|was|are|re) )?"
    r"(?:(?:very|really|so|most|quite|super) )*"
    rf"{_GOOD}(?: (?:answer|job|work|one|stuff|bot|info|information|to know))?|"
    r"(?:that|this|it) (?:s |is |was )?(?:all|enough|(?:just |exactly )?what)"
    r"(?: i (?:needed|wanted|was looking for))?|that helps|got (?:it|that)|understood|"
    r"(?:i )?(?:love|like) (?:it|this|that)|makes sense|fair enough|well done|"
    r"all (?:good|clear)|never ?mind|noted)"
)
_AFTER_THANKS = (
    r"(?: (?:a lot|lots|so much|very much|again|for that|for the help|for your help|"
    r"bot|brief|a bunch|a million|mate|all|everyone))*"
)
_COURTESIES = {
    Courtesy.HELLO: (
        rf"(?:{_HELLO}{_TO_ALL}(?: |$))+(?:how are you(?: doing)?|what s up)?",
        r"how are you(?: doing)?(?: today)?",
        r"what s up",
        r"are you (?:there|awake|up)",
        r"(?:test|testing|ping)(?: \d+)*",
    ),
    Courtesy.THANKS: (
        rf"(?:{_PRAISE} )*{_THANKS}{_AFTER_THANKS}(?: {_PRAISE})*",
        rf"{_PRAISE}(?: {_PRAISE})*",
        r"(?:good)?bye|see you(?: later)?|good night",
    ),
    Courtesy.HELP: (
        r"(?:please )?help(?: me)?(?: please)?",
        r"usage|commands|menu|instructions",
        r"(?:so )?what (?:can|do|could) (?:you|i|we|it) "
        r"(?:do|know|answer|cover|ask(?: you)?|say)(?: here| for me| about)?",
        r"(?:what|who) are you(?: for)?",
        r"what(?: s| is) this(?: bot)?",
        r"how (?:do|can|does) (?:i|we|you|this|it) "
        r"(?:work|ask|use (?:you|this|it))(?: (?:a question|you|this))?",
    ),
    Courtesy.POLICY: (
        r"(?:your |the |show |what is the |what s your )*corrections? policy",
        r"(?:your |the )?policy (?:on|for|about) (?:corrections|errors|mistakes)",
        r"how (?:are|do you (?:handle|correct|fix|treat)) (?:your )?"
        r"(?:errors|mistakes|corrections)(?: (?:corrected|fixed|handled|made))?",
        r"how (?:do|can) (?:i|we) report an? (?:error|mistake)",
    ),
}
_COURTESY_OF = tuple(
    (re.compile("|".join(patterns)), courtesy)
    for courtesy, patterns in _COURTESIES.items()
)


_SHOW = (
    r"(?:(?:please|can you|could you|show|give|tell|list|see|me|us|all|the|your|"
    r"what are|what is|what s|whats|where are|open|get) )*"
)
_POLITE = r"(?: (?:please|you use|used|again|of this|of that|there|here))*"
_COMMANDS = {
    "changes": (
        r"changes?|latest|news|updates?|corrections",
        r"what(?: s| has| is|s)? (?:changed|new|the news|the latest)",
        r"any(?:thing new| news| updates?| changes| corrections)",
        r"what(?: s| is| has)? (?:changed|new) (?:lately|today|recently)",
        r"any(?:thing new| news| updates?) (?:lately|today|recently)",
    ),
    "sources": (
        r"sources?|source list|citations?|references?",
        r"who says(?: so| that)?|according to whom",
    ),
    "figures": (r"figures?|numbers?|statistics|stats|data",),
    "timeline": (r"timeline|time line|chronology|dates",),
    "": (
        r"summary|overview|bottom line|short version|briefing|brief|home",
        r"topics?|sections?|contents?|list|index|briefings",
        r"(?:which|what) (?:topics|sections|briefings) (?:are there|do you have)",
        r"summari[sz]e(?: it)?|tl dr|tldr",
        r"what(?: s| is) (?:it|this|the briefing|the brief) about",
        r"what(?: topics)? do you cover",
        r"(?:which|what) briefing (?:is (?:this|it|used|set)(?: here)?|am i (?:in|on)|"
        r"do (?:you|we) use(?: here)?)",
    ),
}
_COMMAND_OF = tuple(
    (re.compile(f"{_SHOW}(?:{'|'.join(patterns)}){_POLITE}"), command)
    for command, patterns in _COMMANDS.items()
)


_SINCE = re.compile(
    rf"{_SHOW}(?:changes?|news|updates?|corrections|(?:anything|what(?: s| is| has)?) "
    r"(?:changed|new|happened)|any (?:changes|news|updates|corrections)) (?:since |in |"
    r"over |from )?(?P<since>(?:(?<=since )\w+(?: \w+){0,3})|"
    r"(?:this|the last|the past|last|past) (?:week|month|year)|yesterday)"
)

_ASKING = (
    r"^\W*(?:(?:please|pls|can you|can i|could you|could i|may i|i want to|"
    r"i(?:['’]| woul)?d like to|how (?:do|can) i)\s+)*"
)
_SUBSCRIBE = re.compile(
    rf"{_ASKING}(?:subscribe|sign (?:me|us) up)\b(?:\s+(?:me|us)\b)?(?P<object>.*)",
    re.IGNORECASE,
)
_SEND = re.compile(
    rf"{_ASKING}(?:(?:send|give|bring|show|message|dm|remind)\s+(?:me|us)|"
    r"(?:get|receive)(?:\s+(?:me|us))?)\b(?P<object>.*)",
    re.IGNORECASE,
)
"""Asks for a subscription where it says how often."""

_SENT = (
    r"(?:digests?|messages?|messaging|writing|sending|posting|subscriptions?|"
    r"updates?|notifications?|dms?|mails?|emails?)"
)
_ALL = r"(?:it|this|that|all|now|please|everything|me|my|the|these|those|of|them|your)"
_WANTED = (
    r"(?:please |pls |can you |could you |can i |could i |may i |i want to |"
    r"i d like to |how (?:do|can) i )*"
)
_A_WHILE = (
    r"(?: (?:please|for now|(?:until|till) \w+(?: \w+)?|for (?:today|an? \w+|the \w+|"
    r"this \w+|\w+ (?:hours|days|weeks))))*"
)
_TURNED = (
    r"(?:cancel|end|pause|delete|remove|resume|restart|mute|unmute|silence|snooze|"
    r"unpause|disable|enable|(?:turn|switch) (?:off|on)|change)"
)
_NEXT_IN_TURN = (
    r"(?:next |coming )?(?:digests?|briefings?|subscriptions?|updates?)(?: of mine)?"
)
_VERBS = {
    "subscriptions": (
        r"(?:what are )?(?:my |show |show me |list )*subscriptions",
        rf"{_WANTED}unsubscribe(?: (?:me|us))?(?: (?:from|to) .+)?",
        rf"{_WANTED}stop(?: {_ALL}| {_SENT})*(?: (?:of|about|on|to) .+)?",
        rf"{_WANTED}stop (?:sending|writing|messaging|posting|giving|telling) .+",
        rf"{_WANTED}{_TURNED} "
        rf"(?:{_ALL} )*{_SENT}(?: (?:of|about|on|to|for) .+)?",
        rf"{_WANTED}{_TURNED} (?:{_ALL} )*(?:\w+ ){{1,3}}(?:digests?|subscriptions?|"
        rf"notifications?){_A_WHILE}",
        rf"{_WANTED}stop (?:{_ALL} )*(?:\w+ ){{1,2}}(?:digests?|messages|updates|"
        rf"notifications){_A_WHILE}",
        rf"{_WANTED}(?:cancel|end) (?:it|this|that|all|everything|them)(?: all)?",
        rf"{_WANTED}(?:mute|unmute|pause|unpause|snooze|silence|resume)"
        rf"(?: {_ALL})*{_A_WHILE}",
        rf"(?:please )?no more (?:\w+ ){{0,2}}{_SENT}(?: (?:of|about|on) .+)?"
        r"(?: please)?|opt out|leave me alone|quit",
        r"be quiet|shut up|enough already",
        r"(?:what (?:am|have) i|did i|have i) subscribed?(?: to)?(?: anything)?",
        r"(?:show |list |show me |tell me )?what (?:do )?i (?:get|receive)|"
        r"where are my (?:digests|subscriptions)|(?:is|are) my (?:digests?|"
        r"subscriptions?) (?:paused|muted|on|off|active|running)",
        r"do i (?:get|have) (?:a|any) digests?(?: (?:today|tomorrow|next|soon))?",
        r"what am i subscribed to|what do i (?:get|receive)|am i subscribed"
        r"(?: to (?:anything|something))?|(?:do|which) (?:i have |have i )?(?:any )?"
        r"subscriptions(?: do i have)?|(?:which|what) (?:digests?|subscriptions?) "
        r"(?:do i (?:get|have|receive)|am i getting)",
        rf"when(?: s| is| are| will be)? my {_NEXT_IN_TURN}"
        r"(?: due| (?:for|of|on|about) .+)?",
        rf"(?:when|(?:at )?what time|which day) (?:do|does|will|is|are) my "
        rf"{_NEXT_IN_TURN}(?: (?:come|arrive|due|be sent|be here|go out|run))?",
        rf"(?:when|(?:at )?what time|how often) (?:do|will|am|would) i (?:get|getting|"
        rf"receive|hear) (?:(?:my|the|this|a) )?{_NEXT_IN_TURN}",
        rf"(?:(?:what(?:s| s| is)|show(?: me)?) )?my "
        rf"(?:next {_NEXT_IN_TURN}|(?:digest )?schedule)",
        r"(?:what|when) (?:will|do) i get (?:tomorrow|next|today|something)",
    ),
    "digests": (
        r"(?:my |show |show me |list |the )*digests?",
        rf"(?:next {_NEXT_IN_TURN} when|"
        rf"when(?: s| is| does| will)? (?:the |a )?next {_NEXT_IN_TURN})"
        r"(?: (?:due|come|arrive|be sent|go out|be))?",
        r"(?:the )?next digest(?: time)?|what(?: s| is) the (?:next digest|schedule)",
        r"(?:when|(?:at )?what time) (?:does|do|is|are|will) (?:the|this) "
        r"(?:\w+ ){0,2}digests?(?: (?:come(?: out)?|arrive|due|be sent|go out|run))?",
        r"(?:when|how often) (?:do|will) you (?:send|post) (?:it|this|them|"
        r"(?:the )?digests?)(?: next)?",
        r"when (?:s|is|does|will) the (?:next )?digest (?:for|of|on|about) .+",
    ),
    "forget me": (
        r"forget(?: (?:me|(?:everything|all|what you know)(?: about me)?))?",
        r"(?:please )?(?:delete|erase|remove) (?:me|(?:all )?my data|(?:everything|all)"
        r"(?: you (?:have|know|hold|keep|store))? (?:about|on) me)(?: please)?",
        r"what (?:data |information )?do you (?:know|keep|store|hold|have) "
        r"(?:about|on) me",
    ),
}
_VERB_OF = tuple(
    (re.compile("|".join(patterns)), verb) for verb, patterns in _VERBS.items()
)


_IT = (
    r"(?:(?:that|this|the|your|these|those) (?:claims?|figures?|numbers?|estimates?|"
    r"counts?)|that|this|it|so|these|those)"
)
_OF_IT = rf"(?: (?:of|about|on|for|in) {_IT}| {_IT})?"
_THEY = rf"(?:they|he|she|{_IT})"
_SO = r"(?:(?:and|but|so|ok|okay) )*"
_EXACTLY = r"(?: (?:exactly|precisely|roughly|please|then|again))?"
_ASPECTS = {
    Aspect.SOURCE: (
        rf"(?:and |but )?who (?:says|said|claims|claimed|reports|reported|estimates|"
        rf"estimated){_OF_IT}(?: exactly)?",
        r"says who|according to whom|by whom|on whose (?:word|authority)",
        rf"who(?: (?:has|have))? told (?:you|us){_OF_IT}|who(?: is| s) behind {_IT}",
        r"(?:(?:the|a|any|your|what(?: s| is)(?: the| your)?|(?:do you have|got|"
        r"have you got) an?|can (?:i|we) have the) )*(?:source|link|citation|reference)"
        rf"(?: (?:of|for) {_IT})?(?: please)?",
        rf"(?:can|could|do) you cite {_IT}(?: please)?",
        rf"(?:and )?what(?: s| is| are) the sources?(?: (?:of|for) {_IT})?",
        rf"(?:the )?sources? (?:of|for) {_IT}",
        rf"where (?:does|did|do) {_IT} come from|where(?: s| is) {_IT} from",
        rf"how do (?:you|we|they) know{_OF_IT}",
        rf"whose (?:figure|number|estimate|claim|words?|account) (?:is|are) {_IT}",
    ),
    Aspect.CONFIRMED: (
        rf"(?:and |but )?(?:is|are|was|were) {_IT} (?:really |actually |independently "
        r"|officially )?(?:confirmed|true|verified|official|proven|proved|a fact|right|"
        r"correct|accurate|established)(?: (?:by (?:anyone|anybody)|independently))?",
        rf"(?:has|have) {_IT} been (?:independently |officially )?(?:confirmed|proven|"
        r"verified|proved)(?: (?:by (?:anyone|anybody)|independently))?",
        rf"(?:who|did (?:anyone|anybody)|has (?:anyone|anybody)) "
        rf"(?:confirm(?:ed|s)?|verif(?:y|ied)) {_IT}",
        r"(?:is it )?confirmed|really|seriously|for real|is that so",
        rf"(?:is|are) {_IT} (?:still (?:true|right|correct|valid)|disputed|contested|"
        r"denied|(?:just |only )?an? (?:guess|rumou?r|estimate|opinion|forecast))",
        rf"(?:does|do|did) (?:anyone|anybody|someone|somebody) (?:dispute|deny|contest|"
        rf"confirm) {_IT}",
        rf"(?:(?:is|are) there |(?:do|have) you (?:have |got )?|got )?(?:any )?"
        rf"(?:proof|evidence|confirmation)(?: (?:of|for) {_IT})?",
        rf"(?:i|we) (?:really |just |still )?(?:doubt|(?:don t|do not|can t|cannot|"
        rf"hardly) (?:believe|trust|buy)) (?:you|{_IT})|no way",
        rf"(?:no )?(?:(?:{_IT} (?:s|is|are|was|seems|sounds|looks|must be)|you are|"
        r"you re) )?(?:just |simply |completely |totally |all )?(?:wrong|false|untrue|"
        r"incorrect|inaccurate|nonsense|a lie|impossible|unbelievable|propaganda|"
        r"outdated|out of date|fake(?: news)?|not (?:true|right|correct|accurate))",
        rf"{_IT} (?:can t|cannot|can not|couldn t) be (?:right|true|correct|so)",
    ),
    Aspect.CERTAINTY: (
        r"(?:and |but )?how (?:sure|certain|confident|positive) (?:are (?:you|we)|is "
        rf"(?:that|this|it)){_OF_IT}",
        rf"how (?:reliable|solid|credible|trustworthy|likely|certain|good|accurate) "
        rf"(?:is|are) {_IT}(?: (?:source|figure|number|claim))?",
        rf"(?:are you|you|how) (?:really |absolutely )?(?:sure|certain){_OF_IT}",
        rf"(?:and |but )?(?:is|are|was|were) {_IT} (?:really |absolutely |at all )?"
        r"(?:certain|sure|reliable|credible|solid|trustworthy|likely|plausible|precise)",
        rf"(?:(?:is|are|isn t|aren t) {_IT}|{_IT} (?:s|is|are|seems?|sounds?|looks?)) "
        r"(?:not )?(?:(?:a bit|a little|a lot|far|rather|very|way|much|quite|too) )*"
        r"(?:high|low|much|many|few|little|exaggerated|unlikely|improbable)",
        r"how (?:reliable|credible|solid|trustworthy)",
        r"(?:(?:are there |what(?: s| is| are) (?:the )?|with what )?(?:any )?)?"
        r"(?:caveats?|limitations)",
        rf"(?:can|should) (?:i|we) (?:trust|believe|rely on) {_IT}",
        rf"how much can (?:i|we) (?:trust|rely on) {_IT}",
    ),
    Aspect.WHEN: (
        rf"(?:and |but )?when(?: exactly)?(?: (?:was|is|were|did|does) {_IT}"
        r"(?: (?:happen|said|reported|from|be|announced|confirmed))?)?(?: exactly)?",
        r"(?:since|until|till|by|from) when",
        rf"what (?:date|day|year|month)(?: (?:was|is) {_IT})?",
        rf"(?:as of when|how (?:old|recent|fresh|current) (?:is|are) {_IT}"
        r"(?: (?:figure|number|claim))?)",
    ),
    Aspect.WHERE: (
        rf"{_SO}where{_EXACTLY}(?: (?:s|is|are|was|were) {_THEY}"
        rf"(?: (?:happening|located|reported|said|seen))?| (?:did|does|do) {_THEY} "
        rf"(?:happen|take place|occur)| {_IT})?{_EXACTLY}",
        r"whereabouts|where abouts|where at|from where|where to|to where",
        rf"{_SO}(?:in |at |from )?(?:which|what) (?:country|city|town|region|place|"
        r"area|province|location|part of the (?:country|world))"
        rf"(?: (?:is|was) {_IT}(?: in)?)?",
        r"(?:the )?(?:place|location)",
    ),
    Aspect.NUMBER: (
        rf"{_SO}(?:by )?how (?:many|much){_EXACTLY}(?: (?:is|are|was|were) {_THEY}|"
        r" (?:are|were) there| of them| in (?:all|total)| altogether| money)?"
        rf"{_EXACTLY}",
        rf"{_SO}(?:what(?: s| is| was| are| were)? |which )?(?:the )?(?:exact |total )?"
        rf"(?:number|figure|count|total|amount)(?: (?:of|for|behind) {_IT})?",
    ),
    Aspect.COMPARED: (
        rf"{_SO}(?:as )?(?:compared|relative|in (?:comparison|relation)) "
        r"(?:to|with)(?: (?:what|whom|who|which|when))?",
        rf"{_SO}(?:(?:\w+ ){{0,3}}(?:\w+er|more|less)(?: \w+)? )?than "
        r"(?:what|who|whom|when|which)",
        rf"{_SO}(?:versus|vs|against) what|{_SO}(?:out )?of how many|by comparison|"
        r"(?:(?:what(?: s| is)|is there) )?(?:the |a |any )?comparison",
        rf"{_SO}how (?:does|do) {_IT} compare(?: (?:to|with) (?:what|others|before))?",
        rf"{_SO}(?:what (?:do|does|did|is|are) (?:you|they|{_IT}) compared? (?:{_IT} )?"
        rf"(?:to|with)|(?:to|with) what (?:do|does|did|is) (?:you|they|{_IT}) compared?"
        rf"(?: {_IT})?)",
        rf"(?:is|are|was|were) {_IT} (?:a lot|normal|usual|unusual|more|less)",
        rf"(?:is|are|was|were) {_IT} (?:more|less|fewer|\w+er) than (?:before|usual|"
        r"normal|expected|(?:the )?(?:last|previous) (?:year|month|week|time)|"
        r"(?:a|the) (?:year|month|week) (?:ago|before))",
    ),
    Aspect.WHY: (
        rf"(?:and |but )?why(?: exactly)?(?: (?:is|was|were|did|does) {_IT}"
        rf"(?: so| happen)?| {_IT})?",
        rf"{_SO}how(?: so| did {_IT} happen| does {_IT} work| (?:did|do) {_THEY} do "
        rf"{_IT}| (?:is|was) {_IT} (?:done|possible))?{_EXACTLY}|in what way",
        rf"how come|what(?: s| is| was) the reason(?: (?:for|behind) {_IT})?|what for",
    ),
    Aspect.MORE: (
        rf"(?:(?:tell|show|give) me |can you (?:tell|show|give) me |any |some |"
        rf"a bit |a little )*more(?: (?:please|details?|information|info|"
        rf"context|background))*{_OF_IT}(?: please)?",
        r"(?:and |please )?(?:go on|continue|elaborate|what else|anything else|context|"
        rf"details?|background)(?: please)?|explain(?: {_IT})?",
    ),
    Aspect.OTHER: (
        rf"{_SO}(?:who|whom|what|which(?: ones?)?|who else){_EXACTLY}",
        rf"{_SO}(?:who|what) (?:is|are|was|were) {_THEY}",
        r"what happened(?: then| there)?",
        rf"what (?:does|did) {_THEY} mean|what do you mean(?: by {_IT})?|huh|meaning|"
        r"i don t (?:understand|get it)|come again",
        rf"(?:{_IT} (?:s |is |was )?)?not (?:what|the (?:question|thing)) (?:i|we) "
        r"(?:asked|meant|wanted|needed)(?: for| about)?",
        rf"{_IT} (?:does not|doesn t|did not|didn t) (?:really )?(?:help|answer "
        r"(?:it|(?:my|the|our) question))|i (?:asked|meant) something else",
        rf"(?:{_IT} (?:s|is|was) )?(?:(?:not|isn t|wasn t) (?:very |really |so )?"
        r"(?:good|helpful|useful|enough)|useless|unhelpful)",
        r"(?:wrong|bad|poor|terrible|useless) (?:answer|question|topic|bot)",
        rf"{_SO}how (?:long|often|big|large|far|high|heavy|old){_EXACTLY}",
    ),
}
_ASPECT_OF = tuple(
    (re.compile("|".join(patterns)), aspect) for aspect, patterns in _ASPECTS.items()
)


_GREETED = re.compile(
    rf"^\W*(?:(?:{_HELLO}{_TO_ALL}|{_THANKS}{_AFTER_THANKS}|ok(?:ay)?)\b[\s,.!;:–-]*)+"
    r"(?=\w)",
    re.IGNORECASE,
)
