output "logset_id" {
  description = "Id of the log set."
  value       = tencentcloud_cls_logset.this.id
}

output "topic_ids" {
  description = "Ids of the topics by what they record."
  value       = { for name, topic in tencentcloud_cls_topic.this : name => topic.id }
}
