"""The look of a site: its colours, its fonts and its mark, as `[look]` in samverkan.toml says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from samverkan.model.namespaces import SVG
from samverkan.settings import Look

STYLE, MARK = "samverkan.css", "samverkan.svg"


def dressed(content: bytes, name: str, look: Look) -> bytes:
    """A file that all pages need, in a look; ours where the site says nothing."""
    return _DRESSED[name](content, look) if name in _DRESSED and look != Look() else content


def _style(content: bytes, look: Look) -> bytes:
    return content + "".join(f"{rule}\n" for rule in _rules(look)).encode()


def _rules(look: Look) -> Iterator[str]:
    """The rules that come last and so prevail; paper stays black."""
    if look.accent:
        yield f"@media screen{{:root{{--accent:{look.accent}}}}}"
    if look.by_night:
        yield f"@media screen and (prefers-color-scheme:dark){{:root{{--accent:{look.by_night}}}}}"
    if look.mark:
        yield f".site a::before{{background:url({MARK}) center/contain no-repeat}}"
    if look.font:
        yield f"html{{font-family:{look.font}}}"


def _mark(content: bytes, look: Look) -> bytes:
    if look.mark:
        shape = f'<path fill="{look.accent or ACCENT}" d="{look.mark}"/>'
        return f'<svg xmlns="{SVG}" viewBox="0 0 16 16">{shape}</svg>\n'.encode()
    return content.replace(ACCENT.encode(), look.accent.encode()) if look.accent else content


ACCENT = "#7b1e4b"  # ours
_DRESSED: Mapping[str, Callable[[bytes, Look], bytes]] = {STYLE: _style, MARK: _mark}
