# SPDX-License-Identifier: GPL-3.0-or-later
"""The content of the diagrams."""

from __future__ import annotations

from tests.tools.pictures.boxes import Arrow, Box, diagram
from tests.tools.pictures.sequence import Message, sequence

RECEIPTS = diagram(
    "Is a write-only field sent? If there is no receipt, if the declared value is not the one last sent, or if the "
    "object was modified at Kapso since, it is sent. Otherwise nothing is sent.",
    430,
    (
        Box("declared", "you", (12, 12, 300, 44), "Declared: access_token"),
        Box("q1", "", (12, 96, 300, 56), "Is there a receipt of it?", ("of the value last sent",)),
        Box("q2", "", (12, 192, 300, 56), "Is the value the one last sent?", ("compared by keyed digests",)),
        Box("q3", "", (12, 288, 300, 56), "Is the object unmodified since?", ("updated_at, read from Kapso",)),
        Box("no", "kapso", (12, 384, 300, 34), "Send nothing: the task is ok"),
        Box("s1", "you", (372, 96, 136, 56), "Send it", ("no_receipt",)),
        Box("s2", "you", (372, 192, 136, 56), "Send it", ("value_changed",)),
        Box("s3", "you", (372, 288, 136, 56), "Send it", ("modified_at_server",)),
    ),
    (
        Arrow("declared", "q1"),
        Arrow("q1", "q2", "yes"),
        Arrow("q2", "q3", "yes"),
        Arrow("q3", "no", "yes"),
        Arrow("q1", "s1", "no"),
        Arrow("q2", "s2", "no"),
        Arrow("q3", "s3", "no"),
    ),
)

APPROVAL = sequence(
    "Plan, approve, apply: the first job reads Kapso, writes a plan file and a report. A reviewer reads the report and "
    "approves. The second job plans again. If the plan is the same, it writes; otherwise it writes nothing.",
    (("Plan job", ""), ("Reviewer", "you"), ("Apply job", ""), ("Kapso", "kapso")),
    (
        Message(0, 3, "reads every object"),
        Message(0, 1, "report"),
        Message(0, 2, "plan file"),
        Message(1, 2, "approves"),
        Message(2, 3, "reads again"),
        Message(2, 2, "Is the new plan that of the file?"),
        Message(2, 3, "yes: writes"),
        Message(2, 2, "no: it stops, and nothing is written", "stop"),
    ),
)

PARTS = diagram(
    "The parts of the collection: playbooks and the role call the project module. It and the modules for single "
    "objects share one engine, which reads Kapso, compares, and writes the fields that differ. Receipts hold digests "
    "of the sent values, and the report shows the changes.",
    392,
    (
        Box("playbooks", "you", (12, 12, 236, 56), "Playbooks", ("plan, apply, drift, export",)),
        Box("own", "you", (272, 12, 236, 56), "Your own tasks", ("and the inventory phone_numbers",)),
        Box("role", "", (12, 104, 112, 56), "Role", ("kapso_provision",)),
        Box("project", "", (148, 104, 172, 56), "kapso_project", ("a whole project",)),
        Box("modules", "", (344, 104, 164, 56), "Other modules", ("one object each, lists",)),
        Box("engine", "", (148, 196, 360, 56), "Engine", ("read, compare, send, verify",)),
        Box("receipts", "store", (12, 196, 100, 56), "Receipts", ("digests",)),
        Box("report", "store", (12, 306, 220, 56), "Report", ("terminal, Markdown, JSON",)),
        Box("kapso", "kapso", (272, 306, 236, 56), "Kapso API", ("legacy and platform",)),
    ),
    (
        Arrow("playbooks", "role"),
        Arrow("own", "project"),
        Arrow("own", "modules"),
        Arrow("role", "project"),
        Arrow("project", "engine"),
        Arrow("modules", "engine"),
        Arrow("receipts", "engine", style="dash"),
        Arrow("engine", "report", style="dash"),
        Arrow("engine", "kapso", "HTTPS"),
    ),
    ("Dashed: stays with you, and holds no secret.",),
)

DIAGRAMS = {"receipts": RECEIPTS, "approval": APPROVAL, "parts": PARTS}
