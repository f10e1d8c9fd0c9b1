"""Encoding functions."""

from __future__ import annotations

from typing import Any, Final

from compliant_infra.hcl_checks.functions.json_text import TooDeepError, normal, read_json, write_json
from compliant_infra.hcl_checks.functions.signature import MAX_ELEMENTS, MAX_TEXT, Call, Family, derived, plain
from compliant_infra.kernel.model import OneOf, Unknown, first_unknown

FUNCTIONS = Family()

#: Character encodings by the IANA names that Terraform takes, in small letters, with Python's name.
_CODECS: Final = {
    "utf-8": "utf-8",
    "utf-16": "utf-16",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
    "us-ascii": "ascii",
    "latin1": "iso8859-1",
    "latin2": "iso8859-2",
    **{f"iso-8859-{part}": f"iso8859-{part}" for part in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 14, 15, 16)},
    **{f"windows-{page}": f"cp{page}" for page in (874, 1250, 1251, 1252, 1253, 1254, 1255, 1256, 1257, 1258)},
    **{
        f"{name}{page}": f"cp{page}" for page in (437, 850, 852, 855, 860, 862, 863, 865, 866) for name in ("ibm", "cp")
    },
    **{f"iso-8859-{part}-{kind}": f"iso8859-{part}" for part in (6, 8) for kind in "ei"},
    "ibm037": "cp037",
    "ibm00858": "cp858",
    "ibm01140": "cp1140",
    "koi8-r": "koi8-r",
    "koi8-u": "koi8-u",
    "macintosh": "mac-roman",
    "gbk": "gbk",
    "cp936": "gbk",
    "gb18030": "gb18030",
    "hz-gb-2312": "hz",
    "big5": "big5",
    "euc-jp": "euc_jp",
    "iso-2022-jp": "iso2022_jp",
    "shift_jis": "shift_jis",
    "ms_kanji": "shift_jis",
    "euc-kr": "euc_kr",
}


# --------------------------------------------------------------------------------------------------------------
# JSON
# --------------------------------------------------------------------------------------------------------------


@FUNCTIONS.function("jsonencode", "val:any?", knowledge="none")
def jsonencode(call: Call, value: Any) -> Any:
    """The JSON text; of a value with unknowns inside an ``Unknown`` whose ``document`` is the value."""
    try:
        document = plain(value, deep=True)
        blocked = first_unknown(document)
        if blocked is None:
            text = write_json(document)
            return call.unknown("limit") if len(text) > MAX_TEXT else text
    except RecursionError:
        return call.unknown("limit")
    unknown = derived(blocked)
    return Unknown(unknown.reason, unknown.expression, unknown.location, document=document)


@FUNCTIONS.function("jsondecode", "str:string", knowledge="none")
def jsondecode(call: Call, text: Any) -> Any:
    """The value of a JSON text; of an ``Unknown`` that has a ``document`` that document."""
    if isinstance(text, Unknown) and text.document is not None:
        return text.document
    if isinstance(text, (Unknown, OneOf)):
        return derived(text)
    try:
        return read_json(text)
    except TooDeepError:
        return call.unknown("limit")
    except ValueError as error:
        raise call.error("str", f"invalid JSON: {error}") from None


# --------------------------------------------------------------------------------------------------------------
# Base 64
# --------------------------------------------------------------------------------------------------------------


def decoded_base64(call: Call, parameter: str, text: str) -> bytes:
    """The bytes of a base 64 text in the standard alphabet, with padding."""
    from base64 import b64decode

    try:
        # Go's decoder ignores line ends.
        return b64decode(text.replace("\n", "").replace("\r", ""), validate=True)
    except ValueError:
        raise call.error(parameter, "invalid base64 text") from None


def _encoding_of(value: Any) -> Unknown:
    """The unknown text that encodes an unknown value: what is known of the value stays with it."""
    unknown = derived(value)
    if isinstance(value, Unknown) and (value.parts or value.document is not None or value.encoded is not None):
        return Unknown(unknown.reason, unknown.expression, unknown.location, encoded=value)
    return unknown


@FUNCTIONS.function("base64encode", "str:string", knowledge="none")
def base64encode(call: Call, text: Any) -> Any:
    """The UTF-8 bytes of the text in base 64."""
    from base64 import b64encode

    if isinstance(text, (Unknown, OneOf)):
        return _encoding_of(text)
    return b64encode(text.encode()).decode()


@FUNCTIONS.function("base64decode", "str:string")
def base64decode(call: Call, text: str) -> str:
    """The text whose UTF-8 bytes are given in base 64."""
    try:
        return normal(decoded_base64(call, "str", text).decode())
    except UnicodeDecodeError:
        raise call.error("str", "the decoded bytes are not UTF-8") from None


@FUNCTIONS.function("base64gzip", "str:string", knowledge="none")
def base64gzip(call: Call, text: Any) -> Unknown:
    """Unknown: the compressed bytes depend on the compressor. What was compressed is ``encoded``."""
    if isinstance(text, (Unknown, OneOf)):
        return _encoding_of(text)
    return Unknown("unsupported", call.text, call.scope.location(), encoded=text)


def _codec(call: Call, name: str) -> str:
    codec = _CODECS.get(name.lower())
    if codec is None:
        raise call.error("encoding", f"{name!r} is not a supported IANA encoding name")
    return codec


@FUNCTIONS.function("textencodebase64", "string:string", "encoding:string", knowledge="none")
def textencodebase64(call: Call, text: Any, encoding: Any) -> Any:
    """The bytes of the text in another character encoding, in base 64."""
    from base64 import b64encode

    if isinstance(text, (Unknown, OneOf)):
        return _encoding_of(text)
    if isinstance(encoding, (Unknown, OneOf)):
        unknown = derived(encoding)
        return Unknown(unknown.reason, unknown.expression, unknown.location, encoded=text)
    codec = _codec(call, encoding)
    try:
        data = b"\xfe\xff" + text.encode("utf-16-be") if codec == "utf-16" else text.encode(codec)
        return b64encode(data).decode()
    except UnicodeEncodeError:
        raise call.error("string", f"has characters that {encoding} cannot express") from None


@FUNCTIONS.function("textdecodebase64", "source:string", "encoding:string")
def textdecodebase64(call: Call, source: str, encoding: str) -> str:
    """The text whose bytes in another character encoding are given in base 64."""
    data = decoded_base64(call, "source", source)
    codec = _codec(call, encoding)
    if codec == "utf-16" and data[:2] not in (b"\xfe\xff", b"\xff\xfe"):
        codec = "utf-16-be"
    try:
        return normal(data.decode(codec))
    except UnicodeDecodeError:
        raise call.error("source", f"the decoded bytes are not {encoding}") from None


# --------------------------------------------------------------------------------------------------------------
# CSV, URL
# --------------------------------------------------------------------------------------------------------------


@FUNCTIONS.function("urlencode", "str:string")
def urlencode(call: Call, text: str) -> str:
    """The text escaped for a URL query: a space becomes a plus sign."""
    from urllib.parse import quote_plus

    return quote_plus(text, safe="")


@FUNCTIONS.function("csvdecode", "str:string")
def csvdecode(call: Call, text: str) -> Any:
    """A list of maps: the first record names the members."""
    from compliant_infra.hcl_checks.functions.csv_text import read_csv

    try:
        records = read_csv(text)
    except ValueError as error:
        raise call.error("str", f"invalid CSV: {error}") from None
    if not records:
        raise call.error("str", "missing header line")
    header, *rows = records
    if len(set(header)) < len(header):
        raise call.error("str", "the header names a column twice")
    if len(rows) > MAX_ELEMENTS:
        return call.unknown("limit")
    return [dict(zip(header, row, strict=True)) for row in rows]


# --------------------------------------------------------------------------------------------------------------
# YAML
# --------------------------------------------------------------------------------------------------------------


@FUNCTIONS.function("yamlencode", "value:any?", knowledge="none")
def yamlencode(call: Call, value: Any) -> Any:
    """The YAML document of the value; of a value with unknowns inside an ``Unknown`` that has it as ``encoded``."""
    from compliant_infra.hcl_checks.functions.yaml_text import write_yaml

    try:
        value = plain(value, deep=True)
        blocked = first_unknown(value)
        if blocked is not None:
            unknown = derived(blocked)
            return Unknown(unknown.reason, unknown.expression, unknown.location, encoded=value)
        text = write_yaml(value)
    except RecursionError:
        return call.unknown("limit")
    return call.unknown("limit") if len(text) > MAX_TEXT else text


@FUNCTIONS.function("yamldecode", "src:string")
def yamldecode(call: Call, source: str) -> Any:
    """The value of a YAML document; unknown where PyYAML is not installed."""
    from compliant_infra.hcl_checks.functions.yaml_text import YamlParserMissingError, read_yaml

    if len(source) > MAX_TEXT:
        return call.unknown("limit")
    try:
        return read_yaml(source)
    except YamlParserMissingError:
        return call.unknown("unsupported")
    except ValueError as error:
        raise call.error("src", f"invalid YAML: {error}") from None
