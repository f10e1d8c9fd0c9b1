output "contact_group" {
  description = "Name of the contact group."
  value       = alicloud_cms_alarm_contact_group.this.alarm_contact_group_name
}
