"""Any changed byte fails; what is revoked shows so; the check needs nothing of ours."""

import importlib.util
import json
from pathlib import Path

import pypdfium2
import pytest
from django.conf import settings
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from evaluations.awards.models import Certificate
from evaluations.awards.services import draw_winners, publish_list
from evaluations.awards.services.certificates import (
    issue,
    public_keys,
    restore,
    revocations,
)
from evaluations.awards.services.held import settle
from evaluations.awards.services.losing import disqualify
from evaluations.awards.services.refusals import NotAwarded
from evaluations.awards.signing import Tampered, checked, public_of, signed
from evaluations.ledger.services import put
from tests.evaluations.awards.factories import county_with_scores, published_run
from tests.evaluations.awards.rounds import open_case
from tests.staffing.people.factories import UserFactory, granted_user

_PATH = Path(settings.BASE_DIR) / "tools/verify_certificate/verify_certificate.py"
_spec = importlib.util.spec_from_file_location("verify_certificate", _PATH)
offline = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(offline)

PRIVATE = bytes(range(32))
KEYS = {"k1": public_of(PRIVATE)}
HEX_KEYS = {"k1": KEYS["k1"].hex()}
DATA = {
    "certificate": "8b0e3fb1-3f7e-4c0e-9b0a-1d6a6b3c2d11",
    "holder": "欧阳 Ouyang",
    "period": "2026-Q3",
    "title": "service_star",
}
TEXT = signed(DATA, key_id="k1", private=PRIVATE)


def _both_refuse(raw: bytes) -> bool:
    try:
        ours = checked(raw.decode(), KEYS)
    except (Tampered, UnicodeDecodeError):
        ours = None
    try:
        theirs = offline.read(raw, HEX_KEYS)
    except ValueError:
        theirs = None
    return ours is None and theirs is None


def test_what_was_signed_is_read_by_both():
    assert checked(TEXT, KEYS) == DATA == offline.read(TEXT.encode(), HEX_KEYS)


def test_every_single_byte_counts():
    text = TEXT.encode()
    for at in range(len(text)):
        for bit in range(8):  # 0x20 among them: the case of a letter
            raw = bytearray(text)
            raw[at] ^= 1 << bit
            assert _both_refuse(bytes(raw)), (at, bit)
        assert _both_refuse(text[:at] + text[at + 1 :]), at


@given(
    at=st.integers(0, len(TEXT.encode())),
    piece=st.binary(min_size=1, max_size=4),
)
def test_nothing_can_be_put_in(at, piece):
    raw = TEXT.encode()
    assert _both_refuse(raw[:at] + piece + raw[at:])


@given(st.sampled_from(sorted(DATA)), st.text(max_size=20))
def test_no_field_can_be_changed(field, value):
    if value == DATA[field]:
        return
    line, rest = TEXT.split("\n", 1)
    other = json.dumps(
        DATA | {field: value},
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    assert other != line
    assert _both_refuse(f"{other}\n{rest}".encode("utf-8", "surrogatepass"))


def test_another_key_under_the_same_name_does_not_do():
    forged = signed(DATA, key_id="k1", private=bytes(32))
    assert _both_refuse(forged.encode())
    renamed = TEXT.replace("ed25519 k1", "ed25519 k2")
    with pytest.raises(Tampered):
        checked(renamed, {"k1": KEYS["k1"], "k2": KEYS["k1"]})


@pytest.fixture
def award(db):
    county_with_scores([80, 95, 90, 85, 70])
    lists = draw_winners(run_id=published_run().pk, by=None)
    county = next(one for one in lists if one.level == "county")
    publish_list(award_list_id=county.pk, by=None)
    return county.awards.select_related("employee", "award_list").first()


def test_it_says_who_what_and_when_and_no_more(award):
    held = issue(award_id=award.pk)
    said = checked(held.text, public_keys())
    assert sorted(said) == [
        "certificate",
        "format",
        "holder",
        "issued_on",
        "issuer",
        "level",
        "period",
        "place",
        "ranking",
        "title",
    ]
    assert (said["holder"], said["title"]) == (award.employee.name, "service_star")
    assert issue(award_id=award.pk) == held  # asked for twice, made once


def test_a_retired_key_still_proves(award, settings):
    held = issue(award_id=award.pk)
    ((old_id, old),) = settings.CERTIFICATE_KEYS.items()
    settings.CERTIFICATE_KEYS = {"new": PRIVATE}
    settings.CERTIFICATE_RETIRED_KEYS = {old_id: public_of(old)}
    assert checked(held.text, public_keys())["certificate"] == str(held.uuid)
    assert "ed25519 new " in revocations()


def test_a_draft_and_a_lost_award_get_none(award):
    disqualify(award_id=award.pk, reason="it came out", by=granted_user("operations"))
    with pytest.raises(NotAwarded):
        issue(award_id=award.pk)


def test_revoked_shows_on_the_page_and_offline(award, client, tmp_path, capsys):
    held = issue(award_id=award.pk)
    page = reverse("awards:check", args=[held.uuid])
    assert "Genuine" in client.get(page).content.decode()
    (tmp_path / "c.txt").write_text(held.text, encoding="utf-8", newline="\n")
    keys = client.get(reverse("awards:keys")).json()
    (tmp_path / "k.json").write_text(json.dumps(keys))
    arguments = [str(tmp_path / "c.txt"), "--keys", str(tmp_path / "k.json")]
    arguments += ["--revoked", str(tmp_path / "r.txt")]

    def verdict():
        listed = client.get(reverse("awards:revoked")).content
        (tmp_path / "r.txt").write_bytes(listed)
        return offline.main(arguments)

    assert verdict() == 0
    disqualify(award_id=award.pk, reason="it came out", by=granted_user("operations"))
    text = client.get(page).content.decode()
    assert "Revoked" in text
    assert "it came out" in text
    assert verdict() == 2
    (tmp_path / "c.txt").write_text(held.text.replace("NS", "XS"), encoding="utf-8")
    assert verdict() == 1
    assert "NOT GENUINE" in capsys.readouterr().err


def corrected(award, state="", *, barred=False):
    """Publish the next revision of a list, with somebody barred or held back there."""
    person, month = award.employee, award.award_list.period
    if barred:
        open_case(person, award.outlet, "bar", "attitude_complaint", scope=month)
    if state == "held":
        open_case(person, award.outlet)
    lists = draw_winners(run_id=published_run().pk, by=None)
    later = next(one for one in lists if one.level == "county")
    return publish_list(award_list_id=later.pk, by=granted_user("operations"))


def test_it_holds_where_the_award_stands_on_the_corrected_list_too(award):
    held = issue(award_id=award.pk)
    later = corrected(award).awards.get(employee=award.employee)
    assert issue(award_id=later.pk) == held
    assert str(held.uuid) not in revocations()
    disqualify(award_id=later.pk, reason="it came out", by=granted_user("operations"))
    assert str(held.uuid) in revocations()


def test_it_is_revoked_where_the_corrected_list_has_the_award_no_more(award, client):
    held = issue(award_id=award.pk)
    later = corrected(award, barred=True)
    assert not later.awards.filter(employee=award.employee).exists()
    assert str(held.uuid) in revocations()
    page = client.get(reverse("awards:check", args=[held.uuid])).content.decode()
    assert "Genuine" not in page
    assert "corrected" in page
    restore(award=award, by=None)  # the list is not the newest any more
    assert str(held.uuid) in revocations()


def test_it_is_revoked_while_she_is_held_back_and_holds_again_once_awarded(award):
    held = issue(award_id=award.pk)
    later = corrected(award, "held").awards.get(employee=award.employee)
    assert (later.state, str(held.uuid) in revocations()) == ("held", True)
    put(source="test", lines=[], withdrawn=[f"C:{award.employee.number}"])
    by = granted_user("operations")
    settle(award_id=later.pk, awarded=True, reason="it was not her", by=by)
    assert str(held.uuid) not in revocations()
    assert issue(award_id=later.pk) == held


def test_a_superseded_list_gives_none(award):
    later = corrected(award).awards.get(employee=award.employee)
    with pytest.raises(NotAwarded):
        issue(award_id=award.pk)
    assert issue(award_id=later.pk).award == later


def test_a_text_changed_in_the_database_is_not_genuine(award, client):
    held = issue(award_id=award.pk)
    Certificate.objects.update(text=held.text.replace("NS 1", "NS 9"))
    page = client.get(reverse("awards:check", args=[held.uuid])).content.decode()
    assert "Not genuine" in page
    assert "NS 9" not in page


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Certificate of Honour"), ("zh", "荣誉证书")],
)
def test_the_pdf_says_it_in_both_languages(award, client, language, words):
    award.employee.name = "欧阳娜娜"
    award.employee.save()
    held = issue(award_id=award.pk)
    client.force_login(UserFactory(employee=award.employee))
    page = reverse("awards:certificate_file", args=[held.uuid, language])
    answer = client.get(page)
    assert answer["Content-Type"] == "application/pdf"
    document = pypdfium2.PdfDocument(answer.content)
    text = document[0].get_textpage().get_text_range()
    assert words in text
    assert "欧阳娜娜" in text
    assert len(document) == 1
    assert bytes(document.get_attachment(0).get_data()) == held.text.encode()
    # Subset: the whole font would be ten million bytes.
    assert len(answer.content) < 60_000


def test_nobody_elses_certificate_is_shown(award, client):
    held = issue(award_id=award.pk)
    other = award.award_list.awards.exclude(pk=award.pk).first().employee
    client.force_login(UserFactory(employee=other))
    for name in ("certificate", "certificate_text"):
        page = reverse(f"awards:{name}", args=[held.uuid])
        assert client.get(page).status_code == 404
