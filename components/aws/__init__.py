"""Components for AWS China. Importing this package imports no provider's module before a component is made."""
