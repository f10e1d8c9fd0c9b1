"""Pulumi components that come out hardened for the declared level, and what runs and reads Pulumi programs.

``compliant_infra.components.alicloud`` and ``.aws`` hold the components. Nothing here imports a Pulumi SDK before it is
needed: reading exports (``exports``) and translating names (``names``, ``translation``) work without one.
"""
