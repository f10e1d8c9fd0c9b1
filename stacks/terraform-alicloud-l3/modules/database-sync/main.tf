# 8.1.4.9 b: a second instance far away follows in real time: structure and data first, then every change, over TLS.
resource "alicloud_dts_synchronization_instance" "this" {
  payment_type                     = "PayAsYouGo"
  instance_class                   = "small"
  sync_architecture                = "oneway"
  source_endpoint_engine_name      = "MySQL"
  source_endpoint_region           = var.source_instance.region
  destination_endpoint_engine_name = "MySQL"
  destination_endpoint_region      = var.target_instance.region
}

resource "alicloud_dts_synchronization_job" "this" {
  dts_instance_id          = alicloud_dts_synchronization_instance.this.id
  dts_job_name             = var.name
  structure_initialization = true
  data_initialization      = true
  data_synchronization     = true
  status                   = "Synchronizing"
  db_list                  = jsonencode({ (var.database) = { name = var.database, all = true } })

  source_endpoint_instance_type = "RDS"
  source_endpoint_instance_id   = var.source_instance.id
  source_endpoint_engine_name   = "MySQL"
  source_endpoint_region        = var.source_instance.region
  source_endpoint_ssl           = "1"
  source_endpoint_user_name     = var.account
  source_endpoint_password      = var.password

  destination_endpoint_instance_type = "RDS"
  destination_endpoint_instance_id   = var.target_instance.id
  destination_endpoint_engine_name   = "MySQL"
  destination_endpoint_region        = var.target_instance.region
  destination_endpoint_ssl           = "1"
  destination_endpoint_user_name     = var.account
  destination_endpoint_password      = var.password
}
