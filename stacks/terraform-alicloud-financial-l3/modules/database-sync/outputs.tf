output "job_id" {
  description = "The synchronization job."
  value       = alicloud_dts_synchronization_job.this.id
}
