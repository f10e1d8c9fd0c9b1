output "trail_name" {
  description = "Name of the trail."
  value       = alicloud_actiontrail_trail.this.trail_name
}
