"""What checkov loads: one module over a zip with the rules, so that checkov asks the same judge as ``check`` does.

``folder`` makes the folder for ``--external-checks-dir``. It holds an empty ``__init__.py``, ``kernel.zip`` and the
module ``compliant_infra_checkov_policies``, the only one that checkov executes by itself: it would execute every module
of every folder below as a top-level one, under its bare name. Everything else runs out of the zip, in checkov's own
environment, with the standard library alone.
"""
