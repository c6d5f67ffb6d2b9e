"""The one resumption application of the demo, by another enterprise than the contract's own."""

from datetime import date, timedelta

from infra.seed import cast
from infra.seed.enterprises import APPLICANT, demo_enterprise
from infra.seed.records import Application, Contact, Dormitory, RosterEntry, Supplies, Transport

DAYS_AHEAD = 5  # the mode of approval asks for three


def application_record(seed: int, today: date) -> Application:
    """Return an application that asks for what a reviewer can approve."""
    enterprise = demo_enterprise(seed, APPLICANT)
    back = (today - timedelta(days=20)).isoformat()
    return Application(
        idempotency_key=f"seed-application-{enterprise.credit_code}",
        credit_code=enterprise.credit_code,
        planned_on=(today + timedelta(days=DAYS_AHEAD)).isoformat(),
        person_in_charge=Contact(cast.HE.name, cast.HE.phone),
        roster=[
            RosterEntry(
                name=member.name,
                national_id=member.national_id,
                phone=member.phone,
                origin_code="330111",
                returned_on=back,
                transport=Transport("CAR", None),
                dormitory_room=room,
            )
            for member, room in ((cast.HE, None), (cast.HE_WIFE, "B-201"))
        ],
        supplies=Supplies(masks=1_500, thermometers=3, disinfectant_liters=40),
        isolation_rooms=1,
        dormitories=[Dormitory(room="B-201", beds=4, area_square_meters=16.0)],
        canteen_plan="STAGGERED",
        undertaking_accepted=True,
    )
