"""Secrets that a dialect must accept or refuse."""

from vectors.rules import KEY, b64, STANDARD, WHSEC
from vectors.sign import WHSK, WHPK


def secrets(name):
    table = [
        ("", "refuse"),
        ("1234567", "refuse"),
        ("12345678", "accept"),
        ("correct horse battery staple", "refuse" if name.startswith("cloudevents") else "accept"),
        ("x" * 256, "accept"),
        ("x" * 257, "refuse"),
        ("pass\u00e9word", "refuse"),
        ("tab\tinside", "refuse"),
        (KEY, "accept"),
        # Pasted wrongly.
        (" " + KEY, "refuse"),
        (KEY + " ", "refuse"),
        (KEY + "\n", "refuse"),
        ('"' + KEY + '"', "refuse"),
        ("'" + KEY + "'", "refuse"),
        ("\u201c" + KEY + "\u201d", "refuse"),
        ("********", "refuse"),
    ]
    if name in WHSEC:
        table += [
            ("whsec_" + KEY, "refuse"),
            ("WHSEC_" + KEY.removeprefix("whsec_"), "refuse"),
            ("WEBHOOK_SECRET=" + KEY, "refuse"),
        ]
    if name in STANDARD:
        most = 64 if name == "standard" else 75
        table += [
            ("whsec_" + b64(bytes(23)), "refuse"),
            ("whsec_" + b64(bytes(24)), "accept"),
            ("whsec_" + b64(bytes(most)), "accept"),
            ("whsec_" + b64(bytes(most + 1)), "refuse"),
            (KEY.removeprefix("whsec_"), "accept"),
            ("-_" + KEY.removeprefix("whsec_")[2:], "refuse"),
            ("whsec_", "refuse"),
            ("whsec_%", "refuse"),
            ("whsec_this is not base64!", "refuse"),
            ("whsec_-_" + KEY.removeprefix("whsec_")[2:], "refuse"),
            (WHSK, "accept"),
            (WHPK, "refuse"),
            ("whsk_" + b64(bytes(63)), "refuse"),
            ("whsk_" + b64(bytes(64)), "refuse"),
        ]
    return [{"secret": secret, "expect": expect} for secret, expect in table]
