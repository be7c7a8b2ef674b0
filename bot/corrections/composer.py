"""`CorrectionComposer`: an edit, a note or a tell, made when it is about to be sent."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from bot.audiences import Audiences, look_up_audience
from bot.block_kit.part import ClaimMark, Part
from bot.briefing.drafts.comparison import moved_numbers
from bot.briefing.library import Library, SubLibrary
from bot.briefing.models import Briefing, Claim, RevisionKind
from bot.briefing.moved_marks import MovedMark, moved_marks
from bot.briefing.tlp import LABELS, Audience, Label
from bot.briefing.verdicts import Verdict, is_lead, moved_with, verdict
from bot.briefing.wording import forms
from bot.corrections.follow_up import NOTHING_WRONG
from bot.corrections.model import (
    ClaimKey,
    CorrectionRenderer,
    HistoryLine,
    Replacement,
    Step,
    StepRequest,
    ToldCorrection,
)
from bot.corrections.subjects import Subject, read_subject
from bot.db.database import Database
from bot.outbox.model import (
    Composed,
    Delivery,
    DeliveryKind,
    Ending,
    MessageId,
    Payload,
    Skipped,
    Status,
)
from bot.revisions import Revisions

_KINDS = {
    RevisionKind.CORRECTION: Verdict.CORRECTED,
    RevisionKind.UPDATE: Verdict.OUTDATED,
    RevisionKind.WITHDRAWAL: Verdict.WITHDRAWN,
}
_WHAT = {DeliveryKind.DIGEST: "brief", DeliveryKind.CORRECTION: "correction"}
SEEN_BY_ALL = Ending(
    Status.SKIPPED, "skipped: everybody who reads there may see it again"
)
UNKNOWN_READER = Ending(
    Status.SKIPPED, "skipped: an earlier release did not note who reads it"
)
"""Slack describes a direct message only to apps with a scope that ours is without."""
CORRECTED = "The message is corrected."
NOT_EDITED = "The message itself could not be changed: {reason}"


@dataclass(frozen=True)
class _Sight:
    """What those who read there may see: now, and of what they were shown."""

    audience: Audience
    seen: SubLibrary
    library: Library

    def has(self, key: ClaimKey, then: Label | None) -> bool:
        """Say whether they may see a claim's or text's words, old and new ones."""
        labels = dict(self.seen.clearance).get(
            key.briefing_id, LABELS[self.audience.reach]
        )
        if then is not None and then not in labels:
            return False
        return tuple(key) not in self.seen.withheld

    def has_briefing(self, briefing_id: str) -> bool:
        exists = any(b.id == briefing_id for b in self.library.briefings)
        return briefing_id in self.seen.by_id or not exists


class CorrectionComposer:
    """The `Composer` of corrections.

    Every edit is made of the message as it was first posted, so that a correction of a
    correction strikes what was read first, and nothing else differs by a byte. What a
    claim says is the current revision's where that makes its shown words wrong and it
    may go out; else what the message says by now.
    """

    def __init__(
        self,
        database: Database,
        revisions: Revisions,
        *,
        audiences: Audiences,
        renderer: CorrectionRenderer,
    ) -> None:
        self._database = database
        self._revisions = revisions
        self._audiences = audiences
        self._renderer = renderer

    def reader(self, delivery: Delivery) -> str:
        return StepRequest.model_validate_json(delivery.request).reader_id

    async def compose(self, delivery: Delivery) -> Composed | Skipped:
        """Look again at what is current: this may have been planned an hour ago."""
        state, _, step = delivery.key.occurrence.partition("/")
        id = MessageId.read(delivery.key.subject)
        await self._revisions.refresh()
        library = await self._revisions.current()
        subject = await self._database.read(lambda c: read_subject(c, id, int(state)))
        earlier = await self._at(subject.original.revision)
        said_in = [library, *([earlier] if earlier else [])]
        person, channel = self.reader(delivery), delivery.destination
        is_clear = all(each.is_clear for each in said_in)
        if channel.startswith("D") and not person and not is_clear:
            return Skipped(UNKNOWN_READER)
        audience = await look_up_audience(
            self._audiences,
            delivery.installation,
            *said_in,
            person=person,
            channel=channel,
        )
        sight = _Sight(audience, library.for_audience(audience), library)
        request = StepRequest.model_validate_json(delivery.request)
        if request.withdrawn:
            if subject.may_be_seen(library, audience):
                return Skipped(SEEN_BY_ALL)
            gone = self._renderer.for_fewer(subject.original.part, self._today())
            payload = Payload((gone,), library.content_hash, "")
            return Composed(payload, edit_ts=delivery.edit_ts)
        if step == Step.EDIT:
            part, kept = await self._edit(subject, library, sight)
        else:
            part, kept = await self._words(Step(step), request, subject, library, sight)
        if part is None:
            return Skipped(NOTHING_WRONG)
        labels = await self._labels(subject, library, kept)
        edit_ts = delivery.edit_ts if step == Step.EDIT else ""
        payload = Payload((part,), library.content_hash, labels)
        return Composed(payload, edit_ts=edit_ts)

    async def _edit(
        self, subject: Subject, library: Library, sight: _Sight
    ) -> tuple[Part | None, list[ClaimMark]]:
        """Return the message with its wrong words replaced, and what it shows then."""
        by_claim = {_key(mark): mark for mark in subject.shown.marks}
        replacements: list[Replacement] = []
        kept: list[ClaimMark | None] = []
        is_wrong = False
        for number, first in enumerate(subject.original.marks):
            key = _key(first)
            shown = by_claim.get(key)
            then = await self._wording(subject, first)
            found = await self._is_wrong(subject, shown, library) if shown else None
            is_wrong = is_wrong or found is not None
            if shown is None or not sight.has(key, then.label if then else None):
                was = then.forms if then else ()
                line = HistoryLine(Verdict.CORRECTED, self._today(), "", "", "")
                why = (line,) if found or shown is None else ()
                taken = Replacement(number, was, (), why, withheld=True)
                replacements.append(taken)
                kept.append(None)
                continue
            target = found or shown
            now = await self._wording(subject, target, library)
            kept.append(target)
            if then is None or now is None:
                continue
            shown_words = await self._wording(subject, shown)
            between = await self._between(subject, first, target, sight)
            lines = _history(first, then, target, now, between=between)
            if now.claim is None and target != first:
                lines = (self._moved_along(subject, key, then, now),)
            if shown.entries > target.entries and shown_words:
                lines = (_taken_back(shown_words, now, self._today()),)
            if target == first and not lines:
                continue
            is_withdrawn = now.claim is not None and now.claim.is_withdrawn
            after = () if is_withdrawn else now.forms
            replacement = Replacement(number, then.forms, after, lines)
            if then.claim and now.claim:
                replacement = replace(
                    replacement,
                    source=(now.claim, now.briefing),
                    numbers=moved_numbers(then.claim, now.claim),
                )
            replacements.append(replacement)
        if not is_wrong:
            return None, []

        part = subject.original.part
        whole = {mark.briefing_id for mark in subject.original.marks}
        if not all(map(sight.has_briefing, whole)):
            return self._renderer.take_back(part, self._today()), []
        edited = self._renderer.edit(
            replace(part, claims=subject.original.marks),
            _said_once(replacements, subject.original.marks),
        )
        return _with_marks(edited, kept), [mark for mark in kept if mark]

    async def _is_wrong(
        self, subject: Subject, shown: ClaimMark, library: Library
    ) -> ClaimMark | None:
        """Return the wording that is right by now if what is shown is to be corrected.

        A correction that waits, for its quiet time or for a go, is not carried out on
        the way of another one.
        """
        key = _key(shown)
        correction = subject.corrections.get(key)
        current = library.fingerprint(*key)
        if correction is None or not correction.is_cleared:
            return None
        if current in ("", shown.fingerprint) or current != correction.fingerprint:
            return None
        if is_lead(key.claim_id):
            earlier = await self._at(subject.made_of.get(shown, ""))
            before = _briefing(earlier, key.briefing_id)
            after = _briefing(library, key.briefing_id)
            is_moved = before and after and moved_with(before, after, key.claim_id)
            return replace(shown, fingerprint=current) if is_moved else None
        claim = _claim(library, key)
        found = verdict(shown.fingerprint, shown.entries, claim, current)
        if claim is None or not found.is_wrong:
            return None
        return replace(shown, fingerprint=current, entries=len(claim.revisions))

    async def _words(
        self,
        step: Step,
        request: StepRequest,
        subject: Subject,
        library: Library,
        sight: _Sight,
    ) -> tuple[Part | None, list[ClaimMark]]:
        """Return a note or tell, and which wordings it shows."""
        before = {_key(mark): mark for mark in subject.before.marks}
        told: list[ToldCorrection] = []
        # A title or summary is spoken of where no claim is that it moved with.
        for key in sorted(request.claims, key=lambda each: is_lead(each.claim_id)):
            shown = before.get(key)
            right = await self._is_wrong(subject, shown, library) if shown else None
            if shown is None or right is None or (is_lead(key.claim_id) and told):
                continue
            then = await self._wording(subject, shown)
            now = await self._wording(subject, right, library)
            if then is None or now is None:
                continue
            between = await self._between(subject, shown, right, sight)
            lines = _history(shown, then, right, now, between=between)
            if now.claim is None:
                lines = (self._moved_along(subject, key, then, now),)
            elif shown.entries > right.entries:
                lines = (_taken_back(then, now, self._today()),)
            withheld = not sight.has(key, then.label)
            said = ToldCorrection(right, then.told, now.told, lines, withheld=withheld)
            told.append(said)
        if not told:
            return None, []
        said_on = subject.said_at.date()
        ending = CORRECTED
        if not request.edited:
            ending = NOT_EDITED.format(reason=request.reason)
        if step is Step.TELL:
            ending = "" if request.edited else ending
            part = self._renderer.tell(tuple(told), said_on=said_on, ending=ending)
        else:
            part = self._renderer.note(
                tuple(told),
                said_on=said_on,
                what=_WHAT.get(subject.kind, "answer"),
                ending=ending,
            )
        return part, [each.mark for each in told if not each.withheld]

    async def _wording(
        self, subject: Subject, mark: ClaimMark, library: Library | None = None
    ) -> "_Wording | None":
        """Return the words of a wording, by a revision of which it was made."""
        key = _key(mark)
        revision = subject.made_of.get(mark, "")
        if mark in subject.original.marks:
            revision = subject.original.revision
        source = await self._at(revision) if revision else library
        source = source or library
        briefing = _briefing(source, key.briefing_id)
        if briefing is None:
            return None
        if is_lead(key.claim_id):
            text = briefing.told_texts.get(key.claim_id)
            if text is None:
                return None
            return _Wording((text,), text, briefing.handling, briefing, None)
        claim = _claim(source, key)
        if claim is None:
            return None
        label = briefing.label_of(claim)
        return _Wording(forms(claim, briefing), claim.text, label, briefing, claim)

    async def _between(
        self, subject: Subject, first: ClaimMark, target: ClaimMark, sight: _Sight
    ) -> dict[int, "_Wording"]:
        """Return what was shown between two wordings, by how many entries it had."""
        found = {}
        key = _key(first)
        for mark in subject.made_of:
            is_between = first.entries < mark.entries < target.entries
            if _key(mark) != key or not is_between:
                continue
            wording = await self._wording(subject, mark)
            if wording is not None and sight.has(key, wording.label):
                found[mark.entries] = wording
        return found

    async def _labels(
        self, subject: Subject, library: Library, kept: list[ClaimMark]
    ) -> str:
        """Return the labels of what is shown, by then and by now, for the record."""
        labels: dict[str, set[Label]] = {}
        for shown in kept:
            for source in (await self._at(subject.original.revision), library):
                briefing = _briefing(source, shown.briefing_id)
                if briefing is None:
                    continue
                claim = _claim(source, _key(shown))
                own = briefing.label_of(claim) if claim else briefing.handling
                if own:
                    labels.setdefault(shown.briefing_id, set()).add(own)
        return "; ".join(
            " ".join([id, *sorted(those, key=lambda label: label.rank)])
            for id, those in sorted(labels.items())
        )

    async def _at(self, revision: str) -> Library | None:
        return await self._revisions.at(revision) if revision else None

    def _moved_along(
        self, subject: Subject, key: ClaimKey, then: "_Wording", now: "_Wording"
    ) -> HistoryLine:
        """Return why a title, summary or bottom line says something else."""
        found = subject.corrections.get(key)
        on = found.noticed_at.date() if found else self._today()
        because = found.because if found else ""
        return HistoryLine(Verdict.CORRECTED, on, then.told, now.told, because)

    def _today(self) -> date:
        return self._database.now().date()


@dataclass(frozen=True)
class _Wording:
    """A claim's words in every form in which a message may hold them."""

    forms: tuple[str, ...]
    told: str
    label: Label | None
    briefing: Briefing
    claim: Claim | None


def _history(
    first: ClaimMark,
    then: _Wording,
    target: ClaimMark,
    now: _Wording,
    *,
    between: Mapping[int, _Wording],
) -> tuple[HistoryLine, ...]:
    """Return each entry since the first wording, with the words before and after it.

    What moved besides the words no entry notes: it is told with the entry behind which
    it was shown first.
    """
    if now.claim is None:
        return ()
    revisions = now.claim.revisions
    entries = revisions[first.entries : target.entries]
    said = [then.told, *(entry.was for entry in entries[1:]), now.told]
    shown = {**between, first.entries + len(entries): now}
    lines = []
    last = then
    for at, (entry, was, after) in enumerate(
        zip(entries, said, said[1:], strict=False), first.entries
    ):
        here = shown.get(at + 1, last)
        was_withdrawn = at > 0 and revisions[at - 1].kind is RevisionKind.WITHDRAWAL
        line = HistoryLine(
            _KINDS[entry.kind],
            entry.date,
            was,
            after,
            entry.because,
            _moved(last, here),
            stands_again=was_withdrawn,
        )
        lines.append(line)
        last = here
    return tuple(lines)


def _taken_back(then: _Wording, now: _Wording, today: date) -> HistoryLine:
    words = then.told, now.told
    return HistoryLine(Verdict.TAKEN_BACK, today, *words, "", _moved(then, now))


def _moved(then: _Wording, now: _Wording) -> tuple[MovedMark, ...]:
    """Return what differs besides the words."""
    if then.claim is None or now.claim is None:
        return ()
    return moved_marks(then.claim, then.briefing, now.claim, now.briefing)


def _said_once(
    replacements: list[Replacement], shown: tuple[ClaimMark, ...]
) -> tuple[Replacement, ...]:
    """Leave out why a title or summary changed where a claim's line says it."""
    leads = {n for n, mark in enumerate(shown) if is_lead(mark.claim_id)}
    if not any(each.lines for each in replacements if each.claim not in leads):
        return tuple(replacements)
    return tuple(
        replace(each, lines=()) if each.claim in leads else each
        for each in replacements
    )


def _with_marks(part: Part, kept: list[ClaimMark | None]) -> Part:
    """Return the message with the marks that it has now, its spans counted by them."""
    left = [number for number, mark in enumerate(kept) if mark is not None]
    places = {number: at for at, number in enumerate(left)}
    spans = tuple(
        replace(span, claim=places[span.claim])
        for span in part.spans
        if span.claim in places
    )
    claims = tuple(mark for mark in kept if mark is not None)
    return replace(part, claims=claims, spans=spans)


def _key(mark: ClaimMark) -> ClaimKey:
    return ClaimKey(mark.briefing_id, mark.claim_id)


def _briefing(library: Library | None, id: str) -> Briefing | None:
    briefings = library.briefings if library else ()
    return next((briefing for briefing in briefings if briefing.id == id), None)


def _claim(library: Library | None, key: ClaimKey) -> Claim | None:
    briefing = _briefing(library, key.briefing_id)
    claims = briefing.claims if briefing else ()
    return next((claim for claim in claims if claim.id == key.claim_id), None)
