output "licence_id" {
  description = "Order of the licences of host security."
  value       = tencentcloud_cwp_license_order.this.license_id
}
