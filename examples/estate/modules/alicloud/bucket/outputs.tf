output "bucket" {
  value = alicloud_oss_bucket.this.bucket
}

output "id" {
  value = alicloud_oss_bucket.this.id
}
