"""What a harvest would give, written for people and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from samverkan.harvesting import Harvest, Score
from samverkan.harvesting.quality import MOST, rating
from samverkan.validation import reports, text

_SAID = {
    "sv": {
        "score": "EU:s betyg (MQA): {points} av {most} poäng, {rating}.",
        "range": "EU:s betyg (MQA): {points} till {possible} av {most} poäng, {rating} till {possible_rating}.",
        "dimension": "  {dimension}: {points} av {most}",
        "missing": "    saknas: {asks} ({points})",
        "unknown": "    visar sig vid skörden: {asks} ({points})",
    },
    "en": {
        "score": "The EU's score (MQA): {points} of {most} points, {rating}.",
        "range": "The EU's score (MQA): {points} to {possible} of {most} points, {rating} to {possible_rating}.",
        "dimension": "  {dimension}: {points} of {most}",
        "missing": "    missing: {asks} ({points})",
        "unknown": "    seen when it is harvested: {asks} ({points})",
    },
}


def plain(harvest: Harvest, language: str) -> str:
    """The findings, then the score: in all, and what is missing in each dimension."""
    lines = (_sum(harvest.scores, language), *_dimensions(harvest.scores, language))
    return reports.plain(harvest.report, language, coverage=False) + "".join(f"{line}\n" for line in lines)


def json(harvest: Harvest) -> bytes:
    """Findings as `validate --format json` writes them, and each metric of the score."""
    import orjson

    found = orjson.loads(reports.json(harvest.report))
    metrics = [
        {"dimension": each.dimension["en"], "metric": each.asks["en"], "points": each.points, "met": each.met}
        for each in harvest.scores
    ]
    score = {"points": _points(harvest.scores), "possible": _possible(harvest.scores), "of": MOST, "metrics": metrics}
    return orjson.dumps({**found, "score": score}, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _points(scores: Sequence[Score]) -> int:
    return sum(each.points for each in scores if each.met)


def _possible(scores: Sequence[Score]) -> int:
    """The points where everything is met that nobody can tell beforehand."""
    return sum(each.points for each in scores if each.met is not False)


def _sum(scores: Sequence[Score], language: str) -> str:
    points, possible = _points(scores), _possible(scores)
    return _SAID[language]["score" if points == possible else "range"].format(
        points=points,
        possible=possible,
        most=MOST,
        rating=text(rating(points), language),
        possible_rating=text(rating(possible), language),
    )


def _dimensions(scores: Sequence[Score], language: str) -> Iterator[str]:
    for name in dict.fromkeys(text(each.dimension, language) for each in scores):
        own = [each for each in scores if text(each.dimension, language) == name]
        most = sum(each.points for each in own)
        yield _SAID[language]["dimension"].format(dimension=name, points=_points(own), most=most)
        yield from (_line(each, language) for each in own if not each.met)


def _line(score: Score, language: str) -> str:
    said = _SAID[language]["unknown" if score.met is None else "missing"]
    return said.format(asks=text(score.asks, language), points=score.points)
