"""What pictures say beside the data, in each language; braces stand for what is filled in."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

MESSAGES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "sv": {
            "picture-first": "{what}: bilden visar de första {shown} av {total}.",
            "picture-latest": "{what}: bilden visar de senaste {shown} av {total}.",
            "picture-most": "{what}: bilden visar {shown} av {total}, de som har flest markeringar.",
            "picture-not-stated": "anges inte",
            "picture-between": "någon gång mellan {first} och {last}",
            "picture-until": "{start}\u00a0\u2013 {end}",
            "picture-day": "en dag",
            "picture-within": "någon dag inom den tid som är markerad",
            "picture-span": "varje dag däremellan",
            "picture-open": "fortsätter, utan angivet slut",
            "picture-longest": "kan fortsätta så länge",
            "picture-undated": "Inget datum är känt för: {names}.",
            "picture-today": "i dag",
            "picture-over": "har upphört",
            "picture-matrix": "{rows} och {columns}: bild som kan rullas i sidled",
            "picture-has": "sägs med dessa ord",
            "picture-has-through": "sägs på annat sätt: {ways}",
            "picture-has-narrower": "sägs med ett snävare begrepp",
            "picture-broader": "Bredare begrepp: {name}",
            "picture-common": "Gemensamt",
            "picture-related": "Besläktat: olika ord under samma bredare begrepp",
            "picture-only": "Bara {name}",
            "picture-several": "Flera, men inte alla",
            "picture-nothing": "Inget i uppgifterna.",
            "picture-goes": "från den som ger till den som får",
            "picture-same-size": "ungefär lika stora",
            "picture-same-size-as": "ungefär lika stort som",
        },
        "en": {
            "picture-first": "{what}: the picture shows the first {shown} of {total}.",
            "picture-latest": "{what}: the picture shows the latest {shown} of {total}.",
            "picture-most": "{what}: the picture shows {shown} of {total}, those with the most marks.",
            "picture-not-stated": "not stated",
            "picture-between": "some time between {first} and {last}",
            "picture-until": "{start}\u00a0\u2013 {end}",
            "picture-day": "a day",
            "picture-within": "some day within the time that is marked",
            "picture-span": "every day in between",
            "picture-open": "goes on, no end is stated",
            "picture-longest": "can go on so long",
            "picture-undated": "No date is known for: {names}.",
            "picture-today": "today",
            "picture-over": "has ended",
            "picture-matrix": "{rows} and {columns}: a picture that scrolls sideways",
            "picture-has": "said in these words",
            "picture-has-through": "said in another way: {ways}",
            "picture-has-narrower": "said with a narrower concept",
            "picture-broader": "Broader concept: {name}",
            "picture-common": "In common",
            "picture-related": "Related: different words under the same broader concept",
            "picture-only": "Only {name}",
            "picture-several": "Several, but not all",
            "picture-nothing": "Nothing in the facts.",
            "picture-goes": "from the giver to the receiver",
            "picture-same-size": "about the same size",
            "picture-same-size-as": "about the same size as",
        },
    }
)
