output "key_ids" {
  description = "Ids of the keys by purpose."
  value       = { for purpose, key in tencentcloud_kms_key.this : purpose => key.id }
}
