"""Two accounts: a plain one, and one whose names are as unfortunate as names can be."""

from reconciler.directory.directory import (
    Attribute,
    CatalogType,
    Directory,
    Entry,
    Field,
    Named,
    Person,
    Severity,
    Team,
    part,
    whole,
)

DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def ulid(number: int) -> str:
    """A text that looks like an id; equal numbers give equal ids."""
    tail = ""
    for _ in range(8):
        tail, number = DIGITS[number % 32] + tail, number // 32
    return f"01HT{'0' * 14}{tail}"


UNKNOWN_ID = ulid(999_999)


def engine(type_id: str) -> str:
    return f'CatalogEntry["{type_id}"]'


SERVICE, TIER, TEAM_TYPE, PRIORITY, PATH_TYPE = (ulid(n) for n in range(1, 6))
SERVICE_TIER, SERVICE_OWNER, TEAM_PATH = ulid(11), ulid(12), ulid(13)


def plain() -> Directory:
    """One of everything that a route can name, each name meaning one thing."""
    return Directory(
        account="https://app.incident.io/example",
        sources=whole([Named(ulid(100), "Grafana Cloud"), Named(ulid(101), "sev0@")]),
        attributes=whole(
            [
                Attribute(ulid(110), "severity", "String"),
                Attribute(ulid(111), "service", engine(SERVICE)),
                Attribute(ulid(112), "silenced", "Bool"),
                Attribute(ulid(113), "team", engine(TEAM_TYPE)),
                Attribute(ulid(114), "labels", "String", array=True),
            ]
        ),
        paths=whole([Named(ulid(120), "Engineering On-Call"), Named(ulid(121), "Platform")]),
        users=whole(
            [
                Person(ulid(130), "Lead", "Lead@example.com"),
                Person(ulid(131), "Engineer", "engineer@example.com", active=False),
                Person(ulid(132), "Robot"),
            ]
        ),
        teams=whole([Team(ulid(140), "Payments", ulid(141))]),
        severities=whole([Severity(ulid(150), "Minor", 1), Severity(ulid(151), "Major", 2)]),
        incident_types=whole([Named(ulid(155), "Default")]),
        custom_fields=whole(
            [
                Field(ulid(160), "Impact", "text"),
                Field(ulid(161), "Affected service", "single_select", SERVICE),
                Field(ulid(162), "Region", "multi_select"),
                Field(ulid(163), "Customers", "numeric"),
            ]
        ),
        options={ulid(162): whole([Named(ulid(165), "eu"), Named(ulid(166), "us")])},
        catalog_types=whole(
            [
                _type(
                    SERVICE,
                    "Service",
                    'Custom["Service"]',
                    Attribute(SERVICE_TIER, "Tier", engine(TIER)),
                    Attribute(SERVICE_OWNER, "Owner", engine(TEAM_TYPE), array=True),
                ),
                _type(TIER, "Tier", 'Custom["Tier"]'),
                _type(
                    TEAM_TYPE,
                    "Team",
                    "Team",
                    Attribute(TEAM_PATH, "Escalation path", engine(PATH_TYPE)),
                ),
                _type(PRIORITY, "Alert Priority", "AlertPriority"),
                _type(PATH_TYPE, "Escalation Path", "EscalationPath"),
            ]
        ),
        entries={
            SERVICE: whole(
                [
                    Entry(ulid(170), "checkout", "svc-checkout", ("shop",)),
                    Entry(ulid(171), "ledger"),
                ]
            ),
            TIER: whole([Entry(ulid(175), "Tier 1")]),
            TEAM_TYPE: whole([Entry(ulid(141), "Payments", ulid(140))]),
            PRIORITY: whole([Entry(ulid(180), "P1"), Entry(ulid(181), "P2")]),
            PATH_TYPE: whole([Entry(ulid(190), "Engineering On-Call", ulid(120))]),
        },
    )


def _type(type_id: str, name: str, type_name: str, *attributes: Attribute) -> CatalogType:
    return CatalogType(type_id, name, type_name, engine(type_id), whole(attributes))


ODD_NAMES = (
    "title",
    "severity",
    "twin",
    "twin",
    'hop.["in"]',
    'with "quotes"',
    "back\\slash",
    'x"]',
    "clos}}ing",
    "}",
    "{{ open",
    "new\nline",
    " spaced ",
    "emoji 🔥👩‍🚒",
    "attribute:severity",
    "alert.title",
    f"alert.attributes.{ulid(200)}",
    'expressions["one"]',
    'catalog_attribute["x"]',
    "input",
    ".",
    ulid(201),
    UNKNOWN_ID,
    "no",
    "#alerts",
    "a / b",
    "",
)
"""The id `ulid(201)` and the unknown one are also somebody's name."""


def odd() -> Directory:
    """Every kind has all the odd names; entry n of each kind has the id base + n."""
    types = ("String", engine(SERVICE), "Bool", engine(TIER), engine(ulid(77)), "User")
    return Directory(
        account="https://app.incident.io/odd",
        sources=whole(_odd(2000)),
        attributes=whole(
            Attribute(row.id, row.name, types[place % len(types)], place % 4 == 3)
            for place, row in enumerate(_odd(200))
        ),
        paths=whole(_odd(2200)),
        users=whole(
            Person(row.id, row.name, "Some@example.com" if place % 3 == 0 else f"u{place}@x.io")
            for place, row in enumerate(_odd(2300))
        ),
        teams=whole(Team(row.id, row.name, ulid(5000 + n)) for n, row in enumerate(_odd(2400))),
        severities=whole(Severity(row.id, row.name, n) for n, row in enumerate(_odd(2500))),
        incident_types=whole(_odd(2600)),
        custom_fields=whole(
            Field(
                row.id,
                row.name,
                ("text", "single_select", "multi_select", "link")[place % 4],
                SERVICE if place % 4 == 2 else "",
            )
            for place, row in enumerate(_odd(2700))
        ),
        options={row.id: whole(_odd(2800)) for row in _odd(2700)},
        catalog_types=whole(
            [
                CatalogType(
                    SERVICE,
                    "twin",
                    "odd",
                    engine(SERVICE),
                    whole(
                        Attribute(row.id, row.name, types[place % len(types)], place % 5 == 4)
                        for place, row in enumerate(_odd(2900))
                    ),
                ),
                CatalogType(TIER, "twin", "Tier", engine(TIER), whole(())),
                CatalogType(
                    PRIORITY, "Alert Priority", "AlertPriority", engine(PRIORITY), whole(())
                ),
                CatalogType(ulid(6), UNKNOWN_ID, "Region", "Region", whole(())),
            ]
        ),
        entries={
            type_id: whole(
                Entry(row.id, row.name, f"ext-{place % 7}", ("alias", ulid(201))[: place % 3])
                for place, row in enumerate(_odd(base))
            )
            for type_id, base in ((SERVICE, 3000), (TIER, 3100), (PRIORITY, 3200))
        },
        channels=part([Named("C0000000001", "#alerts"), Named("T1/C0000000002", "#alerts")]),
        message_templates=part([Named(ulid(3300), "Compact")]),
    )


def _odd(base: int) -> list[Named]:
    return [Named(ulid(base + place), name) for place, name in enumerate(ODD_NAMES)]
