"""Accounts of people who do something in the demo and sign in nowhere."""

from staffing.people.models import Employee, User


def account_of(person: Employee) -> User:
    """Return the person's account; one that is made here has no password."""
    found = User.objects.filter(employee=person).first()
    if found is not None:
        return found
    made = User(username=f"staff-{person.number}", employee=person)
    made.first_name = person.name
    made.set_unusable_password()
    made.save()
    return made
