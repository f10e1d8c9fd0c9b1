output "vpc_id" {
  value = module.network.vpc_id
}

output "database_endpoints" {
  value     = { for name, database in module.database : name => database.connection_string }
  sensitive = true
}

output "log_project" {
  value = module.logs.project
}
