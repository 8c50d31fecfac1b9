"""What leads where on a site, for programs that look at fixed places: RFC 9727, RFC 9264 and Digg's profile of REST."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from samverkan.formats import formats_for
from samverkan.model import media_types, paths
from samverkan.model.results import Graph, Quads
from samverkan.publication.html.page import suffix
from samverkan.version import __version__

if TYPE_CHECKING:
    from samverkan.site.checked_site import CheckedSite

Json = dict[str, Any]

SUFFIX = ".linkset"


def linkset(site: CheckedSite) -> bytes:
    """The service, its SPARQL endpoint and the dataset, each with what describes it and what belongs to it."""
    return _json({"linkset": [_service(site), _sparql(site), _dataset(site)]})


def api_info(site: CheckedSite) -> bytes:
    """What an interface says of itself at `/api-info` (Digg's profile of REST 1.2, rules ARK.04 to ARK.06)."""
    base = site.settings.base
    title = site.settings.title.get(site.settings.languages[0]) or next(iter(site.settings.title.values()), base)
    return _json(
        {
            "apiName": title,
            "apiVersion": __version__,
            "apiReleased": site.as_of.isoformat(),
            "apiDocumentation": f"{base}{paths.INTERFACE}.json",
            "apiStatus": "active",
        }
    )


def _service(site: CheckedSite) -> Json:
    """The service as an API catalogue describes it (RFC 8631)."""
    base = site.settings.base
    pages = [_html(f"{base}{paths.DATA}", language) for language in site.settings.languages]
    return {
        "anchor": base,
        "service-desc": [{"href": f"{base}{paths.INTERFACE}.json", "type": media_types.OPENAPI}],
        "service-doc": pages,
        "service-meta": _forms(base + paths.VOID),
        "item": [{"href": base + paths.SPARQL}],
    }


def _sparql(site: CheckedSite) -> Json:
    here = site.settings.base + paths.SPARQL
    return {"anchor": here, "service-doc": [_html(here, language) for language in site.settings.languages]}


def _dataset(site: CheckedSite) -> Json:
    base, license_ = site.settings.base, site.settings.license
    tables = {"href": f"{base}{paths.DATA_PACKAGE}.json", "type": media_types.JSON}
    described = [*_forms(base + paths.VOID), *_forms(base + paths.CATALOGUE), *_forms(base + paths.ALL_SHAPES), tables]
    return {
        "anchor": base + paths.DATASET,
        "describedby": described,
        "item": [{"href": base + paths.DUMP + form.suffix, "type": form.media_type} for form in formats_for(Quads)],
        **({"license": [{"href": license_}]} if license_ else {}),
    }


def _forms(address: str) -> list[Json]:
    return [{"href": address + form.suffix, "type": form.media_type} for form in formats_for(Graph)]


def _html(address: str, language: str) -> Json:
    return {"href": address + suffix(language), "type": media_types.HTML, "hreflang": [language]}


def _json(content: Json) -> bytes:
    import orjson

    return orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
