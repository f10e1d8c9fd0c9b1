output "bucket" {
  description = "Full name of the bucket."
  value       = tencentcloud_cos_bucket.this.bucket
}
