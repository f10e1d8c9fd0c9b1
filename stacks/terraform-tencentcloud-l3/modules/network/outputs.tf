output "vpc_id" {
  description = "Id of the network."
  value       = tencentcloud_vpc.this.id
}

output "networks" {
  description = "Networks of the tiers in CIDR notation."
  value       = local.networks
}

output "zone_networks" {
  description = "Networks of the subnets by tier, in the order of the zones."
  value       = local.zone_networks
}

output "subnet_ids" {
  description = "Ids of the subnets by tier, in the order of the zones."
  value = {
    for tier in local.tiers : tier => [
      for index, _ in var.zones : tencentcloud_subnet.this["${tier}-${index}"].id
    ]
  }
}

output "route_table_ids" {
  description = "Ids of the route tables by tier."
  value       = { for tier, table in tencentcloud_route_table.this : tier => table.id }
}

output "security_group_ids" {
  description = "Ids of the security groups: entry, app and data."
  value       = { for tier, group in tencentcloud_security_group.this : tier => group.id }
}
