"""Starter stacks: whole projects, Pulumi and Terraform, that pass their level on the first day.

A stack is a folder here, and a file of the same name with what is to be known of it: ``catalogue`` reads these files,
``choices`` says what may be chosen, ``project_files`` writes what depends on the choice, ``creation`` puts a project
into a folder.
"""
