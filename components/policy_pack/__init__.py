"""The rules as a Pulumi policy pack: ``pulumi preview --policy-pack "$(compliant-infra policy-pack-dir)"``.

``policies.POLICIES`` are the policies, ``configuration`` what a team can choose, ``stack`` what the engine tells of a
stack and what is said of it, ``analyzer`` the server that the engine asks; ``__main__`` is what the engine starts. All
but the last two need the standard library only.

Every policy is one of the whole stack. A rule's verdict about a resource seldom hangs on that resource alone: on
settings that stand in resources of their own, on the keys and networks that it refers to, on its provider, on the
waivers of the component around it. A policy of single resources would fail what its companions mend.
"""
