"""Exports and previews: what we write equals what an engine wrote; what we read is what is there."""

import json
import runpy
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compliant_infra.components.exports import InvalidExportError, read_export, read_preview, stack_export
from compliant_infra.components.registration import (
    SECRET_SIGNATURE,
    SIGNATURE_KEY,
    STACK_TYPE,
    UNKNOWN_SENTINEL,
    Registration,
)
from compliant_infra.kernel.model import SourceLocation

RECORDED = Path(__file__).parent / "recorded"

#: Fields of the engine's files in which the recorder's differ, each with its reason. Everything else must be equal.
EXEMPT = {
    "created": "a time",
    "modified": "a time",
    "stackTrace": "the recorder keeps the program's line only; it must be the innermost frame in the program",
    "sourcePosition": "the engine names the SDK's file for the stack and for providers; compared with stackTrace",
}

#: Inputs that the engine adds to explicit providers.
ADDED_TO_PROVIDERS = {"version", "__internal"}


def load(name):
    return json.loads((RECORDED / f"{name}.json").read_text(encoding="utf-8"))


@pytest.fixture
def recording_of(tmp_path):
    """Records the sample program, which an engine has run; ids and ARNs as the stand-in provider made them."""
    pytest.importorskip("pulumi_alicloud")
    from compliant_infra.components.recorder import record

    program = tmp_path / "__main__.py"
    program.write_text((RECORDED / "program.py.txt").read_text(encoding="utf-8"), encoding="utf-8")

    def computed(registration):
        if registration.type.startswith("pulumi:providers:"):
            return {"id": "d7639893-32cb-4311-8c38-71ffa2228790"}
        kind = registration.type.split(":")[1].split("/")[1]
        return {
            "id": f"sim-{sha256(registration.urn.encode()).hexdigest()[:12]}",
            "arn": f"acs:sim:cn-beijing:1:{kind}/{registration.name}",
        }

    def run(preview):
        return record(
            lambda: runpy.run_path(str(program), run_name="__main__") and None,
            project="demo",
            preview=preview,
            computed=computed,
            root=str(tmp_path),
        )

    return run


def compare(ours, engines):
    """Every field of every resource, but for EXEMPT."""
    assert {state["urn"] for state in ours} == {state["urn"] for state in engines}
    by_urn = {state["urn"]: state for state in ours}
    for theirs in engines:
        mine = by_urn[theirs["urn"]]
        if theirs["type"].startswith("pulumi:providers:"):
            added = set(theirs["inputs"]) - set(mine["inputs"])
            assert added <= ADDED_TO_PROVIDERS
            for side in ("inputs", "outputs"):
                if side in theirs:
                    theirs = {**theirs, side: {k: v for k, v in theirs[side].items() if k not in ADDED_TO_PROVIDERS}}
        frames = [frame["sourcePosition"] for frame in theirs["stackTrace"]]
        assert mine.get("sourcePosition") == next(iter(frames), None)
        for key in set(mine) | set(theirs):
            if key not in EXEMPT:
                left, right = mine.get(key), theirs.get(key)
                if key == "dependencies" and left and right:  # a set: the engine's order differs from run to run
                    left, right = sorted(left), sorted(right)
                assert json.dumps(left, sort_keys=True) == json.dumps(right, sort_keys=True), f"{theirs['urn']}: {key}"


def without_ciphertext(value):
    """Both files' secrets as one marker: the engine's are encrypted."""
    if isinstance(value, dict):
        if value.get(SIGNATURE_KEY) == SECRET_SIGNATURE:
            return "a secret"
        return {key: without_ciphertext(item) for key, item in value.items()}
    return [without_ciphertext(item) for item in value] if isinstance(value, list) else value


def test_the_recorders_export_equals_the_engines_field_by_field(recording_of):
    ours, engines = recording_of(preview=False).export(), load("stack-export")

    assert ours["version"] == engines["version"]
    assert set(engines["deployment"]) - set(ours["deployment"]) == {"secrets_providers"}  # ours are in plain text
    assert set(ours["deployment"]["manifest"]) == set(engines["deployment"]["manifest"])
    compare(without_ciphertext(ours["deployment"]["resources"]), without_ciphertext(engines["deployment"]["resources"]))


def test_the_engines_magic_is_the_hash_of_its_version():
    for document in (stack_export([]), load("stack-export")):
        manifest = document["deployment"]["manifest"]
        assert manifest["magic"] == sha256(manifest["version"].encode()).hexdigest()


def test_the_recorders_preview_equals_the_engines_field_by_field(recording_of):
    ours = recording_of(preview=True).export()["deployment"]["resources"]
    engines = [step["newState"] for step in load("preview-create")["steps"]]

    for state in ours:
        state.pop("outputs", None)  # the engine's preview of something new shows none
    hidden = json.loads(json.dumps(engines).replace('"[secret]"', '"a secret"'))
    compare(without_ciphertext(ours), hidden)


def test_reading_the_engines_export_gives_what_was_recorded(recording_of):
    read = {found.urn: found for found in read_export(load("stack-export"))}
    recorded = recording_of(preview=False).registrations

    assert len(read) == len(recorded) == 16
    for mine in recorded:
        theirs = read[mine.urn]
        if mine.type.startswith("pulumi:providers:"):
            theirs.inputs.pop("version")
            theirs.outputs.pop("version")
        if mine.name == "base-acc":
            assert theirs.inputs.pop("accountPassword")["value"] == UNKNOWN_SENTINEL  # encrypted
            assert theirs.outputs.pop("accountPassword")["value"] == UNKNOWN_SENTINEL
            assert mine.inputs.pop("accountPassword")["value"] == "Not-a-real-1"
            assert mine.outputs.pop("accountPassword")["value"] == "Not-a-real-1"
        mine.providers, mine.version = {}, ""  # not in the format
        assert theirs == mine


def test_reading_the_engines_previews():
    created = read_preview(load("preview-create"))
    assert len(created) == 16
    by_name = {found.name: found for found in created}
    assert by_name["base-swh"].inputs["vpcId"] == UNKNOWN_SENTINEL
    assert by_name["base-swh"].property_dependencies["vpcId"] == [by_name["base-vpc"].urn]
    assert by_name["base-swh"].source == SourceLocation("__main__.py", 9)
    assert by_name["bj"].source == SourceLocation("__main__.py", 27)
    assert by_name["bj"].inputs == {
        "accessKey": "dummy",
        "region": "cn-beijing",
        "secretKey": "dummy",
        "version": "4.0.0",
    }
    assert by_name["demo-dev"].source is None
    assert by_name["base-acc"].inputs["accountPassword"] == {SIGNATURE_KEY: SECRET_SIGNATURE, "value": UNKNOWN_SENTINEL}
    assert type(by_name["base-db"].inputs["instanceStorage"]) is int

    updated = {found.name: found for found in read_preview(load("preview-update"))}
    assert "kmsDataEncryption" not in updated["base-b"].inputs["serverSideEncryptionRule"]


def test_secrets_are_written_in_plain_text_within_the_wrapper_and_read_back():
    secret = {SIGNATURE_KEY: SECRET_SIGNATURE, "value": {"a": [1, "密"]}}
    registration = resource("r", {"list": [secret]})
    written = stack_export([registration])["deployment"]["resources"][0]["inputs"]["list"][0]
    assert written == {SIGNATURE_KEY: SECRET_SIGNATURE, "plaintext": '{"a": [1, "密"]}'}
    assert read_export(stack_export([registration]))[0].inputs == registration.inputs


def test_internal_values_deleted_entries_and_deletions_are_left_out():
    document = stack_export([resource("kept", {"a": {"b": 1.0, "__defaults": []}, "__defaults": ["a"]})])
    gone = stack_export([resource("gone", {})])["deployment"]["resources"][0]
    document["deployment"]["resources"].append({**gone, "delete": True})
    (kept,) = read_export(document)
    assert kept.inputs == {"a": {"b": 1}}
    assert type(kept.inputs["a"]["b"]) is int

    state = document["deployment"]["resources"][0]
    steps = [
        {"op": "create-replacement", "urn": state["urn"], "newState": state},
        {"op": "replace", "urn": state["urn"], "newState": {**state, "inputs": {"a": 2}}},
        {"op": "delete-replaced", "urn": state["urn"], "oldState": state, "newState": state},
        {"op": "delete", "urn": gone["urn"], "oldState": gone, "newState": None},
        {"op": "read", "urn": "urn:pulumi:s::p::t::read", "newState": {"urn": "urn:pulumi:s::p::t::read"}},
        {"op": "refresh", "urn": gone["urn"]},
    ]
    assert [(found.name, found.inputs) for found in read_preview({"steps": steps})] == [
        ("kept", {"a": 2}),
        ("read", {}),
    ]


def test_the_default_provider_of_a_preview_has_the_configuration_of_its_package():
    urn = "urn:pulumi:s::p::pulumi:providers:t::default_1_0_0"
    other = "urn:pulumi:s::p::pulumi:providers:u::default"
    explicit = "urn:pulumi:s::p::pulumi:providers:t::mine"
    steps = [
        {"op": "create", "newState": {"urn": f"urn:pulumi:s::p::t:i:T::{name}", "provider": f"{provider}::id"}}
        for name, provider in (("a", urn), ("b", urn), ("c", other), ("d", explicit))
    ]
    config = {"t:region": "cn-beijing", "t:key": "[secret]", "p:region": "of the project"}
    first, *resources = read_preview({"config": config, "steps": steps})
    assert (first.urn, first.type, first.name) == (urn, "pulumi:providers:t", "default_1_0_0")
    assert first.inputs == {
        "region": "cn-beijing",
        "key": {SIGNATURE_KEY: SECRET_SIGNATURE, "value": UNKNOWN_SENTINEL},
    }
    assert [found.name for found in resources] == ["a", "b", "c", "d"]  # of u and of "mine" nothing is known

    listed = {"op": "create", "newState": {"urn": urn, "inputs": {"region": "cn-hangzhou"}}}
    (provider,) = (found for found in read_preview({"config": config, "steps": [*steps, listed]}) if found.urn == urn)
    assert provider.inputs == {"region": "cn-hangzhou"}


def test_a_format_with_features_is_read():
    document = stack_export([resource("r", {})])
    document.update(version=4, features=["refreshBeforeUpdate"])
    assert [found.name for found in read_export(document)] == ["r"]


def resource(name, inputs, **more):
    return Registration(f"urn:pulumi:s::p::t:i:T::{name}", "t:i:T", name, True, inputs, **more)


def entry(**more):
    return {"version": 3, "deployment": {"resources": [{"urn": "urn:pulumi:s::p::t:i:T::r", **more}]}}


@pytest.mark.parametrize(
    ("read", "document", "sentence"),
    [
        (read_export, [], "the document: expected an object, got a list"),
        (read_export, {}, "this is no 'pulumi stack export': there is no version"),
        (read_export, {"version": 2}, "format version 2; read are 3, 4"),
        (read_export, {"version": 3}, "deployment: expected an object, got nothing"),
        (read_export, {"version": 3, "deployment": {"resources": {}}}, "deployment.resources: expected a list"),
        (
            read_export,
            {"version": 3, "deployment": {"resources": [1]}},
            r"resources\[0\]: expected an object, got a number",
        ),
        (read_export, {"version": 3, "deployment": {"resources": [{}]}}, r"resources\[0\].urn: expected a text"),
        (read_export, entry(urn="bucket"), r"'bucket' is no URN"),
        (read_export, entry(inputs=[]), r"inputs: expected an object, got a list"),
        (read_export, entry(custom="yes"), r"custom: expected true or false, got a text"),
        (read_export, entry(dependencies=[1]), r"dependencies\[0\]: expected a text, got a number"),
        (read_export, entry(customTimeouts={"create": "5m"}), r"customTimeouts.create: expected a number of seconds"),
        (
            read_export,
            entry(inputs={"a": {SIGNATURE_KEY: SECRET_SIGNATURE, "plaintext": "{"}}),
            r"inputs.a.plaintext: not the JSON of a secret",
        ),
        (read_preview, {}, "this is no 'pulumi preview --json': it has no steps"),
        (read_preview, {"version": 3, "deployment": {}}, "this is a 'pulumi stack export', not a"),
        (read_preview, {"steps": [{"newState": {}}]}, r"steps\[0\].op: expected a text, got nothing"),
        (read_preview, {"steps": [{"op": "create", "newState": []}]}, r"steps\[0\].newState: expected an object"),
    ],
)
def test_what_is_no_export_is_refused_with_the_place_and_the_reason(read, document, sentence):
    with pytest.raises(InvalidExportError, match=sentence):
        read(document)


def test_one_resource_twice_is_refused():
    document = stack_export([resource("r", {}), resource("r", {})])
    with pytest.raises(InvalidExportError, match="urn:pulumi:s::p::t:i:T::r is there twice"):
        read_export(document)


def test_a_duration_that_is_none_is_refused():
    with pytest.raises(InvalidExportError, match="'soon' is no duration"):
        stack_export([resource("r", {}, custom_timeouts={"create": "soon"})])


@pytest.mark.parametrize(
    ("text", "seconds"), [("30s", 30), ("5m", 300), ("1h30m", 5400), ("1.5h", 5400), ("250ms", 0.25)]
)
def test_timeouts_are_written_in_seconds(text, seconds):
    written = stack_export([resource("r", {}, custom_timeouts={"create": text})])["deployment"]["resources"][0]
    assert written["customTimeouts"] == {"create": seconds}


def test_reading_needs_no_sdk():
    code = (
        "import sys; import compliant_infra.components.exports, compliant_infra.components.recorder;"
        "sys.exit(any(name.partition('.')[0] in ('pulumi', 'google', 'grpc') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# ---------------------------------------------------------------------------------------------------- properties

TEXTS = st.text(max_size=12)
NAMES = st.text(min_size=1, max_size=12).filter(lambda text: not text.startswith("__"))
WHOLE = st.integers(-(2**53), 2**53)
FRACTIONS = st.floats(allow_nan=False, allow_infinity=False).filter(
    lambda number: not number.is_integer() or abs(number) > 2**53
)
KEYS = NAMES.filter(lambda text: text != SIGNATURE_KEY)
PLAIN = st.recursive(
    st.none() | st.booleans() | WHOLE | FRACTIONS | TEXTS | st.just(UNKNOWN_SENTINEL),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)
SECRETS = PLAIN.map(lambda value: {SIGNATURE_KEY: SECRET_SIGNATURE, "value": value})
VALUES = st.recursive(
    PLAIN | SECRETS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)
PROPERTIES = st.dictionaries(KEYS, VALUES, max_size=4)
URNS = st.builds(lambda name: f"urn:pulumi:s::p::a:b:C::{name}", NAMES)
LISTS = st.lists(TEXTS, max_size=3)
SECONDS = st.integers(1, 100_000)


@st.composite
def registrations(draw):
    name = draw(NAMES)
    type_ = draw(st.sampled_from(["t:i:T", "pulumi:providers:t", "c:index:Component"]))
    timeouts = {}
    for key in draw(st.sets(st.sampled_from(["create", "update", "delete"]))):
        hours, rest = divmod(draw(SECONDS), 3600)
        minutes, seconds = divmod(rest, 60)
        timeouts[key] = "".join(f"{n}{u}" for n, u in ((hours, "h"), (minutes, "m"), (seconds, "s")) if n)
    file = draw(st.text("abc/ 程#%?_.", min_size=1, max_size=10).filter(lambda text: not text.startswith("/")))
    column = draw(st.integers(0, 99))
    return Registration(
        urn=f"urn:pulumi:s::p::{type_}::{name}",
        type=type_,
        name=name,
        custom=draw(st.booleans()),
        inputs=draw(PROPERTIES),
        parent=draw(st.just("") | URNS),
        provider=draw(st.just("") | URNS),
        id=draw(TEXTS),
        outputs=draw(PROPERTIES),
        protect=draw(st.booleans()),
        retain_on_delete=draw(st.booleans()),
        deleted_with=draw(st.just("") | URNS),
        dependencies=draw(st.lists(URNS, max_size=3)),
        property_dependencies=draw(st.dictionaries(NAMES, st.lists(URNS, max_size=2), max_size=3)),
        aliases=draw(st.lists(URNS, max_size=2)),
        ignore_changes=draw(LISTS),
        replace_on_changes=draw(LISTS),
        additional_secret_outputs=draw(LISTS),
        custom_timeouts=timeouts,
        read=draw(st.booleans()),
        source=draw(st.none() | st.just(SourceLocation(file, draw(st.integers(1, 9999)), column=column))),
    )


@settings(max_examples=150, deadline=None)
@given(st.lists(registrations(), max_size=4, unique_by=lambda found: found.urn))
def test_an_export_read_back_is_what_was_exported(found):
    assert read_export(json.loads(json.dumps(stack_export(found)))) == found


@settings(max_examples=150, deadline=None)
@given(
    st.recursive(
        PLAIN,
        lambda inner: st.fixed_dictionaries(
            {},
            optional={
                "version": st.just(3),
                "deployment": inner,
                "resources": st.lists(inner, max_size=3),
                "steps": st.lists(inner, max_size=3),
                "op": st.just("create"),
                "newState": inner,
                "urn": URNS,
                "inputs": inner,
                "stackTrace": inner,
                "customTimeouts": inner,
            },
        ),
        max_leaves=12,
    )
)
def test_no_document_does_more_than_raise(document):
    for read in (read_export, read_preview):
        try:
            for found in read(document):
                assert found.type != STACK_TYPE or found.source is None
        except InvalidExportError:
            pass
