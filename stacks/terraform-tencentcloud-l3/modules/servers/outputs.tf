output "instance_ids" {
  description = "Ids of the servers."
  value       = [for key in sort(keys(local.servers)) : tencentcloud_instance.this[key].id]
}
