"""What holds for every page: its policy, its language, whence its files come."""

import re
from datetime import date, datetime, time
from pathlib import Path

import pytest
from django import forms
from django.template import Context, Template, TemplateSyntaxError
from django.template.loader import render_to_string
from django.test import Client, override_settings
from django.urls import path
from django.utils import translation

from tests.staffing.people.factories import granted_user
from tools import messages

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
OWN_FILES = [
    file
    for file in sorted((ROOT / "static").rglob("*"))
    if file.suffix in (".css", ".js", ".svg", ".webmanifest")
]

BREACHES = {
    "an inline script": re.compile(r"<script(?![^>]*\ssrc=)[^>]*>", re.I),
    "an inline style sheet": re.compile(r"<style[\s>]", re.I),
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.I),
    "an inline handler": re.compile(r"<[^>]*\son[a-z]+\s*=|\shx-on", re.I),
    "a script address": re.compile(r"javascript:", re.I),
    "another host": re.compile(
        r"""["'(=\s](?:https?:|wss?:)?//[\w-]+\.[\w.-]+""", re.I
    ),
}
NAMESPACE = "http://www.w3.org/2000/svg"


def breaches(text: str) -> list[str]:
    text = text.replace(NAMESPACE, "")
    return [name for name, pattern in BREACHES.items() if pattern.search(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<script>go()</script>", ["an inline script"]),
        ('<script type="application/json">1</script>', ["an inline script"]),
        ('<script src="/static/x.js"></script>', []),
        ('<p class="a" style="color: red">', ["a style attribute"]),
        ('<button onclick="go()">', ["an inline handler"]),
        ('<a href="https://example.org/">', ["another host"]),
        ('<img src="//cdn.example.org/x.png">', ["another host"]),
        ('@import "https://example.org/x.css"', ["another host"]),
        ("url(http://example.org/x.png)", ["another host"]),
        ("// a comment in a script", []),
    ],
)
def test_breaches_are_recognised(text, expected):
    assert breaches(text) == expected


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.name)
def test_no_template_breaks_the_content_policy(file):
    assert breaches(file.read_text("utf-8")) == []


@pytest.mark.parametrize("file", OWN_FILES, ids=lambda file: file.name)
def test_no_static_file_loads_anything_from_another_host(file):
    assert breaches(file.read_text("utf-8")) == []


@pytest.mark.django_db
def test_the_content_policy_is_exactly_this(client):
    header = client.get("/accounts/sign-in/").headers["Content-Security-Policy"]
    directives = {
        name: values for name, *values in (part.split() for part in header.split(";"))
    }
    assert directives == {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "lang", "word"),
    [("en", "en", "Sign in"), ("zh-hans", "zh-Hans", "登录")],
)
def test_pages_carry_their_language(client, catalogues, language, lang, word):
    client.cookies["django_language"] = language
    page = client.get("/accounts/sign-in/").content.decode()
    assert f'<html lang="{lang}">' in page
    assert f"<title>{word} · Starhall</title>" in page


@pytest.mark.django_db
def test_both_languages_are_offered_in_their_own_words(client):
    page = client.get("/accounts/sign-in/").content.decode()
    assert re.search(r'value="en" lang="en" aria-pressed="true">English<', page)
    assert re.search(r'value="zh-hans" lang="zh-Hans" aria-pressed="false">中文<', page)


@pytest.mark.django_db
def test_htmx_sends_the_csrf_token_and_evaluates_nothing(client):
    client.force_login(granted_user("auditor"))
    page = client.get("/").content.decode()
    assert re.search(r"""hx-headers='{"X-CSRFToken": "\w{64}"}'""", page)
    assert '"allowEval":false' in page
    assert '"includeIndicatorStyles":false' in page


def broken(request):
    raise RuntimeError


urlpatterns = [path("broken/", broken)]


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "500"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_error_pages_stand_without_any_context(name, language):
    with translation.override(language):
        page = render_to_string(f"{name}.html")
    assert page.count("<h1") == 1
    assert 'href="/"' in page


@pytest.mark.django_db
def test_an_unknown_address_says_so_kindly(client):
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert "There is nothing here for you" in response.content.decode()


def test_an_expired_form_says_so_kindly():
    response = Client(enforce_csrf_checks=True).post("/accounts/sign-in/", {})
    assert response.status_code == 403
    assert "This page was open for too long" in response.content.decode()


def test_a_failure_says_so_kindly():
    from config.urls import urlpatterns as house

    broken_house = type("urls", (), {"urlpatterns": [*house, *urlpatterns]})
    with override_settings(ROOT_URLCONF=broken_house):
        response = Client(raise_request_exception=False).get("/broken/")
    assert response.status_code == 500
    assert "Something went wrong on our side" in response.content.decode()


# --- Icons and forms ------------------------------------------------------------------


def draw(tag: str) -> str:
    return Template("{% load ui %}" + tag).render(Context())


def test_icon_draws_inline_and_hides_from_screen_readers():
    assert draw('{% icon "plus" "text-red" %}') == (
        '<svg class="icon text-red" width="24" height="24" viewBox="0 0 24 24" '
        'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" '
        'stroke-linejoin="round" aria-hidden="true" focusable="false">'
        '<path d="M12 5l0 14" /> <path d="M5 12l14 0" /></svg>'
    )


def test_icon_can_be_filled():
    assert 'fill="currentColor" aria-hidden' in draw('{% icon "star" filled=True %}')


@pytest.mark.parametrize("name", ["no-such-drawing", "../outline/plus", ""])
def test_icon_refuses_what_is_no_icon(name):
    with pytest.raises(TemplateSyntaxError):
        draw(f'{{% icon "{name}" %}}')


class ExampleForm(forms.Form):
    name = forms.CharField(help_text="As on the badge")
    kind = forms.ChoiceField(choices=[("a", "A")])
    way = forms.ChoiceField(choices=[("x", "X")], widget=forms.RadioSelect)
    sure = forms.BooleanField()
    key = forms.CharField(widget=forms.HiddenInput)
    note = forms.CharField(widget=forms.Textarea(attrs={"class": "note"}))


def test_forms_wear_the_look():
    page = str(ExampleForm())
    assert (
        '<input type="text" name="name" required aria-describedby="id_name_help' in page
    )
    assert re.search(r'<input type="text" name="name"[^>]*class="form-control"', page)
    assert re.search(r'<select name="kind"[^>]*class="form-select"', page)
    assert re.search(r'<input type="radio"[^>]*class="form-check-input"', page)
    assert re.search(r'<input type="checkbox"[^>]*class="form-check-input"', page)
    assert re.search(r'<textarea[^>]*class="form-control note"', page)
    assert re.search(r'<input type="hidden" name="key" id="id_key">', page)


class DatedForm(forms.Form):
    on = forms.DateField()
    at = forms.DateTimeField()
    opens = forms.TimeField()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_dates_and_times_are_picked_with_the_browsers_own_pickers(language):
    with translation.override(language):
        page = str(
            DatedForm(
                initial={
                    "on": date(2026, 3, 1),
                    "at": datetime(2026, 3, 1, 15, 30),  # noqa: DTZ001 as a person types it
                    "opens": time(9, 0),
                }
            )
        )
        sent = DatedForm(
            {"on": "2026-03-01", "at": "2026-03-01T15:30", "opens": "9:00"}
        )
        assert sent.is_valid()
    assert '<input type="date" name="on" value="2026-03-01"' in page
    assert '<input type="datetime-local" name="at" value="2026-03-01T15:30"' in page
    assert '<input type="time" name="opens" value="09:00"' in page


def test_forms_show_what_is_wrong_beside_the_field_that_is():
    page = str(ExampleForm({"kind": "a", "way": "x", "sure": "on", "key": "k"}))
    assert re.search(r'name="name"[^>]*aria-invalid="true"[^>]*is-invalid', page)
    assert '<ul class="invalid-feedback d-block' in page
    assert not re.search(r'name="kind"[^>]*is-invalid', page)


# --- Words ----------------------------------------------------------------------------


@pytest.fixture
def catalogues():
    """Compile the catalogues and let Django read them anew."""
    messages.compile_catalogues()
    translation.trans_real._translations.clear()


def test_every_message_is_translated():
    assert messages.problems(messages.rooms()) == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('{% translate "Open" %}', [("Open", None)]),
        ('{% translate "Open" context "a shop" %}', [("Open", "a shop")]),
        ('{% translate "100%" %}', [("100%%", None)]),
        ('{{ _("Open")|lower }}', [("Open", None)]),
        ("{% if x == _('Open') %}{% endif %}", [("Open", None)]),
        (
            "{% blocktranslate trimmed %}\n  One\n  two\n{% endblocktranslate %}",
            [("One two", None)],
        ),
        (
            "{% blocktranslate with rate=x %}{{ rate }}% passed{% endblocktranslate %}",
            [("%(rate)s%% passed", None)],
        ),
        (
            "{% blocktranslate count n=x trimmed %}One {{ n }}"
            "{% plural %}Many {{ n }}{% endblocktranslate %}",
            [(("One %(n)s", "Many %(n)s"), None)],
        ),
        (
            "{% blocktranslate count n=x context 'c' %}a{% plural %}b"
            "{% endblocktranslate %}",
            [(("a", "b"), "c")],
        ),
        ('{% comment %}{% translate "No" %}{% endcomment %}', []),
        ('{# {% translate "No" %} #}', []),
        ('{% translate "It\'s" as x %}{{ x }}', [("It's", None)]),
    ],
)
def test_template_messages_are_what_django_looks_up(source, expected):
    assert list(messages.template_messages(source)) == expected


@pytest.fixture
def room(tmp_path):
    """A room with one Python file, one template and no catalogue yet."""
    (tmp_path / "room").mkdir()
    (tmp_path / "templates").mkdir()
    (tmp_path / "room" / "services.py").write_text(
        "_('Open')\nngettext('%(n)s day', '%(n)s days', n)\n"
        "pgettext_lazy('verb', 'Close')\n"
    )
    (tmp_path / "templates" / "page.html").write_text(
        "{% blocktranslate %}{{ rate }}% passed{% endblocktranslate %}"
    )
    return messages.Room(
        "room", (tmp_path / "room",), (tmp_path / "templates",), tmp_path / "locale"
    )


def test_extract_writes_a_catalogue_without_dates_or_lines(room):
    messages.extract([room], prune=False)
    assert room.catalogue.read_text("utf-8") == messages.HEADER + (
        '#, python-format\nmsgid "%(n)s day"\nmsgid_plural "%(n)s days"\n'
        'msgstr[0] ""\n\n'
        '#, python-format\nmsgid "%(rate)s%% passed"\nmsgstr ""\n\n'
        'msgctxt "verb"\nmsgid "Close"\nmsgstr ""\n\n'
        'msgid "Open"\nmsgstr ""\n\n'
    )


def test_extract_keeps_what_is_translated_and_says_what_is_not(room):
    messages.extract([room], prune=False)
    catalogue = room.catalogue.read_text("utf-8")
    room.catalogue.write_text(
        catalogue.replace('msgid "Open"\nmsgstr ""', 'msgid "Open"\nmsgstr "打开"')
        .replace('msgstr[0] ""', 'msgstr[0] "%(m)s 天"')
        .replace('passed"\nmsgstr ""', 'passed"\nmsgstr "%(rate)s% 通过"'),
        "utf-8",
    )
    messages.extract([room], prune=False)
    assert 'msgid "Open"\nmsgstr "打开"' in room.catalogue.read_text("utf-8")
    assert messages.problems([room]) == [
        "room: placeholders differ: ('%(n)s day', '%(n)s days')",
        "room: not translated: 'Close'",
        "room: placeholders differ: '%(rate)s%% passed'",
    ]


def test_extract_drops_unused_messages_only_when_asked(room):
    messages.extract([room], prune=False)
    catalogue = room.catalogue.read_text("utf-8")
    room.catalogue.write_text(catalogue.replace('"Open"', '"Shut"'), "utf-8")
    messages.extract([room], prune=False)
    assert '#~ msgid "Shut"' in room.catalogue.read_text("utf-8")
    messages.extract([room], prune=True)
    assert "Shut" not in room.catalogue.read_text("utf-8")


def test_two_rooms_may_not_translate_one_message_differently(room, tmp_path):
    other = messages.Room("other", room.code, room.templates, tmp_path / "other")
    for place, word in [(room, "打开"), (other, "开放")]:
        messages.extract([place], prune=False)
        catalogue = place.catalogue.read_text("utf-8")
        place.catalogue.write_text(
            catalogue.replace(
                'msgid "Open"\nmsgstr ""', f'msgid "Open"\nmsgstr "{word}"'
            ),
            "utf-8",
        )
    differing = [line for line in messages.problems([room, other]) if "differ" in line]
    assert differing == ["translated differently: 'Open': 打开 (room); 开放 (other)"]
