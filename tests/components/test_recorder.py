"""The recorder against what the engine does: URNs, inheritance, transforms, unknowns, secrets, failures, isolation."""

import asyncio
import inspect
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

pulumi = pytest.importorskip("pulumi")

from compliant_infra.components import recording_monitor  # noqa: E402
from compliant_infra.components.recorder import (  # noqa: E402
    UNKNOWN_RESULT,
    DuplicateResourceError,
    NotSupportedError,
    ProgramError,
    Recording,
    UnansweredInvokeError,
    UnknownStackError,
    in_order,
    record,
)
from compliant_infra.components.registration import (  # noqa: E402
    SECRET_SIGNATURE,
    SIGNATURE_KEY,
    STACK_TYPE,
    UNKNOWN_SENTINEL,
    Registration,
)
from compliant_infra.kernel.model import is_known  # noqa: E402


class Thing(pulumi.CustomResource):
    """A resource with two inputs and one computed value."""

    size: pulumi.Output[int]
    label: pulumi.Output[str]
    arn: pulumi.Output[str]

    def __init__(self, name, *, size=None, label=None, type_="test:index:Thing", opts=None, **more):
        super().__init__(type_, name, {"size": size, "label": label, "arn": None, **more}, opts)


class Group(pulumi.ComponentResource):
    def __init__(self, name, opts=None, type_="test:index:Group", props=None):
        super().__init__(type_, name, props, opts)


class Question(pulumi.CustomResource):
    @staticmethod
    def get(name, id_):
        return Thing(name, opts=pulumi.ResourceOptions(id=id_))


def child(parent, **options):
    return pulumi.ResourceOptions(parent=parent, **options)


def test_urns_name_all_parents_but_the_stack():
    def program():
        outer = Group("outer")
        inner = Group("inner", child(outer), type_="test:index:Inner")
        Thing("leaf", opts=child(inner))
        Thing("alone")

    recording = record(program, project="shop", stack="prod")

    assert [found.urn for found in recording.registrations] == [
        "urn:pulumi:prod::shop::pulumi:pulumi:Stack::shop-prod",
        "urn:pulumi:prod::shop::test:index:Group::outer",
        "urn:pulumi:prod::shop::test:index:Group$test:index:Inner::inner",
        "urn:pulumi:prod::shop::test:index:Group$test:index:Inner$test:index:Thing::leaf",
        "urn:pulumi:prod::shop::test:index:Thing::alone",
    ]
    assert recording.by_name("leaf").parent == recording.by_name("inner").urn
    assert recording.by_name("outer").parent == recording.registrations[0].urn


def test_two_resources_of_one_name_are_refused_with_the_engines_sentence():
    def program():
        Thing("same", size=1)
        Thing("same", size=2)

    with pytest.raises(DuplicateResourceError) as refused:
        record(program)
    assert str(refused.value) == (
        "Duplicate resource URN 'urn:pulumi:dev::project::test:index:Thing::same'; try giving it a unique name"
    )


def test_the_same_name_under_two_parents_is_no_duplicate():
    def program():
        Thing("same", opts=child(Group("one", type_="test:index:One")))
        Thing("same", opts=child(Group("two", type_="test:index:Two")))

    assert len(record(program).of_type("test:index:Thing")) == 2


def test_reading_what_the_program_makes_is_a_duplicate():
    def program():
        Thing("same")
        Thing("same", opts=pulumi.ResourceOptions(id="i-1"))

    with pytest.raises(DuplicateResourceError):
        record(program)


def test_protect_retain_and_deleted_with_come_from_the_parent():
    def program():
        owner = Thing("owner")
        group = Group("group", pulumi.ResourceOptions(protect=True, retain_on_delete=True, deleted_with=owner))
        Thing("takes", opts=child(group))
        Thing("refuses", opts=child(group, protect=False, retain_on_delete=False))
        Thing("deep", opts=child(Group("between", child(group))))
        Thing("apart")

    recording = record(program)

    for name in ("takes", "deep"):
        found = recording.by_name(name)
        assert found.protect and found.retain_on_delete and found.deleted_with == recording.by_name("owner").urn
    assert not recording.by_name("refuses").protect
    assert not recording.by_name("refuses").retain_on_delete
    assert not recording.by_name("apart").protect
    assert recording.by_name("apart").deleted_with == ""


def test_every_option_is_recorded():
    def program():
        before = Thing("before")
        Thing(
            "after",
            size=1,
            opts=pulumi.ResourceOptions(
                depends_on=[before],
                protect=True,
                retain_on_delete=True,
                delete_before_replace=True,
                deleted_with=before,
                ignore_changes=["size"],
                replace_on_changes=["label"],
                additional_secret_outputs=["arn"],
                custom_timeouts=pulumi.CustomTimeouts(create="5m", delete="1h"),
                version="1.2.3",
                aliases=[pulumi.Alias(name="older"), "urn:pulumi:dev::project::test:index:Thing::oldest"],
            ),
        )

    recording = record(program)
    before, after = recording.by_name("before"), recording.by_name("after")

    assert after.dependencies == [before.urn]
    assert (after.protect, after.retain_on_delete, after.delete_before_replace) == (True, True, True)
    assert after.deleted_with == before.urn
    assert (after.ignore_changes, after.replace_on_changes) == (["size"], ["label"])
    assert after.additional_secret_outputs == ["arn"]
    assert after.custom_timeouts == {"create": "5m", "delete": "1h"}
    assert after.version == "1.2.3"
    assert after.aliases == [
        "urn:pulumi:dev::project::test:index:Thing::older",
        "urn:pulumi:dev::project::test:index:Thing::oldest",
    ]


@pytest.mark.parametrize(
    ("alias", "urn"),
    [
        (pulumi.Alias(type_="test:old:Thing"), "urn:pulumi:dev::project::test:index:Group$test:old:Thing::leaf"),
        (pulumi.Alias(stack="uat"), "urn:pulumi:uat::project::test:index:Group$test:index:Thing::leaf"),
        (pulumi.Alias(project="old"), "urn:pulumi:dev::old::test:index:Group$test:index:Thing::leaf"),
        (pulumi.Alias(parent=pulumi.ROOT_STACK_RESOURCE), "urn:pulumi:dev::project::test:index:Thing::leaf"),
        (
            pulumi.Alias(parent="urn:pulumi:dev::project::test:index:Old::old"),
            "urn:pulumi:dev::project::test:index:Old$test:index:Thing::leaf",
        ),
    ],
)
def test_aliases_are_urns(alias, urn):
    recording = record(lambda: Thing("leaf", opts=child(Group("group"), aliases=[alias])) and None)
    assert recording.by_name("leaf").aliases == [urn]


def test_the_provider_comes_from_the_option_or_the_parents_providers():
    def program():
        one = pulumi.ProviderResource("test", "one", {"region": "r1"})
        two = pulumi.ProviderResource("test", "two", {"region": "r2"})
        Thing("direct", opts=pulumi.ResourceOptions(provider=one))
        group = Group("group", pulumi.ResourceOptions(providers=[two]))
        Thing("through", opts=child(group))
        Thing("none")

    recording = record(program)

    assert recording.by_name("direct").provider == f"{recording.by_name('one').urn}::{UNKNOWN_SENTINEL}"
    assert recording.by_name("through").provider == f"{recording.by_name('two').urn}::{UNKNOWN_SENTINEL}"
    assert recording.by_name("none").provider == ""
    assert recording.by_name("group").providers == {"test": f"{recording.by_name('two').urn}::{UNKNOWN_SENTINEL}"}
    assert recording.by_name("one").inputs == {"region": "r1"}


def test_outside_a_preview_a_provider_has_an_id():
    def program():
        Thing("thing", opts=pulumi.ResourceOptions(provider=pulumi.ProviderResource("test", "one", {})))

    recording = record(program, preview=False)
    assert recording.by_name("thing").provider == f"{recording.by_name('one').urn}::one-id"


# ---------------------------------------------------------------------------------------------------- values


def test_in_a_preview_inputs_are_known_and_the_rest_is_unknown():
    seen = {}

    def program():
        thing = Thing("thing", size=3, label="x")
        thing.size.apply(lambda value: seen.setdefault("size", value))
        thing.arn.apply(lambda value: seen.setdefault("arn", value))
        thing.id.apply(lambda value: seen.setdefault("id", value))
        Thing("uses", label=thing.arn, size=thing.size, ref=thing.id, text=pulumi.Output.concat("a-", thing.id))

    recording = record(program)
    thing, uses = recording.by_name("thing"), recording.by_name("uses")

    assert seen == {"size": 3}
    assert uses.inputs == {
        "label": UNKNOWN_SENTINEL,
        "size": 3,
        "ref": UNKNOWN_SENTINEL,
        "text": UNKNOWN_SENTINEL,
    }
    assert type(uses.inputs["size"]) is int
    assert uses.dependencies == [thing.urn]
    assert uses.property_dependencies == {key: [thing.urn] for key in ("label", "ref", "size", "text")}
    assert thing.id == ""


def test_outside_a_preview_computed_values_are_the_callers_and_never_none():
    seen = []

    def program():
        thing = Thing("thing", size=3)
        thing.arn.apply(seen.append)
        Thing("uses", label=thing.arn, ref=thing.id)
        Thing("not-told", label=Thing("other").arn, opts=pulumi.ResourceOptions())

    def computed(registration):
        return {"arn": f"arn:{registration.name}", "id": "i-1"} if registration.name == "thing" else {}

    recording = record(program, preview=False, computed=computed)

    assert seen == ["arn:thing"]
    assert recording.by_name("uses").inputs == {"label": "arn:thing", "ref": "i-1"}
    assert recording.by_name("thing").outputs == {"size": 3, "arn": "arn:thing"}
    assert recording.by_name("not-told").inputs == {"label": UNKNOWN_SENTINEL}
    assert recording.by_name("other").id == "other-id"


def test_secrets_stay_wrapped_through_inputs_outputs_and_dependents():
    def program():
        thing = Thing("thing", label=pulumi.Output.secret("hidden"), nested={"deep": [pulumi.Output.secret("x")]})
        Thing("uses", label=thing.label)
        pulumi.export("label", thing.label)

    recording = record(program)
    secret = {SIGNATURE_KEY: SECRET_SIGNATURE, "value": "hidden"}

    assert recording.by_name("thing").inputs["label"] == secret
    assert recording.by_name("thing").inputs["nested"] == {"deep": [{**secret, "value": "x"}]} or recording.by_name(
        "thing"
    ).inputs["nested"] == {SIGNATURE_KEY: SECRET_SIGNATURE, "value": {"deep": ["x"]}}
    assert recording.by_name("uses").inputs["label"] == secret
    assert recording.outputs["label"] == secret


def test_additional_secret_outputs_are_secret_for_dependents():
    def program():
        thing = Thing("thing", opts=pulumi.ResourceOptions(additional_secret_outputs=["arn"]))
        Thing("uses", label=thing.arn)

    recording = record(program, preview=False, computed=lambda found: {"arn": "a"})
    assert recording.by_name("uses").inputs["label"] == {SIGNATURE_KEY: SECRET_SIGNATURE, "value": "a"}


def test_component_outputs_and_exports_are_kept():
    def program():
        group = Group("group", props={"level": 3})
        group.register_outputs({"size": 2, "id": Thing("thing", opts=child(group)).id})
        pulumi.export("names", ["a", {"b": 1.5}])

    recording = record(program)

    assert recording.by_name("group").inputs == {"level": 3}
    assert recording.by_name("group").outputs == {"id": UNKNOWN_SENTINEL, "size": 2}
    assert recording.outputs == {"names": ["a", {"b": 1.5}]}


def test_a_read_resource_is_marked_and_its_values_come_from_computed():
    def program():
        thing = Thing("there", opts=pulumi.ResourceOptions(id="i-7"))
        Thing("uses", label=thing.arn, ref=thing.id)

    recording = record(program, computed=lambda found: {"arn": "arn:7"} if found.read else {})
    there = recording.by_name("there")

    assert (there.read, there.id) == (True, "i-7")
    assert recording.by_name("uses").inputs == {"label": "arn:7", "ref": "i-7"}
    assert record(program).by_name("uses").inputs == {"label": UNKNOWN_SENTINEL, "ref": "i-7"}


def test_stack_references_answer_with_the_callers_outputs():
    def program():
        other = pulumi.StackReference("org/net/prod")
        Thing("thing", label=other.require_output("vpc"), size=other.get_output("absent"), key=other.get_output("key"))

    secret = {SIGNATURE_KEY: SECRET_SIGNATURE, "value": "k"}
    recording = record(program, stack_references={"org/net/prod": {"vpc": "vpc-1", "key": secret}})

    assert recording.by_name("thing").inputs == {"label": "vpc-1", "key": secret}
    with pytest.raises(UnknownStackError, match="org/net/prod"):
        record(program)


def test_configuration_belongs_to_the_project_unless_it_names_another():
    def program():
        own, other = pulumi.Config(), pulumi.Config("other")
        Thing("thing", size=own.require_int("size"), label=other.require("label"), key=own.require_secret("key"))

    recording = record(
        program, project="shop", config={"size": "3", "other:label": "x", "key": "k"}, secret_config=["key"]
    )

    assert recording.by_name("thing").inputs == {
        "size": 3,
        "label": "x",
        "key": {SIGNATURE_KEY: SECRET_SIGNATURE, "value": "k"},
    }
    with pytest.raises(pulumi.ConfigMissingError):
        record(program, project="shop")


def test_the_program_sees_project_stack_organization_and_mode():
    seen = {}

    def program():
        seen.update(
            project=pulumi.get_project(),
            stack=pulumi.get_stack(),
            organization=pulumi.get_organization(),
            preview=pulumi.runtime.is_dry_run(),
        )

    record(program, project="p", stack="s", organization="o", preview=False)
    assert seen == {"project": "p", "stack": "s", "organization": "o", "preview": False}


# ---------------------------------------------------------------------------------------------------- invokes


def test_invokes_are_answered_and_recorded():
    def program():
        plain = pulumi.runtime.invoke("test:index:getZones", {"kind": "vpc"}).value
        later = pulumi.runtime.invoke_output("test:index:getZones", {"kind": "rds"})
        Thing("thing", label=plain["zones"][0], size=later.apply(lambda found: len(found["zones"])))

    answered = record(program, invokes={"test:index:getZones": {"zones": ["a", "b"]}})
    assert answered.by_name("thing").inputs == {"label": "a", "size": 2}
    assert [(asked.token, dict(asked.arguments)) for asked in answered.invokes] == [
        ("test:index:getZones", {"kind": "rds"}),
        ("test:index:getZones", {"kind": "vpc"}),
    ]

    by_function = record(program, invokes=lambda token, arguments: {"zones": [arguments["kind"]]})
    assert by_function.by_name("thing").inputs == {"label": "vpc", "size": 1}


@pytest.mark.parametrize("function", [pulumi.runtime.invoke, pulumi.runtime.invoke_output])
def test_an_unanswered_invoke_is_an_error_and_not_an_empty_answer(function):
    with pytest.raises(UnansweredInvokeError, match=r"test:index:getZones with kind, and") as unanswered:
        record(lambda: function("test:index:getZones", {"kind": "vpc"}) and None)
    assert unanswered.value.token == "test:index:getZones"
    assert unanswered.value.arguments == {"kind": "vpc"}
    with pytest.raises(UnansweredInvokeError):
        record(lambda: function("test:index:getZones", {}) and None, invokes=lambda token, arguments: None)


def test_an_invoke_may_be_answered_with_not_known():
    def program():
        Thing("thing", label=pulumi.runtime.invoke_output("test:index:getZones", {}).apply(lambda found: found["zone"]))

    recording = record(program, invokes={"test:index:getZones": UNKNOWN_RESULT})
    assert recording.by_name("thing").inputs == {"label": UNKNOWN_SENTINEL}


def test_an_invoke_that_waits_for_a_new_resource_is_not_asked():
    def program():
        thing = Thing("thing")
        Thing("uses", label=pulumi.runtime.invoke_output("test:index:getX", {"id": thing.id}).apply(lambda x: x["y"]))

    recording = record(program)
    assert recording.invokes == []
    assert recording.by_name("uses").inputs["label"] == UNKNOWN_SENTINEL


# ---------------------------------------------------------------------------------------------------- transforms


def test_a_stack_transform_changes_properties_of_all_and_keeps_what_is_unknown_or_secret():
    def add_owner(args):
        if args.custom:
            return pulumi.ResourceTransformResult({**args.props, "owner": "me"}, args.opts)
        return None

    def program():
        pulumi.runtime.register_resource_transform(add_owner)
        first = Thing("first", size=1, label=pulumi.Output.secret("hidden"))
        Thing("second", label=first.id, nested={"ids": [first.arn, "known"]}, opts=child(Group("group")))

    recording = record(program)
    first, second = recording.by_name("first"), recording.by_name("second")

    assert first.inputs == {"size": 1, "owner": "me", "label": {SIGNATURE_KEY: SECRET_SIGNATURE, "value": "hidden"}}
    assert second.inputs == {
        "label": UNKNOWN_SENTINEL,
        "nested": {"ids": [UNKNOWN_SENTINEL, "known"]},
        "owner": "me",
    }
    assert second.dependencies == [first.urn]
    assert second.property_dependencies == {"label": [first.urn], "nested": [first.urn], "owner": []}
    assert recording.by_name("group").inputs == {}


def test_transforms_run_from_the_resource_to_its_parents_to_the_stack():
    def trace(letter):
        def transform(args):
            return pulumi.ResourceTransformResult(
                {**args.props, "seen": args.props.get("seen", "") + letter}, args.opts
            )

        return transform

    def program():
        pulumi.runtime.register_resource_transform(trace("s"))
        outer = Group("outer", pulumi.ResourceOptions(transforms=[trace("o")]))
        inner = Group("inner", child(outer, transforms=[trace("i")]))
        Thing("leaf", opts=child(inner, transforms=[trace("l"), trace("m")]))

    recording = record(program)
    assert recording.by_name("leaf").inputs == {"seen": "lmios"}
    assert recording.by_name("inner").inputs == {"seen": "ios"}
    assert recording.by_name("outer").inputs == {"seen": "os"}


def test_a_transform_may_change_every_option():
    def program():
        before = Thing("before")
        provider = pulumi.ProviderResource("test", "provider", {})

        def change(args):
            if args.name != "after":
                return None
            options = args.opts
            assert options.protect is True
            assert options.ignore_changes == ["size"]
            return pulumi.ResourceTransformResult(
                args.props,
                pulumi.ResourceOptions.merge(
                    pulumi.ResourceOptions(parent=options.parent),
                    pulumi.ResourceOptions(
                        depends_on=[before],
                        protect=False,
                        retain_on_delete=True,
                        delete_before_replace=True,
                        deleted_with=before,
                        ignore_changes=["label"],
                        replace_on_changes=["size"],
                        additional_secret_outputs=["arn"],
                        custom_timeouts=pulumi.CustomTimeouts(update="9m"),
                        version="2.0.0",
                        aliases=[pulumi.Alias(name="older")],
                        provider=provider,
                    ),
                ),
            )

        Thing("after", opts=pulumi.ResourceOptions(protect=True, ignore_changes=["size"], transforms=[change]))

    recording = record(program)
    before, after = recording.by_name("before"), recording.by_name("after")

    assert after.dependencies == [before.urn]
    assert (after.protect, after.retain_on_delete, after.delete_before_replace) == (False, True, True)
    assert after.deleted_with == before.urn
    assert (after.ignore_changes, after.replace_on_changes) == (["label"], ["size"])
    assert after.additional_secret_outputs == ["arn"]
    assert after.custom_timeouts == {"update": "9m"}
    assert after.version == "2.0.0"
    assert after.aliases == ["urn:pulumi:dev::project::test:index:Thing::older"]
    assert after.provider == f"{recording.by_name('provider').urn}::{UNKNOWN_SENTINEL}"


def test_a_transform_that_gives_a_component_providers_gives_them_to_its_children():
    def program():
        provider = pulumi.ProviderResource("test", "provider", {})

        def give(args):
            return pulumi.ResourceTransformResult(args.props, pulumi.ResourceOptions(providers=[provider]))

        def give_to_groups(args):
            return give(args) if args.name == "group" else None

        group = Group("group", pulumi.ResourceOptions(transforms=[give_to_groups]))
        Thing("leaf", opts=child(group))

    recording = record(program)
    assert recording.by_name("leaf").provider == f"{recording.by_name('provider').urn}::{UNKNOWN_SENTINEL}"


def test_asynchronous_transforms_run():
    async def change(args):
        await asyncio.sleep(0)
        return pulumi.ResourceTransformResult({**args.props, "size": 9}, args.opts)

    recording = record(lambda: Thing("thing", size=1, opts=pulumi.ResourceOptions(transforms=[change])) and None)
    assert recording.by_name("thing").inputs == {"size": 9}


def test_invoke_transforms_run():
    def change(args):
        return pulumi.InvokeTransformResult({**args.args, "owner": "me"}, args.opts)

    def program():
        pulumi.runtime.register_invoke_transform(change)
        pulumi.runtime.invoke_output("test:index:getX", {"kind": "vpc"})

    recording = record(program, invokes=lambda token, arguments: arguments)
    assert [dict(asked.arguments) for asked in recording.invokes] == [{"kind": "vpc", "owner": "me"}]


# ---------------------------------------------------------------------------------------------------- failures


class BoomError(Exception):
    """What the tests' programs raise."""


def raising(*_):
    raise BoomError("boom")


def program_raising_at_once():
    Thing("before")
    raising()


def program_raising_in_apply():
    Thing("thing", size=1).size.apply(raising)


def program_raising_in_an_input():
    Thing("second", label=Thing("first", size=1).size.apply(raising))


def program_raising_in_a_transform():
    Thing("thing", opts=pulumi.ResourceOptions(transforms=[raising]))
    Thing("other")


def program_raising_in_a_stack_transform_with_dependents():
    pulumi.runtime.register_resource_transform(raising)
    things = [Thing(f"thing{number}") for number in range(20)]
    Thing("last", label=things[0].id, opts=pulumi.ResourceOptions(depends_on=things))


async def program_raising_later():
    await asyncio.sleep(0)
    raising()


def program_raising_in_main():
    pulumi.run(program_raising_later)


@pytest.mark.parametrize(
    "program",
    [
        program_raising_at_once,
        program_raising_in_apply,
        program_raising_in_an_input,
        program_raising_in_a_transform,
        program_raising_in_a_stack_transform_with_dependents,
        program_raising_later,
        program_raising_in_main,
    ],
    ids=lambda program: program.__name__,
)
def test_the_programs_own_exception_comes_out_and_nothing_is_printed(program, capfd):
    with pytest.raises(BoomError, match="boom") as raised:
        record(program)
    assert capfd.readouterr() == ("", "")
    assert any(entry.name == "raising" for entry in raised.traceback)
    assert len(record(lambda: Thing("thing") and None).registrations) == 2  # the next run is not affected


def test_the_cause_of_the_programs_exception_is_kept():
    def program():
        try:
            raising()
        except BoomError as error:
            raise ValueError("because") from error

    with pytest.raises(ValueError, match="because") as raised:
        record(program)
    assert isinstance(raised.value.__cause__, BoomError)


def test_one_failed_registration_among_many_is_one_exception_and_no_noise(capfd):
    def program():
        first = Thing("same")
        things = [Thing(f"thing{number}", label=first.id) for number in range(50)]
        Thing("same", opts=pulumi.ResourceOptions(depends_on=things))

    with pytest.raises(DuplicateResourceError):
        record(program)
    assert capfd.readouterr() == ("", "")


def test_messages_are_kept_and_errors_are_errors():
    def program():
        pulumi.log.debug("not kept")
        pulumi.log.info("told")
        pulumi.log.warn("careful", Thing("thing"))

    recording = record(program)
    assert [(found.severity, found.text) for found in recording.messages] == [("info", "told"), ("warning", "careful")]
    assert recording.messages[1].urn == recording.by_name("thing").urn

    with pytest.raises(ProgramError, match="no zone"):
        record(lambda: pulumi.log.error("no zone"))


def test_what_needs_an_engine_is_refused_by_name():
    class Remote(pulumi.ComponentResource):
        def __init__(self):
            super().__init__("test:index:Remote", "remote", {}, None, remote=True)

    with pytest.raises(NotSupportedError, match=r"'remote' \(test:index:Remote\) is a remote component"):
        record(lambda: Remote() and None)
    with pytest.raises(NotSupportedError, match="method test:index:Thing/do"):
        record(lambda: pulumi.runtime.call("test:index:Thing/do", {}, Thing("thing")) and None)


def test_hooks_and_state_migrations_are_accepted_and_not_run():
    ran = []

    def program():
        hook = pulumi.ResourceHook("hook", lambda args: ran.append(args))
        Thing("thing", opts=pulumi.ResourceOptions(hooks=pulumi.ResourceHookBinding(after_create=[hook])))
        Thing("other", opts=pulumi.ResourceOptions(state_migrations=[lambda args: ran.append(args)]))

    assert len(record(program).resources) == 2
    assert ran == []


# ---------------------------------------------------------------------------------------------------- the run


def test_asynchronous_programs_run():
    async def program():
        await asyncio.sleep(0)
        Thing("late")

    async def main():
        await asyncio.sleep(0)
        Thing("later")
        return {"done": True}

    assert [found.name for found in record(program).resources] == ["late"]
    by_run = record(lambda: pulumi.run(main))
    assert [found.name for found in by_run.resources] == ["later"]
    assert by_run.outputs == {"done": True}


def test_runs_are_isolated_from_each_other_and_from_set_mocks():
    def program():
        Thing("thing", label=pulumi.Config().get("label"))
        pulumi.export("stack", pulumi.get_stack())

    first = record(program, stack="one", config={"label": "a"})
    second = record(program, stack="two")

    assert (first.outputs, second.outputs) == ({"stack": "one"}, {"stack": "two"})
    assert second.by_name("thing").inputs == {}
    assert pulumi.runtime.settings.ROOT.get() is None or pulumi.get_stack() != "two"


def test_runs_in_threads_do_not_mix():
    def run(number):
        def program():
            first = Thing("first", size=number)
            for at in range(10):
                Thing(f"thing{at}", size=number, label=first.id, opts=pulumi.ResourceOptions(protect=number % 2 == 0))
            pulumi.export("number", pulumi.Config().require_int("number"))

        return record(program, stack=f"s{number}", config={"number": str(number)})

    with ThreadPoolExecutor(4) as pool:
        recordings = list(pool.map(run, range(12)))
    for number, recording in enumerate(recordings):
        assert recording.outputs == {"number": number}
        assert {found.inputs["size"] for found in recording.resources} == {number}
        assert {found.urn.split("::")[0] for found in recording.registrations} == {f"urn:pulumi:s{number}"}
        assert {found.protect for found in recording.resources if found.name != "first"} == {number % 2 == 0}


def test_recording_works_where_an_event_loop_runs_and_leaves_no_thread_behind():
    async def in_a_notebook():
        return record(lambda: Thing("thing") and None)

    before = threading.active_count()
    assert len(asyncio.run(in_a_notebook()).resources) == 1
    with pytest.raises(BoomError):
        asyncio.run(_recording(program_raising_at_once))
    assert threading.active_count() == before


async def _recording(program) -> Recording:
    return record(program)


def test_the_order_is_the_same_in_every_run_and_by_dependency():
    def program():
        things = [Thing(f"thing{number}") for number in range(8)]
        Thing("a-last", opts=pulumi.ResourceOptions(depends_on=things))

    orders = {tuple(found.name for found in record(program).registrations) for _ in range(5)}
    assert orders == {("project-dev", *(f"thing{number}" for number in range(8)), "a-last")}


def test_order_of_a_damaged_document():
    one = Registration("urn:b", "t", "b", True, {}, dependencies=["urn:a", "urn:elsewhere"])
    two = Registration("urn:a", "t", "a", True, {}, dependencies=["urn:b", "urn:a"])
    assert in_order([one, two]) == [two, one]


def test_lookups_say_what_there_is():
    def program():
        Thing("one")
        Thing("two", opts=child(Group("two")))

    recording = record(program)
    with pytest.raises(KeyError, match="no resource 'three'; there are: one, project-dev, two, two"):
        recording.by_name("three")
    with pytest.raises(KeyError, match="'two' is the name of 2 resources"):
        recording.by_name("two")
    assert recording.by_name("two", "test:index:Thing").parent == recording.by_name("two", "test:index:Group").urn
    assert recording.children(recording.by_name("two", "test:index:Group").urn) == [
        recording.by_name("two", "test:index:Thing")
    ]
    with pytest.raises(KeyError):
        recording.by_urn("urn:none")
    assert recording.by_urn(recording.registrations[0].urn).type == STACK_TYPE


# ---------------------------------------------------------------------------------------------------- places


def test_the_place_is_the_programs_line():
    here = Path(__file__)
    line = inspect.currentframe().f_lineno + 1
    recording = record(lambda: Thing("thing") and None, root=str(here.parent))
    place = recording.by_name("thing").source
    assert place is not None
    assert (place.file, place.line) == (here.name, line)
    assert record(lambda: Thing("thing") and None).by_name("thing").source.file == here.as_posix()


def test_inside_a_component_of_a_library_the_place_is_the_callers_line(tmp_path):
    library = tmp_path / "site-packages" / "library.py"
    library.parent.mkdir()
    library.write_text("def make(thing):\n    return thing('inside')\n")
    names: dict = {}
    exec(compile(library.read_text(), str(library), "exec"), names)
    program = tmp_path / "程序 one.py"
    program.write_text("def run(make, thing):\n\n    make(thing)\n")
    exec(compile(program.read_text(), str(program), "exec"), names)

    recording = record(lambda: names["run"](names["make"], Thing), root=str(tmp_path))

    place = recording.by_name("inside").source
    assert (place.file, place.line) == ("程序 one.py", 3)


# ---------------------------------------------------------------------------------------------------- canary


def test_pulumis_private_names_are_still_what_the_recorder_needs():
    import pulumi.runtime._callbacks as callbacks
    import pulumi.runtime.settings as settings
    import pulumi.runtime.stack as stack
    from pulumi.runtime.proto import resource_pb2

    hint = "components/recording_monitor.py relies on it; see what took its place in pulumi and change it there"
    wanted = {"project", "stack", "monitor", "engine", "dry_run", "organization", "root_directory"}
    assert wanted <= set(inspect.signature(settings.Settings).parameters), f"Settings lost an argument: {hint}"
    assert hasattr(settings, "ROOT"), f"pulumi.runtime.settings.ROOT is gone: {hint}"
    assert list(inspect.signature(stack.run_in_stack).parameters) == ["func"], f"run_in_stack changed: {hint}"
    for name in ("callbacks", "monitor_features", "rpc_manager", "outputs", "lock"):
        assert hasattr(settings.Settings, name), f"Settings.{name} is gone: {hint}"

    servicer = inspect.getsource(callbacks._CallbackServicer.__init__)
    set_there = {line.split("=")[0].split(":")[0].strip() for line in servicer.splitlines() if "self._" in line}
    known = {"self._callbacks", "self._transforms", "self._state_migrations", "self._monitor", "self._loop"}
    known |= {"self._server", "self._target", "_CallbackServicer._servicers.append(self)"}
    new = {name for name in set_there if name.startswith("self._") and "(" not in name} - known
    assert not new, f"the callback servicer keeps something new, {sorted(new)}: {hint}"

    fields = {field.name for field in resource_pb2.TransformResourceOptions.DESCRIPTOR.fields}
    handled = {
        *("depends_on", "protect", "ignore_changes", "replace_on_changes", "version", "aliases", "provider"),
        *("custom_timeouts", "plugin_download_url", "retain_on_delete", "deleted_with", "delete_before_replace"),
        *("additional_secret_outputs", "providers", "import", "hide_diff", "replace_with", "replacement_trigger"),
        *("plugin_checksums", "hooks"),  # of no concern to a recording
    }
    assert fields == handled, f"a transform can change {sorted(fields ^ handled)} now: {hint}"

    services = {name for name in dir(resource_pb2) if name.startswith("RESOURCE_MONITOR_FEATURE_")}
    offered = {resource_pb2.ResourceMonitorFeature.Name(feature) for feature in recording_monitor.FEATURES}
    left_out = {
        f"RESOURCE_MONITOR_FEATURE_{name}"
        for name in (
            *("BYTE_STRING", "CALL_OUTPUT_VALUES", "INVOKE_DEPENDS_ON", "INVOKE_OUTPUT_VALUES", "INVOKE_PARENT"),
            *("OUTPUT_VALUES", "SENDS_OPTIONS_TO_HOOKS"),
        )
    }
    assert services == offered | left_out, (
        f"the monitor has new features {sorted(services ^ (offered | left_out))}: {hint}"
    )


# ---------------------------------------------------------------------------------------------------- the others


def test_without_the_sdk_the_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "pulumi", None)
    with pytest.raises(ImportError, match=r"pip install 'compliant-infra\[pulumi\]'"):
        record(lambda: None)


def test_a_recording_is_a_scan_an_export_and_its_problems():
    alicloud = pytest.importorskip("pulumi_alicloud")

    def program():
        key = alicloud.kms.Key("key")
        rule = {"sse_algorithm": "kms", "kms_master_key_id": key.id}
        alicloud.oss.Bucket("bucket", bucket="b", server_side_encryption_rule=rule)

    recording = record(program)

    (bucket,) = [found for found in recording.scan().resources if found.type == "alicloud_oss_bucket"]
    assert bucket.attributes["bucket"] == "b"
    assert not is_known(bucket.attributes["server_side_encryption_rule"][0]["kms_master_key_id"])
    assert recording.scan().resources and len(recording.export()["deployment"]["resources"]) == 3
    assert [problem.path for problem in recording.problems()] == ["serverSideEncryptionRule.sseAlgorithm"]


def test_the_arguments_of_an_unanswered_invoke_are_not_shown() -> None:
    def program() -> None:
        pulumi.runtime.invoke("alicloud:x/getX:getX", {"password": "Tr0ub4dor"})

    with pytest.raises(UnansweredInvokeError, match="with password, and") as caught:
        record(program)
    assert "Tr0ub4dor" not in str(caught.value)
    assert caught.value.arguments == {"password": "Tr0ub4dor"}
