"""Files on their way in, as far as a test wants them."""

from django.core.files.uploadedfile import SimpleUploadedFile

from outlets.exchange.kinds import registered
from outlets.exchange.models import Import
from outlets.exchange.services.intake import confirm_import, receive_file, start_check

GOOD = "number,name,post\nE1,Li Na,clerk\nE2,Wang Wei,supervisor\n"
MIXED = "number,name,post\nE1,Li Na,clerk\nE2,,boss\n"


def sent(text, by, kind="employees", name="staff.csv") -> Import:
    content = text if isinstance(text, bytes) else text.encode()
    upload = SimpleUploadedFile(name, content)
    return receive_file(kind=registered()[kind], upload=upload, by=by)


def checked(text, by, jobs, kind="employees") -> Import:
    imported = sent(text, by, kind)
    with jobs():
        start_check(import_id=imported.pk, mapping=imported.mapping, by=by)
    imported.refresh_from_db()
    return imported


def confirmed(imported, jobs, *, keep_good=False) -> Import:
    with jobs():
        confirm_import(import_id=imported.pk, keep_good=keep_good, by=imported.by)
    imported.refresh_from_db()
    return imported
