output "id" {
  description = "Id of the balancer."
  value       = tencentcloud_clb_instance.this.id
}

output "address" {
  description = "Public address of the balancer."
  value       = tencentcloud_clb_instance.this.clb_vips[0]
}
