output "id" {
  description = "Id of the instance."
  value       = tencentcloud_redis_instance.this.id
}

output "address" {
  description = "Private address and port."
  value       = "${tencentcloud_redis_instance.this.ip}:${tencentcloud_redis_instance.this.port}"
}
