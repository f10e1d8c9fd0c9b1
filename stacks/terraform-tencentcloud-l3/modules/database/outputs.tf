output "id" {
  description = "Id of the instance."
  value       = tencentcloud_mysql_instance.this.id
}

output "address" {
  description = "Private address and port."
  value       = "${tencentcloud_mysql_instance.this.intranet_ip}:${tencentcloud_mysql_instance.this.intranet_port}"
}

output "secret_name" {
  description = "Secret with the account of the applications."
  value       = tencentcloud_ssm_product_secret.app.secret_name
}

output "standby_id" {
  description = "Id of the standby in the second region."
  value       = tencentcloud_mysql_dr_instance.standby.id
}
