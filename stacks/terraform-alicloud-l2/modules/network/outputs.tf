output "vpc_id" {
  description = "Id of the VPC."
  value       = alicloud_vpc.this.id
}

output "zones" {
  description = "Zones, in the order of the vSwitches."
  value       = var.zones
}

output "public_vswitch_ids" {
  description = "vSwitches of the public tier, one a zone."
  value       = [for index in range(length(var.zones)) : alicloud_vswitch.tier["public-${index}"].id]
}

output "application_vswitch_ids" {
  description = "vSwitches of the application tier, one a zone."
  value       = [for index in range(length(var.zones)) : alicloud_vswitch.tier["application-${index}"].id]
}

output "data_vswitch_ids" {
  description = "vSwitches of the data tier, one a zone."
  value       = [for index in range(length(var.zones)) : alicloud_vswitch.tier["data-${index}"].id]
}

output "application_cidr_block" {
  description = "Block of the application tier."
  value       = local.tiers.application
}

output "entry_security_group_id" {
  description = "Security group of load balancers."
  value       = alicloud_security_group.tier["entry"].id
}

output "application_security_group_id" {
  description = "Security group of servers."
  value       = alicloud_security_group.tier["application"].id
}
