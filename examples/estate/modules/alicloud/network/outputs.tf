output "vpc_id" {
  value = alicloud_vpc.this.id
}

output "vswitch_ids" {
  value = { for key, vswitch in alicloud_vswitch.this : key => vswitch.id }
}

output "security_group_ids" {
  value = { for key, group in alicloud_security_group.tier : key => group.id }
}

output "cidr_block" {
  value = alicloud_vpc.this.cidr_block
}
