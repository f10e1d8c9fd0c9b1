output "name" {
  description = "Name of the bucket, once versioning or the lock is on."
  value       = alicloud_oss_bucket.this.bucket

  depends_on = [alicloud_oss_bucket_versioning.this, alicloud_oss_bucket_worm.this]
}
