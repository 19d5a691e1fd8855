# SPDX-License-Identifier: GPL-3.0-or-later
"""Test formats: a message names the kind of stray characters around a secret or an ID, and never repeats the value."""

from __future__ import annotations

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils._module import formats
from ansible_collections.kapso.whatsapp.plugins.module_utils._module.formats import canonical, problem

UUID = "0b7c1f52-3a7e-4c55-9d10-6f2f8f0a1c11"
META = "100000000000001"
PASTE = "often from copy and paste: remove it"

# For each secret: (the text around EXAMPLE, a part of the message).
SECRETS = [
    ("EXAMPLE\n", "ends with a line end, often from a YAML block, `echo` or a file: remove it"),
    ("EXAMPLE\r\n", "ends with a line end"),
    ("\nEXAMPLE", "begins with a line end"),
    ("EXAM\u2028PLE", "holds a line end"),
    (" EXAMPLE", f"begins with white space, {PASTE}"),
    ("EXAMPLE ", f"ends with white space, {PASTE}"),
    ("EXAM\tPLE", f"holds white space (tab), {PASTE}"),
    ("EXAMPLE\u00a0", f"ends with white space (no-break space), {PASTE}"),
    ("EXAM\u3000PLE", "holds white space (ideographic space)"),
    ("\ufeffEXAMPLE", f"begins with an invisible character (byte order mark), {PASTE}"),
    ("EXAM\u200bPLE", f"holds an invisible character (zero width space), {PASTE}"),
    ("\u202aEXAMPLE\u202c", "begins with an invisible character (left-to-right embedding)"),
    ("EXAMPLE\u3164", "ends with an invisible character (hangul filler)"),
    ("EXAMPLE\ud800", "ends with an invisible character, "),
    ("EXAMPLE\0", f"ends with a control character (null), {PASTE}"),
    ("EXAM\x1b[2JPLE", "holds a control character (escape)"),
    *((f"{pair[0]}EXAMPLE{pair[1]}", formats.QUOTED) for pair in ['""', "''", "``", "“”", "„“", "«»", "「」"]),
    ('"EXAMPLE"\n', formats.QUOTED),
    *((text, formats.NOT_RENDERED) for text in ["{{ EXAMPLE }}", "x{{EXAMPLE}}", "{% if EXAMPLE %}", "{{ EXAMPLE"]),
    ("__omit_place_holder__EXAMPLE", formats.NOT_RENDERED),
    *(
        (text, formats.NOT_DECRYPTED)
        for text in ["$ANSIBLE_VAULT;1.1;AES256\n61", "!vault |", "ENC[AES256_GCM,data:x]"]
    ),
    *((text, formats.PLACEHOLDER) for text in ["${EXAMPLE}", "$EXAMPLE", "$(EXAMPLE)", "%EXAMPLE%", "<EXAMPLE>"]),
    *((text, formats.PLACEHOLDER) for text in ["<your token>", "$encrypted$", "*****", "None"]),
    *((text, formats.MASKED) for text in ["(sensitive)", "EXAM(sensitive)PLE", "Bearer (sensitive, new value)"]),
    *((text, formats.WORD_IN_FRONT) for text in ["Bearer EXAMPLE", "basic EXAMPLE", "Authorization: Bearer EXAMPLE"]),
    ("Bearer EXAMPLE\n", formats.WORD_IN_FRONT),
]
# For a secret that a service issued, in addition.
ISSUED = [
    ("EXAM PLE=", formats.WORD_IN_FRONT),
    ("EX4M PLE", f"holds white space, {PASTE}"),
    ("KAPSO_API_KEY=EXAMPLE", formats.WORD_IN_FRONT),
    ("EXAMPLE\\n", formats.WRITTEN_OUT),
    ("EXAMPL\u0415", formats.NOT_ASCII),
]
# For an ID at Meta.
META_IDS = [
    (f"{META} ", f"ends with white space, {PASTE}"),
    (f"{META}\n", "ends with a line end"),
    (f"\u202a{META}", "begins with an invisible character"),
    *((text, formats.EXPONENT) for text in ["1.00000000000001E+14", "1E14", "1,00000000000001e+14", f"{META}.0"]),
    *((text, formats.OTHER_BASE) for text in ["0o17", "0x5AF3107A4001", "0b11", "100_000_000_000_001"]),
    *((text, formats.PHONE_NUMBER) for text in ["+1 555-000-0001", "+15550000001", "(555) 010-0001", "555.010.0001"]),
    *((text, formats.IS_KAPSO_ID) for text in [UUID, UUID.upper(), f"{UUID}\n"]),
    (f"'{META}'", formats.QUOTED),
    ("{{ number }}", formats.NOT_RENDERED),
    ("<PHONE_NUMBER_ID>", formats.PLACEHOLDER),
    *((text, formats.NOT_META_ID) for text in ["example", "Sandbox", "-5", "\uff11\uff12", f"{META},{META}"]),
    ("1" * 256, formats.TOO_LONG),
]
# For an ID at Kapso.
KAPSO_IDS = [
    (f"{UUID}\n", "ends with a line end"),
    (f" {UUID}", "begins with white space"),
    ("config a", "holds white space"),
    (META, formats.IS_META_ID),
    (f"{META}\n", formats.IS_META_ID),
    (f'"{UUID}"', formats.QUOTED),
    ("{{ id }}", formats.NOT_RENDERED),
    ("None", formats.PLACEHOLDER),
    *((text, formats.NOT_AN_ID) for text in [".", ".."]),
    ("x" * 256, formats.TOO_LONG),
]
URLS = [("https://h.example/a b", "contains white space"), ("https://h.example/{{ x }}", formats.NOT_RENDERED)]
URLS += [(f"https://{text}@h.example/", formats.MASKED) for text in ["(sensitive)", "%28sensitive%29"]]
REFUSED = [
    *(("token", *case) for case in SECRETS + ISSUED),
    *(("passphrase", *case) for case in SECRETS),
    *(("meta_id", *case) for case in META_IDS),
    *(("kapso_id", *case) for case in KAPSO_IDS),
    *(("any_id", *case) for case in META_IDS if case[1] not in (formats.IS_KAPSO_ID, formats.NOT_META_ID)),
    *(("url", *case) for case in URLS),
    ("text", "Desk (sensitive)", formats.MASKED),
]
FINE = {
    "token": ["EXAMPLE-TOKEN", "EXAMPLE==", "/\"&<'+\\%~", "a{b}c", "x" * 2**20, "sandbox"],
    "passphrase": [
        "correct horse battery",
        "日本の合言葉",
        "क्या",
        "e\u0301",
        "basic training for all",
        "EXAM\\n",
        "$ecret",
    ],
    "meta_id": [META, "5", "0123456701", "sandbox"],
    "kapso_id": [UUID, UUID.upper(), "config-1", "a/b?c=d#e", "42", "12-34", "ü"],
    "any_id": [UUID, META, "config-1", "sandbox"],
    "url": ["https://hooks.example.org/wa?x={y}"],
    "text": ["", " {{ x }}\n", "\0"],
}


@pytest.mark.parametrize(("form", "text", "told"), REFUSED, ids=lambda part: ascii(part)[:40])
def test_stray_characters_are_named_and_not_repeated(form: str, text: str, told: str) -> None:
    said = problem(form, text)
    assert said is not None
    assert told in said
    assert "EXAM" not in said
    assert UUID not in said
    assert said.isprintable()


@pytest.mark.parametrize(("form", "text"), [(form, text) for form, texts in FINE.items() for text in texts])
def test_valid_values_pass(form: str, text: str) -> None:
    assert problem(form, text) is None


def test_case_matters_except_in_a_uuid() -> None:
    given = [UUID.upper(), "Config-A"]
    assert [canonical("kapso_id", text) for text in given] == [UUID, "Config-A"]
    assert [canonical("any_id", text) for text in given] == [UUID, "Config-A"]
    assert canonical("token", UUID.upper()) == UUID.upper()
