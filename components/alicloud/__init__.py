"""Components for Alibaba Cloud. Importing this package imports no provider's module before a component is made."""
