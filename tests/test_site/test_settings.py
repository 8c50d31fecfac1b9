"""What a site says of itself: every setting, and every way to get one wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from samverkan import settings
from samverkan.errors import Place, UnreadableError, UnreadableSiteError

LEAST = 'base = "https://example.org/"\nontology = "https://example.org/def/"\n'


def _read(folder: Path, text: str | bytes) -> settings.Settings:
    content = text.encode() if isinstance(text, str) else text
    (folder / "samverkan.toml").write_bytes(content)
    return settings.read_settings(folder)


def test_the_least_that_a_site_says_is_its_two_namespaces(tmp_path: Path) -> None:
    found = _read(tmp_path, LEAST)
    assert (found.base, found.ontology) == ("https://example.org/", "https://example.org/def/")
    assert (found.languages, found.license, found.title, found.publisher, found.gate_seconds) == (
        ("sv", "en"),
        None,
        {},
        {},
        300,
    )
    assert (found.description, found.contact) == ({}, None)
    assert found.root == tmp_path


def test_everything_that_a_site_can_say_is_read(tmp_path: Path) -> None:
    found = _read(
        tmp_path,
        LEAST + 'languages = ["en", "sv-SE", "EN"]\nlicense = "http://creativecommons.org/publicdomain/zero/1.0/"\n'
        '[title]\nsv = "Titel"\n[publisher]\nen = "Us"\n[gate]\nseconds = 5\n',
    )
    assert found.languages == ("en", "sv-se")
    assert found.license == "http://creativecommons.org/publicdomain/zero/1.0/"
    assert (found.title, found.publisher, found.gate_seconds) == ({"sv": "Titel"}, {"en": "Us"}, 5)


def test_a_site_can_describe_itself_and_say_whom_to_write_to(tmp_path: Path) -> None:
    found = _read(
        tmp_path,
        LEAST + '[description]\nsv = "Om fyrar."\n'
        '[contact]\nemail = "us@example.org"\nname = {sv = "Redaktionen", en = "The editors"}\n',
    )
    assert found.description == {"sv": "Om fyrar."}
    assert found.contact == settings.Contact("us@example.org", {"sv": "Redaktionen", "en": "The editors"})


def test_a_site_has_a_look_of_its_own_in_one_place(tmp_path: Path) -> None:
    own = '[look]\naccent = "#005a9c"\nfont = "Source Sans 3, Arial"\nmark = "M1 1h14v14h-14z"\n'
    look = _read(tmp_path, LEAST + own).look
    assert (look.accent, look.font, look.mark) == ("#005a9c", "Source Sans 3, Arial", "M1 1h14v14h-14z")
    assert settings.contrast(look.by_night, settings.PAPER_DARK) >= settings.LEAST_CONTRAST
    assert settings.contrast("#005a9c", settings.PAPER_DARK) < settings.LEAST_CONTRAST


def test_a_site_says_whose_facts_it_has_and_whether_it_is_for_the_public(tmp_path: Path) -> None:
    found = _read(tmp_path, f'{LEAST}[publisher]\nen = "Us"\npublic = true\n[about]\nsv = "De"\nen = "Them"\n')
    assert (found.publisher, found.about) == ({"en": "Us"}, {"sv": "De", "en": "Them"})
    assert found.public == Place(settings.FILE_NAME, len(LEAST.splitlines()) + 3)
    assert _read(tmp_path, f'{LEAST}[publisher]\nen = "Us"\npublic = false\n').public is None
    assert _read(tmp_path, LEAST).public is None


def test_whom_to_write_to_needs_no_name(tmp_path: Path) -> None:
    found = _read(tmp_path, f'{LEAST}[contact]\nemail = "us@example.org"\n').contact
    assert found == settings.Contact("us@example.org")


def test_trusted_proxies_are_addresses_and_networks(tmp_path: Path) -> None:
    found = _read(tmp_path, f'{LEAST}trusted_proxies = ["127.0.0.1", "10.1.2.3/8", "2001:db8::/32"]\n')
    assert found.trusted_proxies == ("127.0.0.1/32", "10.0.0.0/8", "2001:db8::/32")


@pytest.mark.parametrize("value", ['"127.0.0.1"', '["localhost"]', "[1]", '["10.0.0.0/33"]', '[["::1"]]', "true"])
def test_what_is_no_list_of_addresses_is_no_list_of_trusted_proxies(tmp_path: Path, value: str) -> None:
    with pytest.raises(UnreadableError, match=r"^samverkan\.toml:\d: 'trusted_proxies' must be a list"):
        _read(tmp_path, f"{LEAST}trusted_proxies = {value}\n")


def test_a_byte_order_mark_is_forgiven(tmp_path: Path) -> None:
    assert _read(tmp_path, b"\xef\xbb\xbf" + LEAST.encode()).base == "https://example.org/"


@pytest.mark.parametrize(
    "base",
    [
        *(
            "",
            "x",
            "example.org/",
            "/x/",
            "https://",
            "https:///",
            "https://example.org",
            "https://example.org/x",
            "ftp://example.org/",
        ),
        *(
            "https://example.org/?q=/",
            "https://example.org/#/",
            "https://example.org/a b/",
            "https://exa mple.org/",
            "https://[/ ",
        ),
        *(
            "https://example.org/\\n/",
            "https://example.org/\\t/",
            "https://example.org/<x>/",
            'https://example.org/\\"/',
            "https://e.org/\\\\/",
        ),
        *("https://example.org/\\u00a0/", "https://example.org/\\u007f/", "urn:x/"),
    ],
)
def test_a_base_that_is_no_namespace_is_refused(tmp_path: Path, base: str) -> None:
    with pytest.raises(
        UnreadableError,
        match=r"^samverkan\.toml:1: 'base' (?:must be an http or https address|has the|is not a valid IRI)",
    ):
        _read(tmp_path, f'base = "{base}"\nontology = "https://example.org/def/"\n')


@pytest.mark.parametrize(
    "base", ["http://localhost:8000/", "https://w3id.org/samverkan/ki/", "https://å.se/ö/", "https://example.org/a/~b/"]
)
def test_a_base_that_is_a_namespace_is_taken(tmp_path: Path, base: str) -> None:
    assert _read(tmp_path, f'base = "{base}"\nontology = "https://example.org/def/"\n').base == base


WRONG = {
    "": "'base' is missing",
    'base = "https://example.org/"\n': "'ontology' is missing",
    "base = 5\n": "'base' must be a text in quotes",
    f'{LEAST}lang = "sv"\n': "'lang' is not a setting.*The settings are about, answers, base, catalogue, contact",
    f"{LEAST}languages = []\n": "'languages' must be a list of language tags",
    f'{LEAST}languages = "sv"\n': "'languages' must be a list of language tags",
    f'{LEAST}languages = ["sv_SE"]\n': "'languages' must be a list of language tags",
    f"{LEAST}languages = [1]\n": "'languages' must be a list of language tags",
    f'{LEAST}license = "CC0"\n': "'license' must be the address of a licence",
    f'{LEAST}license = "https://x/ y"\n': "'license' must be the address of a licence",
    f"{LEAST}license = 1\n": "'license' must be a text in quotes",
    f'{LEAST}title = "x"\n': "'title' must be a table of texts",
    f"{LEAST}title = {{sv = 1}}\n": "'title' must be a table of texts",
    f"{LEAST}publisher = []\n": "'publisher' must be a table of texts",
    f"{LEAST}about = 3\n": "'about' must be a table of texts",
    f"{LEAST}publisher.public = 1\n": "'publisher.public' must be true or false, not 1",
    f'{LEAST}publisher.public = "true"\n': "'publisher.public' must be true or false, not 'true'",
    f'{LEAST}description = "x"\n': "'description' must be a table of texts",
    f'{LEAST}contact = "us@example.org"\n': "'contact' takes email and name",
    f'{LEAST}contact = {{email = "us@example.org", phone = "1"}}\n': "'contact' takes email and name",
    f"{LEAST}contact = {{}}\n": "'email' of 'contact' must be an e-mail address, not None",
    f"{LEAST}contact = {{email = 1}}\n": "'email' of 'contact' must be an e-mail address, not 1",
    f'{LEAST}contact = {{email = "us"}}\n': "'email' of 'contact' must be an e-mail address, not 'us'",
    f'{LEAST}contact = {{email = "a@b.se?subject=x"}}\n': "'email' of 'contact' must be an e-mail address",
    f'{LEAST}contact = {{email = "a@b.se", name = "Us"}}\n': "'name' must be a table of texts",
    f"{LEAST}gate = 5\n": "'gate' takes seconds",
    f"{LEAST}gate = {{seconds = 0}}\n": "'gate' takes seconds",
    f"{LEAST}gate = {{seconds = true}}\n": "'gate' takes seconds",
    f"{LEAST}gate = {{seconds = 86401}}\n": "'gate' takes seconds",
    f'{LEAST}synonyms = "a"\n': "'synonyms' must be a list of groups of words",
    f'{LEAST}synonyms = [["a"]]\n': "'synonyms' must be a list of groups of words",
    f'{LEAST}synonyms = [["a", 1]]\n': "'synonyms' must be a text in quotes",
    f'{LEAST}look = "red"\n': "'look' is not a setting of",
    f'{LEAST}look.colour = "red"\n': "'look.colour' is not a setting of",
    f'{LEAST}look.accent = "red"\n': "'look.accent' must be a colour of six hexadecimal digits, not 'red'",
    f'{LEAST}look.accent = "#ffcc00"\n': "'look.accent' .'#ffcc00'. has a contrast of 1.4 to 1",
    f'{LEAST}look.accent_dark = "#202020"\n': "'look.accent_dark' .'#202020'. has a contrast of 1.1 to 1",
    f'{LEAST}look.font = "x;}}body{{"\n': "'look.font' must be names of fonts",
    f"{LEAST}look.mark = '<script>'\n": "'look.mark' must be the outline of a mark",
    f'{LEAST}"a\\u0000" = 1\n': r"'a\\x00' is not a setting",
    f'{LEAST}title.sv = "a\\u0000b"\n': r"'title.sv' has the invisible character U\+0000.*'a\\x00b'",
    f'{LEAST}description.en = "a\\u000Bb"\n': r"'description.en' has the invisible character U\+000B.*'a\\x0bb'",
    f'{LEAST}publisher.sv = "\\uFFFE"\n': r"'publisher.sv' has the invisible character U\+FFFE.*'\\ufffe'",
    f'{LEAST}title.sv = "\\U0000FFFF"\n': r"'title.sv' has the invisible character U\+FFFF.*'\\uffff'",
    f'{LEAST}title.sv = "{"x" * 500}\\u001F"\n': r"'title.sv' has the invisible character U\+001F.*x\\x1f'",
    f'{LEAST}license = "https://e.org/\\u0001"\n': r"'license' has the invisible character U\+0001",
    f'{LEAST}contact = {{email = "a@b.se", name = {{sv = "\\u0008"}}}}\n': "'contact.name.sv' has the invisible",
    f'{LEAST}contact = {{email = "a\\u0000@b.se"}}\n': r"'email' of 'contact' must be an e-mail address, not 'a\\x00@",
    f'{LEAST}contact = {{email = "a\\u202E@b.se"}}\n': r"'email' of 'contact' must be an e-mail address, not 'a\\u202e",
    f'{LEAST}title = {{"e n" = "x"}}\n': "'e n' is no language tag",
    f'{LEAST}title = {{"" = "x"}}\n': "'' is no language tag",
    f'{LEAST}title = {{"en-a" = "x"}}\n': "'en-a' is no language tag",
    f'{LEAST}title = {{SV = "x", sv = "y"}}\n': "There are two texts for 'sv'",
    f'{LEAST}languages = ["\\u017Fv"]\n': r"'languages' must be a list of language tags, not \['\\u017fv'\]",
    f'{LEAST}languages = ["en-a"]\n': "'languages' must be a list of language tags",
    f'{LEAST}license = "https://x/%zz"\n': "'license' is not a valid IRI: 'https://x/%zz' .*percent",
    f'{LEAST}license = "https://x/[a]"\n': "'license' is not a valid IRI",
    f'{LEAST}license = "https://x/\\uE000"\n': r"'license' is not a valid IRI: 'https://x/\\ue000'",
    f'{LEAST}license = "https:///x"\n': "'license' is not a valid IRI: 'https:///x' .*no host",
    f'{LEAST}license = "https://☕.se/"\n': "'license' is not a valid IRI",
    f'{LEAST}license = "https://a..å/"\n': "'license' is not a valid IRI",
    f'{LEAST}license = "https://[zz]/"\n': "'license' is not a valid IRI",
    f'{LEAST}license = "https://x:99999/"\n': "'license' is not a valid IRI",
    f'{LEAST}license = ""\n': "'license' must be the address of a licence",
    f'{LEAST}gate = {{seconds = "5"}}\n': "'gate' takes seconds",
    f"{LEAST}catalogue = 1\n": "'catalogue' must be a table",
    f'{LEAST}catalogue.theme = "x"\n': "'catalogue.theme' is not a setting of .catalogue.*themes",
    f'{LEAST}catalogue.organisation = "202100-2974"\n': "'catalogue.organisation' must be .* not '202100-2974'",
    f'{LEAST}catalogue.organisation = "20210-02973"\n': "'catalogue.organisation' must be a Swedish",
    f"{LEAST}catalogue.organisation = 2021002973\n": "'catalogue.organisation' must be a text",
    f'{LEAST}catalogue.themes = "https://x/"\n': "'catalogue.themes' must be a list of addresses",
    f'{LEAST}catalogue.themes = ["EDUC"]\n': "'catalogue.themes' is not a valid IRI: 'EDUC'",
    f'{LEAST}catalogue.publisher_type = "https://x/ y"\n': "'catalogue.publisher_type' is not a valid IRI",
    f'{LEAST}catalogue.keywords = ["x"]\n': "'catalogue.keywords' must be a list of texts for each language",
    f'{LEAST}catalogue.keywords.sv = "x"\n': "'catalogue.keywords' must be a list of texts for each language",
    f'{LEAST}catalogue.keywords.s_v = ["x"]\n': "'s_v' is no language tag",
    f"{LEAST}catalogue.keywords.sv = [1]\n": "'catalogue.keywords.sv' must be a text",
    f'{LEAST}catalogue.identifier = "7"\n': "'catalogue.identifier' must be a UUID",
    f'{LEAST}catalogue.issued = "2026-01-31"\n': "'catalogue.issued' must be a date, not '2026-01-31'",
    f"{LEAST}catalogue.issued = 2026-01-31T10:00:00\n": "'catalogue.issued' must be a date",
    f"{LEAST}catalogue.start = 2026-01-31\ncatalogue.end = 2026-01-30\n": "The time .* ends .2026-01-30. before",
}


def test_every_setting_is_got_wrong() -> None:
    assert len(WRONG) == 81


@pytest.mark.parametrize("text", WRONG)
def test_a_wrong_setting_is_told(tmp_path: Path, text: str) -> None:
    line = "" if WRONG[text].endswith("is missing") else rf":{text.count(chr(10))}"
    with pytest.raises(UnreadableError, match=rf"^samverkan\.toml{line}: {WRONG[text]}") as caught:
        _read(tmp_path, text)
    several = caught.value.errors if isinstance(caught.value, UnreadableSiteError) else (caught.value,)
    for error in several:
        assert error.remedy
        assert error.message("sv").startswith(str(error.place))
        assert error.message("sv") != str(error)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('title.sv = "x"\ntitle.en = "\\u0000"\n', 4),
        ('\n# sv = "\\u0000"\n[title]\nsv = "x"\n\nen = """y\n\n\\u0000"""\n', 8),
        ('[contact]\nemail = "a@b.se"\n[contact.name]\n"sv" = "\\u0000"\n', 6),
        ('languages = [\n  "sv",\n  "s v",\n]\n', 3),
        ('[publisher]\r\nen = "\\u0000"\r\n', 4),
        ("[gate]\n\nseconds = 0\n", 5),
        ("[title]\n[nosuch]\na = 1\n", 4),
        ("[contact]\n", 3),
        ("[[title]]\nsv = 'x'\n", 3),
    ],
)
def test_a_wrong_setting_is_told_with_the_line_where_it_begins(tmp_path: Path, text: str, line: int) -> None:
    with pytest.raises(UnreadableError, match=rf"^samverkan\.toml:{line}: "):
        _read(tmp_path, LEAST + text)


@pytest.mark.parametrize(
    "license_", ["https://e.org/€", "https://å.se/ö?q=é#å", "urn:x:å", "https://xn--5ca.se/", "https://[::1]:8080/a"]
)
def test_a_licence_may_have_letters_of_any_script(tmp_path: Path, license_: str) -> None:
    assert _read(tmp_path, f'{LEAST}license = "{license_}"\n').license == license_


def test_texts_may_have_any_character_that_xml_carries_and_languages_that_the_site_has_not(tmp_path: Path) -> None:
    found = _read(tmp_path, f'{LEAST}[title]\nSV = "å\\t\\n\\r\\u007F\\u0085😀"\nzh-Hant = "題"\n')
    assert found.title == {"sv": "å\t\n\r\x7f\x85😀", "zh-hant": "題"}
    contact = _read(tmp_path, f'{LEAST}[contact]\nemail = "åsa.o\'x+y@exempel.se"\n').contact
    assert contact
    assert contact.email == "åsa.o'x+y@exempel.se"


@pytest.mark.parametrize("text", [f"x = {'[' * 5000}", f"x = {'9' * 5000}", 'title.sv = "\\uD800"', 'title.sv = "\0"'])
def test_what_the_parser_of_toml_can_not_take_is_told(tmp_path: Path, text: str) -> None:
    with pytest.raises(
        UnreadableError, match=r"^samverkan\.toml(:3)?: (?:This is not TOML: .*|This TOML is nested too deeply .*)\.$"
    ):
        _read(tmp_path, LEAST + text)


def test_broken_toml_is_told_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match=r"^samverkan\.toml:3: The value after = can't be read: = 1\."):
        _read(tmp_path, f"{LEAST}x = = 1\n")


def test_another_encoding_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="not in UTF-8"):
        _read(tmp_path, 'base = "å"'.encode("latin-1"))


def test_a_folder_without_settings_is_no_site(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match=r"There is no site in .*: it has no samverkan\.toml"):
        settings.read_settings(tmp_path)
    with pytest.raises(UnreadableError, match="There is no site in nowhere"):
        settings.read_settings(tmp_path / "nowhere")


def test_a_folder_where_the_settings_should_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "samverkan.toml").mkdir()
    with pytest.raises(UnreadableError, match="The file can't be read: Is a directory"):
        settings.read_settings(tmp_path)
