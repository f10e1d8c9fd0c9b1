# aws-cn/analytics 通过远程状态读取
output "vpc_id" {
  value = module.network.vpc_id
}

output "bucket_arns" {
  value = { for name, bucket in module.bucket : name => bucket.arn }
}
