"""Cross-checks: what no single field shows to be wrong. Pure: no file, no clock."""

from datetime import date

from bot.briefing.checks.ids import check_ids
from bot.briefing.checks.judgments import check_judgments
from bot.briefing.checks.numbers_stand import check_numbers
from bot.briefing.checks.references import check_references
from bot.briefing.checks.review import check_review
from bot.briefing.checks.style_checks import check_style
from bot.briefing.models import Briefing
from bot.briefing.problems import Problem

_CHECKS = (check_ids, check_references, check_judgments, check_numbers, check_style)


def cross_check(briefing: Briefing) -> list[Problem]:
    """Return errors and warnings of a briefing whose handling is filled in."""
    return [problem for check in _CHECKS for problem in check(briefing)]


def overdue(briefing: Briefing, today: date) -> list[Problem]:
    """Return the warnings that time alone brings, without any edit."""
    return list(check_review(briefing, today))
