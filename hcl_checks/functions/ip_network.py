"""IP network functions: arithmetic on addresses as whole numbers."""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

from compliant_infra.hcl_checks.functions.signature import MAX_ELEMENTS, Call, Family, whole_number

FUNCTIONS = Family()

#: Leading zeros of the parts of an IPv4 address: decimal for Terraform, refused by ``ipaddress``.
_LEADING_ZEROS: Final = re.compile(r"\b0+(?=\d)", re.ASCII)
#: The most bits that ``cidrsubnets`` adds to a prefix.
_MAX_NEW_BITS: Final = 32


class Network(NamedTuple):
    """A prefix: the first address, the length of the prefix, and the length of an address in bits."""

    address: int
    length: int
    bits: int

    def __str__(self) -> str:
        return f"{address_text(self.address, self.bits)}/{self.length}"

    @property
    def last(self) -> int:
        """The last address."""
        return self.address | ((1 << (self.bits - self.length)) - 1)

    @property
    def is_mapped(self) -> bool:
        """True for an IPv4 address written as an IPv6 one, which Terraform takes for now the one, now the other."""
        return self.bits == 128 and self.address >> 32 == 0xFFFF


def address_text(address: int, bits: int) -> str:
    """The address as Go prints it."""
    from ipaddress import IPv4Address, IPv6Address

    return str(IPv4Address(address) if bits == 32 else IPv6Address(address))


def masked(address: int, length: int, bits: int) -> int:
    """The address with all bits after the prefix cleared."""
    return address >> (bits - length) << (bits - length)


def parse_network(call: Call, text: str) -> Network:
    """A prefix in CIDR notation; the host part is dropped."""
    from ipaddress import AddressValueError, IPv4Address, IPv6Address

    address, slash, length = text.partition("/")
    error = call.error("prefix", f"{text[:60]!r} is not an address range in CIDR notation")
    if not slash or not length.isascii() or not length.isdigit() or len(text) > 100 or "%" in address:
        raise error
    try:
        if ":" in address:
            head, _, tail = address.rpartition(":")
            parsed = int(IPv6Address(f"{head}:{_LEADING_ZEROS.sub('', tail)}" if "." in tail else address))
            bits = 128
        else:
            parsed, bits = int(IPv4Address(_LEADING_ZEROS.sub("", address))), 32
    except AddressValueError:
        raise error from None
    if int(length) > bits:
        raise error
    return Network(masked(parsed, int(length), bits), int(length), bits)


@FUNCTIONS.function("cidrhost", "prefix:string", "hostnum:number")
def cidrhost(call: Call, prefix: str, number: int | float) -> Any:
    """The address with a number in the range; negative numbers count from the end."""
    network = parse_network(call, prefix)
    if network.is_mapped:
        return call.unknown("unsupported")
    host = whole_number(number, "hostnum", call)
    size = 1 << (network.bits - network.length)
    if not -size <= host < size:
        raise call.error("hostnum", f"the prefix {prefix} has no host {host}")
    return address_text(network.address + host % size, network.bits)


@FUNCTIONS.function("cidrnetmask", "prefix:string")
def cidrnetmask(call: Call, prefix: str) -> str:
    """The prefix length of an IPv4 range as a netmask."""
    network = parse_network(call, prefix)
    if network.bits != 32:
        raise call.error("prefix", "IPv6 addresses have no netmask")
    return address_text(masked((1 << 32) - 1, network.length, 32), 32)


@FUNCTIONS.function("cidrsubnet", "prefix:string", "newbits:number", "netnum:number")
def cidrsubnet(call: Call, prefix: str, new_bits: int | float, number: int | float) -> Any:
    """The part of a range with a number, with a longer prefix."""
    network = parse_network(call, prefix)
    added = whole_number(new_bits, "newbits", call)
    part = whole_number(number, "netnum", call)
    length = network.length + added
    if not 0 <= length <= network.bits:
        raise call.error("newbits", f"the prefix of {prefix} cannot be extended by {added} bits")
    if network.is_mapped or part < 0 or (added < 0 and part):
        # Terraform computes with such numbers, but what comes out is no part of the range.
        return call.unknown("unsupported")
    if added >= 0 and part >> added:
        raise call.error("netnum", f"{added} bits cannot number a part {part}")
    return str(Network(network.address | part << (network.bits - length), length, network.bits))


@FUNCTIONS.function("cidrsubnets", "prefix:string", "*newbits:number")
def cidrsubnets(call: Call, prefix: str, *new_bits: int | float) -> Any:
    """Parts of a range one after another, each with its own longer prefix."""
    network = parse_network(call, prefix)
    if network.is_mapped:
        return call.unknown("unsupported")
    if len(new_bits) > MAX_ELEMENTS:
        return call.unknown("limit")
    results: list[str] = []
    current: Network | None = None
    for value in new_bits:
        added = whole_number(value, "newbits", call)
        length = network.length + added
        if added < 1:
            raise call.error("newbits", "must extend the prefix by at least one bit")
        if added > _MAX_NEW_BITS:
            raise call.error("newbits", f"may not extend the prefix by more than {_MAX_NEW_BITS} bits")
        if length > network.bits:
            raise call.error("newbits", f"the prefix of {prefix} cannot be extended by {added} bits")
        if current is None:
            # Terraform finds the first part as the one after its predecessor, which address zero does not have.
            address = network.address if network.address else 1 << network.bits
        else:
            size = 1 << (network.bits - length)
            address = masked(current.last, length, network.bits) + size
        if address > network.last:
            raise call.error("newbits", f"not enough addresses left in {prefix} for a prefix of {length} bits")
        current = Network(address, length, network.bits)
        results.append(str(current))
    return results
