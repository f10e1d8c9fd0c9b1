output "address" {
  description = "Public address from which the servers call services outside."
  value       = tencentcloud_eip.nat.public_ip
}
