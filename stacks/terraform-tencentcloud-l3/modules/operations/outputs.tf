output "bastion_id" {
  description = "Id of the bastion host."
  value       = tencentcloud_bh_resource.this.resource_id
}
