"""Secrets that were pasted wrongly, and what a library says of them."""

import base64

from vectors.requests import KEY, NOW, ID, mac, b64, standard, stripe, request

PAIR = "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg=="
PUBLIC = "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4="


def pasted_secrets():
    """Secrets of `standard` as people paste them: which key they stand for, and what is refused, with which word."""
    rest = KEY.removeprefix("whsec_")
    key = base64.b64decode(rest)
    keys = {
        KEY: key,
        f" {KEY}": key,
        f"{KEY}\n": key,
        f"\t{KEY} \r\n": key,
        # As the official libraries: with or without the prefix, base64 is decoded.
        rest: key,
        f"{rest}\n": key,
        b64(bytes(range(16))): bytes(range(16)),
        b64(bytes(range(17))): bytes(range(17)),
        b64(bytes(range(17))).rstrip("="): bytes(range(17)),
        b64(bytes(range(190))): bytes(range(190)),
        "12345678": base64.b64decode("12345678"),
        "++++////": base64.b64decode("++++////"),
        # What does not decode is keyed as its text, which those libraries call raw.
        "your-webhook-secret": b"your-webhook-secret",
        "under_scored_secret": b"under_scored_secret",
        "correct horse battery staple": b"correct horse battery staple",
        "my own secret pass": b"my own secret pass",
        "  my own secret pass\n": b"my own secret pass",
        "ninechars": b"ninechars",
        "abcdefghij": b"abcdefghij",
        "abcd=efgh": b"abcd=efgh",
        "abcdefgh=": b"abcdefgh=",
        "it's-a-secret": b"it's-a-secret",
        "WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw": b"WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    }
    body = '{"type":"a.b","timestamp":"2026-04-26T12:34:56Z","data":{}}'
    found = []
    for secret, bytes_ in keys.items():
        seconds = str(NOW // 1000)
        signature = "v1," + b64(mac(bytes_, f"{ID}.{seconds}.{body}".encode()))
        headers = [["webhook-id", ID], ["webhook-timestamp", seconds], ["webhook-signature", signature]]
        found.append(request(f"the secret {secret!r}", "pasted_secret", "standard", headers, body, {"event": {"id": ID}}, secrets=[secret]))
    inner = KEY[:20] + "{}" + KEY[20:]
    refused = {
        f'"{KEY}"': "quote",
        f"'{KEY}'": "quote",
        f"`{KEY}`": "quote",
        f'"{KEY}': "quote",
        f"{KEY}'": "quote",
        f' "{KEY}"\n': "quote",
        f'"{rest}"': "quote",
        f"'{PUBLIC}'": "quote",
        inner.format(" "): "blank",
        inner.format("\n"): "blank",
        inner.format("\r\n"): "blank",
        inner.format("\t"): "blank",
        f"{rest[:10]} {rest[10:]}": "blank",
        f"{KEY}\n{KEY}": "blank",
        f"{KEY} {KEY}": "blank",
        f"{rest[:10]}  {rest[10:20]} {rest[20:]}": "blank",
        "correct\nhorse\nbattery": "blank",
        "correct\thorse": "blank",
        f"whsec_{KEY}": "twice",
        f"whsec_whsec_{KEY}": "twice",
        f" whsec_{KEY}\n": "twice",
        f"whsk_{PAIR}": "twice",
        f"whpk_{PUBLIC}": "twice",
        f"whsec_{PUBLIC}": "twice",
        f"\u200b{KEY}": "printable",
        f"{KEY}\u00a0": "printable",
        f"\ufeff{KEY}": "printable",
        f"whsec_{rest[:-1]}\u2026": "printable",
        f"{KEY}\0": "printable",
        "whsec_": "whsec_",
        "whsec_ ": "whsec_",
        "whsec_%": "whsec_",
        f"whsec_{rest[:16]}": "whsec_",
        KEY.replace("r8", "_-"): "whsec_",
        " ": "missing",
        "\n": "missing",
        " 1234567 ": "bytes",
        "x" * 257: "bytes",
    }
    accepted = [*keys, PAIR, f" {PAIR}\n", PUBLIC, f"\t{PUBLIC} ", "x" * 256]
    rows = [{"secret": secret, "expect": "accept"} for secret in accepted]
    rows += [{"secret": secret, "expect": "refuse", "says": says} for secret, says in refused.items()]
    # Where the key is the whole secret, whatever was agreed upon is taken; what nobody can have agreed upon is not.
    everywhere = {"": "missing", "1234567": "bytes", "x" * 257: "bytes", "pass\u00e9word": "printable", "line\nbreak": "printable"}
    others = [
        {"dialect": dialect, "secret": secret, "expect": "refuse", "says": says}
        for dialect in ["inviolet", "stripe", "github", "cloudevents"]
        for secret, says in everywhere.items()
    ]
    spaces = [{"dialect": name, "secret": "two words", "expect": "refuse", "says": "space"} for name in ["cloudevents", "cloudevents-binary"]]
    return found, [{"dialect": "standard", **row} for row in rows] + others + spaces
